import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/domain/index.ts';
import {
  type JobOutcome,
  type JobSpec,
  type JobsOn,
  openRunner,
  type Runner,
  readAwsSettings,
  reconcile,
  runnerKindOf,
  submitJobs,
  watchJobs,
} from '../../src/jobs/index.ts';
import { type Home, openHome } from '../../src/lake/index.ts';
import { bringBack } from '../../src/pipeline/forecasting/job-place.ts';
import { ingestFiles } from '../../src/pipeline/ingest-files.ts';
import { snapshotStep } from '../../src/pipeline/steps/snapshot.ts';
import { trainStep } from '../../src/pipeline/steps/train.ts';
import { feedById } from '../../src/sources/index.ts';
import { homeStoreUri, openStore } from '../../src/store/index.ts';
import { decodeTables, RESULT_FILE } from '../../src/tasks/index.ts';
import { type AwsDouble, startAwsDouble } from '../aws-double/aws-double.ts';
import { withEnvironment } from '../aws-double/with-environment.ts';
import { jobRowsInMemory } from '../support/job-rows-in-memory.ts';
import { stepContext } from '../support/step-context.ts';

/**
 * An image of the user's as it stands: a program in POSIX shell that knows /opt/ml and nothing of ours, run by the double as
 * SageMaker would; what it left is committed by the controller.
 */
const FEED = 'japan-maff';
const DIGEST = 'a'.repeat(64);
const IMAGE = `registry.example/naive@sha256:${DIGEST}`;
/** Ends well and says nothing of itself. */
const SILENT = `registry.example/silent@sha256:${DIGEST}`;
const PROGRAM = resolve('docs/examples/sagemaker-train.sh');
/** Reads the program as it stands, with the folder that this training has in place of /opt/ml; no other user is needed for it. */
const AT_OPT_ML = ['/bin/sh', '-c', 'eval "$(sed "s#/opt/ml#$SIHWANG_OPT_ML#g" "$0")"', PROGRAM];
const SETTINGS = {
  ...{ region: 'ap-northeast-2', store: 's3://bucket/sihwang/', image: 'worker@sha256:1' },
  resources: { vcpu: 1, memoryMiB: 2048 },
  sagemaker: {
    roleArn: 'arn:aws:iam::000000000000:role/training',
    queue: 'service-queue',
    callRate: 50,
  },
};
const RECIPE = {
  image: IMAGE,
  version: '1',
  settings: { spread: 0.2 },
  figures: { mae: 'mae=([0-9.]+)', cases: 'cases=([0-9]+)' },
  timeoutSeconds: 600,
} as const;

let folder: string;
let home: Home;
let double: AwsDouble;
let restore: () => void;
let snapshot: Json;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sihwang-untouched-'));
  home = openHome(join(folder, 'home'));
  const rows = ['date,item_code,item,volume_kg,price_jpy_per_kg'];
  for (let day = 0; day < 60; day++)
    for (const [k, code] of ['30100', '30200'].entries())
      rows.push(
        `${new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10)},${code},item ${k},10000,${100 * (k + 1) + day}`,
      );
  writeFileSync(join(folder, 'table.csv'), `${rows.join('\n')}\n`);
  await ingestFiles(home, feedById(FEED)!, [join(folder, 'table.csv')], { waitMs: 60_000, command: 'test' });
  writeFileSync(join(home.path, 'aws.json'), JSON.stringify(SETTINGS));
  const drawing = stepContext(home, 'snapshot', { feed: FEED, task: 'custom-command', recipe: RECIPE });
  snapshot = (await snapshotStep.perform(drawing)) as Json;
  const saysNothing = 'mkdir -p "$SIHWANG_OPT_ML/model"; echo x > "$SIHWANG_OPT_ML/model/weights"';
  double = await startAwsDouble({
    timeScale: 0.01,
    images: {
      [IMAGE]: AT_OPT_ML,
      [SILENT]: ['/bin/sh', '-c', saysNothing],
    },
  });
  restore = withEnvironment({ ...double.environment, AWS_REGION: '' });
}, 120_000);
afterAll(async () => {
  await double?.close();
  restore?.();
  rmSync(folder, { recursive: true, force: true });
});

