import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ExitCode, SihwangError } from '../../src/domain/index.ts';
import {
  cancelJobs,
  type JobsOn,
  placeJob,
  pollJobs,
  type Runner,
  reconcile,
  submitJobs,
} from '../../src/jobs/index.ts';
import { openBatchRunner } from '../../src/jobs/runners/aws-batch/batch-runner.ts';
import { openSageMakerRunner } from '../../src/jobs/runners/sagemaker/sagemaker-runner.ts';
import { openSageMakerQueueRunner } from '../../src/jobs/runners/sagemaker-queue/queue-runner.ts';
import { WORKER_EFFECTS } from '../../src/jobs/worker/effects.ts';
import { runJob } from '../../src/jobs/worker/run-job.ts';
import { runTraining } from '../../src/jobs/worker/train.ts';
import { openStore } from '../../src/store/index.ts';
import { type AwsDouble, startAwsDouble } from '../aws-double/aws-double.ts';
import type { JobFault, WireFault } from '../aws-double/faults.ts';
import { instantLauncher } from '../aws-double/launch/instant-launcher.ts';
import type { Launch } from '../aws-double/launch/launcher.ts';
import { withEnvironment } from '../aws-double/with-environment.ts';
import { atWorkFor } from '../support/at-work.ts';
import { expectWithinBound, RATES } from '../support/cost-bound.ts';
import { jobRowsInMemory } from '../support/job-rows-in-memory.ts';
import { seeded } from '../support/random.ts';
import { testJob } from '../support/test-job.ts';
import { AWS_KINDS, type AwsKind } from './open-aws-runner.ts';

/**
 * Runs on each AWS runner whose calls are lost, throttled and refused, whose machines are taken away and whose controllers
 * are replaced, at random, side by side in one account: each ends, no job has two results, none has cost more than was
 * said, no home ends what is another's, and after one reconcile nothing of a run is left at work or unfinished. npm run
 * test:long asks for 500; SIHWANG_SEED repeats one.
 */
const RUNS = Number(process.env.SIHWANG_FAULT_RUNS ?? 30);
const SEED = Number(process.env.SIHWANG_SEED ?? Math.floor(Math.random() * 2 ** 31));

const busy = (status: number, code: string): WireFault => ({ answer: { status, code } });
const LOST: readonly WireFault[] = [{ drop: 'before' }, { drop: 'after' }];
const RECLAIMED: JobFault = { reclaimAfterMs: 200, warning: 'none' };
/** What may go wrong, as each service says it, on which of its calls; a queue's trainings have names of its own. */
const FAULTS: Readonly<
  Record<
    AwsKind,
    {
      readonly calls: readonly string[];
      readonly wire: readonly WireFault[];
      readonly jobs: readonly (readonly [name: string, fault: JobFault])[];
    }
  >
> = {
  'aws-batch': {
    calls: ['SubmitJob', 'ListJobs', 'DescribeJobs', 'TerminateJob'],
    wire: [busy(429, 'TooManyRequestsException'), busy(500, 'ServerException'), ...LOST],
    jobs: [
      ['sw-', { nullExit: true }],
      ['sw-', RECLAIMED],
    ],
  },
  sagemaker: {
    calls: ['CreateTrainingJob', 'ListTrainingJobs', 'DescribeTrainingJob', 'StopTrainingJob'],
    wire: [busy(400, 'ThrottlingException'), busy(500, 'InternalFailure'), ...LOST],
    jobs: [
      ['sw-', { internalError: true }],
      ['sw-', RECLAIMED],
    ],
  },
  'sagemaker-queue': {
    calls: ['SubmitServiceJob', 'ListServiceJobs', 'DescribeServiceJob', 'TerminateServiceJob'],
    wire: [busy(429, 'TooManyRequestsException'), busy(500, 'ServerException'), ...LOST],
    jobs: [
      ['AWSBatch', { capacityError: true }],
      ['AWSBatch', RECLAIMED],
    ],
  },
};

