import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/domain/index.ts';
import {
  type JobSpec,
  openLocalRunner,
  openRunner,
  placeJob,
  type Runner,
  readAwsSettings,
  runnerKindOf,
  submitJobs,
  watchJobs,
} from '../../src/jobs/index.ts';
import { type Home, openHome } from '../../src/lake/index.ts';
import { ingestFiles } from '../../src/pipeline/ingest-files.ts';
import { type ForecastOutput, forecastStep } from '../../src/pipeline/steps/forecast.ts';
import { publishForecastsStep } from '../../src/pipeline/steps/publish-forecasts.ts';
import { snapshotStep } from '../../src/pipeline/steps/snapshot.ts';
import { Skipped } from '../../src/pipeline/steps/step.ts';
import { trainStep } from '../../src/pipeline/steps/train.ts';
import { feedById } from '../../src/sources/index.ts';
import { homeStoreUri, openStore } from '../../src/store/index.ts';
import type { ComputedBy } from '../../src/tasks/index.ts';
import { type AwsDouble, startAwsDouble } from '../aws-double/aws-double.ts';
import { withEnvironment } from '../aws-double/with-environment.ts';
import { expectWithinBound } from '../support/cost-bound.ts';
import { jobRowsInMemory } from '../support/job-rows-in-memory.ts';
import { built } from '../support/local-jobs.ts';
import { stepContext } from '../support/step-context.ts';
import { WHOLE_SUITES } from '../support/whole-suites.ts';
import { ACCOUNT_SETTINGS } from './account-settings.ts';
import { AWS_KINDS } from './open-aws-runner.ts';

/** One word moves a plan's step to AWS Batch or SageMaker: real workers there leave what those of this machine leave, byte by byte. */
const FEED = 'japan-maff';
/** In CI AWS Batch has its whole morning in daily-on-aws.test.ts. */
const KINDS = AWS_KINDS.slice(WHOLE_SUITES ? 0 : 1);

let folder: string;
let home: Home;
let double: AwsDouble;
let restore: () => void;
let snapshot: Json;
let codeVersion: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sihwang-plan-batch-'));
  home = openHome(join(folder, 'home'));
  const rows = ['date,item_code,item,volume_kg,price_jpy_per_kg'];
  for (let day = 0; day < 300; day++) {
    const date = new Date(Date.UTC(2024, 0, 1 + day));
    if (date.getUTCDay() % 6 === 0) continue;
    for (const [k, code] of ['30100', '30200'].entries())
      rows.push(
        `${date.toISOString().slice(0, 10)},${code},item ${k},${10_000 + k},${(100 * (k + 1) * (1 + 0.3 * Math.sin(day / 58)) * (1 + 0.1 * Math.sin(day * day + k))).toFixed(1)}`,
      );
  }
  writeFileSync(join(folder, 'table.csv'), `${rows.join('\n')}\n`);
  await ingestFiles(home, feedById(FEED)!, [join(folder, 'table.csv')], { waitMs: 60_000, command: 'test' });
  snapshot = (await snapshotStep.perform(stepContext(home, 'snapshot', { feed: FEED }))) as Json;
  const tasks = (await import(pathToFileURL(resolve('dist/tasks/index.js')).href)) as {
    computedBy: () => ComputedBy;
  };
  codeVersion = tasks.computedBy().codeVersion;
  double = await startAwsDouble({
    timeScale: 0.01,
    queues: { spot: 2, 'on-demand': 2 },
    images: { 'worker@sha256:1': [process.execPath, resolve('dist/cli/sihwang-worker.js')] },
  });
  restore = withEnvironment({ ...double.environment, AWS_REGION: '' });
}, 120_000);
afterAll(async () => {
  await double?.close();
  restore?.();
  rmSync(folder, { recursive: true, force: true });
});

/** The workers are the built ones, so the jobs are those of the built code. */
const forBuiltWorkers = ({ job, placement }: JobSpec): JobSpec => {
  const { home: of, run, runner, store, image, limits, resources, cost } = placement;
  return placeJob(
    { ...job, codeVersion },
    {
      ...{ home: of, run, runner, store, limits, resources },
      ...(image === null ? {} : { image }),
      ...(cost ? { rates: { table: cost.table, onDemand: cost.onDemand, spot: cost.spot } } : {}),
    },
  );
};

/** The double's minutes are short. */
const impatient = (runner: Runner): Runner =>
  Object.create(runner, { abilities: { value: { ...runner.abilities, pollSeconds: 0.2 } } });

let done: ReturnType<typeof forecast> | undefined;

async function forecast(run: string, params: JsonObject, settings: object) {
  writeFileSync(join(home.path, 'aws.json'), JSON.stringify(settings));
  const context = stepContext(
    home,
    'forecast',
    { feed: FEED, snapshot: 'snapshot', only: 'all', ...params },
    { snapshot },
    run,
  );
  const specs = await forecastStep.specs(context);
  if (specs instanceof Skipped) throw new Error(specs.reason);
  const done = await carriedOut(specs);
  const output = (await forecastStep.collect(context, done.outcomes)) as unknown as ForecastOutput;
  return { ...done, output };
}

/** Jobs done where their placement says, by the built workers. */
async function carriedOut(specs: readonly JobSpec[]) {
  const mine = specs.map(forBuiltWorkers);
  const { runner: kind, store } = mine[0]!.placement;
  const runner =
    kind === 'local'
      ? openLocalRunner(home, {
          worker: built('dist/jobs/worker/main.js'),
          supervisor: built('dist/jobs/runners/local/supervisor-main.js'),
        })
      : impatient(await openRunner(runnerKindOf(kind), { home, aws: readAwsSettings(home.path) }));
  const rows = jobRowsInMemory();
  try {
    const lease = await rows.takeLease(home.id, 'test');
    const on = { home: home.id, rows, runner, store: await openStore(store), lease };
    const outcomes = await watchJobs(await submitJobs(mine, on), on);
    expect(outcomes.map(({ state, error }) => [state, error])).toEqual(
      outcomes.map(() => ['SUCCEEDED', null]),
    );
    const ended = await rows.read(home.id, {});
    expectWithinBound(ended);
    return { specs: mine, outcomes, rows: ended };
  } finally {
    await runner.close();
  }
}