const open: Runner[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((runner) => runner.close()));
});

const contextOf = (run: string, recipe: JsonObject, runner: string) =>
  stepContext(home, 'train', { feed: FEED, snapshot: 'snapshot', recipe, runner }, { snapshot }, run);

async function specsOf(run: string, recipe: JsonObject, runner: string): Promise<readonly JobSpec[]> {
  return (await trainStep.specs(contextOf(run, recipe, runner))) as readonly JobSpec[];
}

/** A controller of its own; the double's minutes are short. */
async function controller(spec: JobSpec, rows = jobRowsInMemory()): Promise<JobsOn> {
  const { runner: kind, store } = spec.placement;
  const bare = await openRunner(runnerKindOf(kind), { home, aws: readAwsSettings(home.path) });
  const runner: Runner = Object.create(bare, {
    abilities: { value: { ...bare.abilities, pollSeconds: 0.2 } },
  });
  open.push(runner);
  const lease = await rows.takeLease(home.id, 'test');
  return { home: home.id, rows, runner, store: await openStore(store), lease };
}

async function train(run: string, recipe: JsonObject, runner: string) {
  const specs = await specsOf(run, recipe, runner);
  const on = await controller(specs[0]!);
  const [outcome] = await watchJobs(await submitJobs(specs, on), on);
  return { outcome: outcome!, on, spec: specs[0]! };
}

async function resultOf({ manifest }: JobOutcome, on: JobsOn) {
  const { key, sha256 } = manifest!.outputs.find(({ name }) => name === RESULT_FILE)!;
  return decodeTables((await on.store.get(key, { sha256 }))!);
}

it.each(['sagemaker', 'sagemaker-queue'])(
  'its result on %s is committed by the controller, as a worker would have left it',
  async (runner) => {
    const { outcome, on, spec } = await train(`own-on-${runner}`, RECIPE, runner);
    expect([outcome.state, outcome.error]).toEqual(['SUCCEEDED', null]);
    const { manifest } = outcome;
    expect(manifest).toMatchObject({
      jobSha256: outcome.jobSha256,
      metrics: { task: 'custom-command', reported: { mae: expect.any(Number), cases: 16 } },
      computedBy: { image: IMAGE, codeVersion: spec.job.codeVersion },
    });
    const { origin_outcome: outcomes } = await resultOf(outcome, on);
    expect(outcomes!.series!.values).toHaveLength(16);
    // its settings came to it as hyperparameters: 100 less a fifth
    expect(Array.from(outcomes!.lo80!.values)[0]).toBeCloseTo(80, 9);
    // the archive is where SageMaker left it, with the hash of its bytes, and comes home like any result
    const near = await openStore(homeStoreUri(home.path));
    await bringBack(near, [outcome]);
    const archive = manifest!.outputs.find(({ name }) => name === 'model.tar.gz')!;
    expect(archive.key).toMatch(new RegExp(`^${spec.placement.result}sagemaker/.*/output/model\\.tar\\.gz$`));
    const path = join(folder, `${runner}.tar.gz`);
    expect(await near.getFile(archive.key, path, { sha256: archive.sha256 })).toBe(true);
    const names = execFileSync('tar', ['-tzf', path], { encoding: 'utf8' }).trim().split('\n').sort();
    expect(names).toEqual(['./', './last-prices.csv', './outcomes.csv']);
    // nothing of ours was in its hyperparameters, and it has cost no more than was said
    const [training] = [...double.training.jobs.values()].slice(-1);
    expect(training!.input.HyperParameters).toEqual({ spread: '0.2' });
    const [row] = await on.rows.read(on.home, {});
    expect(row!.attempts[0]!.usd).toBeGreaterThan(0);
    expect(row!.attempts[0]!.usd).toBeLessThanOrEqual(spec.placement.cost!.boundUsd);
  },
);

