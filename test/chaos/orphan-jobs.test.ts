import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  cancelJobs,
  jobKey,
  jobName,
  jobSha256,
  placeJob,
  pollJobs,
  reconcile,
  submitJobs,
  watchJobs,
} from '../../src/jobs/index.ts';
import { localWorld } from '../support/local-jobs.ts';
import { testJob } from '../support/test-job.ts';

/** What the runner's processes leave behind, seen by the mark that all of them inherit. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sihwang-orphan-'));
  process.env.SIHWANG_TEST_MARK = folder;
});
afterEach(() => {
  for (const pid of marked()) process.kill(pid, 'SIGKILL');
  delete process.env.SIHWANG_TEST_MARK;
  rmSync(folder, { recursive: true, force: true });
});

/** Every process of this machine that was started by a runner of this test, or by what it started. */
function marked(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`SIHWANG_TEST_MARK=${folder}\0`);
      } catch {
        return false;
      }
    })
    .map(Number);
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let round = 0; !holds(); round++) {
    if (round > 2400) throw new Error(`waited in vain until ${what}`);
    await sleep(25);
  }
}

it.runIf(process.platform === 'linux')(
  'a runner that is closed leaves no process, neither idle nor at work',
  async () => {
    const { on } = await localWorld(folder, randomUUID());
    const place = (seed: number, to: number) =>
      placeJob(testJob({ seed, params: { to, stepMs: 10 } }), {
        ...{ home: on.home, run: 'r', runner: 'local', store: on.store.uri },
      });
    await watchJobs(await submitJobs([place(1, 2), place(2, 2)], on), on);
    await submitJobs([place(3, 100_000)], on);
    await until('supervisor and workers are there', () => marked().length >= 2);
    await on.runner.close();
    await until('they have ended', () => marked().length === 0);
  },
);

it.runIf(process.platform === 'linux')(
  'a worker too busy to notice that controller and supervisor were killed is ended by the next controller',
  async () => {
    const id = randomUUID();
    const { on } = await localWorld(folder, id);
    const where = { home: id, run: 'r', runner: 'local', store: on.store.uri, limits: { attempts: 1 } };
    const spec = placeJob(testJob({ task: 'deaf', params: { ms: 600_000 } }), where);
    const sha256 = jobSha256(spec.job);
    const key = jobKey(id, 'r', sha256);
    // the rows as the controller has them when it dies: the intent on record, the answer not yet
    const { home, run, runner } = spec.placement;
    await on.rows.plan(on.lease, [
      { key, home, run, runner, jobSha256: sha256, spec, gen: 1, plannedAt: new Date() },
    ]);
    await on.rows.change(on.lease, [{ key, gen: 1, from: ['PLANNED'], set: { state: 'SUBMITTING' } }]);
    await on.store.put('spec.json', Buffer.from(JSON.stringify(spec)));
    const specUri = on.store.uriOf('spec.json');
    const file = join(folder, 'intent.json');
    writeFileSync(
      file,
      JSON.stringify({ name: jobName(key, 1), home: id, jobSha256: sha256, gen: 1, specUri, spec }),
    );
    const args = ['test/support/single-job-controller.mjs', folder, id, file];
    const controller = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise((resolve) => controller.once('exit', resolve));
    await new Promise((resolve) => controller.stdout.once('data', resolve));
    const processes = JSON.parse(
      readFileSync(join(folder, 'jobs', jobName(key, 1), 'process.json'), 'utf8'),
    ) as { readonly worker: { readonly pid: number }; readonly supervisor: { readonly pid: number } };
    const output = join(folder, 'jobs', jobName(key, 1), 'output.log');
    await until('it no longer looks up', () => readOr(output).includes('first-step'));
    await sleep(300);
    process.kill(controller.pid!, 'SIGKILL');
    process.kill(processes.supervisor.pid, 'SIGKILL');
    await ended;
    // a killed process stands in /proc until it has been waited for
    await until('only the worker is left', () => marked().join() === String(processes.worker.pid));

    await reconcile(on);
    const [outcome] = await watchJobs([key], on);
    expect(outcome).toMatchObject({ manifest: null, errorClass: 'lost' });
    await until('the worker has ended', () => marked().length === 0);
    expect((await on.rows.read(id, { keys: [key] }))[0]!.attempts).toHaveLength(1);
    await on.runner.close();
  },
);

it('two homes at work on one machine end, take on and lose nothing of each other', async () => {
  const homes = await Promise.all(
    ['one', 'other'].map(async (name) => {
      const { on } = await localWorld(join(folder, name), randomUUID());
      const where = { home: on.home, run: 'r', runner: 'local', store: on.store.uri };
      const place = (seed: number, to: number) =>
        placeJob(testJob({ seed, params: { to, stepMs: 10 } }), { ...where, limits: { attempts: 1 } });
      return { on, place };
    }),
  );
  const [one, other] = homes as [(typeof homes)[0], (typeof homes)[0]];
  try {
    // the very same jobs on both, so that only the homes tell them apart
    const keys = await Promise.all(
      homes.map(({ on, place }) => submitJobs([place(1, 60), place(2, 100_000)], on)),
    );
    const running = async () =>
      (await Promise.all(homes.map(({ on }) => on.rows.read(on.home, { states: ['RUNNING'] })))).map(
        (rows) => rows.length,
      );
    for (let look = 0; (await running()).some((count) => count === 0); look++) {
      expect(look, 'both are at work').toBeLessThan(1200);
      await Promise.all(homes.map(({ on }) => pollJobs([], on)));
      await sleep(25);
    }
    // all that a controller does that takes over, and the end of everything it has
    expect(await reconcile(one.on)).toMatchObject({ orphans: [], foreign: [] });
    await cancelJobs({}, 'enough', one.on);
    await watchJobs(keys[0]!, one.on);
    await one.on.runner.close();
    const [short] = await watchJobs(keys[1]!.slice(0, 1), other.on);
    expect(short).toMatchObject({ state: 'SUCCEEDED', manifest: { gen: 1, attempt: 1 } });
    const [long] = await other.on.rows.read(other.on.home, { keys: keys[1]!.slice(1) });
    expect(long).toMatchObject({ cancelRequestedAt: null, gen: 1, attempts: [] });
    expect(['QUEUED', 'RUNNING', 'SUBMITTED']).toContain(long!.state);
    expect(keys[0]!.filter((key) => keys[1]!.includes(key))).toEqual([]);
  } finally {
    await Promise.all(homes.map(({ on }) => on.runner.close()));
  }
});

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
