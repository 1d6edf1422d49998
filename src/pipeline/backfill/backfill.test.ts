import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type RecordsDatabase,
  recordsPrograms,
  withRecords,
} from '../../../test/support/records-database.ts';
import { type RunLedger, runLedger } from '../../../test/support/run-ledger.ts';
import { localDate, lookupIn, parseSchedule, RULE_CALENDARS } from '../../domain/index.ts';
import {
  type BackfillTerms,
  insertRun,
  listBackfills,
  markRuns,
  type PartitionRow,
  partitionsOf,
  readMarks,
  runEnded,
} from '../../records/index.ts';
import { askBackfill, cancelBackfill } from './ask-backfill.ts';
import { type BackfillQuestion, partitionsIn, planBackfill } from './plan-backfill.ts';
import { type RestedOn, staleReasons } from './rested-on.ts';
import { lookAtBackfills } from './work-off.ts';

const TEXT = '06:10 Asia/Seoul on days after a Garak market day';
const [from, to] = [localDate('2025-10-01'), localDate('2025-10-31')];
const restsOn: RestedOn = {
  code: { conditions: 'a', forecasts: 'b' },
  rules: { demo: 'r1', kamis: 'r2' },
  commits: { demo: 1 },
};
const question: BackfillQuestion = {
  ...{ plan: 'daily', schedule: parseSchedule(TEXT), from, to, stale: false, restsOn },
  now: new Date('2026-01-01T00:00:00Z'),
};
const terms: BackfillTerms = {
  ...{ plan: 'daily', scheduleText: TEXT, fromDay: from, toDay: to, stale: false },
  ...{ parallel: 3, retries: 1, params: {} },
};
const calendars = lookupIn(RULE_CALENDARS);

it('the partitions of a range are its market days, each with the tick of the morning after', () => {
  const partitions = partitionsIn(question.schedule, { from, to }, calendars);
  // Chuseok closed 6 to 8 October, Sundays on 5, 12, 19, 26
  expect(partitions).toHaveLength(31 - 3 - 4);
  expect(partitions.at(-1)).toMatchObject({ partition: '2025-10-31', at: new Date('2025-10-31T21:10:00Z') });
});

it('a result is stale for the code or the rules that changed, not for later rows or other feeds', () => {
  expect(staleReasons(restsOn, { ...restsOn, commits: { demo: 9 } })).toEqual([]);
  expect(staleReasons(restsOn, { ...restsOn, rules: { demo: 'r1', kamis: 'r3', new: 'n' } })).toEqual([
    'rules kamis',
  ]);
  expect(staleReasons(restsOn, { ...restsOn, code: { conditions: 'x', forecasts: 'y' }, rules: {} })).toEqual(
    ['code conditions', 'code forecasts'],
  );
});

