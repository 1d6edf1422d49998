import { afterEach, describe, expect, it } from 'vitest';
import { type JobRow, pollJobs, watchJobs } from '../../src/jobs/index.ts';
import { AWS_KINDS, type AwsKind } from '../contract/open-aws-runner.ts';
import type { JobFault } from './faults.ts';
import { performed, type RunnerWorld, runnerWorld } from './runner-world.ts';

/**
 * Every kind of fault on every runner of AWS where it can occur, one job each: it is done once, or has failed for the
 * reason that it is. The runner of this machine meets dead workers, too little memory and slow disks, in
 * test/contract/local-runner.test.ts and same-result.test.ts; it has no service that could do the rest.
 */
const UNLIMITED = { attemptSeconds: 28 * 86_400 };
const THROTTLED = { answer: { status: 400, code: 'ThrottlingException' } } as const;
const BROKEN = { answer: { status: 500, code: 'InternalFailure' } } as const;

/** How each runner speaks to its service. */
const CALLS: Readonly<Record<AwsKind, { readonly submit: string; readonly look: string }>> = {
  'aws-batch': { submit: 'SubmitJob', look: 'DescribeJobs' },
  sagemaker: { submit: 'CreateTrainingJob', look: 'DescribeTrainingJob' },
  'sagemaker-queue': { submit: 'SubmitServiceJob', look: 'DescribeServiceJob' },
};
/** What meets the machine of a job behind a queue meets the training that the queue started. */
const machineOf = (kind: AwsKind) => (kind === 'sagemaker-queue' ? 'AWSBatch' : 'sw-');

let world: RunnerWorld;
afterEach(() => world.close());

