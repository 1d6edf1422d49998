import { afterEach, describe, expect, it } from 'vitest';
import { type JobRow, pollJobs, watchJobs } from '../../src/jobs/index.ts';
import { type RunnerWorld, runnerWorld } from './runner-world.ts';

/** What only one of the two runners of trainings meets: quotas of SageMaker itself, the queue of AWS Batch. */
/** Nothing may end here because the machine has much to do. */
const UNLIMITED = { attemptSeconds: 28 * 86_400 };
let world: RunnerWorld;
afterEach(() => world.close());
const rowOf = async (key: string): Promise<JobRow> =>
  (await world.on.rows.read(world.on.home, { keys: [key] }))[0]!;
const watch = async (key: string) => (await watchJobs([key], world.on))[0]!;

describe('trainings by sagemaker', () => {
  it('check 7: above the quota a job waits with the reason, and nobody is asked meanwhile', async () => {
    world = await runnerWorld('sagemaker', { open: { quotaSeconds: 1.5 } });
    world.double.faults.onCall('CreateTrainingJob', {
      answer: {
        status: 400,
        code: 'ResourceLimitExceeded',
        message: "The account-level service limit 'ml.m5.large for training job usage' is 0 Instances",
      },
    });
    const first = await world.submit({ seed: 1 });
    const second = await world.submit({ seed: 2 });
    for (const key of [first, second]) {
      expect((await rowOf(key)).state).toBe('SUBMITTING');
      expect((await rowOf(key)).error).toMatch(/ml\.m5\.large for training job usage/);
    }
    expect(world.asked('CreateTrainingJob')).toBe(1);
    const outcomes = await watchJobs([first, second], world.on);
    expect(outcomes.map(({ state, error }) => ({ state, error }))).toEqual(
      Array(2).fill({ state: 'SUCCEEDED', error: null }),
    );
  });

  it('check 7: a role without the right to it fails the job with the service’s words', async () => {
    world = await runnerWorld('sagemaker');
    world.double.faults.onCall('CreateTrainingJob', {
      answer: {
        status: 400,
        code: 'AccessDeniedException',
        message: 'not authorized to perform: iam:PassRole',
      },
    });
    const row = await rowOf(await world.submit());
    expect(row).toMatchObject({ state: 'FAILED', errorClass: 'misconfig' });
    expect(row.error).toMatch(/iam:PassRole/);
  });

  it('check 7: a name that is another job’s is a bug, not this job’s training', async () => {
    world = await runnerWorld('sagemaker');
    const key = await world.submit({ seed: 1 });
    await watch(key);
    const { name } = [...world.double.training.jobs.values()][0]!;
    const spec = (await rowOf(key)).spec;
    const intent = { name, home: world.on.home, gen: 1, specUri: 's3://bucket/spec', spec };
    await expect(world.on.runner.submit({ ...intent, jobSha256: 'f'.repeat(64) })).rejects.toMatchObject({
      code: 'JOB_NAME_TAKEN',
      errorClass: 'bug',
    });
  });

  it('check 7: a reclaimed machine for which there is no other in time is lack of machines', async () => {
    world = await runnerWorld('sagemaker');
    world.double.faults.onJob('sw-', { maxWaitExceeded: true });
    const key = await world.submit({}, { resources: { spot: true }, limits: { attempts: 1 } });
    const [training] = [...world.double.training.jobs.values()];
    await training!.over;
    await pollJobs([key], world.on);
    expect((await rowOf(key)).attempts).toMatchObject([{ errorClass: 'capacity', state: 'FAILED' }]);
    world.ahead += 120_000;
    expect((await watch(key)).state).toBe('SUCCEEDED');
  });
});