it.each(KINDS)(
  'a forecast step on %s leaves the bytes that it leaves here, and its result comes home',
  async (kind) => {
    done ??= forecast('daily-1', {}, {});
    const here = await done;
    const there = await forecast(`daily-on-${kind}`, { runner: kind }, ACCOUNT_SETTINGS);
    expect(there.specs.map(({ placement }) => [placement.runner, placement.store])).toEqual(
      there.specs.map(() => [kind, `s3://bucket/sihwang/homes/${home.id}/`]),
    );
    // what is computed is the same job wherever it runs
    expect(there.outcomes.map(({ jobSha256 }) => jobSha256)).toEqual(
      here.outcomes.map(({ jobSha256 }) => jobSha256),
    );
    expect(there.output.artefact.sha256).toBe(here.output.artefact.sha256);
    expect(there.outcomes.map(({ manifest }) => manifest!.computedBy)).toEqual(
      here.outcomes.map(({ manifest }) => manifest!.computedBy),
    );
    const near = await openStore(homeStoreUri(home.path));
    expect(await near.get(there.output.artefact.key)).toEqual(await near.get(here.output.artefact.key));
    // what came home is found there like what was made there
    for (const { manifest } of there.outcomes) {
      const { outputs, spec } = manifest!;
      expect(await near.head(`${spec.placement.result}manifest.json`)).not.toBeNull();
      for (const { key, sha256 } of outputs) expect(await near.get(key, { sha256 })).not.toBeNull();
    }
    const published = await publishForecastsStep.perform(
      stepContext(
        home,
        'publish',
        { feed: FEED, forecast: 'forecast' },
        {
          forecast: there.output as unknown as Json,
        },
      ),
    );
    // the first brings them to the pages; a later one finds the same there
    if (kind === KINDS[0]) expect(published).toMatchObject({ published: 2 });
    // and it has cost something
    for (const { attempts } of there.rows) expect(attempts[0]!.usd).toBeGreaterThan(0);
    expect(here.rows[0]!.spec.placement.cost).toBeUndefined();
  },
);

let own: Promise<Json> | undefined;
let ownHere: ReturnType<typeof carriedOut> | undefined;

it.each(AWS_KINDS)(
  'a program of the user’s own, started by our worker on %s, leaves what it leaves here',
  async (kind) => {
    const command = ['/bin/sh', resolve('docs/examples/train.sh')];
    // of the services' time, of which a second takes 10 ms
    const recipe = { command, version: '1', timeoutSeconds: 7000 };
    own ??= snapshotStep.perform(
      stepContext(home, 'snapshot', { feed: FEED, task: 'custom-command', recipe }),
    ) as Promise<Json>;
    const drawn = await own;
    writeFileSync(join(home.path, 'aws.json'), JSON.stringify(ACCOUNT_SETTINGS));
    const on = async (runner: string) => {
      const params = { feed: FEED, snapshot: 'snapshot', recipe, runner };
      const context = stepContext(home, 'train', params, { snapshot: drawn }, `own-on-${runner}`);
      return carriedOut((await trainStep.specs(context)) as readonly JobSpec[]);
    };
    ownHere ??= on('local');
    const left = ({ outcomes: [one] }: Awaited<ReturnType<typeof carriedOut>>) => ({
      ...{ job: one!.jobSha256, metrics: one!.manifest!.metrics, by: one!.manifest!.computedBy },
      outputs: one!.manifest!.outputs.map(({ name, sha256 }) => [name, sha256]),
    });
    const here = left(await ownHere);
    expect(here.outputs.map(([name]) => name)).toContain('model.csv');
    expect(left(await on(kind))).toEqual(here);
  },
);

it('the word can be the home’s own; what is not known of the account is named before anything is asked', async () => {
  const context = (params: JsonObject) =>
    stepContext(
      home,
      'forecast',
      { feed: FEED, snapshot: 'snapshot', only: 'all', ...params },
      { snapshot },
      'd-3',
    );
  const asked = double.calls.length;
  const say = (settings: object) => writeFileSync(join(home.path, 'aws.json'), JSON.stringify(settings));
  say({});
  await expect(forecastStep.specs(context({ runner: 'aws-batch' }))).rejects.toMatchObject({
    code: 'AWS_SETTINGS_MISSING',
    message: expect.stringMatching(/region .*store /),
  });
  say({ ...ACCOUNT_SETTINGS, region: 'xx-nowhere-1' });
  await expect(forecastStep.specs(context({ runner: 'aws-batch' }))).rejects.toMatchObject({
    code: 'PRICE_UNKNOWN',
  });
  expect(double.calls).toHaveLength(asked);
  say({ ...ACCOUNT_SETTINGS, runner: 'aws-batch' });
  const specs = (await forecastStep.specs(context({}))) as readonly JobSpec[];
  expect(specs[0]!.placement.runner).toBe('aws-batch');
  expect(
    ((await forecastStep.specs(context({ runner: 'local' }))) as readonly JobSpec[])[0]!.placement.runner,
  ).toBe('local');
  expect(forecastStep.check!({ feed: FEED, snapshot: 's', runner: 'cloud' })).toEqual([
    'there is no runner "cloud"',
  ]);
  say({});
});
