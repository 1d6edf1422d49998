import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  cancelJobs,
  type ErrorClass,
  type Job,
  type JobOutcome,
  type JobRow,
  type JobRows,
  type JobsOn,
  jobKey,
  jobName,
  jobSha256,
  namePrefix,
  type PlaceFor,
  placeJob,
  pollJobs,
  type Runner,
  reconcile,
  submitJobs,
  watchJobs,
} from '../../src/jobs/index.ts';
import type { Store } from '../../src/store/index.ts';
import { expectWithinBound, RATES } from '../support/cost-bound.ts';
import { jobRowsInMemory } from '../support/job-rows-in-memory.ts';
import { testJob } from '../support/test-job.ts';
import { WHOLE_SUITES } from '../support/whole-suites.ts';

/** A home with a store and a kind of runner whose workers know the tests' tasks. */
export interface RunnerWorld {
  readonly store: Store;
  /** A runner as a new controller opens it; the world closes it. */
  open(home: string): Runner;
  /** Kills what runs the job `name` without a word to anybody; false when nothing runs. */
  killWorker(name: string): Promise<boolean>;
  /** Processes and whatever else the homes still have at work. */
  atWork(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface RunnerHarness {
  readonly name: string;
  /** From SIGTERM to SIGKILL, in this world. */
  readonly graceSeconds: number;
  /** What is told of a worker that somebody killed. */
  readonly killed: { readonly errorClass: ErrorClass; readonly exitCode: number | null };
  /** What is told of one that ended itself after a checkpoint. */
  readonly stopped: ErrorClass;
  /** What the worker or the controller decides, whoever runs the job, is only asked in `npm run test:long`. */
  readonly briefly?: boolean;
  world(folder: string): Promise<RunnerWorld>;
}

const until = async (what: string, holds: () => Promise<boolean> | boolean): Promise<void> => {
  for (let round = 0; !(await holds()); round++) {
    if (round > 1200) throw new Error(`waited in vain until ${what}`);
    await sleep(25);
  }
};

/** What every runner keeps to. */
export function runnerSuite({ name, killed, stopped, briefly, world: make }: RunnerHarness): void {
  const whole = !briefly || WHOLE_SUITES;
  describe(`the runner: ${name}`, () => {
    let folder: string;
    let world: RunnerWorld;
    let rows: JobRows;
    let home: string;
    let on: JobsOn;
    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'sihwang-runner-'));
      world = await make(folder);
      rows = jobRowsInMemory();
      home = randomUUID();
      on = await controller();
    });
    afterEach(async () => {
      await world.close();
      const left = await world.atWork();
      rmSync(folder, { recursive: true, force: true });
      expect(left, 'nothing is left at work').toEqual([]);
      expectWithinBound(await rows.read(home, {}));
    });