describe('trainings by sagemaker, waiting', () => {
  it('check 11: a training for which no machine comes in time is ended, and tried again', async () => {
    world = await runnerWorld('sagemaker', { open: { mostWaitSeconds: 0.2 } });
    world.double.faults.onJob('sw-', { slowStartingMs: 3_000_000 });
    const key = await world.submit({}, { limits: { attempts: 1 } });
    for (let round = 0; (await rowOf(key)).gen === 1; round++) {
      expect(round).toBeLessThan(2000);
      await pollJobs([key], world.on);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const [attempt] = (await rowOf(key)).attempts;
    expect(attempt).toMatchObject({
      errorClass: 'capacity',
      reason: expect.stringMatching(/without a machine/),
    });
    world.ahead += 120_000;
    expect((await watch(key)).state).toBe('SUCCEEDED');
  });
});

describe('trainings by sagemaker-queue', () => {
  const jobs = () => [...world.double.serviceJobs.jobs.values()];

  it.each(['first-id', 'refused'] as const)(
    'check 14: a token that is repeated (%s) is the first job, under a name of Batch’s own',
    async (repeatedToken) => {
      world = await runnerWorld('sagemaker-queue', { repeatedToken });
      world.double.faults.onCall('SubmitServiceJob', { drop: 'after' });
      const key = await world.submit();
      expect((await rowOf(key)).providerId).toBe(jobs()[0]!.id);
      const outcome = await watch(key);
      expect(outcome.state).toBe('SUCCEEDED');
      expect(jobs()).toHaveLength(1);
      expect(outcome.manifest!.providerId).toMatch(/training-job\/awsbatch/);
    },
  );

  it('check 14: a payload that SageMaker does not take fails late, and once', async () => {
    world = await runnerWorld('sagemaker-queue', { open: { roleArn: 'arn:none' } });
    const key = await world.submit();
    expect(await watch(key)).toMatchObject({ state: 'FAILED', errorClass: 'misconfig' });
    expect((await rowOf(key)).error).toMatch(/ValidationException: roleArn/);
    expect((await rowOf(key)).attempts).toHaveLength(1);
  });

  it('check 13: a payload above 10 KiB is refused before any call', async () => {
    const environment = Object.fromEntries(
      Array.from({ length: 30 }, (_, at) => [`V${at}`, 'x'.repeat(400)]),
    );
    world = await runnerWorld('sagemaker-queue', { open: { environment } });
    const row = await rowOf(await world.submit());
    expect(row).toMatchObject({ state: 'FAILED', errorClass: 'misconfig' });
    expect(row.error).toMatch(/payload of sw-.* bytes; AWS Batch takes 10240/);
    expect(world.asked('SubmitServiceJob')).toBe(0);
  });

  it('check 14: the queue begins no more trainings of a job than its cost leaves room for', async () => {
    world = await runnerWorld('sagemaker-queue');
    const keys: string[] = [];
    for (const attempts of [3, 1])
      keys.push(await world.submit({ seed: attempts }, { limits: { ...UNLIMITED, attempts } }));
    await watchJobs(keys, world.on);
    expect(jobs().map(({ input }) => input.retryStrategy?.attempts)).toEqual([3, 1]);
  });

  it('check 11: what nothing can ever run is ended with Batch’s reason, and not tried again', async () => {
    world = await runnerWorld('sagemaker-queue');
    const reason = 'MISCONFIGURATION:SERVICE_ENVIRONMENT_MAX_RESOURCE';
    world.double.faults.onJob('sw-', { stuckRunnable: reason });
    const key = await world.submit();
    expect(await watch(key)).toMatchObject({ state: 'FAILED', errorClass: 'misconfig' });
    expect((await rowOf(key)).error).toContain(reason);
  });

  it('check 11: what waits too long, for us or for the queue’s limit, is lack of machines', async () => {
    world = await runnerWorld('sagemaker-queue', { open: { mostWaitSeconds: 0.2 } });
    const reason = 'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY';
    world.double.faults.onJob('sw-', { stuckRunnable: reason });
    world.double.faults.onJob('sw-', { stuckRunnable: reason, cancelAfterMs: 1 });
    // whose cost leaves room for one start: waiting takes nothing of it
    const key = await world.submit({}, { limits: { attempts: 1 } });
    for (let round = 0; (await rowOf(key)).gen < 3; round++) {
      expect(round).toBeLessThan(2000);
      world.ahead += 120_000;
      await pollJobs([key], world.on);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const { attempts } = await rowOf(key);
    expect(attempts.map(({ errorClass }) => errorClass)).toEqual(['capacity', 'capacity']);
    for (const { reason: said, usd } of attempts) {
      expect(said).toContain(reason);
      expect(usd).toBe(0);
    }
    world.ahead += 120_000;
    expect((await watch(key)).state).toBe('SUCCEEDED');
  });
});
