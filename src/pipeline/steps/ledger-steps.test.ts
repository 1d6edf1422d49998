import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSameBehindEachDeath } from '../../../test/support/dying-pool.ts';
import {
  DAYS,
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
import { deleteLeftovers, openHome, openServingLibrary } from '../../lake/index.ts';
import {
  championOf,
  decisionsAbout,
  evaluationOf,
  openAlarms,
  putUpChallenger,
  type Records,
  registerVersion,
  reigns,
  saidAndCame,
  trainingsOf,
} from '../../records/index.ts';
import { homeStoreUri, openStore } from '../../store/index.ts';
import { decodeTables } from '../../tasks/index.ts';
import { findResults } from '../forecasting/reissue.ts';
import { itemsOfShard, keepShard } from '../forecasting/shards.ts';
import { estimateRun } from '../plans/estimate-run.ts';
import type { Plan } from '../plans/plan.ts';
import { weeklyRetrain } from '../plans/weekly-retrain.ts';
import { removeEmptied, runLeftovers } from '../runs/collect-runs.ts';
import { startRun } from '../runs/start-run.ts';
import { evaluateStep } from './evaluate.ts';
import { forecastStep } from './forecast.ts';
import { promoteStep } from './promote.ts';
import { publishForecastsStep } from './publish-forecasts.ts';
import { recordForecastsStep } from './record-forecasts.ts';
import { scoreForecastsStep } from './score-forecasts.ts';
import { snapshotStep } from './snapshot.ts';
import { Partly, Skipped } from './step.ts';

describe.skipIf(recordsPrograms() === null)('the steps around the ledger', () => {
  const ledger = new LedgerHome();
  beforeAll(() => ledger.open());
  afterAll(() => ledger.close());

  it('say that there is nothing before anything was forecast', async () => {
    await ledger.ingest(table(0, DAYS));
    const nothing = ledger.context('record', {}, {}, 'daily-0');
    expect(await recordForecastsStep.perform(nothing)).toBeInstanceOf(Skipped);
    expect(await scoreForecastsStep.perform(ledger.context('score', {}, {}, 'daily-0'))).toBeInstanceOf(
      Skipped,
    );
  });

  it('keep what is published once, with its version, training and the last price; score nothing early', async () => {
    const first = await ledger.run('daily-1');
    await expectSameBehindEachDeath(ledger.db.records, first.record);
    expect(await first.record()).toMatchObject({ recorded: 0 });
    expect(await first.score()).toMatchObject({ scored: 0, revised: 0 });
    const champion = (await championOf(ledger.db.records.pool, 'price-forecast', profile.id))!;
    expect(await trainingsOf(ledger.db.records.pool, champion.versionId)).toMatchObject([
      {
        snapshotSha256: first.forecast!.snapshot,
        artefactSha256: first.forecast!.artefact.sha256,
        run: 'daily-1',
      },
    ]);
    expect(await reigns(ledger.db.records.pool, { feed: profile.id })).toMatchObject([
      { kind: 'first', to: null },
    ]);
    const [key] = await ledger.seriesKeys();
    const said = await saidAndCame(ledger.db.records.pool, profile.id, key!);
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
    await ledger.ingest(table(DAYS, DAYS + LATER_DAYS));
    const second = await ledger.run('daily-2');
    await second.record();
    await expectSameBehindEachDeath(ledger.db.records, second.score);
    expect(await second.score()).toMatchObject({ scored: 0, revised: 0 });
    const store = await openStore(homeStoreUri(ledger.home.path));
    const { key, sha256 } = second.forecast!.artefact;
    const outcomes = decodeTables((await store.get(key, { sha256 }))!).origin_outcome!;
    let compared = 0;
    for (const series of await ledger.seriesKeys()) {
      for (const one of await saidAndCame(ledger.db.records.pool, profile.id, series)) {
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
    const [key] = await ledger.seriesKeys();
    const before = (await saidAndCame(ledger.db.records.pool, profile.id, key!, { horizon: 'W4' }))[0]!;
    const target = Math.round(Date.parse(before.targetDay!) / 86_400_000) - FIRST_DAY;
    await ledger.ingest(table(target, target + 1, 150));
    const third = await ledger.run('daily-3');
    await third.record();
    const scored = (await third.score()) as { revised: number };
    expect(scored.revised).toBeGreaterThanOrEqual(ITEMS.length);
    expect((await saidAndCame(ledger.db.records.pool, profile.id, key!, { horizon: 'W4' }))[0]).toMatchObject(
      {
        actual: 150,
        vintage: 1,
      },
    );
    const vintages = (await saidAndCame(ledger.db.records.pool, profile.id, key!, { horizon: 'MD1' })).map(
      ({ vintage }) => vintage,
    );
    expect(vintages).toEqual([1, 1, 2]);
  });

  it('judge champion and challenger on the same past, and decide with the evidence', async () => {
    const { pool } = ledger.db.records;
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
    inputs.snapshot = (await snapshotStep.perform(
      ledger.context('snapshot', {}, inputs, 'weekly-1'),
    )) as Json;
    const evaluating = (records = ledger.db.records) =>
      ledger.context('evaluate', { snapshot: 'snapshot' }, inputs, 'weekly-1', ledger.home, records);
    const evaluate = evaluating();
    const specs = (await evaluateStep.specs(evaluate)) as JobSpec[];
    expect(new Set(specs.map(({ job }) => JSON.stringify(job.params))).size).toBe(2);
    const store = await openStore(homeStoreUri(ledger.home.path));
    const ends = await performJobs(store, specs);
    await expectSameBehindEachDeath(ledger.db.records, async (records) => {
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
    await expectSameBehindEachDeath(ledger.db.records, async (records) => {
      const promoting = ledger.context(
        'promote',
        { evaluate: 'evaluate' },
        inputs,
        'weekly-1',
        ledger.home,
        records,
      );
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
    await promoteStep.perform(ledger.context('promote', { evaluate: 'evaluate' }, inputs, 'weekly-1'));
    expect(await decisionsAbout(pool, { ...of, subject: challenger })).toHaveLength(1);
    ends[0] = { ...ends[0]!, state: 'FAILED', error: 'out of memory', manifest: null };
    await expect(evaluateStep.collect(evaluate, ends)).rejects.toMatchObject({ code: 'JOBS_FAILED' });
  });

  it('are estimated before a run: by past runs, else by what a forecast costs, and what nobody knows is not made up', async () => {
    const { pool } = ledger.db.records;
    const estimate = (plan: Plan) =>
      estimateRun(ledger.home, ledger.db.records, plan, new Date('2026-06-01T00:00:00Z'));
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
      const { id } = await startRun(ledger.home, ledger.db.records, weeklyRetrain, {
        scheduledFor: at,
        askedBy: 'test',
      });
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
    const store = await openStore(homeStoreUri(ledger.home.path));
    const runs = ['daily-1', 'daily-2', 'daily-3'];
    const before = await Promise.all(runs.map((run) => findResults(store, { run })));
    const later = { retentionDays: 30, now: new Date(Date.now() + 60 * 86_400_000) };
    const found = await runLeftovers(ledger.home, ledger.db.records, later);
    expect(found.every(({ path }) => path.includes('weekly-1') || path.includes('shards'))).toBe(true);
    expect(await runLeftovers(ledger.home, ledger.db.records, { ...later, now: new Date() })).toEqual([]);
    deleteLeftovers(ledger.home, found);
    removeEmptied(ledger.home, found);
    expect(existsSync(join(ledger.home.path, 'store', 'runs', 'weekly-1'))).toBe(false);
    expect(await runLeftovers(ledger.home, ledger.db.records, later)).toEqual([]);
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
    const other = openHome(join(ledger.folder, 'other'));
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
      inputs.snapshot = (await snapshotStep.perform(
        ledger.context('snapshot', {}, inputs, name, other),
      )) as Json;
      const forecast = ledger.context('forecast', { snapshot: 'snapshot' }, inputs, name, other);
      const specs = (await forecastStep.specs(forecast)) as JobSpec[];
      const publish = async (ends: Parameters<typeof forecastStep.collect>[1]) => {
        const made = await forecastStep.collect(forecast, ends);
        inputs.forecast = made instanceof Partly ? made.output : (made as Json);
        const params = { forecast: 'forecast' };
        return {
          made,
          published: await publishForecastsStep.perform(
            ledger.context('publish', params, inputs, name, other),
          ),
          again: (records: Records) =>
            publishForecastsStep.perform(ledger.context('publish', params, inputs, name, other, records)),
        };
      };
      return { specs, publish };
    };
    await ledger.ingest(table(0, DAYS, undefined, items), other);
    const first = await begin('part-1');
    await first.publish(await performJobs(store, first.specs));
    const before = await origins();

    await ledger.ingest(table(DAYS, DAYS + 5, undefined, items), other);
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
    const alarms = () => openAlarms(ledger.db.records.pool, { feed: profile.id });
    expect(await alarms()).toMatchObject([
      { kind: 'not-renewed', series: series[0], figures: { errorClass: 'oom', reason: 'it took 2 GiB' } },
    ]);
    // done again it changes nothing; a larger share stops the step
    expect((await second.publish([{ ...lost!, ...failed }, done!])).published).toMatchObject({
      ...{ published: 0, current: 5, alarms: { raised: 0, ended: 0 } },
    });
    const { again } = await second.publish([{ ...lost!, ...failed }, done!]);
    await ledger.db.records.pool.query('delete from sihwang.drift_alarms');
    await expectSameBehindEachDeath(ledger.db.records, again);
    await expect(second.publish([lost!, { ...done!, ...failed }])).rejects.toMatchObject({
      code: 'JOBS_FAILED',
    });

    const retried = await second.publish([lost!, done!]);
    expect(retried.made).not.toBeInstanceOf(Partly);
    expect(retried.published).toMatchObject({ published: 1, current: 5, alarms: { ended: 1 } });
    expect(new Set(Object.values(await origins())).size).toBe(1);
    expect(await alarms()).toEqual([]);
  });
});
