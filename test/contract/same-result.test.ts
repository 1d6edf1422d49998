import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import {
  type Job,
  type JobsOn,
  type Manifest,
  placeJob,
  submitJobs,
  watchJobs,
} from '../../src/jobs/index.ts';
import { onSlowDisk, preloaded } from '../aws-double/launch/preloads.ts';
import { withEnvironment } from '../aws-double/with-environment.ts';
import { jobRowsInMemory } from '../support/job-rows-in-memory.ts';
import { localWorld } from '../support/local-jobs.ts';
import { testJob } from '../support/test-job.ts';
import { awsWorld } from './aws-world.ts';
import { AWS_KINDS, type AwsKind, openAwsRunner } from './open-aws-runner.ts';

/** Whatever is asked of a disk takes so much longer. */
const SLOW_MS = 2;

const folder = mkdtempSync(join(tmpdir(), 'sihwang-same-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What of a manifest says what was computed, and with what. */
const computed = ({ jobSha256, spec, outputs, metrics, computedBy }: Manifest) => ({
  ...{ jobSha256, job: spec.job, metrics, computedBy },
  outputs: outputs.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 })),
});

async function done(on: JobsOn, job: Job): Promise<Manifest> {
  const where = { home: on.home, run: 'r', runner: on.runner.kind, store: on.store.uri };
  const [outcome] = await watchJobs(await submitJobs([placeJob(job, where)], on), on);
  expect(outcome!.state, `${on.runner.kind}: ${outcome!.error}`).toBe('SUCCEEDED');
  return outcome!.manifest!;
}

it('check 1: the same job has the same bytes and the same manifest on all four runners, slow disks or not, but for ids and times', async () => {
  const job = testJob({ params: { to: 50 } });
  const here = async (name: string): Promise<Manifest> => {
    const { on } = await localWorld(join(folder, name), randomUUID());
    const manifest = await done(on, job);
    await on.runner.close();
    return manifest;
  };
  const expected = computed(await here('local'));
  const restore = withEnvironment(
    preloaded({ NODE_OPTIONS: process.env.NODE_OPTIONS ?? '' }, onSlowDisk(SLOW_MS)),
  );
  expect(computed(await here('slow').finally(restore))).toEqual(expected);
  const options = { timeScale: 0.015, queues: { spot: 1, 'on-demand': 1 } };
  let kind: AwsKind = 'sagemaker';
  const world = await awsWorld(
    options,
    () => openAwsRunner(kind),
    () => [],
  );
  try {
    for (kind of AWS_KINDS) {
      world.double.faults.onJob(kind === 'sagemaker-queue' ? 'AWSBatch' : 'sw-', { slowDiskMs: SLOW_MS });
      const home = randomUUID();
      const rows = jobRowsInMemory();
      const lease = await rows.takeLease(home, 'test');
      const manifest = await done({ home, rows, store: world.store, runner: world.open(home), lease }, job);
      expect(computed(manifest), kind).toEqual(expected);
    }
  } finally {
    await world.close();
  }
}, 180_000);