describe.each(AWS_KINDS)('faults on %s', (kind) => {
  const { submit, look } = CALLS[kind];
  const opened = async (options: Parameters<typeof runnerWorld>[1] = {}) => {
    world = await runnerWorld(kind, options);
    return world.double;
  };
  const rowOf = async (key: string): Promise<JobRow> =>
    (await world.on.rows.read(world.on.home, { keys: [key] }))[0]!;
  const started = () =>
    kind === 'aws-batch'
      ? [...world.double.batch.jobs.values()].length
      : kind === 'sagemaker'
        ? world.double.training.jobs.size
        : world.double.serviceJobs.jobs.size;
  /** Submits one and waits for its end, retries at once. */
  const done = async (...of: Parameters<RunnerWorld['submit']>): Promise<JobRow> => {
    const key = await world.submit(of[0], { limits: UNLIMITED, ...of[1] });
    for (let round = 0; (await world.on.rows.stillOpen(world.on.home, [key])).length > 0; round++) {
      expect(round, 'waited in vain').toBeLessThan(4000);
      if ((await rowOf(key)).state === 'PLANNED') world.ahead += 120_000;
      await pollJobs([key], world.on).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return rowOf(key);
  };

  it('throttled: at every call, again and again', async () => {
    const double = await opened();
    for (const operation of [submit, look]) double.faults.onCall(operation, THROTTLED, { times: 2 });
    expect((await done()).state).toBe('SUCCEEDED');
    expect(started()).toBe(1);
  });

  it('errors of the service: at every call', async () => {
    const double = await opened();
    for (const operation of [submit, look]) double.faults.onCall(operation, BROKEN, { times: 2 });
    double.faults.onCall('PutObject', { answer: { status: 503, code: 'SlowDown' } });
    expect((await done()).state).toBe('SUCCEEDED');
    expect(started()).toBe(1);
  });

  it('the answer to a submission is lost, or is no answer', async () => {
    const double = await opened();
    double.faults.onCall(submit, { drop: 'after' });
    const lost = await done({ seed: 1 });
    double.faults.onCall(submit, { garbled: 'html' });
    const garbled = await done({ seed: 2 });
    for (const { state, attempts } of [lost, garbled])
      expect([state, attempts.length]).toEqual(['SUCCEEDED', 1]);
    expect(started()).toBe(2);
  });

  it.each(['sigterm', 'none'] as const)(
    'the spot machine is taken away (%s), at its first moment and later',
    async (warning) => {
      const double = await opened();
      double.faults.onJob(machineOf(kind), { reclaimAfterMs: 0, warning });
      double.faults.onJob(machineOf(kind), { reclaimAfterMs: 40_000, warning });
      const place = { resources: { spot: true }, checkpoint: { everySeconds: 0.02 } };
      const row = await done({ params: { to: 20, stepMs: 6 } }, place);
      expect(row.state).toBe('SUCCEEDED');
      expect(row.attempts.every(({ errorClass }) => errorClass === null || errorClass === 'spot')).toBe(true);
    },
  );

  it('there is no machine', async () => {
    const double = await opened({ open: { mostWaitSeconds: 0.2 } });
    const none: JobFault =
      kind === 'aws-batch'
        ? { stuckRunnable: 'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY', cancelAfterMs: 10 }
        : { capacityError: true };
    double.faults.onJob(machineOf(kind), none);
    const { state, attempts } = await done({}, { limits: { ...UNLIMITED, attempts: 1 } });
    expect(state).toBe('SUCCEEDED');
    // the queue of trainings asks again by itself
    expect(attempts.map(({ errorClass }) => errorClass)).toEqual(
      kind === 'sagemaker-queue' ? [null] : ['capacity', null],
    );
  });

  it('it waits for a machine for ever', async () => {
    const double = await opened({ open: { mostWaitSeconds: 0.2 } });
    if (kind === 'sagemaker') double.faults.onJob('sw-', { slowStartingMs: 5_000_000 });
    else double.faults.onJob('sw-', { stuckRunnable: 'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY' });
    const { state, attempts } = await done();
    expect(state).toBe('SUCCEEDED');
    expect(attempts.map(({ errorClass }) => errorClass)).toEqual(['capacity', null]);
  });

  it('its image may not be pulled', async () => {
    const double = await opened();
    double.faults.onJob(machineOf(kind), { cannotPull: 'unauthorized' }, { share: 1 });
    expect(await done()).toMatchObject({ state: 'FAILED', errorClass: 'misconfig' });
  });

  it('it takes too much memory', async () => {
    let first = true;
    const double = await opened({
      work: (...of) => {
        if (!first) return performed(...of);
        first = false;
        return new Promise((resolve) => of[1].addEventListener('abort', () => resolve(137), { once: true }));
      },
    });
    double.faults.onJob(machineOf(kind), { outOfMemoryAfterMs: 10 });
    const { state, attempts, spec } = await done({}, { resources: { memoryMiB: 1024 } });
    expect(state).toBe('SUCCEEDED');
    expect(attempts.map(({ errorClass }) => errorClass)).toEqual(['oom', null]);
    expect(spec.placement.resources.memoryMiB).toBe(2048);
  });

  it('it is not visible at once, and then known no more', async () => {
    const double = await opened();
    double.faults.onJob('sw-', { invisibleMs: 2_000_000 });
    const key = await world.submit({}, { limits: UNLIMITED });
    await pollJobs([key], world.on);
    expect((await rowOf(key)).state).toBe('SUBMITTED');
    expect((await watchJobs([key], world.on))[0]!.state).toBe('SUCCEEDED');
    expect((await rowOf(key)).attempts).toHaveLength(1);
    expect(started()).toBe(1);
  });

  it.each([-2, 2])('its clock is %i hours off', async (hours) => {
    const double = await opened();
    double.clock.skewMs = hours * 3_600_000;
    // it waits, but not for an hour, whatever the two clocks say
    double.faults.onJob(machineOf(kind), { slowStartingMs: 300_000 });
    const { state, attempts, gen } = await done();
    expect([state, attempts.length, gen]).toEqual(['SUCCEEDED', 1, 1]);
  });

  it('the container’s disk is full', async () => {
    const seen: unknown[] = [];
    const double = await opened({
      work: (launch, stopped) => {
        seen.push([launch.diskMb, launch.slowDiskMs]);
        return launch.diskMb === 0 ? Promise.resolve(75) : performed(launch, stopped);
      },
    });
    double.faults.onJob(machineOf(kind), { diskFull: true });
    expect((await done()).state).toBe('SUCCEEDED');
    expect(seen).toEqual([
      [0, undefined],
      [undefined, undefined],
    ]);
  });
});
