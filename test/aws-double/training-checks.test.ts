import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readAwsSettings } from '../../src/jobs/aws-settings.ts';
import {
  cancelJobs,
  type JobOutcome,
  type JobRow,
  jobName,
  namePrefix,
  placeJob,
  pollJobs,
  type Runner,
  reconcile,
  submitJobs,
  watchJobs,
} from '../../src/jobs/index.ts';
import { sageMakerOptions } from '../../src/jobs/runners/sagemaker/options.ts';
import type { AwsKind } from '../contract/open-aws-runner.ts';
import { RATES } from '../support/cost-bound.ts';
import { jobRowsInMemory } from '../support/job-rows-in-memory.ts';
import { testJob } from '../support/test-job.ts';
import { WHOLE_SUITES } from '../support/whole-suites.ts';
import type { Launch } from './launch/launcher.ts';
import { performed, type RunnerWorld, runnerWorld } from './runner-world.ts';

/** A day of the double's time is a minute and a half: nothing may end here because the machine has much to do. */
const UNLIMITED = { attemptSeconds: 28 * 86_400 };
/** Every so many calls of a controller it dies at one; at each in `npm run test:long`. */
const DEATHS_EVERY = WHOLE_SUITES ? 1 : 4;

/** What is checked of every runner on AWS, here of the two that start trainings; the workers are functions. */
describe.each(['sagemaker', 'sagemaker-queue'] as const)('trainings by %s', (kind) => {
  let world: RunnerWorld;
  afterEach(() => world.close());
  const opened = async (options: Parameters<typeof runnerWorld>[1] = {}) => {
    world = await runnerWorld(kind, options);
    return world;
  };
  const submission = kind === 'sagemaker' ? 'CreateTrainingJob' : 'SubmitServiceJob';
  const watch = async (key: string): Promise<JobOutcome> => (await watchJobs([key], world.on))[0]!;
  const rowOf = async (key: string): Promise<JobRow> =>
    (await world.on.rows.read(world.on.home, { keys: [key] }))[0]!;
  const trainings = () => [...world.double.training.jobs.values()];
  const submitted = () => (kind === 'sagemaker' ? trainings() : [...world.double.serviceJobs.jobs.values()]);
  const result = async ({ manifest }: JobOutcome) =>
    JSON.parse(new TextDecoder().decode((await world.on.store.get(manifest!.outputs[0]!.key))!));
  const until = async (holds: () => Promise<boolean> | boolean): Promise<void> => {
    for (let round = 0; !(await holds()); round++) {
      expect(round, 'waited in vain').toBeLessThan(4000);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const begun = (key: string) => until(async () => (await pollJobs([key], world.on))[0]!.state === 'RUNNING');

  it('check 3: a lost answer to a submission is one training, taken on', async () => {
    const { double } = await opened();
    double.faults.onCall(submission, { drop: 'after' });
    const key = await world.submit();
    expect((await rowOf(key)).state).toBe('SUBMITTED');
    expect((await watch(key)).state).toBe('SUCCEEDED');
    expect(world.asked(submission)).toBe(2);
    expect(submitted()).toHaveLength(1);
  });

  it('check 3: when every answer is lost the job stays intended, and is found by the next look', async () => {
    const { double } = await opened();
    double.faults.onCall(submission, { drop: 'after' }, { times: 5 });
    if (kind === 'sagemaker-queue')
      double.faults.onCall('ListServiceJobs', { drop: 'before' }, { times: 5, skip: 1 });
    const key = await world.submit();
    expect((await rowOf(key)).state).toBe('SUBMITTING');
    expect((await watch(key)).state).toBe('SUCCEEDED');
    expect(submitted()).toHaveLength(1);
    expect((await rowOf(key)).attempts).toHaveLength(1);
  });

  it('check 3: a submission that was not heard is made again', async () => {
    const { double } = await opened();
    double.faults.onCall(submission, { drop: 'before' }, { times: 2 });
    double.faults.onCall(submission, { answer: { status: 500, code: 'InternalFailure' } });
    expect((await watch(await world.submit())).state).toBe('SUCCEEDED');
    expect(submitted()).toHaveLength(1);
  });

  it('check 6: success without a manifest is a failure; a manifest is a success, though nobody knows the job', async () => {
    let silent = true;
    const { double, on } = await opened({
      work: (...of) => (silent ? Promise.resolve(0) : performed(...of)),
    });
    const empty = await watch(await world.submit({ seed: 1 }));
    expect(empty).toMatchObject({ state: 'FAILED', errorClass: 'no-result' });
    expect((await rowOf(empty.key)).attempts).toHaveLength(2);
    silent = false;
    if (kind === 'sagemaker-queue') double.faults.onJob('sw-', { agedOut: true });
    const key = await world.submit({ seed: 2 });
    const { result: at } = (await rowOf(key)).spec.placement;
    await until(async () => (await on.store.head(`${at}manifest.json`)) !== null);
    if (kind === 'sagemaker') {
      await double.training.named(jobName(key, 1)).over;
      double.training.delete({ TrainingJobName: jobName(key, 1) });
    } else await until(() => [...double.serviceJobs.jobs.values()].at(-1)!.forgotten);
    // what is not known is only looked for when it would have to be visible
    world.ahead += 130_000;
    expect((await watch(key)).state).toBe('SUCCEEDED');
  });

  it('check 7: lack of machines is tried again without counting, on the same terms', async () => {
    const { double } = await opened();
    double.faults.onJob(kind === 'sagemaker' ? 'sw-' : 'AWSBatch', { capacityError: true }, { times: 3 });
    const key = await world.submit({}, { limits: { ...UNLIMITED, attempts: 1 } });
    await until(async () => {
      world.ahead += 120_000;
      return (await pollJobs([key], world.on))[0]!.state === 'SUCCEEDED';
    });
    const { attempts, gen } = await rowOf(key);
    // the queue tries again by itself
    expect(gen).toBe(kind === 'sagemaker' ? 4 : 1);
    expect(attempts.map(({ errorClass }) => errorClass)).toEqual(
      kind === 'sagemaker' ? ['capacity', 'capacity', 'capacity', null] : [null],
    );
    expect(trainings()).toHaveLength(4);
    // those that found no machine took nothing
    for (const { usage } of attempts) expect(usage!.starts).toBeUndefined();
  });

  it('check 7: errors of the service, images that may not be pulled, time that is up: each by its kind', async () => {
    const { double } = await opened();
    const on = kind === 'sagemaker' ? 'sw-' : 'AWSBatch';
    double.faults.onJob(on, { internalError: true });
    expect((await watch(await world.submit({ seed: 1 }))).state).toBe('SUCCEEDED');
    double.faults.onJob(on, { cannotPull: 'unauthorized' });
    expect(await watch(await world.submit({ seed: 2 }))).toMatchObject({
      state: 'FAILED',
      errorClass: 'misconfig',
    });
    const late = await world.submit(
      { seed: 3, params: { to: 1000, stepMs: 20 } },
      // so many that a machine with much else to do, which ends it late, ends it within what was said
      { limits: { attemptSeconds: 1200, attempts: 20 } },
    );
    expect(await watch(late)).toMatchObject({ state: 'FAILED', errorClass: 'timeout' });
    expect((await rowOf(late)).attempts).toHaveLength(1);
    expect(trainings()).toHaveLength(3);
  });

  it('check 8: a reclaimed spot machine is taken up again from the checkpoint, to the undisturbed bytes', async () => {
    const { double } = await opened();
    const undisturbed = await watch(await world.submit({ params: { to: 30 } }));
    const on = kind === 'sagemaker' ? 'sw-' : 'AWSBatch';
    double.faults.onJob(on, { reclaimAfterMs: 60_000, warning: 'sigterm' });
    const place = { resources: { spot: true }, limits: UNLIMITED };
    const key = await world.submit({ params: { to: 30, stepMs: 8 } }, place);
    const outcome = await watch(key);
    expect(await result(outcome)).toEqual(await result(undisturbed));
    expect((await rowOf(key)).attempts).toHaveLength(1);
    const training = trainings().at(-1)!;
    expect(training.input).toMatchObject({ EnableManagedSpotTraining: true });
    expect(training.transitions.map(({ Status }) => Status)).toContain('Interrupted');
    expect(training.billableMs).toBeLessThan(training.trainingMs);
  });

  it('check 10: cancelled before, while and after it is submitted, again and again, and beside its own success', async () => {
    const { double, on } = await opened();
    const long = { to: 100_000, stepMs: 5 };
    const planned = await world.submit({ seed: 1, params: long });
    await cancelJobs({ keys: [planned] }, 'no', on);
    await cancelJobs({ keys: [planned] }, 'no', on);
    double.faults.onCall(submission, { drop: 'after' }, { times: 5 });
    if (kind === 'sagemaker-queue')
      double.faults.onCall('ListServiceJobs', { drop: 'before' }, { times: 5, skip: 1 });
    const unheard = await world.submit({ seed: 2, params: long });
    expect((await rowOf(unheard)).state).toBe('SUBMITTING');
    await cancelJobs({ keys: [unheard] }, '그만', on);
    const running = await world.submit({ seed: 3, params: long });
    await begun(running);
    if (kind === 'sagemaker') double.faults.onJob(jobName(running, 1), { longStoppingMs: 20_000 });
    await cancelJobs({ keys: [running] }, 'no', on);
    const done = await world.submit({ seed: 4 });
    await until(() => trainings().at(-1)!.status === 'Completed');
    await cancelJobs({ keys: [done] }, 'too late', on);
    const outcomes = await watchJobs([planned, unheard, running, done], on);
    expect(outcomes.map(({ state }) => state)).toEqual(Array(4).fill('CANCELLED'));
    expect((await rowOf(unheard)).error).toBe('그만');
    expect(trainings().filter(({ endedAt }) => endedAt === undefined)).toEqual([]);
  });

  it('check 12: throttled and cut off again and again, twenty jobs are each done once', async () => {
    const { double } = await opened({ serviceQueue: { name: 'service-queue', instances: 20 } });
    const describe = kind === 'sagemaker' ? 'DescribeTrainingJob' : 'DescribeServiceJob';
    const throttled = { answer: { status: 400, code: 'ThrottlingException' } } as const;
    for (const skip of [1, 5, 9]) double.faults.onCall(submission, throttled, { skip });
    double.faults.onCall(submission, { drop: 'after' }, { skip: 7 });
    for (const skip of [2, 10]) double.faults.onCall(describe, throttled, { skip });
    double.faults.onCall(describe, { drop: 'before' }, { skip: 5 });
    const specs = Array.from({ length: 20 }, (_, seed) =>
      placeJob(testJob({ seed }), {
        ...{ home: world.on.home, run: 'r', runner: kind, store: world.on.store.uri, rates: RATES },
        limits: UNLIMITED,
      }),
    );
    const keys = await submitJobs(specs, world.on);
    const outcomes = await watchJobs(keys, world.on);
    expect(outcomes.filter(({ state }) => state === 'SUCCEEDED')).toHaveLength(20);
    expect(trainings()).toHaveLength(20);
    // each once when it is new and once when it has ended; a list tells the rest
    expect(world.asked(describe)).toBeLessThan(20 * 4);
  }, 120_000);

  it('check 13: what is too large is refused with our own words, before any call', async () => {
    const { double } = await opened({ open: { environment: { A: 'x'.repeat(513) } } });
    const key = await world.submit();
    expect(await rowOf(key)).toMatchObject({ state: 'FAILED', errorClass: 'misconfig' });
    expect((await rowOf(key)).error).toMatch(/environment variable A of sw-/);
    const huge = await world.submit({ seed: 1 }, { resources: { vcpu: 1000 } });
    expect((await rowOf(huge)).error).toMatch(/no machine has 1000 processors.*ml\.m5\.large/);
    expect(double.calls.filter(({ service }) => service !== 's3')).toEqual([]);
  });

  it('carries the tags that the home’s settings name, beside ours, also where they are as many as may be', async () => {
    const tags = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`팀 ${at}`, '시황']));
    const folder = mkdtempSync(join(tmpdir(), 'sihwang-tags-'));
    const said = { image: 'worker', sagemaker: { roleArn: 'arn:aws:iam::000000000000:role/training', tags } };
    writeFileSync(join(folder, 'aws.json'), JSON.stringify(said));
    const options = sageMakerOptions(kind, readAwsSettings(folder, {}));
    rmSync(folder, { recursive: true });
    const { on } = await opened({ open: options });
    expect((await watch(await world.submit())).state).toBe('SUCCEEDED');
    expect(trainings()[0]!.input.Tags).toEqual([
      { Key: 'sihwang:home', Value: on.home },
      { Key: 'sihwang:run', Value: 'r' },
      ...Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    ]);
  });

  it('check 16: the log is followed by a cursor to its end; one that never was has no lines', async () => {
    const { double, on } = await opened();
    const key = await world.submit({ params: { to: 20, stepMs: 10 } });
    const handle = { name: jobName(key, 1), providerId: (await rowOf(key)).providerId };
    const lines: string[] = [];
    let cursor = '';
    const follow = async (runner: Runner) => {
      const page = await runner.logs(handle, cursor);
      lines.push(...page.lines);
      cursor = page.cursor;
      return page.lines.length;
    };
    await begun(key);
    await follow(on.runner);
    await watch(key);
    // another process goes on where the first one was
    while ((await follow(world.open())) > 0);
    expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(['begun', 'ended']);
    double.faults.onJob(kind === 'sagemaker' ? 'sw-' : 'AWSBatch', { missingLogStream: true });
    const silent = await world.submit({ seed: 9 });
    await watch(silent);
    const none = await on.runner.logs({ name: jobName(silent, 1), providerId: null }, '');
    expect(none.lines).toEqual([]);
  });

  it('check 16: a list is read through empty pages and beyond a hundred', async () => {
    const { double, on } = await opened({
      work: untilStopped,
      serviceQueue: { name: 'service-queue', instances: 200 },
    });
    const runner = world.open();
    const place = { home: on.home, run: 'r', runner: kind, store: on.store.uri, limits: UNLIMITED };
    await Promise.all(
      Array.from({ length: 105 }, (_, seed) =>
        runner.submit({
          name: `${namePrefix(on.home, 'r')}${String(seed).padStart(16, '0')}-g1`,
          home: on.home,
          jobSha256: 'x',
          gen: 1,
          specUri: 's3://bucket/spec',
          spec: placeJob(testJob({ seed }), place),
        }),
      ),
    );
    double.faults.onCall(kind === 'sagemaker' ? 'ListTrainingJobs' : 'ListServiceJobs', { emptyPage: true });
    const found = [];
    for await (const one of runner.list(namePrefix(on.home))) found.push(one);
    expect(new Set(found.map(({ name }) => name)).size).toBe(105);
    expect(found.every(({ home }) => home === on.home)).toBe(true);
    await Promise.all(found.map((one) => runner.cancel(one, 'end of the test')));
    await until(() => trainings().every(({ running }) => running === undefined));
  }, 120_000);

  it('two homes whose names begin alike leave each other’s jobs alone', async () => {
    const { on } = await opened();
    const other = on.home.replace(/0{12}$/, '000000000001');
    const rows = jobRowsInMemory();
    const theirs = { ...on, home: other, rows, lease: await rows.takeLease(other, 'other') };
    const long = { to: 100_000, stepMs: 5 };
    const mine = await world.submit({ seed: 1, params: long });
    const [foreign] = (await submitJobs(
      [
        placeJob(testJob({ seed: 2, params: long }), {
          home: other,
          run: 'r',
          runner: kind,
          store: on.store.uri,
        }),
      ],
      theirs,
    )) as [string];
    await begun(mine);
    expect(await reconcile(on)).toEqual({ orphans: [], foreign: [jobName(foreign, 1)], unadopted: [] });
    await cancelJobs({ keys: [mine] }, 'end', on);
    await watch(mine);
    expect((await pollJobs([foreign], theirs))[0]!.state).toBe('RUNNING');
    await cancelJobs({ keys: [foreign] }, 'end', theirs);
    await watchJobs([foreign], theirs);
  });

  it('a training that is not visible yet is not lost', async () => {
    const { double } = await opened();
    double.faults.onJob('sw-', { invisibleMs: 3_000_000 });
    const key = await world.submit();
    for (let round = 0; round < 3; round++)
      expect((await pollJobs([key], world.on))[0]!.state).toBe('SUBMITTED');
    expect((await watch(key)).state).toBe('SUCCEEDED');
    expect((await rowOf(key)).attempts).toHaveLength(1);
  });

  it('check 2: a controller that dies at any call leaves one training and no orphan', async () => {
    await opened();
    let points = 0;
    for (let at = 1; ; at += DEATHS_EVERY) {
      const key = await dyingAt(at, world, kind);
      if (key === null) break;
      points++;
      const { rows } = world.on;
      const on = { ...world.on, lease: await rows.takeLease(world.on.home, 'next'), runner: world.open() };
      await reconcile(on);
      const spec = placeJob(testJob({ seed: 1000 + at }), {
        ...{ home: on.home, run: 'r', runner: kind, store: on.store.uri, rates: RATES },
      });
      const keys = await submitJobs([spec], on);
      expect((await watchJobs(keys, on))[0]!.state, `died at call ${at}`).toBe('SUCCEEDED');
      expect(submitted(), `died at call ${at}`).toHaveLength(points);
      expect(await rows.orphans(on.home)).toEqual([]);
    }
    expect(points * DEATHS_EVERY).toBeGreaterThan(12);
  }, 120_000);
});

