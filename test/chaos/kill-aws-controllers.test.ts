import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelJobs, namePrefix, placeJob, pollJobs, submitJobs, watchJobs } from '../../src/jobs/index.ts';
import { jobRows } from '../../src/records/index.ts';
import { openStore } from '../../src/store/index.ts';
import { type AwsDouble, startAwsDouble } from '../aws-double/aws-double.ts';
import { withEnvironment } from '../aws-double/with-environment.ts';
import { AWS_KINDS, type AwsKind, openAwsRunner } from '../contract/open-aws-runner.ts';
import { atWorkFor } from '../support/at-work.ts';
import { type DyingCalls, dyingCalls } from '../support/dying-calls.ts';
import { AWS_CONTROLLER_KILL_POINTS } from '../support/job-kill-points.ts';
import { jobRowsInMemory } from '../support/job-rows-in-memory.ts';
import { seeded } from '../support/random.ts';
import { type RecordsDatabase, recordsPrograms, withRecords } from '../support/records-database.ts';
import { testJob } from '../support/test-job.ts';
import { WHOLE_SUITES } from '../support/whole-suites.ts';

/**
 * kill -9 of a controller whose jobs run on AWS, at every place between intent and result: each call that it makes, before
 * the service has heard of it and after, with the answer lost, and each named place between its rows. The places make
 * themselves: calls are counted until a controller comes to its end. All of them in npm run test:long, here one a runner.
 */