/** A runner that asks as often as a test wants. `attempts`: how often the service itself starts a job. */
function open(kind: AwsKind, attempts: number): Runner {
  const quick = { pollSeconds: 0.05, callRate: 500 };
  const training = { ...quick, roleArn: 'arn:aws:iam::000000000000:role/training', image: 'worker' };
  if (kind === 'sagemaker') return openSageMakerRunner(training);
  if (kind === 'sagemaker-queue')
    return openSageMakerQueueRunner({ ...training, attempts, queue: 'service-queue' });
  const definition = { name: 'sihwang-worker', image: 'worker@sha256:1', region: null };
  return openBatchRunner({
    ...{ ...quick, attempts, spotQueue: 'spot', onDemandQueue: 'on-demand', lookSeconds: 1 },
    definition: { ...definition, jobRoleArn: null, executionRoleArn: null, logGroup: null },
  });
}

const AS_TOLD = { ko: '시킨 대로', en: 'as it was told' };

/** The worker itself in this process, with a task that waits and ends as its parameters say. */
async function work({ command, environment, onLine }: Launch, stop: AbortSignal): Promise<number> {
  const effects: typeof WORKER_EFFECTS = {
    ...WORKER_EFFECTS,
    print: onLine,
    computedBy: async () => ({ codeVersion: 'test', nodeMajor: 0, cpuClass: 'test', lockSha256: null }),
    perform: async ({ job, signal }) => {
      const { exit = 0, waitMs = 0 } = job.params as { exit?: ExitCode | 0; waitMs?: number };
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) throw signal.reason;
      if (exit !== 0) throw new SihwangError('TEST_FAILS', AS_TOLD, { exit, hint: AS_TOLD });
      return { files: [{ name: 'result.json', bytes: Buffer.from(String(job.seed)) }], metrics: {} };
    },
  };
  const at = command.indexOf('--spec');
  if (at < 0) return runTraining(effects, environment, stop);
  const { AWS_BATCH_JOB_ARRAY_INDEX: index, AWS_BATCH_JOB_ATTEMPT, AWS_BATCH_JOB_ID } = environment;
  return runJob(
    {
      ...{ specUri: command[at + 1]!, ...(index === undefined ? {} : { shard: Number(index) }), stop },
      ...{ attempt: Number(AWS_BATCH_JOB_ATTEMPT), providerId: AWS_BATCH_JOB_ID ?? null },
    },
    effects,
  );
}

let double: AwsDouble;
let restore: () => void;
beforeAll(async () => {
  double = await startAwsDouble({
    ...{ timeScale: 0.01, queues: { spot: 50, 'on-demand': 50 }, launcher: instantLauncher(work) },
    serviceQueue: { name: 'service-queue', instances: 50 },
  });
  restore = withEnvironment(double.environment);
});
afterAll(async () => {
  double.faults.clear();
  await double.close({ livingPrograms: true });
  restore();
}, 120_000);

