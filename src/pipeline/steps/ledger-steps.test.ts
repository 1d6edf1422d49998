import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSameBehindEachDeath } from '../../../test/support/dying-pool.ts';
import { performJobs } from '../../../test/support/perform-jobs.ts';
import {
  type RecordsDatabase,
  recordsPrograms,
  withRecords,
} from '../../../test/support/records-database.ts';
import { stepContext } from '../../../test/support/step-context.ts';
import { fromDayNumber, type Json, type JsonObject } from '../../domain/index.ts';
import type { JobSpec } from '../../jobs/index.ts';
import { deleteLeftovers, type Home, openHome, openServingLibrary } from '../../lake/index.ts';
import {
  championOf,
  decide,
  decisionsAbout,
  evaluationOf,
  keepEvaluation,
  listVersions,
  liveCells,
  openAlarms,
  putUpChallenger,
  type Records,
  recordForecasts,
  registerVersion,
  reigns,
  saidAndCame,
  trainingsOf,
} from '../../records/index.ts';
import { feedById } from '../../sources/index.ts';
import { homeStoreUri, openStore } from '../../store/index.ts';
import { decodeTables } from '../../tasks/index.ts';
import { findResults } from '../forecasting/reissue.ts';
import { itemsOfShard, keepShard } from '../forecasting/shards.ts';
import { ingestFiles } from '../ingest-files.ts';
import { estimateRun } from '../plans/estimate-run.ts';
import type { Plan } from '../plans/plan.ts';
import { weeklyRetrain } from '../plans/weekly-retrain.ts';
import { removeEmptied, runLeftovers } from '../runs/collect-runs.ts';
import { startRun } from '../runs/start-run.ts';
import { evaluateStep } from './evaluate.ts';
import { type ForecastOutput, forecastStep } from './forecast.ts';
import { promoteStep } from './promote.ts';
import { publishForecastsStep } from './publish-forecasts.ts';
import { recordForecastsStep } from './record-forecasts.ts';
import { scoreForecastsStep } from './score-forecasts.ts';
import { snapshotStep } from './snapshot.ts';
import { Partly, Skipped, type StepContext } from './step.ts';
import { trainStep } from './train.ts';

const feed = feedById('japan-maff')!;
const { profile } = feed;
const FIRST_DAY = 18_628; // 2021-01-01
const ITEMS = ['30100', '30200', '30300'];
const DAYS = 420;
/** Six weeks later, so that the first origin is one of the second run's. */
const LATER_DAYS = 42;

/** Days since 1970-01-01. */
function dayOf(date: string): number {
  return Math.round(Date.parse(date) / 86_400_000);
}

function price(day: number, k: number): number {
  return Math.round(100 * (k + 1) * (1 + 0.3 * Math.sin(day / 58)) * (1 + 0.1 * Math.sin(day * day + k)));
}

function table(from: number, to: number, corrected?: number, items: readonly string[] = ITEMS): string {
  const rows = ['date,item_code,item,volume_kg,price_jpy_per_kg'];
  for (let index = from; index < to; index++) {
    const day = FIRST_DAY + index;
    if ((day + 4) % 7 === 0 || (day + 4) % 7 === 6) continue;
    for (const [k, item] of items.entries())
      rows.push(`${fromDayNumber(day)},${item},item ${item},${10_000 + k},${corrected ?? price(day, k)}`);
  }
  return `${rows.join('\n')}\n`;
}

