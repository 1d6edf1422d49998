import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type Intent,
  type JobOutcome,
  type JobRow,
  jobKey,
  jobName,
  jobSha256,
  namePrefix,
  placeJob,
  pollJobs,
  watchJobs,
} from '../../src/jobs/index.ts';
import { testJob } from '../support/test-job.ts';
import type { FaultOptions, JobFault } from './faults.ts';
import { performed, type RunnerWorld, runnerWorld } from './runner-world.ts';

/** What is checked of every runner on AWS, here of jobs of AWS Batch; the workers are functions. Arrays: test/contract. */
const UNLIMITED = { attemptSeconds: 28 * 86_400 };

let world: RunnerWorld;
afterEach(() => world.close());
const opened = async (options: Parameters<typeof runnerWorld>[1] = {}): Promise<RunnerWorld> => {
  world = await runnerWorld('aws-batch', options);
  return world;
};
const watch = async (key: string): Promise<JobOutcome> => (await watchJobs([key], world.on))[0]!;
const rowOf = async (key: string): Promise<JobRow> =>
  (await world.on.rows.read(world.on.home, { keys: [key] }))[0]!;
const jobs = () => [...world.double.batch.jobs.values()];
const until = async (holds: () => Promise<boolean> | boolean): Promise<void> => {
  for (let round = 0; !(await holds()); round++) {
    expect(round, 'waited in vain').toBeLessThan(4000);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

describe('jobs of AWS Batch', () => {
  it('check 3: a lost answer to a submission is one job, taken on; one that was not heard is asked for again', async () => {
    const { double } = await opened();
    double.faults.onCall('SubmitJob', { drop: 'after' });
    double.faults.onCall('SubmitJob', { drop: 'before' });
    double.faults.onCall('SubmitJob', { answer: { status: 500, code: 'ServerException' } });
    const key = await world.submit({ seed: 1 });
    expect((await rowOf(key)).state).toBe('SUBMITTED');
    const unheard = await world.submit({ seed: 2 });
    expect((await rowOf(unheard)).state).toBe('SUBMITTING');
    for (const one of [key, unheard]) expect((await watch(one)).state).toBe('SUCCEEDED');
    expect(jobs().map(({ name }) => name)).toEqual([jobName(key, 1), jobName(unheard, 1)]);
  });

  it('check 3: of two jobs of one name the older stays, and the other is ended', async () => {
    const { double, on } = await opened();
    const key = await world.submit({ params: { to: 30, stepMs: 10 } });
    // what an SDK that asks twice would have left
    const [first] = jobs();
    const twice = { jobQueue: first!.queue, jobName: first!.name, jobDefinition: 'sihwang-worker:1' };
    double.batch.submit({ ...twice, parameters: first!.parameters } as never, '{}');
    const found = await world.open().submit({
      ...{ name: jobName(key, 1), home: on.home, jobSha256: '', gen: 1, specUri: '' },
      spec: (await rowOf(key)).spec,
    });
    expect(found.providerId).toBe(first!.id);
    expect((await watch(key)).state).toBe('SUCCEEDED');
    await until(() => jobs()[1]!.state === 'FAILED');
    expect(jobs()[1]!.statusReason).toMatch(/submitted twice/);
  });

  it('check 6: success without a manifest and no exit code are failures; a manifest is a success, though nobody knows the job', async () => {
    let silent = true;
    const { double, on } = await opened({
      work: (...of) => (silent ? Promise.resolve(0) : performed(...of)),
    });
    const empty = await world.submit({ seed: 1 });
    expect(await watch(empty)).toMatchObject({ state: 'FAILED', errorClass: 'no-result' });
    expect((await rowOf(empty)).attempts).toHaveLength(2);
    double.faults.onJob('sw-', { nullExit: true }, { times: 6 });
    const mute = await world.submit({ seed: 2 }, { limits: { attempts: 1 } });
    expect(await watch(mute)).toMatchObject({ state: 'FAILED', errorClass: 'no-result' });
    double.faults.clear();
    silent = false;
    double.faults.onJob('sw-', { agedOut: true });
    const key = await world.submit({ seed: 3 });
    const { result } = (await rowOf(key)).spec.placement;
    await until(async () => (await on.store.head(`${result}manifest.json`)) !== null);
    await until(() => jobs().at(-1)!.forgotten === true);
    world.ahead += 130_000;
    expect((await watch(key)).state).toBe('SUCCEEDED');
  });

  const once: readonly (readonly [string, JobFault, FaultOptions, Partial<JobOutcome>])[] = [
    ['a registry’s hiccup', { cannotPull: 'transient' }, {}, { state: 'SUCCEEDED' }],
    [
      'an image that may not be pulled',
      { cannotPull: 'unauthorized' },
      { share: 1 },
      { errorClass: 'misconfig' },
    ],
    ['a container that cannot start', { cannotStart: true }, {}, { errorClass: 'misconfig' }],
    [
      'what no machine of the queue can hold',
      { stuckRunnable: 'MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT' },
      {},
      { errorClass: 'misconfig', error: expect.stringContaining('JOB_RESOURCE_REQUIREMENT') },
    ],
  ];
  it.each(once)('check 7: %s is told by its kind', async (_, fault, options, expected) => {
    const { double } = await opened();
    double.faults.onJob('sw-', fault, options);
    expect(await watch(await world.submit())).toMatchObject({ state: 'FAILED', ...expected });
    expect(jobs()).toHaveLength(1);
  });

  it('check 7: too little memory is doubled, at most twice', async () => {
    const { double } = await opened({ work: untilStopped });
    double.faults.onJob('sw-', { outOfMemoryAfterMs: 1 }, { times: 3 });
    const key = await world.submit({}, { resources: { memoryMiB: 512 }, limits: { attempts: 9 } });
    expect(await watch(key)).toMatchObject({ state: 'FAILED', errorClass: 'oom' });
    expect((await rowOf(key)).attempts).toHaveLength(3);
    const memory = jobs().map(({ container }) =>
      Number(container.resourceRequirements.find(({ type }) => type === 'MEMORY')!.value),
    );
    expect(memory).toEqual([512, 1024, 2048]);
  });

  it('check 7: what Batch starts again although it can only fail once more is ended by the controller', async () => {
    let begun = 0;
    await opened({
      starFitsNothing: false,
      // Batch would find no rule for an exit code without a reason, and retry it
      work: async (...of) => {
        if (begun++ === 0) return 65;
        await untilStopped(...of);
        return 143;
      },
    });
    world.double.faults.onJob('sw-', { slowStartingMs: 1 });
    world.double.faults.onJob('sw-', { slowStartingMs: 5_000_000 });
    const key = await world.submit();
    expect(await watch(key)).toMatchObject({ state: 'FAILED', errorClass: 'bad-data' });
    expect((await rowOf(key)).attempts).toHaveLength(1);
    expect(begun).toBe(1);
  });

  it('check 8: a spot machine that is taken away, told or not, with either text: the job goes on from its checkpoint to the undisturbed bytes', async () => {
    const { double, on } = await opened({ timeScale: 0.05, queues: { spot: 5, 'on-demand': 1 } });
    const faults: readonly JobFault[] = [
      { reclaimAfterMs: 60_000, warning: 'sigterm', text: 'ec2' },
      { reclaimAfterMs: 60_000, warning: 'none', text: 'ec2' },
      { reclaimAfterMs: 60_000, warning: 'early-exit' },
      { reclaimAfterMs: 60_000, warning: 'sigterm', text: 'fargate' },
    ];
    const place = { resources: { spot: true }, checkpoint: { everySeconds: 0.001 }, limits: UNLIMITED };
    const params = { to: 12, stepMs: 2 };
    const held = faults.map((fault, asOf) => {
      // all compute the same, each for another day, so that each is a job of its own
      const job = { asOf: `2026-08-1${asOf}`, params: { ...params, holdAt: 6 } };
      double.faults.onJob(jobKey(on.home, 'r', jobSha256(testJob(job))), fault);
      return job;
    });
    const keys = [await world.submit({ params }, place)];
    for (const job of held) keys.push(await world.submit(job, place));
    const [undisturbed, ...outcomes] = await watchJobs(keys, on);
    const bytes = ({ manifest }: JobOutcome) => on.store.get(manifest!.outputs[0]!.key);
    for (const outcome of outcomes) {
      expect(outcome.state).toBe('SUCCEEDED');
      expect(await bytes(outcome)).toEqual(await bytes(undisturbed!));
      expect((await rowOf(outcome.key)).attempts).toMatchObject([{ usage: { starts: 2 } }]);
      // what it had saved is not computed again
      const said: string[] = [];
      for await (const { key } of on.store.list(`${outcome.manifest!.spec.placement.result}log/`))
        said.push(new TextDecoder().decode((await on.store.get(key))!));
      const resumed = /"event":"resumed"[^}]*"step":(\d+)/.exec(said.join('\n'));
      expect(Number(resumed?.[1])).toBeGreaterThan(0);
    }
  });

  it('check 11: a job that waits too long is ended with Batch’s reason, and after two in vain goes on demand', async () => {
    const reason = 'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY';
    const { double } = await opened({ open: { mostWaitSeconds: 0.2 } });
    double.faults.onJob('sw-', { stuckRunnable: reason });
    double.faults.onJob('sw-', { stuckRunnable: reason, cancelAfterMs: 1 });
    const key = await world.submit({}, { resources: { spot: true }, limits: { ...UNLIMITED, attempts: 1 } });
    await until(async () => {
      world.ahead += 120_000;
      return (await pollJobs([key], world.on))[0]!.state === 'SUCCEEDED';
    });
    const { attempts } = await rowOf(key);
    expect(attempts.map(({ errorClass }) => errorClass)).toEqual(['capacity', 'capacity', null]);
    for (const { reason: said } of attempts.slice(0, 2)) expect(said).toContain(reason);
    expect(jobs().map(({ queue }) => queue)).toEqual(['spot', 'spot', 'on-demand']);
  });

  it('check 13: fifty controllers make one definition, and a changed image a second', async () => {
    const { on } = await opened({ work: () => Promise.resolve(0) });
    for (let at = 0; at < 50; at++) await world.open().submit(intentOf(at));
    expect(world.asked('RegisterJobDefinition')).toBe(1);
    const other = world.open({ image: 'worker@sha256:2' });
    await other.submit(intentOf(50));
    // also where the settings change while a runner lives
    await other.submit(intentOf(51, 'worker@sha256:3'));
    await other.submit(intentOf(52, 'worker@sha256:3'));
    expect(world.asked('RegisterJobDefinition')).toBe(3);
    expect(jobs()).toHaveLength(53);
    await until(() => jobs().every(({ state }) => state === 'SUCCEEDED'));
    expect(await on.rows.read(on.home, {})).toEqual([]);
  });

  it('check 13: a shard of 5,000 items is a short submission; one above 30 KiB is refused before any call', async () => {
    const { double, on } = await opened();
    const items = Array.from({ length: 5000 }, (_, at) => `품목 ${at}`);
    const text = JSON.stringify({ items });
    const itemsSha256 = createHash('sha256').update(text).digest('hex');
    await on.store.put(`shards/${itemsSha256}.json`, Buffer.from(text));
    const key = await world.submit({ shard: { index: 0, itemsSha256 } });
    expect((await watch(key)).state).toBe('SUCCEEDED');
    const asked = double.calls.length;
    const huge = { ...intentOf(1), specUri: `s3://bucket/${'x'.repeat(31_000)}` };
    await expect(on.runner.submit(huge)).rejects.toMatchObject({
      ...{ code: 'JOB_TOO_LARGE', errorClass: 'misconfig' },
      message: expect.stringMatching(/submission of sw-.* bytes; AWS Batch takes 30720/),
    });
    expect(double.calls).toHaveLength(asked);
  });
});

function intentOf(seed: number, image?: string): Intent {
  const { home, store } = world.on;
  const where = { home, run: 'r', runner: 'aws-batch', store: store.uri };
  return {
    ...{ name: `${namePrefix(home, 'r')}${String(seed).padStart(16, '0')}-g1`, home, jobSha256: 'x', gen: 1 },
    specUri: 's3://bucket/spec',
    spec: placeJob(testJob({ seed }), image === undefined ? where : { ...where, image }),
  };
}

const untilStopped: typeof performed = (_, stopped) =>
  new Promise((resolve) => stopped.addEventListener('abort', () => resolve(143), { once: true }));