async function faultyRun(seed: number): Promise<void> {
  const random = seeded(seed);
  const one = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]!;
  const chance = (share: number): boolean => random() < share;
  const kind = AWS_KINDS[seed % AWS_KINDS.length]!;
  // the names of its jobs begin like those of another run's, three seeds on, which is another home's
  const home = `${(Math.floor(seed / 6) >>> 0).toString(16).padStart(8, '0')}${randomUUID().slice(8)}`;
  const rows = jobRowsInMemory();
  const store = await openStore(`s3://bucket/homes/${home}/`);
  const { faults, s3 } = double;
  const { calls, wire, jobs } = FAULTS[kind];
  for (let fault = 0; fault < 4; fault++)
    faults.onCall(one([...calls, 'PutObject', 'GetObject']), one(wire), { skip: Math.floor(random() * 4) });
  for (let fault = 0; fault < 2; fault++) if (chance(0.5)) faults.onJob(...one(jobs));
  const runners: Runner[] = [];
  let aheadMs = 0;
  const now = () => new Date(Date.now() + aheadMs);
  const controller = async (): Promise<JobsOn> => {
    const runner = open(kind, one([1, 3]));
    runners.push(runner);
    return { home, rows, runner, store, lease: await rows.takeLease(home, 'test'), now };
  };
  const specs = Array.from({ length: 1 + Math.floor(random() * 9) }, (_, at) =>
    placeJob(testJob({ seed: at, params: { exit: one([0, 0, 0, 75, 65]), waitMs: one([0, 0, 20]) } }), {
      ...{ home, run: 'r', runner: kind, store: store.uri, rates: RATES },
      ...{ limits: { attempts: 2, attemptSeconds: 86_400 }, resources: { spot: chance(0.5) } },
    }),
  );
  // a call that failed is made again by the next look; a controller that died is replaced
  const patient = async <T>(ask: () => Promise<T>): Promise<T | undefined> => ask().catch(() => undefined);
  let on = await controller();
  let keys: readonly string[] | undefined;
  while (!keys) keys = await patient(() => submitJobs(specs, on));
  if (chance(0.2)) await patient(() => cancelJobs({ run: 'r' }, 'enough', on));
  for (let look = 0; (await rows.stillOpen(home, keys)).length > 0; look++) {
    if (look > 2000)
      throw new Error(`seed ${seed}: ${(await rows.stillOpen(home, keys)).length} jobs never end`);
    // the pause before another attempt is not waited for
    const paused = (await rows.read(home, { states: ['PLANNED'] })).flatMap(
      ({ notBefore }) => notBefore ?? [],
    );
    aheadMs = Math.max(aheadMs, ...paused.map((until) => +until - Date.now()));
    if (chance(0.1)) {
      on = await controller();
      await patient(() => reconcile(on));
    } else await patient(() => pollJobs(keys!, on));
    await sleep(10);
  }
  const last = await controller();
  // one that is whole: what is planned for other runs may hit this one's calls
  while (!(await patient(() => reconcile(last))));
  for (let round = 0; atWorkFor(double, home).length > 0 && round < 1200; round++) await sleep(10);
  expect(atWorkFor(double, home)).toEqual([]);
  const bucket = s3.buckets.get('bucket')!;
  expect([...bucket.uploads.values()].filter(({ key }) => key.includes(home))).toEqual([]);
  expect(bucket.keys(`homes/${home}/`).filter((key) => /\/checkpoint\/|tmp/.test(key))).toEqual([]);
  const ended = await rows.read(home, {});
  expectWithinBound(ended);
  for (const row of ended) {
    const { result } = row.spec.placement;
    if (row.state === 'SUCCEEDED')
      expect(bucket.keys(`homes/${home}/${result}manifest.json`)).toHaveLength(1);
    if (row.spec.job.params.exit === 65) expect(row.state).not.toBe('SUCCEEDED');
    // an end that nobody of this home wished for would be another's doing
    if (row.cancelRequestedAt === null)
      expect(row.attempts.map(({ errorClass }) => errorClass)).not.toContain('cancelled');
  }
  await Promise.all(runners.map((runner) => runner.close()));
}

it(`${RUNS} runs whose calls, machines and controllers fail at random (SIHWANG_SEED=${SEED})`, async () => {
  let next = 0;
  const serve = async (): Promise<void> => {
    for (let run = next++; run < RUNS; run = next++) {
      const seed = (SEED + run) >>> 0;
      await faultyRun(seed).catch((cause: Error) => {
        throw new Error(`run ${run}, SIHWANG_SEED=${seed} SIHWANG_FAULT_RUNS=1: ${cause.message}`, { cause });
      });
    }
  };
  // they mostly wait, so many go side by side
  await Promise.all(Array.from({ length: 10 }, serve));
}, 1_800_000);
