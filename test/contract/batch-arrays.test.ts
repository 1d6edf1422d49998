import { randomUUID } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import {
  cancelJobs,
  type JobRows,
  type JobsOn,
  jobName,
  placeJob,
  pollJobs,
  type Runner,
  reconcile,
  submitJobs,
  watchJobs,
} from '../../src/jobs/index.ts';
import { expectWithinBound, RATES } from '../support/cost-bound.ts';
import {
  type InstantBatch,
  type InstantWork,
  instantBatch,
  instantRunner,
  storeOfHome,
} from '../support/instant-batch.ts';
import { jobRowsInMemory } from '../support/job-rows-in-memory.ts';
import { testJob } from '../support/test-job.ts';

/** Many shards as one array of AWS Batch, on the double, where each does its work at once. */
/** So many shards; npm run test:long asks for 5,000. */
const SHARDS = Number(process.env.SIHWANG_SHARDS ?? 200);
/** The check asks for 1,000, which npm run test:long has. */
const THROTTLED = process.env.SIHWANG_SHARDS === undefined ? 100 : 1000;

let world: InstantBatch;
let home: string;
let rows: JobRows;
const runners: Runner[] = [];
async function begin(work?: InstantWork, attempts = 1): Promise<JobsOn> {
  world = await instantBatch(work);
  home = randomUUID();
  rows = jobRowsInMemory();
  return controller(attempts);
}
async function controller(attempts = 1): Promise<JobsOn> {
  const runner = instantRunner(attempts);
  runners.push(runner);
  return { home, rows, runner, store: await storeOfHome(home), lease: await rows.takeLease(home, 'test') };
}
afterEach(async () => {
  await Promise.all(runners.splice(0).map((runner) => runner.close()));
  await world.close();
  expectWithinBound(await rows.read(home, {}));
});

const specs = (on: JobsOn, count: number, spot = false) =>
  Array.from({ length: count }, (_, seed) =>
    placeJob(testJob({ seed }), {
      ...{ home, run: 'r', runner: 'aws-batch', store: on.store.uri, rates: RATES },
      ...{ limits: { attempts: 3, attemptSeconds: 600 }, resources: { spot } },
    }),
  );
const alive = () =>
  [...world.double.batch.jobs.values()].filter(({ state }) => !['SUCCEEDED', 'FAILED'].includes(state));

it('many shards are one array, and only those that failed are tried again, as a smaller one', async () => {
  const on = await begin(({ job, placement }) => (job.seed < 3 && placement.gen === 1 ? 75 : 0));
  const outcomes = await watchJobs(await submitJobs(specs(on, 12), on), on);
  expect(outcomes.map(({ state }) => state)).toEqual(Array(12).fill('SUCCEEDED'));
  // those that are seen to have failed at one look go together
  expect(world.calls('SubmitJob')).toBeLessThanOrEqual(4);
  expect(world.calls('RegisterJobDefinition')).toBe(1);
  expect(world.begun).toHaveLength(15);
  const sizes = [...world.double.batch.jobs.values()].flatMap(({ arraySize }) => arraySize ?? []);
  expect(sizes[0]).toBe(12);
  expect(sizes.slice(1).every((size) => size <= 3)).toBe(true);
  const ended = await rows.read(home, {});
  expect(
    ended
      .filter(({ attempts }) => attempts.length === 2)
      .map(({ spec }) => spec.job.seed)
      .sort(),
  ).toEqual([0, 1, 2]);
  // what is done at once costs nothing, and that is known
  for (const { attempts } of ended) for (const { usd } of attempts) expect(usd).toBeGreaterThanOrEqual(0);
});

it('check 8: shards whose machines are taken away three times go on demand, and no others', async () => {
  const on = await begin(async ({ placement, job }, _attempt, gone) => {
    if (placement.resources.spot && job.seed < 2 && !gone.aborted)
      await new Promise((resolve) => gone.addEventListener('abort', resolve, { once: true }));
    return 0;
  }, 3);
  const all = specs(on, 4, true);
  const mine = all.slice(0, 2);
  // those that wait for their machine to be taken away, in an array of their own
  world.double.faults.onJob('sw-', { reclaimAfterMs: 500, warning: 'none' }, { times: 6 });
  const first = await watchJobs(await submitJobs(mine, on), on);
  const rest = await watchJobs(await submitJobs(all.slice(2), on), on);
  expect([...first, ...rest].map(({ state }) => state)).toEqual(Array(4).fill('SUCCEEDED'));
  const ended = await rows.read(home, { keys: first.map(({ key }) => key) });
  for (const { attempts, spec } of ended) {
    expect(attempts.map(({ errorClass, usage }) => [errorClass, usage!.starts])).toEqual([
      ['spot', 3],
      [null, 1],
    ]);
    expect(spec.placement.resources.spot).toBe(false);
  }
  expect(
    [...world.double.batch.jobs.values()].filter(({ arraySize }) => arraySize).map(({ queue }) => queue),
  ).toEqual(['spot', 'on-demand', 'spot']);
});

