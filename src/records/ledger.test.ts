import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RecordsDatabase, recordsPrograms, withRecords } from '../../test/support/records-database.ts';
import {
  type ForecastIssue,
  type IssuedRow,
  liveCells,
  liveWeeks,
  recordForecasts,
  saidAndCame,
  scoreForecasts,
  type Truth,
} from './index.ts';

const ISSUE: ForecastIssue = {
  task: 'price-forecast',
  feed: 'demo',
  modelVersion: 'price-forecast-v3',
  snapshotSha256: '',
  conditionsVersion: 'demo-1',
  run: 'daily-2026-03-01',
};

function said(row: Partial<IssuedRow> = {}): IssuedRow {
  return {
    series: 'demo~cabbage\t~a\\b',
    horizon: 'W1',
    originDay: '2026-03-02',
    targetDay: '2026-03-09',
    issuedAt: '2026-03-02T21:00:00.000Z',
    status: 'model',
    reason: null,
    model: 'ensemble',
    mean: 100,
    quantiles: [95, 105, 90, 110, 80, 125],
    naive: 96,
    ...row,
  };
}

const came = (day: string, price: number, knownFrom = `${day}T12:00:00.000Z`, span = 'day'): Truth => ({
  series: said().series,
  span,
  day,
  price,
  knownFrom,
});

