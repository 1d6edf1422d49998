import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type JobsOn, placeJob, reconcile, submitJobs, watchJobs } from '../../src/jobs/index.ts';
import { openBatchRunner } from '../../src/jobs/runners/aws-batch/batch-runner.ts';
import { openStore } from '../../src/store/index.ts';
import { type AwsDouble, startAwsDouble } from '../aws-double/aws-double.ts';
import { withEnvironment } from '../aws-double/with-environment.ts';
import { bundledWorker } from '../support/bundled-worker.ts';
import { expectWithinBound, RATES } from '../support/cost-bound.ts';
import { jobRowsInMemory } from '../support/job-rows-in-memory.ts';
import { seeded } from '../support/random.ts';
import { testJob } from '../support/test-job.ts';
import { IMAGE } from './aws-world.ts';

/**
 * An array of AWS Batch each of whose shards is a process of its own, the product's worker from its start to its manifest,
 * and of whose machines one in fifty is taken away at a random moment, told or not. npm run test:long asks for 100 and for
 * 5,000.
 */
const SHARDS = Number(process.env.SIHWANG_PROCESSES ?? 20);
const RECLAIMED = Math.max(2, Math.round(SHARDS * 0.02));
const SEED = Number(process.env.SIHWANG_SEED ?? 20_260_821);
/** Each works so long at the least, so that every reclaim finds it at work; waiting costs no processor. */
const STEPS = 20;
const STEP_MS = 12;
/** In the services' time, of which a second takes 10 ms. */
const RECLAIM_WITHIN_MS = 24_000;
const PLACES = 4 * availableParallelism();

let folder: string;
let double: AwsDouble;
let restore: () => void;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sihwang-processes-'));
  const worker = await bundledWorker(folder);
  double = await startAwsDouble({
    ...{ timeScale: 0.01, queues: { spot: PLACES, 'on-demand': PLACES } },
    images: { [IMAGE]: [process.execPath, worker] },
  });
  restore = withEnvironment(double.environment);
}, 120_000);
afterAll(async () => {
  await double?.close();
  restore?.();
  rmSync(folder, { recursive: true, force: true });
});

/** What an undisturbed worker leaves. */
function resultOf(seed: number): string {
  let sum = seed;
  for (let step = 1; step <= STEPS; step++) sum = (sum * 48271 + step) % 2147483647;
  return createHash('sha256')
    .update(JSON.stringify({ sum, items: null }))
    .digest('hex');
}

it(`${SHARDS} shards as real processes, ${RECLAIMED} of whose machines are taken away: each result once, and the undisturbed one`, async () => {
  const random = seeded(SEED);
  const home = randomUUID();
  const rows = jobRowsInMemory();
  const runner = openBatchRunner({
    ...{ spotQueue: 'spot', onDemandQueue: 'on-demand', pollSeconds: 0.5, callRate: 20 },
    definition: {
      ...{ name: 'sihwang-worker', image: IMAGE, region: null },
      ...{ jobRoleArn: null, executionRoleArn: null, logGroup: null },
    },
  });
  const store = await openStore(`s3://bucket/homes/${home}/`);
  const on: JobsOn = { home, rows, runner, store, lease: await rows.takeLease(home, 'test') };
  const warnings = ['sigterm', 'none', 'early-exit'] as const;
  for (let at = 0; at < RECLAIMED; at++)
    double.faults.onJob(
      'sw-',
      {
        reclaimAfterMs: Math.floor(random() * RECLAIM_WITHIN_MS),
        ...{ warning: warnings[at % 3]!, text: at % 2 === 0 ? 'ec2' : 'fargate' },
      },
      { skip: Math.floor(random() * (SHARDS - RECLAIMED)) },
    );
  const specs = Array.from({ length: SHARDS }, (_, seed) =>
    placeJob(testJob({ seed, params: { to: STEPS, stepMs: STEP_MS } }), {
      ...{ home, run: 'r', runner: 'aws-batch', store: store.uri, rates: RATES },
      // of the services' time: an hour and a half takes a minute, on a machine that has much else to do
      ...{ limits: { attempts: 5, attemptSeconds: 5400 }, resources: { spot: true, memoryMiB: 4096 } },
    }),
  );
  const began = performance.now();
  const outcomes = await watchJobs(await submitJobs(specs, on), on);
  const seconds = (performance.now() - began) / 1000;

  expect(outcomes.filter(({ state }) => state !== 'SUCCEEDED')).toEqual([]);
  for (const { manifest } of outcomes)
    expect(manifest!.outputs.map(({ name, sha256 }) => [name, sha256])).toEqual([
      ['result.json', resultOf(manifest!.spec.job.seed)],
    ]);
  expect(new Set(outcomes.map(({ manifest }) => manifest!.writer)).size).toBe(SHARDS);
  const jobs = [...double.batch.jobs.values()];
  const starts = jobs.flatMap(({ attempts }) => attempts);
  const lost = starts.filter(({ statusReason = '' }) => /^Host EC2|^Your Spot/.test(statusReason));
  const figures = {
    ...{ processes: SHARDS, places: PLACES, seconds: Math.round(seconds), starts: starts.length },
    ...{ machinesLost: lost.length, calls: double.calls.length },
    callsToBatch: double.calls.filter(({ service }) => service === 'batch').length,
  };
  console.log(JSON.stringify(figures));
  if (process.env.SIHWANG_FIGURES) writeFileSync(process.env.SIHWANG_FIGURES, JSON.stringify(figures));
  // one that is told may be over before the service notes why
  expect(lost.length).toBeGreaterThanOrEqual(Math.floor(RECLAIMED / 3));
  expect(double.batch.queueNamed('spot').mostRunning).toBeLessThanOrEqual(PLACES);
  expectWithinBound(await rows.read(home, {}));
  // nothing of it is left at work or half done
  expect(await reconcile(on)).toEqual({ orphans: [], foreign: [], unadopted: [] });
  expect(jobs.filter(({ state }) => state !== 'SUCCEEDED' && state !== 'FAILED')).toEqual([]);
  const bucket = double.s3.buckets.get('bucket')!;
  expect([...bucket.uploads.values()]).toEqual([]);
  expect(bucket.keys(`homes/${home}/`).filter((key) => /checkpoint\/|tmp/.test(key))).toEqual([]);
  expect(bucket.keys(`homes/${home}/`).filter((key) => key.endsWith('/manifest.json'))).toHaveLength(SHARDS);
  await runner.close();
}, 7_200_000);