/** Only every so many calls, where the time is short. */
const EVERY = Number(process.env.SIHWANG_DEATHS_EVERY ?? 1);
const SEED = Number(process.env.SIHWANG_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** A named place between its rows, or a call: before the service hears of it, or after. */
type Point = string | { readonly at: number; readonly side: 'before' | 'after' };

describe.skipIf(recordsPrograms() === null)(
  `a controller of jobs on AWS that dies (SIHWANG_SEED=${SEED}; skipped without PostgreSQL)`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'sihwang-kill-aws-'));
    const large = join(folder, 'prices.parquet');
    const home = randomUUID();
    // its jobs' names begin alike
    const stranger = `${home.slice(0, 8)}${randomUUID().slice(8)}`;
    let database: RecordsDatabase;
    let double: AwsDouble;
    let calls: DyingCalls;
    let restore: () => void;
    beforeAll(async () => {
      writeFileSync(large, Buffer.alloc(11 * 2 ** 20, 7));
      database = await withRecords(home);
      double = await startAwsDouble({
        timeScale: 0.005,
        queues: { spot: 3, 'on-demand': 4 },
        serviceQueue: { name: 'service-queue', instances: 4 },
        images: {
          'worker@sha256:1': [process.execPath, join(import.meta.dirname, '../support/test-worker.mjs')],
        },
      });
      calls = await dyingCalls(double.endpoint);
      restore = withEnvironment(double.environment);
    });
    afterAll(async () => {
      await calls?.close();
      // throws where a program is still at work
      await double?.close();
      restore?.();
      await database?.drop();
      rmSync(folder, { recursive: true, force: true });
    });

    /** Runs a controller to its end, or its death. */
    async function control(kind: AwsKind, run: string, what: 'go on' | 'give up', point?: Point) {
      const named = typeof point === 'string' ? { SIHWANG_KILL_AT: point } : {};
      const child = spawn(
        process.execPath,
        ['test/support/aws-job-controller.mjs', kind, home, run, what, large],
        {
          env: {
            ...process.env,
            ...named,
            DATABASE_URL: database.url,
            AWS_ENDPOINT_URL: calls.endpoint,
          },
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      );
      calls.plan(typeof point === 'object' ? { ...point, kill: () => child.kill('SIGKILL') } : null);
      const said = { stdout: '', stderr: '' };
      for (const name of ['stdout', 'stderr'] as const)
        child[name].on('data', (data) => {
          said[name] += data;
        });
      const end = await new Promise<NodeJS.Signals | number | null>((resolve) =>
        child.once('close', (code, signal) => resolve(signal ?? code)),
      );
      return { end, ...said };
    }

    const atWork = () => atWorkFor(double, home);
    /** What was submitted for a run, by name, whatever became of it. */
    const submitted = (run: string): string[] => {
      const names = [
        ...[...double.batch.jobs.values()].filter(({ arrayIndex }) => arrayIndex === undefined),
        ...[...double.serviceJobs.jobs.values()].map(({ input }) => ({ name: input.jobName })),
        ...double.training.jobs.values(),
      ].map(({ name }) => name);
      return names.filter((name) => name.startsWith(namePrefix(home, run)));
    };
    const bucket = () => double.s3.buckets.get('bucket')!;

    async function until(what: () => string, holds: () => boolean): Promise<void> {
      for (let round = 0; !holds(); round++) {
        if (round > 2400) throw new Error(`waited in vain: ${what()}`);
        await sleep(25);
      }
    }

    /** What no death may leave. */
    async function expectNothingLeft(run: string): Promise<void> {
      const place = `homes/${home}/runs/${run}/`;
      await until(
        () => `at work: ${atWork()}, processes: ${processesOf(place)}`,
        () => atWork().length === 0 && processesOf(place).length === 0,
      );
      const names = submitted(run);
      expect(names, 'each name was submitted once').toEqual([...new Set(names)]);
      const uploads = [...bucket().uploads.values()].map(({ key }) => key);
      expect(uploads.filter((key) => key.startsWith(`homes/${home}/`))).toEqual([]);
      const rows = await jobRows(database.records.pool).read(home, { run });
      for (const { spec, state, attempts } of rows) {
        const { cost, result } = spec.placement;
        const spent = attempts.reduce((sum, { usd }) => sum + (usd ?? 0), 0);
        expect(spent, 'never more than was said').toBeLessThanOrEqual(cost!.boundUsd);
        // a job that was given up keeps its checkpoint for whoever wants it after all
        const kept = state === 'SUCCEEDED' ? /\/checkpoint\/|tmp/ : /tmp/;
        expect(
          bucket()
            .keys(`homes/${home}/${result}`)
            .filter((key) => kept.test(key)),
        ).toEqual([]);
      }
      expect(await jobRows(database.records.pool).orphans(home)).toEqual([]);
    }

    /** What the jobs leave when nobody dies. */
    let undisturbed: string | undefined;
    let runs = 0;
    /** false where the controller came to its end before it could die. */
    async function dieAt(kind: AwsKind, point: Point, then: 'go on' | 'give up'): Promise<boolean> {
      undisturbed ??= (await control(kind, `r-${++runs}`, 'go on')).stdout;
      const run = `r-${++runs}`;
      const where = `${kind} at ${JSON.stringify(point)}, then ${then}`;
      const killed = await control(kind, run, 'go on', point);
      if (killed.end !== 'SIGKILL') {
        expect(killed.end, killed.stderr).toBe(0);
        return false;
      }
      const next = await control(kind, run, then);
      expect(next.end, `${where}: ${next.stderr}`).toBe(0);
      await expectNothingLeft(run).catch((cause: Error) => {
        throw new Error(`${where}: ${cause.message}`, { cause });
      });
      if (then === 'give up') return true;
      expect(JSON.parse(next.stdout).map(({ state }: { state: string }) => state)).toEqual(
        Array(3).fill('SUCCEEDED'),
      );
      expect(next.stdout, where).toBe(undisturbed);
      expect(submitted(run), where).toHaveLength(kind === 'aws-batch' ? 2 : 3);
      return true;
    }

    it.each(AWS_KINDS)(
      'on %s leaves what one reconcile brings to its end, or takes away, and nothing of another home’s',
      async (kind) => {
        const rows = jobRowsInMemory();
        const store = await openStore(`s3://bucket/homes/${stranger}/`);
        const lease = await rows.takeLease(stranger, 'test');
        const runner = openAwsRunner(kind);
        const theirs = { home: stranger, rows, runner, store, lease };
        const [key] = (await submitJobs(
          [
            placeJob(testJob({ params: { to: 1e9, stepMs: 50 } }), {
              ...{ home: stranger, run: 'theirs', runner: kind, store: store.uri },
              limits: { attemptSeconds: 28 * 86_400, attempts: 1 },
            }),
          ],
          theirs,
        )) as [string];
        try {
          const random = seeded(SEED);
          const either = () => (random() < 0.5 ? 'give up' : 'go on');
          const sides = ['before', 'after'] as const;
          if (!WHOLE_SUITES) {
            const point = { at: 1 + Math.floor(random() * 20), side: sides[Math.floor(random() * 2)]! };
            expect(await dieAt(kind, point, either())).toBe(true);
          } else {
            for (const at of AWS_CONTROLLER_KILL_POINTS)
              expect(await dieAt(kind, at, either()), at).toBe(true);
            let points = 0;
            for (let at = 1; ; at += EVERY) {
              const died = [];
              for (const side of sides) died.push(await dieAt(kind, { at, side }, either()));
              points += died.filter(Boolean).length;
              if (!died.every(Boolean)) break;
            }
            console.log(
              `${kind}: died at ${points} calls and ${AWS_CONTROLLER_KILL_POINTS.length} named places`,
            );
            expect(points * EVERY).toBeGreaterThan(40);
          }
          const [there] = await pollJobs([key], theirs);
          expect(there).toMatchObject({ state: 'RUNNING', error: null });
          expect(await rows.read(stranger, {})).toMatchObject([{ gen: 1, attempts: [] }]);
        } finally {
          await cancelJobs({}, 'end of the test', theirs);
          await watchJobs([key], theirs);
          await runner.close();
        }
      },
      WHOLE_SUITES ? 7_200_000 : 600_000,
    );
  },
);

/** Processes of this machine that were told an address. */
function processesOf(address: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || pid === String(process.pid)) return false;
    try {
      const text =
        readFileSync(`/proc/${pid}/cmdline`, 'utf8') + readFileSync(`/proc/${pid}/environ`, 'utf8');
      return text.includes(address);
    } catch {
      return false;
    }
  });
}
