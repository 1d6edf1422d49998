import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSameBehindEachDeath } from '../../../test/support/dying-pool.ts';
import {
  DAYS,
  dayOf,
  FIRST_DAY,
  ITEMS,
  LATER_DAYS,
  LedgerHome,
  price,
  profile,
  table,
} from '../../../test/support/ledger-home.ts';
import { performJobs } from '../../../test/support/perform-jobs.ts';
import { recordsPrograms } from '../../../test/support/records-database.ts';
import { fromDayNumber, type Json, type JsonObject } from '../../domain/index.ts';
import type { JobSpec } from '../../jobs/index.ts';
import {
  championOf,
  decide,
  keepEvaluation,
  listVersions,
  liveCells,
  openAlarms,
  putUpChallenger,
  recordForecasts,
  registerVersion,
  saidAndCame,
  trainingsOf,
} from '../../records/index.ts';
import { homeStoreUri, openStore } from '../../store/index.ts';
import { evaluateStep } from './evaluate.ts';
import { promoteStep } from './promote.ts';
import { recordForecastsStep } from './record-forecasts.ts';
import { scoreForecastsStep } from './score-forecasts.ts';
import { snapshotStep } from './snapshot.ts';
import { trainStep } from './train.ts';

describe.skipIf(recordsPrograms() === null)('the steps of a program of the user’s own', () => {
  const ledger = new LedgerHome();
  beforeAll(async () => {
    await ledger.open();
    await ledger.ingest(table(0, DAYS + LATER_DAYS));
  }, 60_000);
  afterAll(() => ledger.close());

  it('register a program of the user’s own, weigh another against it, and watch what it says of days to come', async () => {
    const command = ['/bin/sh', join(import.meta.dirname, '../../../docs/examples/train.sh')];
    const task = 'custom-command';
    const recipe = { command, version: '1' };
    const inputs: Record<string, Json> = {};
    const drawing = ledger.context('snapshot', { task, recipe }, inputs, 'own-1');
    inputs.snapshot = (await snapshotStep.perform(drawing)) as Json;
    const store = await openStore(homeStoreUri(ledger.home.path));
    const done = async (step: typeof trainStep, params: JsonObject, mayDie = false) => {
      const asked = (records = ledger.db.records) =>
        ledger.context(step.kind, { snapshot: 'snapshot', ...params }, inputs, 'own-1', ledger.home, records);
      const ends = await performJobs(store, (await step.specs(asked())) as JobSpec[]);
      if (mayDie)
        await expectSameBehindEachDeath(ledger.db.records, (records) => step.collect(asked(records), ends));
      return (await step.collect(asked(), ends)) as JsonObject;
    };
    const trained = await done(trainStep, { recipe }, true);
    expect(trained).toMatchObject({ files: ['model.csv'], metrics: { cases: expect.any(Number) } });
    expect(await done(trainStep, { recipe })).toEqual(trained);
    const { pool } = ledger.db.records;
    const champion = (await championOf(pool, task, profile.id))!;
    expect(champion).toMatchObject({ versionId: trained.version, recipe: { command, version: '1' } });
    expect(await trainingsOf(pool, champion.versionId)).toMatchObject([
      { artefactKey: trained.artefact, metrics: trained.metrics, run: 'own-1' },
    ]);
    const of = {
      task,
      feed: profile.id,
      recipe: { ...(champion.recipe as JsonObject), version: '2' },
      codeVersion: 'x',
    };
    const at = '2026-01-05T00:00:00Z';
    const versionId = await registerVersion(pool, { ...of, createdAt: at, createdBy: 'test' });
    await putUpChallenger(pool, { task, feed: profile.id, versionId, at });
    inputs.evaluate = await done(evaluateStep, { task });
    expect(inputs.evaluate).toMatchObject({ champion: trained.version, challengers: [versionId] });
    const promoting = ledger.context('promote', { task, evaluate: 'evaluate' }, inputs, 'own-1');
    // the same program twice: nothing is gained
    expect(await promoteStep.perform(promoting)).toMatchObject({
      champion: trained.version,
      decisions: [{ kind: 'keep', subject: versionId }],
    });
    // what it said of days to come is kept once, watched as our own is, and shown to nobody
    const keep = (run: string) =>
      recordForecastsStep.perform(
        ledger.context('record', { task, snapshot: 'snapshot', evaluate: 'evaluate' }, inputs, run),
      );
    const score = () => scoreForecastsStep.perform(ledger.context('score', { task }, inputs, 'own-1'));
    expect(await keep('own-1')).toMatchObject({
      task,
      version: trained.version,
      recorded: ITEMS.length,
      late: 0,
    });
    expect(await keep('own-1')).toMatchObject({ recorded: 0 });
    expect(await score()).toMatchObject({ scored: 0 });
    const [key] = await ledger.seriesKeys();
    expect(await saidAndCame(pool, profile.id, key!)).toEqual([]);
    const own = () => saidAndCame(pool, profile.id, key!, { task });
    const end = FIRST_DAY + DAYS + LATER_DAYS - 1;
    expect(await own()).toMatchObject([
      { horizon: 'W1', modelVersion: trained.version, actual: null, naive: expect.any(Number) },
    ]);
    await ledger.ingest(table(DAYS + LATER_DAYS, DAYS + LATER_DAYS + 14));
    expect(await score()).toMatchObject({ scored: ITEMS.length });
    const [came] = await own();
    expect(came!.actual).toBeCloseTo(price(dayOf(came!.targetDay!), 0), 9);
    expect(dayOf(came!.targetDay!)).toBeGreaterThan(end);
    expect(await liveCells(pool, { feed: profile.id, task, series: [key!] })).toMatchObject([
      { scored: 1, weeks: 1 },
    ]);
    // said of days that have come meanwhile it is no evidence
    expect(await keep('own-2')).toMatchObject({ recorded: 0, late: ITEMS.length });
  });

  it('raise alarms over a program that broke its promise, and bring the one before back', async () => {
    const { pool } = ledger.db.records;
    const task = 'custom-command';
    const of = { task, feed: profile.id };
    const first = (await championOf(pool, task, profile.id))!;
    const versionId = (await listVersions(pool, task, profile.id)).find(
      ({ id }) => id !== first.versionId,
    )!.id;
    const since = 20_486; // 2026-02-02, a Monday
    await decide(pool, {
      ...{ ...of, key: 'hand', kind: 'manual', subject: versionId, actor: 'test', reason: 'to fall' },
      ...{ at: `${fromDayNumber(since)}T00:00:00.000Z`, evidence: null },
    });
    // what its outcomes promised before it reigned
    const promised = Array.from({ length: 60 }, (_, week) => ({
      ...{ originDay: fromDayNumber(since - 7 * (61 - week)), horizon: 'W1', cases: 40 },
      ...{
        loss: 0.075 * (1 + 0.2 * Math.sin(1.7 * week)),
        naiveLoss: 0.1 * (1 + 0.1 * Math.cos(2.3 * week)),
      },
      inside80: 0.8 + 0.05 * Math.sin(week),
    }));
    await keepEvaluation(pool, { ...of, versionId, pairedWith: '' }, promised);
    const WEEKS = 20;
    await ledger.ingest(table(since - FIRST_DAY, since - FIRST_DAY + 7 * (WEEKS + 1)));
    const keys = await ledger.seriesKeys();
    const rows = Array.from({ length: WEEKS }, (_, week) => {
      const origin = since + 7 * week;
      return keys.map((series, k) => {
        const truth = price(origin + 7, k);
        const ends = [0.98, 1.02, 0.95, 1.05, 0.9, 1.1].map((share) => 2 * truth * share);
        return {
          ...{
            series,
            horizon: 'W1',
            originDay: fromDayNumber(origin),
            targetDay: fromDayNumber(origin + 7),
          },
          ...{ issuedAt: `${fromDayNumber(origin)}T00:00:00Z`, status: 'model', reason: null, model: 'own' },
          ...{ mean: 2 * truth, quantiles: ends, naive: 1.1 * truth },
        };
      });
    }).flat();
    const issue = { ...of, modelVersion: versionId, snapshotSha256: '', conditionsVersion: 'x', run: 'x' };
    await recordForecasts(pool, issue, rows);
    const step = (kind: string, params: JsonObject) => ({
      ...ledger.context(kind, { task, ...params }, {}, 'fall'),
      scheduledFor: new Date('2026-08-01T00:00:00Z'),
    });
    expect(await scoreForecastsStep.perform(step('score', {}))).toMatchObject({ scored: rows.length });
    expect(await promoteStep.perform(step('promote', { evaluate: 'evaluate' }))).toMatchObject({
      champion: first.versionId,
      decisions: [{ kind: 'rollback', subject: first.versionId, reason: 'live-scores-outside-promise' }],
      alarms: { raised: 2 * keys.length },
    });
    const alarms = await openAlarms(pool, of);
    expect(new Set(alarms.map(({ kind }) => kind))).toEqual(new Set(['promise', 'coverage', 'skill']));
    expect((await championOf(pool, task, profile.id))!.versionId).toBe(first.versionId);
    // ours is another task: nothing of it was touched
    expect(await openAlarms(pool, { task: 'price-forecast', feed: profile.id })).toEqual([]);
  });
});