it('checks 2 and 3: an array whose answer was lost, or whose controller died on either side of asking, is submitted once', async () => {
  const on = await begin();
  world.double.faults.onCall('SubmitJob', { drop: 'after' });
  await watchJobs(await submitJobs(specs(on, 5), on), on);
  expect(world.calls('SubmitJob')).toBe(1);
  for (const asked of [false, true]) {
    const dead: Runner = Object.create(on.runner, {
      submitArray: {
        value: async (...intent: Parameters<NonNullable<Runner['submitArray']>>) => {
          if (asked) await on.runner.submitArray!(...intent);
          throw new Error('killed');
        },
      },
    });
    const before = world.begun.length;
    const more = specs(on, 6).map(({ job }) =>
      placeJob(job, {
        ...{ home, run: `r-${asked}`, runner: 'aws-batch', store: on.store.uri, rates: RATES },
      }),
    );
    const keys = await submitJobs(more, { ...on, lease: await rows.takeLease(home, 'dead'), runner: dead });
    expect((await rows.read(home, { keys })).map(({ state }) => state)).toEqual(Array(6).fill('SUBMITTING'));
    const next = await controller();
    expect(await reconcile(next)).toMatchObject({ orphans: [], foreign: [] });
    expect((await watchJobs(keys, next)).map(({ state }) => state)).toEqual(Array(6).fill('SUCCEEDED'));
    expect(world.begun).toHaveLength(before + 6);
  }
  expect(world.calls('SubmitJob')).toBe(3);
});

const untilGone: InstantWork = (_spec, _attempt, gone) =>
  new Promise((resolve) => gone.addEventListener('abort', () => resolve(143), { once: true }));

it('check 10: cancelling an array of 200 is one call, and a part of it as many as it has shards', async () => {
  const on = await begin(untilGone);
  const keys = await submitJobs(specs(on, 200), on);
  await cancelJobs({ keys: keys.slice(0, 3) }, 'three', on);
  expect(world.calls('TerminateJob')).toBe(3);
  await cancelJobs({ run: 'r' }, 'all', on);
  const outcomes = await watchJobs(keys, on);
  expect(outcomes.map(({ state }) => state)).toEqual(Array(200).fill('CANCELLED'));
  expect(world.calls('TerminateJob')).toBe(4);
  expect(alive()).toEqual([]);
});

it('an array that no row wants is ended by one call, and another home’s is left alone', async () => {
  const on = await begin(untilGone);
  const lost = jobRowsInMemory();
  const before = { ...on, rows: lost, lease: await lost.takeLease(home, 'before') };
  const unwanted = await submitJobs(specs(on, 4), before);
  const stranger = randomUUID();
  const theirs = jobRowsInMemory();
  const other: JobsOn = {
    ...{ home: stranger, rows: theirs, runner: on.runner, store: await storeOfHome(stranger) },
    lease: await theirs.takeLease(stranger, 'test'),
  };
  const keys = await submitJobs(
    specs(on, 3).map(({ job }) =>
      placeJob(job, { home: stranger, run: 'r', runner: 'aws-batch', store: other.store.uri }),
    ),
    other,
  );
  // rows that are not empty: otherwise they might be the wrong ones
  await rows.plan(on.lease, [
    {
      key: 'k',
      home,
      run: 'x',
      runner: 'local',
      jobSha256: 'x',
      spec: specs(on, 1)[0]!,
      gen: 1,
      plannedAt: new Date(),
    },
  ]);
  const { orphans } = await reconcile(on);
  expect([...orphans].sort()).toEqual(unwanted.map((key) => jobName(key, 1)).sort());
  expect(world.calls('TerminateJob')).toBe(1);
  expect(await reconcile(other)).toMatchObject({ orphans: [], foreign: [] });
  await cancelJobs({ keys }, 'end of the test', other);
  await watchJobs(keys, other);
  for (let round = 0; alive().length > 0 && round < 400; round++)
    await new Promise((done) => setTimeout(done, 25));
  expect(alive()).toEqual([]);
});