describe.skipIf(recordsPrograms() === null)('the steps around the ledger', () => {
  let folder: string;
  let home: Home;
  let db: RecordsDatabase;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sihwang-ledger-steps-'));
    home = openHome(join(folder, 'home'));
    db = await withRecords(home.id);
  });
  afterAll(async () => {
    await db?.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function ingest(csv: string, into = home): Promise<void> {
    const path = join(folder, `${Math.random()}.csv`);
    writeFileSync(path, csv);
    await ingestFiles(into, feed, [path], { waitMs: 60_000, command: 'test' });
  }

  function context(
    step: string,
    params: JsonObject,
    inputs: Record<string, Json>,
    run: string,
    of = home,
    records = db.records,
  ): StepContext {
    const bare = stepContext(of, step, { feed: profile.id, ...params }, inputs, run);
    return Object.defineProperty(bare, 'records', { value: records });
  }

  /** Snapshot, forecast, publish; then what this suite is about. */
  async function run(name: string) {
    const inputs: Record<string, Json> = {};
    inputs.snapshot = (await snapshotStep.perform(context('snapshot', {}, inputs, name))) as Json;
    const forecast = context('forecast', { snapshot: 'snapshot' }, inputs, name);
    const specs = await forecastStep.specs(forecast);
    if (!(specs instanceof Skipped)) {
      const store = await openStore(homeStoreUri(home.path));
      inputs.forecast = (await forecastStep.collect(forecast, await performJobs(store, specs))) as Json;
      await publishForecastsStep.perform(context('publish', { forecast: 'forecast' }, inputs, name));
    }
    return {
      forecast: inputs.forecast as (ForecastOutput & Json) | undefined,
      record: (records = db.records) =>
        recordForecastsStep.perform(context('record', { forecast: 'forecast' }, inputs, name, home, records)),
      score: (records = db.records) =>
        scoreForecastsStep.perform(context('score', {}, inputs, name, home, records)),
    };
  }

  async function seriesKeys(): Promise<string[]> {
    const library = await openServingLibrary(home, [profile]);
    try {
      const { columns } = await library.read(profile.id, (reader) =>
        reader.query('select series from series order by series'),
      );
      return columns.series!.map(String);
    } finally {
      await library.close();
    }
  }

  it('say that there is nothing before anything was forecast', async () => {
    await ingest(table(0, DAYS));
    const nothing = context('record', {}, {}, 'daily-0');
    expect(await recordForecastsStep.perform(nothing)).toBeInstanceOf(Skipped);
    expect(await scoreForecastsStep.perform(context('score', {}, {}, 'daily-0'))).toBeInstanceOf(Skipped);
  });

  it('keep what is published once, with its version, training and the last price; score nothing early', async () => {
    const first = await run('daily-1');
    await expectSameBehindEachDeath(db.records, first.record);
    expect(await first.record()).toMatchObject({ recorded: 0 });
    expect(await first.score()).toMatchObject({ scored: 0, revised: 0 });
    const champion = (await championOf(db.records.pool, 'price-forecast', profile.id))!;
    expect(await trainingsOf(db.records.pool, champion.versionId)).toMatchObject([
      {
        snapshotSha256: first.forecast!.snapshot,
        artefactSha256: first.forecast!.artefact.sha256,
        run: 'daily-1',
      },
    ]);
    expect(await reigns(db.records.pool, { feed: profile.id })).toMatchObject([{ kind: 'first', to: null }]);
    const [key] = await seriesKeys();
    const said = await saidAndCame(db.records.pool, profile.id, key!);
    expect(said.map(({ horizon }) => horizon)).toEqual(['MD1', 'S1', 'S2', 'S3', 'W1', 'W2', 'W4']);
    expect(said[0]).toMatchObject({
      snapshotSha256: first.forecast!.snapshot,
      modelVersion: champion.versionId,
      run: 'daily-1',
      vintage: 1,
      actual: null,
    });
    expect(said[0]!.naive).toBe(price(FIRST_DAY + DAYS - 1, 0));
  });

  it('score with the very prices that a later backtest scores the same origin with, days and 순 alike', async () => {
    await ingest(table(DAYS, DAYS + LATER_DAYS));
    const second = await run('daily-2');
    await second.record();
    await expectSameBehindEachDeath(db.records, second.score);
    expect(await second.score()).toMatchObject({ scored: 0, revised: 0 });
    const store = await openStore(homeStoreUri(home.path));
    const { key, sha256 } = second.forecast!.artefact;
    const outcomes = decodeTables((await store.get(key, { sha256 }))!).origin_outcome!;
    let compared = 0;
    for (const series of await seriesKeys()) {
      for (const one of await saidAndCame(db.records.pool, profile.id, series)) {
        if (one.actual === null) continue;
        const row = Array.from(outcomes.series!.values).findIndex(
          (name, i) =>
            name === series &&
            outcomes.horizon!.values[i] === one.horizon &&
            fromDayNumber(Number(outcomes.origin_day!.values[i])) === one.originDay,
        );
        expect(row, `${series} ${one.horizon} ${one.originDay}`).toBeGreaterThanOrEqual(0);
        expect(one.actual).toBeCloseTo(Number(outcomes.actual!.values[row]), 9);
        compared++;
      }
    }
    expect(compared).toBe(ITEMS.length * 7);
  });

  it('score again when a price is corrected, and keep a second vintage beside the first', async () => {
    const [key] = await seriesKeys();
    const before = (await saidAndCame(db.records.pool, profile.id, key!, { horizon: 'W4' }))[0]!;
    const target = Math.round(Date.parse(before.targetDay!) / 86_400_000) - FIRST_DAY;
    await ingest(table(target, target + 1, 150));
    const third = await run('daily-3');
    await third.record();
    const scored = (await third.score()) as { revised: number };
    expect(scored.revised).toBeGreaterThanOrEqual(ITEMS.length);
    expect((await saidAndCame(db.records.pool, profile.id, key!, { horizon: 'W4' }))[0]).toMatchObject({
      actual: 150,
      vintage: 1,
    });
    const vintages = (await saidAndCame(db.records.pool, profile.id, key!, { horizon: 'MD1' })).map(
      ({ vintage }) => vintage,
    );
    expect(vintages).toEqual([1, 1, 2]);
  });

  it('judge champion and challenger on the same past, and decide with the evidence', async () => {
    const { pool } = db.records;
    const champion = (await championOf(pool, 'price-forecast', profile.id))!;
    const of = { task: 'price-forecast', feed: profile.id };
    const at = '2025-12-01T00:00:00.000Z';
    const recipe = { ...(champion.recipe as JsonObject), damping: 0.5 };
    const challenger = await registerVersion(pool, {
      ...of,
      recipe,
      codeVersion: champion.codeVersion,
      createdAt: at,
      createdBy: 'tests',
    });
    await putUpChallenger(pool, { ...of, versionId: challenger, at });
    const inputs: Record<string, Json> = {};
    inputs.snapshot = (await snapshotStep.perform(context('snapshot', {}, inputs, 'weekly-1'))) as Json;
    const evaluating = (records = db.records) =>
      context('evaluate', { snapshot: 'snapshot' }, inputs, 'weekly-1', home, records);
    const evaluate = evaluating();
    const specs = (await evaluateStep.specs(evaluate)) as JobSpec[];
    expect(new Set(specs.map(({ job }) => JSON.stringify(job.params))).size).toBe(2);
    const store = await openStore(homeStoreUri(home.path));
    const ends = await performJobs(store, specs);
    await expectSameBehindEachDeath(db.records, async (records) => {
      inputs.evaluate = (await evaluateStep.collect(evaluating(records), ends)) as Json;
    });
    expect(inputs.evaluate).toMatchObject({ champion: champion.versionId, challengers: [challenger] });
    const own = await evaluationOf(pool, { ...of, versionId: champion.versionId, pairedWith: challenger });
    const theirs = await evaluationOf(pool, { ...of, versionId: challenger, pairedWith: champion.versionId });
    expect(own.length).toBeGreaterThan(100);
    expect(theirs.map(({ originDay, horizon, cases }) => [originDay, horizon, cases])).toEqual(
      own.map(({ originDay, horizon, cases }) => [originDay, horizon, cases]),
    );
    expect(theirs).not.toEqual(own);
    let decided: Json | Skipped = null;
    await expectSameBehindEachDeath(db.records, async (records) => {
      const promoting = context('promote', { evaluate: 'evaluate' }, inputs, 'weekly-1', home, records);
      decided = await promoteStep.perform(promoting);
    });
    expect(decided).toMatchObject({ decisions: [{ subject: challenger }] });
    const [kept] = await decisionsAbout(pool, { ...of, subject: challenger });
    expect(kept!.evidence).toMatchObject({
      champion: champion.versionId,
      challenger,
      byHorizon: expect.any(Array),
    });
    // begun again after a death, the step decides nothing a second time
    await promoteStep.perform(context('promote', { evaluate: 'evaluate' }, inputs, 'weekly-1'));
    expect(await decisionsAbout(pool, { ...of, subject: challenger })).toHaveLength(1);
    ends[0] = { ...ends[0]!, state: 'FAILED', error: 'out of memory', manifest: null };
    await expect(evaluateStep.collect(evaluate, ends)).rejects.toMatchObject({ code: 'JOBS_FAILED' });
  });

  it('are estimated before a run: by past runs, else by what a forecast costs, and what nobody knows is not made up', async () => {
    const { pool } = db.records;
    const estimate = (plan: Plan) => estimateRun(home, db.records, plan, new Date('2026-06-01T00:00:00Z'));
    const first = await estimate(weeklyRetrain);
    const known = Object.fromEntries(first.steps.map(({ id, time }) => [id.split('.')[0], time]));
    expect(known.snapshot).toEqual({ basis: 'unknown', seconds: null });
    // champion and challenger forecast everything, then one of them does
    expect(known.evaluate).toMatchObject({ basis: 'model', series: 2 * ITEMS.length, bound: false });
    expect(known.forecast).toMatchObject({ basis: 'model', series: ITEMS.length, bound: false });
    expect(first.unknownTimes).toBe(6);
    expect(first.steps.every(({ cost }) => cost.basis === 'this-machine')).toBe(true);

    for (const [day, ms] of [4000, 9000, 5000].entries()) {
      const at = new Date(`2026-05-0${day + 1}T00:00:00Z`);
      const { id } = await startRun(home, db.records, weeklyRetrain, { scheduledFor: at, askedBy: 'test' });
      await pool.query(
        "update sihwang.run_steps set state = 'succeeded', worked_ms = $2 where run_id = $1 and kind = 'snapshot'",
        [id, ms],
      );
      await pool.query("update sihwang.runs set state = 'succeeded', ended_at = now() where id = $1", [id]);
    }
    const later = (await estimate(weeklyRetrain)).steps[0]!;
    expect(later.time).toEqual({ basis: 'past-runs', seconds: 5, runs: 3 });

    const of = { feed: profile.id, task: 'custom-command', snapshot: 'snapshot' };
    const program: Plan = {
      ...{ name: 'program', version: 1 },
      steps: () => [
        { id: 'snapshot', kind: 'snapshot', needs: [], params: { feed: profile.id } },
        { id: 'evaluate', kind: 'evaluate', needs: ['snapshot'], params: of },
      ],
    };
    // what a user's program takes is not what our own forecasts take
    expect((await estimate(program)).steps[1]!.time).toEqual({ basis: 'unknown', seconds: null });

    const elsewhere: Plan = {
      ...{ name: 'elsewhere', version: 1 },
      steps: (context) =>
        weeklyRetrain
          .steps(context)
          .map((step) =>
            step.kind === 'forecast' ? { ...step, params: { ...step.params, runner: 'aws-batch' } } : step,
          ),
    };
    // as the run itself would; what is said with settings is held to the jobs' own bounds in test/contract/jobs-on-aws
    await expect(estimate(elsewhere)).rejects.toMatchObject({ code: 'AWS_SETTINGS_MISSING' });
  });

  it('leave results that forecasts were issued from when what runs left is collected, and nothing of others', async () => {
    const store = await openStore(homeStoreUri(home.path));
    const runs = ['daily-1', 'daily-2', 'daily-3'];
    const before = await Promise.all(runs.map((run) => findResults(store, { run })));
    const later = { retentionDays: 30, now: new Date(Date.now() + 60 * 86_400_000) };
    const found = await runLeftovers(home, db.records, later);
    expect(found.every(({ path }) => path.includes('weekly-1') || path.includes('shards'))).toBe(true);
    expect(await runLeftovers(home, db.records, { ...later, now: new Date() })).toEqual([]);
    deleteLeftovers(home, found);
    removeEmptied(home, found);
    expect(existsSync(join(home.path, 'store', 'runs', 'weekly-1'))).toBe(false);
    expect(await runLeftovers(home, db.records, later)).toEqual([]);
    for (const [at, run] of runs.entries()) {
      const results = await findResults(store, { run });
      expect(results).toEqual(before[at]);
      for (const { spec, outputs } of results) {
        expect(await itemsOfShard(store, spec.job.shard!.itemsSha256)).toHaveLength(ITEMS.length);
        for (const { key, sha256 } of outputs) expect(await store.get(key, { sha256 })).not.toBeNull();
      }
    }
  });

  it('publish what shards have made when one fails for good, mark the series it held, and renew them at a retry', async () => {
    const other = openHome(join(folder, 'other'));
    const store = await openStore(homeStoreUri(other.path));
    const items = [...ITEMS, '30400', '30500', '30600'];
    const origins = async () => {
      const library = await openServingLibrary(other, [profile]);
      const sql = 'select series, max(origin_day)::text as day from forecast_cell group by 1 order by 1';
      const { columns } = await library.read(profile.id, (reader) => reader.query(sql));
      await library.close();
      return Object.fromEntries(columns.series!.map((series, row) => [series, columns.day![row]]));
    };
    const begin = async (name: string) => {
      const inputs: Record<string, Json> = {};
      inputs.snapshot = (await snapshotStep.perform(context('snapshot', {}, inputs, name, other))) as Json;
      const forecast = context('forecast', { snapshot: 'snapshot' }, inputs, name, other);
      const specs = (await forecastStep.specs(forecast)) as JobSpec[];
      const publish = async (ends: Parameters<typeof forecastStep.collect>[1]) => {
        const made = await forecastStep.collect(forecast, ends);
        inputs.forecast = made instanceof Partly ? made.output : (made as Json);
        const params = { forecast: 'forecast' };
        return {
          made,
          published: await publishForecastsStep.perform(context('publish', params, inputs, name, other)),
          again: (records: Records) =>
            publishForecastsStep.perform(context('publish', params, inputs, name, other, records)),
        };
      };
      return { specs, publish };
    };
    await ingest(table(0, DAYS, undefined, items), other);
    const first = await begin('part-1');
    await first.publish(await performJobs(store, first.specs));
    const before = await origins();

    await ingest(table(DAYS, DAYS + 5, undefined, items), other);
    const second = await begin('part-2');
    // small markets are one shard; this one is cut by hand
    const [whole] = second.specs;
    const series = await itemsOfShard(store, whole!.job.shard!.itemsSha256);
    const shards: JobSpec[] = [];
    for (const [index, some] of [series.slice(0, 1), series.slice(1)].entries()) {
      const itemsSha256 = await keepShard(store, some);
      const job = { ...whole!.job, shard: { index, itemsSha256 } };
      shards.push({ job, placement: { ...whole!.placement, result: `runs/part-2/${index}/` } });
    }
    const [lost, done] = await performJobs(store, shards);
    const failed = { state: 'FAILED', manifest: null, errorClass: 'oom', error: 'it took 2 GiB' } as const;
    const { made, published } = await second.publish([{ ...lost!, ...failed }, done!]);
    expect(made).toBeInstanceOf(Partly);
    expect((made as Partly).problem.message).toContain(`1 of 6 series keep their previous forecast`);
    expect((made as Partly).problem.message).toContain(`(oom: it took 2 GiB) of ${series[0]}`);
    expect(published).toMatchObject({ published: 5, notRenewed: 1, alarms: { raised: 1, ended: 0 } });
    const standing = await origins();
    for (const name of series) expect(standing[name] === before[name], name).toBe(name === series[0]);
    const alarms = () => openAlarms(db.records.pool, { feed: profile.id });
    expect(await alarms()).toMatchObject([
      { kind: 'not-renewed', series: series[0], figures: { errorClass: 'oom', reason: 'it took 2 GiB' } },
    ]);
    // done again it changes nothing; a larger share stops the step
    expect((await second.publish([{ ...lost!, ...failed }, done!])).published).toMatchObject({
      ...{ published: 0, current: 5, alarms: { raised: 0, ended: 0 } },
    });
    const { again } = await second.publish([{ ...lost!, ...failed }, done!]);
    await db.records.pool.query('delete from sihwang.drift_alarms');
    await expectSameBehindEachDeath(db.records, again);
    await expect(second.publish([lost!, { ...done!, ...failed }])).rejects.toMatchObject({
      code: 'JOBS_FAILED',
    });

    const retried = await second.publish([lost!, done!]);
    expect(retried.made).not.toBeInstanceOf(Partly);
    expect(retried.published).toMatchObject({ published: 1, current: 5, alarms: { ended: 1 } });
    expect(new Set(Object.values(await origins())).size).toBe(1);
    expect(await alarms()).toEqual([]);
  });

  it('register a program of the user’s own, weigh another against it, and watch what it says of days to come', async () => {
    const command = ['/bin/sh', join(import.meta.dirname, '../../../docs/examples/train.sh')];
    const task = 'custom-command';
    const recipe = { command, version: '1' };
    const inputs: Record<string, Json> = {};
    const drawing = context('snapshot', { task, recipe }, inputs, 'own-1');
    inputs.snapshot = (await snapshotStep.perform(drawing)) as Json;
    const store = await openStore(homeStoreUri(home.path));
    const done = async (step: typeof trainStep, params: JsonObject, mayDie = false) => {
      const asked = (records = db.records) =>
        context(step.kind, { snapshot: 'snapshot', ...params }, inputs, 'own-1', home, records);
      const ends = await performJobs(store, (await step.specs(asked())) as JobSpec[]);
      if (mayDie)
        await expectSameBehindEachDeath(db.records, (records) => step.collect(asked(records), ends));
      return (await step.collect(asked(), ends)) as JsonObject;
    };
    const trained = await done(trainStep, { recipe }, true);
    expect(trained).toMatchObject({ files: ['model.csv'], metrics: { cases: expect.any(Number) } });
    expect(await done(trainStep, { recipe })).toEqual(trained);
    const { pool } = db.records;
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
    const promoting = context('promote', { task, evaluate: 'evaluate' }, inputs, 'own-1');
    // the same program twice: nothing is gained
    expect(await promoteStep.perform(promoting)).toMatchObject({
      champion: trained.version,
      decisions: [{ kind: 'keep', subject: versionId }],
    });
    // what it said of days to come is kept once, watched as our own is, and shown to nobody
    const keep = (run: string) =>
      recordForecastsStep.perform(
        context('record', { task, snapshot: 'snapshot', evaluate: 'evaluate' }, inputs, run),
      );
    const score = () => scoreForecastsStep.perform(context('score', { task }, inputs, 'own-1'));
    expect(await keep('own-1')).toMatchObject({
      task,
      version: trained.version,
      recorded: ITEMS.length,
      late: 0,
    });
    expect(await keep('own-1')).toMatchObject({ recorded: 0 });
    expect(await score()).toMatchObject({ scored: 0 });
    const [key] = await seriesKeys();
    const shown = await saidAndCame(pool, profile.id, key!);
    expect(new Set(shown.map(({ modelVersion }) => modelVersion))).not.toContain(trained.version);
    const own = () => saidAndCame(pool, profile.id, key!, { task });
    const end = FIRST_DAY + DAYS + LATER_DAYS - 1;
    expect(await own()).toMatchObject([
      { horizon: 'W1', modelVersion: trained.version, actual: null, naive: expect.any(Number) },
    ]);
    await ingest(table(DAYS + LATER_DAYS, DAYS + LATER_DAYS + 14));
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
    const { pool } = db.records;
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
    await ingest(table(since - FIRST_DAY, since - FIRST_DAY + 7 * (WEEKS + 1)));
    const keys = await seriesKeys();
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
      ...context(kind, { task, ...params }, {}, 'fall'),
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