const untilStopped = (_: Launch, stopped: AbortSignal): Promise<number> =>
  new Promise((resolve) => stopped.addEventListener('abort', () => resolve(143)));

/** Lets a controller do a job until its `at`-th call of rows or runner is over, then it is gone; null = it came to the end. */
async function dyingAt(at: number, world: RunnerWorld, kind: AwsKind): Promise<string | null> {
  const { on } = world;
  let calls = 0;
  const mortal = <T extends object>(of: T): T =>
    new Proxy(of, {
      get: (target, name) => {
        const member = Reflect.get(target, name, target) as unknown;
        if (typeof member !== 'function' || name === 'list') return member;
        return async (...parameters: unknown[]) => {
          if (calls >= at) throw new Error('it has died');
          const answer = await (member as (...of: unknown[]) => unknown).apply(target, parameters);
          if (++calls >= at) throw new Error('it has died');
          return answer;
        };
      },
    });
  const lease = await on.rows.takeLease(on.home, 'mortal');
  const dying = { ...on, lease, rows: mortal(on.rows), runner: mortal(on.runner) };
  const spec = placeJob(testJob({ seed: 1000 + at }), {
    ...{ home: on.home, run: 'r', runner: kind, store: on.store.uri, rates: RATES },
  });
  try {
    const keys = await submitJobs([spec], dying);
    await watchJobs(keys, dying);
    return null;
  } catch (error) {
    expect((error as Error).message).toBe('it has died');
    return 'died';
  }
}