describe.skipIf(recordsPrograms() === null)('the ledger of forecasts', () => {
  let db: RecordsDatabase;
  beforeAll(async () => {
    db = await withRecords();
  });
  afterAll(() => db?.drop());
  beforeEach(async () => {
    await db.records.pool.query(
      'truncate sihwang.forecast_ledger, sihwang.forecast_scores, sihwang.forecast_issues, sihwang.ledger_series, sihwang.ledger_truths, sihwang.ledger_scorings',
    );
  });

  const record = (rows: readonly IssuedRow[], issue = ISSUE) => recordForecasts(db.records.pool, issue, rows);
  const score = (through: string, ...truths: Truth[]) =>
    scoreForecasts(db.records.pool, {
      task: ISSUE.task,
      feed: ISSUE.feed,
      granularity: 'day',
      through,
      truths,
    });
  const read = (options = {}) => saidAndCame(db.records.pool, 'demo', said().series, options);

  it('keeps what was issued, whatever characters are in it, and issuing twice is issuing once', async () => {
    expect(await record([said()])).toEqual({ recorded: 1 });
    expect(await record([said({ mean: 7 })])).toEqual({ recorded: 0 });
    expect(await read()).toEqual([
      {
        horizon: 'W1',
        originDay: '2026-03-02',
        targetDay: '2026-03-09',
        issuedAt: '2026-03-02T21:00:00.000Z',
        vintage: 1,
        status: 'model',
        modelVersion: 'price-forecast-v3',
        model: 'ensemble',
        snapshotSha256: '',
        conditionsVersion: 'demo-1',
        run: 'daily-2026-03-01',
        mean: 100,
        lo80: 90,
        hi80: 110,
        naive: 96,
        actual: null,
        inside80: null,
        knownAt: null,
      },
    ]);
  });

  it('keeps a second vintage of the same target beside the first when the data was corrected', async () => {
    await record([said()]);
    await record([said({ mean: 101 })], { ...ISSUE, conditionsVersion: 'demo-2' });
    expect((await read()).map(({ vintage, mean }) => [vintage, mean])).toEqual([
      [1, 100],
      [2, 101],
    ]);
  });

  it('refuses to change or forget what was issued', async () => {
    await record([said()]);
    await expect(db.records.pool.query('update sihwang.forecast_ledger set mean = 1')).rejects.toThrow(
      'never changed',
    );
    await expect(db.records.pool.query('delete from sihwang.forecast_ledger')).rejects.toThrow(
      'never changed',
    );
  });

  it('records once when four processes issue the same together', async () => {
    const rows = Array.from({ length: 500 }, (_, k) => said({ series: `demo~${k}` }));
    const counts = await Promise.all([1, 2, 3, 4].map(() => record(rows)));
    expect(counts.reduce((sum, { recorded }) => sum + recorded, 0)).toBe(500);
  });

  it('scores when the target day has come, and the same truth again changes nothing', async () => {
    await record([
      said(),
      said({ horizon: 'W2', targetDay: '2026-03-16' }),
      said({ horizon: 'MD1', status: 'withheld', mean: null }),
    ]);
    expect(await score('2026-03-08', came('2026-03-09', 112))).toEqual({ scored: 0, revised: 0 });
    expect(await score('2026-03-09', came('2026-03-09', 112))).toEqual({ scored: 1, revised: 0 });
    expect(await score('2026-03-09', came('2026-03-09', 112))).toEqual({ scored: 0, revised: 0 });
    const [, , w2] = await read();
    expect(w2).toMatchObject({ horizon: 'W2', actual: null });
    expect((await read({ horizon: 'W1' }))[0]).toMatchObject({
      actual: 112,
      inside80: false,
      knownAt: '2026-03-09T12:00:00.000Z',
    });
    const { rows } = await db.records.pool.query(
      'select error, naive_error, pinball from sihwang.forecast_scores',
    );
    // .5*12 + .25*17 + .75*7 + .1*22 + .9*2 + .025*32 + .025*13, over seven
    expect(rows[0]).toMatchObject({ error: 12, naive_error: 16 });
    expect(rows[0].pinball).toBeCloseTo((6 + 4.25 + 5.25 + 2.2 + 1.8 + 0.8 + 0.025 * 13) / 7, 12);
  });

  it('scores again when the truth is corrected, and still knows what the score was before', async () => {
    await record([said()]);
    await score('2026-03-09', came('2026-03-09', 112));
    expect(await score('2026-03-12', came('2026-03-09', 108, '2026-03-11T12:00:00.000Z'))).toEqual({
      scored: 0,
      revised: 1,
    });
    expect((await read())[0]).toMatchObject({
      actual: 108,
      inside80: true,
      knownAt: '2026-03-11T12:00:00.000Z',
    });
    expect((await read({ asOf: '2026-03-10T00:00:00Z' }))[0]).toMatchObject({ actual: 112, inside80: false });
    expect((await read({ asOf: '2026-03-05T00:00:00Z' }))[0]).toMatchObject({ actual: null });
    expect(await read({ asOf: '2026-03-01T00:00:00Z' })).toEqual([]);
  });

  it('scores a ten-day period by its own price', async () => {
    await record([said({ horizon: 'S1', targetDay: '2026-03-19' })]);
    expect(await score('2026-03-19', came('2026-03-11', 98, undefined, 'dekad'))).toMatchObject({
      scored: 0,
    });
    expect(
      await score('2026-03-20', came('2026-03-20', 1), came('2026-03-11', 99, undefined, 'dekad')),
    ).toMatchObject({ scored: 1 });
    expect((await read())[0]).toMatchObject({ actual: 99 });
  });

  it('scores what is recorded after its truth was told, once the scoring comes by again', async () => {
    await record([said({ horizon: 'MD1', targetDay: '2026-03-03' })]);
    await score('2026-03-09', came('2026-03-03', 99), came('2026-03-09', 104));
    await record([said()], { ...ISSUE, conditionsVersion: 'demo-late' });
    expect(await score('2026-03-09')).toEqual({ scored: 1, revised: 0 });
    expect(await score('2026-03-09')).toEqual({ scored: 0, revised: 0 });
  });

  it('tells what was earned live, of first vintages alone', async () => {
    const days = Array.from({ length: 10 }, (_, k) => `2026-03-${String(k + 2).padStart(2, '0')}`);
    const rows = days.map((originDay, k) =>
      said({ originDay, targetDay: `2026-03-${String(k + 9).padStart(2, '0')}`, horizon: 'W1' }),
    );
    await record(rows);
    await record(
      rows.map((row) => ({ ...row, mean: 1 })),
      { ...ISSUE, conditionsVersion: 'demo-9' },
    );
    await score('2026-03-31', ...rows.map(({ targetDay }, k) => came(targetDay!, k < 8 ? 104 : 130)));
    expect(await liveCells(db.records.pool, { feed: 'demo', series: [said().series] })).toEqual([
      {
        series: said().series,
        horizon: 'W1',
        scored: 10,
        weeks: 2,
        coverage80: 0.8,
        skill: expect.closeTo(1 - (8 * 4 + 2 * 30) / (8 * 8 + 2 * 34), 12),
        firstTargetDay: '2026-03-09',
        lastTargetDay: '2026-03-18',
      },
    ]);
    const live = async (of: { horizon?: string; asOf?: string; series?: string[] }) =>
      (await liveCells(db.records.pool, { feed: 'demo', ...of })).map(({ scored, lastTargetDay }) => [
        scored,
        lastTargetDay,
      ]);
    expect(await live({})).toEqual([[10, '2026-03-18']]);
    expect(await live({ horizon: 'W2' })).toEqual([]);
    expect(await live({ series: ['another'] })).toEqual([]);
    // what had come, and was known, by then
    expect(await live({ asOf: '2026-03-12T14:00:00Z' })).toEqual([[4, '2026-03-12']]);
    const weeks = await liveWeeks(db.records.pool, {
      task: ISSUE.task,
      feed: 'demo',
      modelVersion: ISSUE.modelVersion,
      since: '2026-03-01',
      through: '2026-03-17',
    });
    // the second week's last target is the 18th
    expect(weeks).toEqual([
      {
        horizon: 'W1',
        week: '2026-03-02',
        cases: 7,
        error: expect.closeTo(4 / 104),
        naiveError: expect.closeTo(8 / 104),
        missed80: 0,
      },
    ]);
  });
});