describe.skipIf(recordsPrograms() === null)('a backfill (skipped where there is no PostgreSQL)', () => {
  let db: RecordsDatabase;
  beforeAll(async () => {
    db = await withRecords();
  });
  afterAll(async () => {
    await db?.drop();
  });
  beforeEach(async () => {
    await db.records.pool.query('truncate sihwang.backfills, sihwang.runs, sihwang.audit cascade');
  });

  const ask = async (runs: RunLedger, changed: Partial<BackfillTerms> = {}) => {
    const { partitions } = await planBackfill(
      db.records,
      runs.states,
      { ...question, stale: changed.stale ?? false },
      calendars,
    );
    return (await askBackfill(db.records, { ...terms, ...changed }, partitions, 'test')).id;
  };
  const look = (runs: RunLedger) => lookAtBackfills({ records: db.records, runs });
  const states = (rows: readonly PartitionRow[]) => rows.map(({ state }) => state);
  const going = async (id: number) =>
    (await partitionsOf(db.records.pool, id)).filter(({ state }) => state === 'started');

  it('runs each partition once, never more than its limit at a time, and keeps what is good', async () => {
    const runs = runLedger();
    const good = new Date('2025-10-13T21:10:00Z');
    await runs.start({ plan: 'daily', scheduledFor: good, params: {}, askedBy: 'schedule daily' });
    runs.end();
    const id = await ask(runs);
    for (let looks = 0; looks < 40; looks++) {
      await look(runs);
      const now = await going(id);
      expect(now.length).toBeLessThanOrEqual(3);
      if (now.length > 0) runs.end('succeeded', now[0]!.runId);
    }
    const rows = await partitionsOf(db.records.pool, id);
    expect(rows.filter(({ state }) => state === 'kept').map(({ scheduledAt }) => scheduledAt)).toEqual([
      good,
    ]);
    expect(rows.filter(({ state }) => state === 'succeeded')).toHaveLength(23);
    expect(runs.calls).toHaveLength(24);
    expect(runs.begun.slice(1)).toEqual(runs.begun.slice(1).toSorted());
    expect(await listBackfills(db.records.pool)).toMatchObject([
      { id, state: 'ended', counts: { kept: 1, succeeded: 23 } },
    ]);
  });

  it('tries again what failed, and asked again it leaves what is good', async () => {
    const runs = runLedger();
    const id = await ask(runs, { parallel: 100 });
    await look(runs);
    const [bad, worse] = runs.begun as [string, string];
    for (const run of [bad, worse]) runs.end('failed', run);
    runs.end();
    await look(runs);
    expect(runs.calls.slice(24)).toEqual([bad, worse]);
    runs.end('succeeded', bad);
    runs.end('failed', worse);
    await look(runs);
    const rows = await partitionsOf(db.records.pool, id);
    expect(rows.filter(({ state }) => state === 'failed')).toMatchObject([{ runId: worse, tries: 2 }]);
    expect(await listBackfills(db.records.pool)).toMatchObject([{ state: 'ended' }]);

    const again = await ask(runs);
    await look(runs);
    expect(runs.calls.slice(26)).toEqual([worse]);
    runs.end();
    await look(runs);
    expect(new Set(states(await partitionsOf(db.records.pool, again)))).toEqual(
      new Set(['kept', 'succeeded']),
    );
  });

  it('asked twice is one, and cancelled begins nothing more', async () => {
    const runs = runLedger();
    const id = await ask(runs);
    expect(await ask(runs)).toBe(id);
    await look(runs);
    expect(await cancelBackfill(db.records, id, 'test')).toBe(true);
    await look(runs);
    expect(runs.cancelled).toEqual(runs.begun);
    expect(runs.begun).toHaveLength(3);
    runs.end('cancelled');
    await look(runs);
    expect(await listBackfills(db.records.pool)).toMatchObject([
      { state: 'cancelled', counts: { cancelled: 24 } },
    ]);
    expect(await cancelBackfill(db.records, id, 'test')).toBe(false);
    await expect(cancelBackfill(db.records, 99, 'test')).rejects.toMatchObject({ code: 'BACKFILL_UNKNOWN' });
  });

  it('ends with every partition settled, whatever becomes of its runs and however the looks race', async () => {
    const anyEnd = fc.constantFrom('succeeded' as const, 'failed' as const, 'cancelled' as const);
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyEnd, { minLength: 10, maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 2 }),
        async (ends, parallel, retries) => {
          await db.records.pool.query('truncate sihwang.backfills cascade');
          const runs = runLedger();
          const id = await ask(runs, { parallel, retries });
          for (let looks = 0; looks < 200; looks++) {
            await Promise.all([look(runs), look(runs)]);
            const now = await going(id);
            expect(now.length).toBeLessThanOrEqual(parallel);
            if (now.length === 0) break;
            for (const { runId } of now) runs.end(ends[looks % ends.length], runId);
          }
          const rows = await partitionsOf(db.records.pool, id);
          for (const { runId, state, tries } of rows) {
            const run = (await runs.states([runId])).get(runId)!;
            expect(run.standing).toBe(state);
            expect(tries).toBeLessThanOrEqual(retries + 1);
            expect(runs.calls.filter((one) => one === runId).length).toBeLessThanOrEqual(retries + 1);
          }
        },
      ),
      { numRuns: 6 },
    );
  });

  it('with --stale does anew just what rests on other code or rules', async () => {
    const { pool } = db.records;
    const runs = runLedger();
    await ask(runs, { parallel: 100 });
    await look(runs);
    runs.end();
    await look(runs);
    // the same runs in the records, so that they can be marked
    for (const id of runs.begun) {
      const at = new Date(id.slice('daily-'.length));
      await insertRun(pool, {
        id,
        plan: 'daily',
        planVersion: 1,
        scheduledFor: at,
        asOf: at,
        params: {},
        askedBy: 'x',
        steps: [],
      });
    }
    const [first, second, third] = runs.begun as [string, string, string];
    await markRuns(pool, { ...restsOn, rules: { demo: 'older' } });
    await runEnded(pool, first, 'succeeded');
    await markRuns(pool, restsOn);
    expect((await readMarks(pool, runs.begun)).size).toBe(1);
    await pool.query('update sihwang.run_marks set rested_on = $1 where run_id not in ($2)', [
      JSON.stringify(restsOn),
      first,
    ]);
    for (const id of runs.begun.slice(1)) await runEnded(pool, id, 'succeeded');
    await markRuns(pool, restsOn);
    await pool.query('delete from sihwang.run_marks where run_id = $1', [third]);

    const { partitions } = await planBackfill(
      db.records,
      runs.states,
      { ...question, stale: true },
      calendars,
    );
    expect(partitions.map(({ runId, reason }) => `${runId} ${reason}`)).toEqual([
      `${first} rules demo`,
      `${third} unrecorded`,
    ]);
    const calls = runs.calls.length;
    await askBackfill(db.records, { ...terms, stale: true }, partitions, 'test');
    await look(runs);
    expect(runs.calls.slice(calls)).toEqual([first, third]);
    expect(second).not.toBe(third);
  });
});