it(`check 12: an array of ${THROTTLED} whose calls are throttled and cut off is done once, within its rate of calls`, async () => {
  const on = await begin(() => 0, 3);
  const { faults } = world.double;
  for (const operation of ['SubmitJob', 'ListJobs', 'DescribeJobs']) {
    const busy = { answer: { status: 429, code: 'TooManyRequestsException' } };
    faults.onCall(operation, busy, { share: 0.05 });
    faults.onCall(operation, { drop: 'before' }, { share: 0.005 });
    faults.onCall(operation, { drop: 'after' }, { share: 0.005 });
  }
  faults.onCall('ListJobs', { answer: { status: 429, code: 'TooManyRequestsException' } });
  const keys = await submitJobs(specs(on, THROTTLED), on);
  let left = keys;
  for (let look = 0; left.length > 0 && look < 5000; look++) {
    // a look that failed is taken again
    await pollJobs(keys, on).catch(() => undefined);
    left = await rows.stillOpen(home, keys);
    await new Promise((done) => setTimeout(done, 50));
  }
  expect((await rows.read(home, { states: ['SUCCEEDED'] })).length).toBe(THROTTLED);
  expect(world.begun).toHaveLength(THROTTLED);
  const looks = world.double.calls.filter(({ operation }) => /^(ListJobs|DescribeJobs)$/.test(operation));
  const seconds = (looks.at(-1)!.at - looks[0]!.at) / 1000;
  // five a second, two hundred times over as this runner was opened; what the SDK itself asks again comes on top
  expect(looks.length).toBeLessThanOrEqual(1000 * (seconds + 1) * 1.1);
}, 300_000);

it(`${SHARDS} shards: a stated number of calls, memory that stays level`, async () => {
  const on = await begin(({ job }) => (job.seed % 100 === 7 && job.seed < 1000 ? 65 : 0));
  const memoryMiB = () => process.memoryUsage.rss() / 2 ** 20;
  const before = memoryMiB();
  let most = before;
  const began = performance.now();
  const outcomes = await watchJobs(await submitJobs(specs(on, SHARDS), on), on, {
    onChange: () => {
      most = Math.max(most, memoryMiB());
    },
  });
  const seconds = (performance.now() - began) / 1000;
  const failed = outcomes.filter(({ state }) => state === 'FAILED');
  expect(failed).toHaveLength(Math.min(10, Math.ceil((SHARDS - 7) / 100)));
  expect(outcomes.filter(({ state }) => state === 'SUCCEEDED')).toHaveLength(SHARDS - failed.length);
  const batch = ['SubmitJob', 'ListJobs', 'DescribeJobs', 'TerminateJob'].map(
    (name) => [name, world.calls(name)] as const,
  );
  console.log(
    `${SHARDS} shards in ${seconds.toFixed(1)} s, ${(most - before).toFixed(0)} MiB more; ${batch.map(([name, n]) => `${name} ${n}`).join(', ')}, S3 ${world.calls('PutObject') + world.calls('GetObject')}`,
  );
  const calls = batch.reduce((sum, [, n]) => sum + n, 0);
  const polls = seconds / on.runner.abilities.pollSeconds;
  // a look at the parent each poll; ends are listed ten times at most, in thousands, and described once, in hundreds
  expect(calls).toBeLessThanOrEqual(
    10 + polls * (1 + SHARDS / 6000) + 25 * (1 + SHARDS / 1000) + (SHARDS / 100 + 25),
  );
  expect(world.calls('SubmitJob')).toBe(1);
  // a spec and the look at its manifest, twice
  expect(world.calls('PutObject')).toBe(SHARDS + 1);
  expect(world.calls('GetObject')).toBeLessThanOrEqual(2 * SHARDS + 10);
  expect(most - before).toBeLessThan(300);
  if (SHARDS <= 5000) expect(seconds).toBeLessThan(120);
  const spent = ['DescribeJobs', 'GetObject'].map((name) => world.calls(name));
  await reconcile(await controller());
  // what has ended is neither described nor read once more
  expect(['DescribeJobs', 'GetObject'].map((name) => world.calls(name))).toEqual(spent);
}, 600_000);