    /** A new controller of a home: it takes the lease, the earlier one goes on as one that knows nothing of it. */
    async function controller(of = home): Promise<JobsOn> {
      const lease = await rows.takeLease(of, 'test');
      return { home: of, rows, runner: world.open(of), store: world.store, lease };
    }
    const spec = (job: Partial<Job>, where: Partial<PlaceFor> = {}) =>
      placeJob(testJob(job), {
        ...{ home, run: 'r-1', runner: on.runner.kind, store: world.store.uri, rates: RATES },
        ...where,
      });
    const run = async (job: Partial<Job>, where: Partial<PlaceFor> = {}): Promise<JobOutcome> => {
      const keys = await submitJobs([spec(job, where)], on);
      return (await watchJobs(keys, on))[0]!;
    };
    const rowOf = async (key: string): Promise<JobRow> => (await rows.read(home, { keys: [key] }))[0]!;
    const resultOf = async ({ manifest }: JobOutcome): Promise<unknown> => {
      const { key, sha256 } = manifest!.outputs.find((one) => one.name === 'result.json')!;
      return JSON.parse(new TextDecoder().decode((await world.store.get(key, { sha256 }))!));
    };
    const mark = (): string => join(folder, `mark-${randomUUID()}`);
    const begun = async (key: string): Promise<void> => {
      await until('it has begun', async () => (await pollJobs([key], on))[0]!.state === 'RUNNING');
      // past its first step, so that what happens to it happens to the task
      await sleep(300);
    };
    const textsBelow = async ({ key }: JobOutcome, folder: 'attempts' | 'log'): Promise<string[]> => {
      const { result } = (await rowOf(key)).spec.placement;
      const texts: string[] = [];
      for await (const found of world.store.list(`${result}${folder}/`))
        texts.push(new TextDecoder().decode((await world.store.get(found.key))!));
      return texts;
    };
    /** What its workers have left of each time that they began it and came to an end. */
    const attemptsOf = async (outcome: JobOutcome): Promise<readonly Record<string, unknown>[]> =>
      (await textsBelow(outcome, 'attempts')).map((text) => JSON.parse(text));
    const attemptFiles = async (outcome: JobOutcome): Promise<number> => (await attemptsOf(outcome)).length;
    const saidOf = async (outcome: JobOutcome): Promise<readonly Record<string, unknown>[]> =>
      (await textsBelow(outcome, 'log')).flatMap((part) =>
        part
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line)),
      );

    it('takes a job from the plan to its result, in the states’ order', async () => {
      const [key] = (await submitJobs([spec({ params: { to: 5, stepMs: 60 } })], on)) as [string];
      expect((await rowOf(key)).state).toBe('SUBMITTED');
      const seen: string[] = [];
      await until('it has ended', async () => {
        const [{ state }] = (await pollJobs([key], on)) as [JobOutcome];
        if (state !== seen.at(-1)) seen.push(state);
        return state === 'SUCCEEDED';
      });
      expect(['SUBMITTED', 'QUEUED', 'RUNNING', 'SUCCEEDED'].filter((state) => seen.includes(state))).toEqual(
        seen,
      );
      expect(seen).toContain('RUNNING');
      const [outcome] = (await pollJobs([key], on)) as [JobOutcome];
      const { manifest } = outcome;
      expect(manifest).toMatchObject({
        jobSha256: jobSha256(testJob({ params: { to: 5, stepMs: 60 } })),
        gen: 1,
      });
      expect(manifest!.metrics).toEqual({ step: 5 });
      expect(manifest!.computedBy.codeVersion).toBe('test');
      expect(await resultOf(outcome)).toMatchObject({ items: null });
      expect(await attemptFiles(outcome)).toBe(1);
      expect((await rowOf(key)).attempts).toMatchObject([{ gen: 1, state: 'SUCCEEDED', exitCode: 0 }]);
    });

    it.runIf(whole)(
      'does a job that was submitted twice once, and gives the same result for the same job',
      async () => {
        const both = [spec({ seed: 1 }), spec({ seed: 1 })];
        const keys = [...(await submitJobs(both, on)), ...(await submitJobs(both, on))];
        expect(new Set(keys).size).toBe(1);
        const outcome = (await watchJobs(keys.slice(0, 1), on))[0]!;
        expect(outcome.state).toBe('SUCCEEDED');
        expect((await rowOf(keys[0]!)).attempts).toHaveLength(1);
        const again = await run({ seed: 1 }, { run: 'another' });
        expect(again.manifest!.outputs[0]!.sha256).toBe(outcome.manifest!.outputs[0]!.sha256);
        expect(again.manifest!.writer).not.toBe(outcome.manifest!.writer);
      },
    );

    it.runIf(whole)('hands over the items of a shard', async () => {
      const text = '{"items":["배추","무"]}';
      const itemsSha256 = createHash('sha256').update(text).digest('hex');
      await world.store.put(`shards/${itemsSha256}.json`, Buffer.from(text));
      const outcome = await run({ shard: { index: 0, itemsSha256 } });
      expect(await resultOf(outcome)).toMatchObject({ items: ['배추', '무'] });
    });

    it.each(
      (
        [
          [65, 'bad-data', 1],
          [70, 'bug', 1],
          [75, 'transient', 2],
          [78, 'misconfig', 1],
        ] as const
      ).filter(([exit]) => whole || exit === 75),
    )('exit code %i is %s, with %i attempts of 2', async (exit, errorClass, attempts) => {
      const outcome = await run({ task: 'fail', params: { exit } }, { limits: { attempts: 2 } });
      expect(outcome).toMatchObject({ state: 'FAILED', errorClass, manifest: null });
      const { attempts: made } = await rowOf(outcome.key);
      expect(made.map(({ exitCode }) => exitCode)).toEqual(Array(attempts).fill(exit));
      expect(await attemptFiles(outcome)).toBe(attempts);
    });

    it.runIf(whole)('an error that nobody foresaw is a bug, and any other exit code too', async () => {
      expect(await run({ task: 'fail' })).toMatchObject({ state: 'FAILED', errorClass: 'bug' });
      expect(await run({ task: 'leave', params: { code: 3 } })).toMatchObject({
        state: 'FAILED',
        errorClass: 'bug',
      });
    });

    it('a success without a result is a failure, tried once more', async () => {
      const outcome = await run({ task: 'leave', params: { code: 0 } });
      expect(outcome).toMatchObject({ state: 'FAILED', errorClass: 'no-result' });
      expect((await rowOf(outcome.key)).attempts).toHaveLength(2);
    });

    it.runIf(whole)('a job for other code is refused by the worker', async () => {
      expect(await run({ codeVersion: 'other' })).toMatchObject({ state: 'FAILED', errorClass: 'misconfig' });
    });

    it.runIf(whole)('a job whose worker dies is begun again until its attempts are used up', async () => {
      const outcome = await run({ task: 'die' }, { limits: { attempts: 3 } });
      expect(outcome).toMatchObject({ errorClass: killed.errorClass, manifest: null });
      const { attempts, state, gen } = await rowOf(outcome.key);
      expect(['FAILED', 'LOST']).toContain(state);
      expect(gen).toBe(3);
      expect(attempts.map(({ exitCode }) => exitCode)).toEqual(Array(3).fill(killed.exitCode));
    });

    it.runIf(whole)(
      'check 9: a job that is interrupted goes on from its checkpoint and ends with the undisturbed bytes: told, it saves all within 25 s; killed, it loses no more than lies between two checkpoints',
      async () => {
        const everySeconds = 0.2;
        const undisturbed = await run({ params: { to: 60 } });
        // the params differ, so the sum is compared, which they do not enter
        for (const how of ['killAt', 'termAt'] as const) {
          const params = { to: 60, stepMs: 20, [how]: 45, mark: mark() };
          const outcome = await run({ params }, { checkpoint: { everySeconds } });
          expect(outcome.state).toBe('SUCCEEDED');
          expect(await resultOf(outcome)).toEqual(await resultOf(undisturbed));
          const then = JSON.parse(readFileSync(params.mark, 'utf8'));
          const resumed = (await saidOf(outcome)).find(({ event }) => event === 'resumed')!;
          if (how === 'killAt') {
            expect(then.savedStep).toBeGreaterThan(0);
            expect(resumed.step).toBe(then.savedStep);
            // one is due at the first step after its time
            expect(then.at - then.savedAt).toBeLessThanOrEqual(everySeconds * 1000 + then.longestMs + 5);
          } else {
            expect(resumed.step).toBeGreaterThanOrEqual(then.step);
            const [{ endedAt }] = (await attemptsOf(outcome)).filter(({ exitCode }) => exitCode !== 0) as [
              { endedAt: string },
            ];
            expect(Date.parse(endedAt) - then.at).toBeLessThan(25_000);
          }
          const { attempts } = await rowOf(outcome.key);
          expect(attempts.map(({ errorClass }) => errorClass)).toEqual([
            how === 'killAt' ? killed.errorClass : stopped,
            null,
          ]);
          expect(outcome.manifest!.gen).toBe(2);
          const { result } = outcome.manifest!.spec.placement;
          for await (const { key } of world.store.list(`${result}checkpoint/`)) expect.unreachable(key);
        }
      },
    );

    it('a worker that is killed from outside is noticed, and its job begun again', async () => {
      const [key] = (await submitJobs(
        [spec({ params: { to: 60, stepMs: 20 } }, { checkpoint: { everySeconds: 0.05 } })],
        on,
      )) as [string];
      await begun(key);
      expect(await world.killWorker(jobName(key, 1))).toBe(true);
      const [outcome] = await watchJobs([key], on);
      expect(outcome!.state).toBe('SUCCEEDED');
      expect((await rowOf(key)).attempts.map(({ errorClass }) => errorClass)).toEqual([
        killed.errorClass,
        null,
      ]);
    });

    it('a job that takes too long is ended, deaf or not, and not begun again', async () => {
      const polite = await run({ params: { to: 10_000, stepMs: 20 } }, { limits: { attemptSeconds: 1 } });
      expect(polite).toMatchObject({ state: 'FAILED', errorClass: 'timeout' });
      const deaf = await run({ task: 'deaf' }, { limits: { attemptSeconds: 1 } });
      expect(deaf).toMatchObject({ state: 'FAILED', errorClass: 'timeout' });
      expect((await rowOf(deaf.key)).attempts).toHaveLength(1);
    });

    it.runIf(whole)('a job that takes too much memory gets twice as much, at most twice', async (test) => {
      if (!on.runner.abilities.limitsMemory) return test.skip('this runner cannot limit memory');
      const resources = { memoryMiB: 200 };
      const fed = await run({ task: 'eat', params: { mark: mark() } }, { resources });
      expect(fed.state).toBe('SUCCEEDED');
      expect((await rowOf(fed.key)).attempts.map(({ errorClass }) => errorClass)).toEqual(['oom', null]);
      const hungry = await run(
        { task: 'eat', params: { heap: true } },
        { resources: { memoryMiB: 120 }, limits: { attempts: 5 } },
      );
      expect(hungry).toMatchObject({ state: 'FAILED', errorClass: 'oom' });
      const { attempts, spec: last } = await rowOf(hungry.key);
      expect(attempts).toHaveLength(3);
      expect(last.placement.resources.memoryMiB).toBe(480);
    });

    it('cancels what is planned, what waits and what runs, again and again', async () => {
      const many = Array.from({ length: 12 }, (_, seed) =>
        spec({ seed, params: { to: 100_000, stepMs: 10 } }),
      );
      const keys = await submitJobs(many, on);
      await until('one of them runs', async () =>
        (await pollJobs(keys, on)).some(({ state }) => state === 'RUNNING'),
      );
      for (let round = 0; round < 3; round++) await cancelJobs({ run: 'r-1' }, '그만', on);
      const outcomes = await watchJobs(keys, on);
      expect(outcomes.map(({ state }) => state)).toEqual(keys.map(() => 'CANCELLED'));
      expect(outcomes[0]!.error).toBe('그만');
      await cancelJobs({ run: 'r-1' }, 'once more', on);
      expect((await rowOf(keys[0]!)).cancelReason).toBe('그만');
    });

    it.runIf(whole)('cancels a deaf job by force', async () => {
      const [key] = (await submitJobs([spec({ task: 'deaf' })], on)) as [string];
      await begun(key);
      await cancelJobs({ keys: [key] }, 'stop', on);
      expect((await watchJobs([key], on))[0]!.state).toBe('CANCELLED');
    });

    it('a job that succeeds while it is being cancelled stays cancelled, and its result is kept', async () => {
      const [key] = (await submitJobs([spec({})], on)) as [string];
      const { result } = (await rowOf(key)).spec.placement;
      await until(
        'its result stands',
        async () => (await world.store.head(`${result}manifest.json`)) !== null,
      );
      await cancelJobs({ keys: [key] }, 'too late', on);
      expect((await watchJobs([key], on))[0]).toMatchObject({ state: 'CANCELLED', manifest: null });
      expect(await world.store.head(`${result}manifest.json`)).not.toBeNull();
    });

    it('a job that was to be cancelled before its answer came is ended when it is found', async () => {
      const [key] = (await submitJobs([spec({ params: { to: 100_000, stepMs: 10 } })], on)) as [string];
      const { gen } = await rowOf(key);
      // the answer was lost: the runner has the job, the row does not say so
      await rows.change(on.lease, [
        { key, gen, from: ['SUBMITTED'], set: { state: 'SUBMITTING', providerId: null } },
      ]);
      await cancelJobs({ keys: [key] }, 'stop', on);
      expect((await watchJobs([key], on))[0]!.state).toBe('CANCELLED');
    });

    it('adopts a job whose answer was lost instead of starting it twice', async () => {
      const lossy: Runner = Object.create(on.runner, {
        submit: {
          value: async (...intent: Parameters<Runner['submit']>) => {
            await on.runner.submit(...intent);
            throw new Error('the connection was closed');
          },
        },
      });
      const keys = await submitJobs([spec({ params: { to: 10, stepMs: 10 } })], { ...on, runner: lossy });
      expect((await rowOf(keys[0]!)).state).toBe('SUBMITTING');
      const [outcome] = await watchJobs(keys, on);
      expect(outcome!.state).toBe('SUCCEEDED');
      expect((await rowOf(keys[0]!)).attempts).toHaveLength(1);
      expect(await attemptFiles(outcome!)).toBe(1);
    });

    it('a controller that comes later takes on what an earlier one started, ends what no row wants, and only that', async () => {
      const stranger = randomUUID();
      const other = await controller(stranger);
      const long = { to: 100_000, stepMs: 10 };
      const theirs = await submitJobs(
        [
          placeJob(testJob({ params: long }), {
            home: stranger,
            run: 'r-1',
            runner: on.runner.kind,
            store: world.store.uri,
          }),
        ],
        other,
      );
      const [kept] = (await submitJobs([spec({ params: { to: 30, stepMs: 20 } })], on)) as [string];
      // started by a controller whose rows were lost
      const lostRows = jobRowsInMemory();
      const before: JobsOn = { ...on, rows: lostRows, lease: await lostRows.takeLease(home, 'before') };
      const [unwanted] = (await submitJobs([spec({ seed: 99, params: long })], before)) as [string];
      const next = await controller();
      expect(await reconcile(next)).toMatchObject({ orphans: [jobName(unwanted, 1)], unadopted: [] });
      expect(await rows.orphans(home)).toMatchObject([{ name: jobName(unwanted, 1) }]);
      expect((await watchJobs([kept], next))[0]!.state).toBe('SUCCEEDED');
      expect((await rowOf(kept)).attempts).toMatchObject([{ state: 'SUCCEEDED' }]);
      const stillThere = async () => {
        const found: string[] = [];
        for await (const one of other.runner.list(namePrefix(stranger))) found.push(one.state);
        return found;
      };
      expect(['QUEUED', 'RUNNING']).toContain((await stillThere())[0]);
      await expect(submitJobs([spec({ seed: 5 })], on)).rejects.toMatchObject({ code: 'LEASE_LOST' });
      await cancelJobs({ keys: theirs }, 'end of the test', other);
      await watchJobs(theirs, other);
    });

    it.runIf(whole)('with empty rows only tells what it found', async () => {
      const [key] = (await submitJobs([spec({ params: { to: 40, stepMs: 20 } })], on)) as [string];
      const fresh = jobRowsInMemory();
      const next: JobsOn = { ...on, rows: fresh, lease: await fresh.takeLease(home, 'restored') };
      expect(await reconcile(next)).toMatchObject({ unadopted: [jobName(key, 1)], orphans: [] });
      expect((await watchJobs([key], on))[0]!.state).toBe('SUCCEEDED');
    });

    it('a result that stands is the end, though the runner has forgotten the job', async () => {
      const [key] = (await submitJobs([spec({})], on)) as [string];
      const { result } = (await rowOf(key)).spec.placement;
      await until(
        'its result stands',
        async () => (await world.store.head(`${result}manifest.json`)) !== null,
      );
      await until(
        'it has ended',
        async () => (await on.runner.poll([{ name: jobName(key, 1), providerId: null }]))[0]!.exitCode === 0,
      );
      await on.runner.release({ name: jobName(key, 1), providerId: null });
      expect((await watchJobs([key], on))[0]!.state).toBe('SUCCEEDED');
    });

    it.runIf(whole)('refuses to take another job’s result for this one’s', async () => {
      const one = spec({ seed: 1 });
      const two = spec({ seed: 2 });
      await watchJobs(await submitJobs([one], on), on);
      const inTheSamePlace = { ...two, placement: { ...two.placement, result: one.placement.result } };
      const [outcome] = await watchJobs(await submitJobs([inTheSamePlace], on), on);
      expect(outcome).toMatchObject({ state: 'FAILED', errorClass: 'bug', manifest: null });
    });

    it.runIf(whole)('keeps what a job said: in the store, whole and in order', async () => {
      const outcome = await run({ params: { lines: 3000 } });
      expect((await textsBelow(outcome, 'log')).length).toBeGreaterThan(1);
      const said = await saidOf(outcome);
      expect(said.filter(({ event }) => event === 'line').map(({ line }) => line)).toEqual(
        Array.from({ length: 3000 }, (_, at) => at),
      );
      expect(said.at(-1)).toMatchObject({ event: 'ended', exitCode: 0, result: 'committed', gen: 1 });
    });

    it('two homes do the same job beside each other', async () => {
      const stranger = randomUUID();
      const other = await controller(stranger);
      const mine = await submitJobs([spec({ seed: 3 })], on);
      const theirs = await submitJobs(
        [
          placeJob(testJob({ seed: 3 }), {
            home: stranger,
            run: 'r-2',
            runner: on.runner.kind,
            store: world.store.uri,
          }),
        ],
        other,
      );
      expect(mine[0]).toBe(jobKey(home, 'r-1', jobSha256(testJob({ seed: 3 }))));
      expect(theirs[0]).not.toBe(mine[0]);
      const [a] = await watchJobs(mine, on);
      const [b] = await watchJobs(theirs, other);
      expect(b!.manifest!.outputs[0]!.sha256).toBe(a!.manifest!.outputs[0]!.sha256);
    });
  });
}