it.each(['untouched-outputs-kept', 'manifest-committed'])(
  'a controller that dies at %s is followed by one that has the same result, once',
  async (point) => {
    const specs = await specsOf(`killed-at-${point}`, RECIPE, 'sagemaker');
    const rows = jobRowsInMemory();
    const first = await controller(specs[0]!, rows);
    const [key] = await submitJobs(specs, first);
    const handle = { name: (await rows.read(home.id, {}))[0]!.key, providerId: null };
    const name = `${handle.name}-g1`;
    let report = (await first.runner.poll([{ name, providerId: null }]))[0]!;
    for (let round = 0; report.state !== 'SUCCEEDED'; round++) {
      expect(round, `${report.state} ${report.reason}`).toBeLessThan(600);
      await sleep(50);
      report = (await first.runner.poll([{ name, providerId: null }]))[0]!;
    }
    // the first controller commits in a process of its own, and dies there
    const row = (await rows.read(home.id, {}))[0]!;
    const source = (path: string) => JSON.stringify(pathToFileURL(resolve(path)).href);
    const script = join(folder, `${point}.mjs`);
    writeFileSync(
      script,
      `import { commitUntouched } from ${source('src/jobs/commit-untouched.ts')};
       import { openStore, useAwsRegion } from ${source('src/store/index.ts')};
       useAwsRegion('ap-northeast-2');
       const { row, report } = ${JSON.stringify({ row, report })};
       const left = { ...report.left, startedAt: new Date(report.left.startedAt), endedAt: new Date(report.left.endedAt) };
       await commitUntouched(await openStore(row.spec.placement.store), row, { ...report, left });`,
    );
    // the double answers in this process, so nobody may block it
    const child = spawn(process.execPath, ['scripts/run-ts.mjs', script], {
      env: { ...process.env, SIHWANG_KILL_AT: point },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [code, signal] = await once(child, 'close');
    expect([code, signal]).toEqual([null, 'SIGKILL']);
    const second = await controller(specs[0]!, rows);
    expect(await reconcile(second)).toMatchObject({ orphans: [] });
    const [outcome] = await watchJobs([key!], second);
    expect([outcome!.state, outcome!.error]).toEqual(['SUCCEEDED', null]);
    // one training, one manifest; what it names is whole
    expect([...double.training.jobs.keys()].filter((one) => one === name)).toHaveLength(1);
    expect((await resultOf(outcome!, second)).origin_outcome!.series!.values).toHaveLength(16);
    await expect(watchJobs([key!], second)).resolves.toMatchObject([
      { manifest: { writer: outcome!.manifest!.writer } },
    ]);
  },
);

it('without figures it has failed, and is told what to do; as it has when it ends otherwise than with 0', async () => {
  const { outcome } = await train('silent', { image: SILENT, version: '1' }, 'sagemaker');
  expect([outcome.state, outcome.errorClass, outcome.manifest]).toEqual(['FAILED', 'bug', null]);
  expect(outcome.error).toMatch(/left no metrics\.json.*\/opt\/ml\/model\/metrics\.json.*figures/);
  const failing = await train(
    'failing',
    { ...RECIPE, command: ['/bin/sh', '-c', 'echo no rows >&2; exit 65'], version: '3' },
    'sagemaker-queue',
  );
  expect([failing.outcome.state, failing.outcome.errorClass]).toEqual(['FAILED', 'bad-data']);
});

it('is refused where nobody could start it, before anything is asked', async () => {
  const asked = double.calls.length;
  for (const runner of ['local', 'aws-batch'])
    await expect(specsOf('refused', RECIPE, runner)).rejects.toMatchObject({ code: 'IMAGE_NEEDS_SAGEMAKER' });
  expect(double.calls).toHaveLength(asked);
  expect(readFileSync(PROGRAM, 'utf8')).not.toMatch(/SIHWANG/);
});
