import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import {
  jobName,
  openLocalRunner,
  placeJob,
  pollJobs,
  type Runner,
  submitJobs,
  watchJobs,
} from '../../src/jobs/index.ts';
import { openStore } from '../../src/store/index.ts';
import { built, localWorld } from '../support/local-jobs.ts';
import { testJob } from '../support/test-job.ts';
import { runnerSuite } from './runner-suite.ts';

const GRACE_SECONDS = 2;

/** Processes that mention this folder or were started by the runners of it. */
function processesOf(pids: ReadonlySet<number>): string[] {
  return [...pids].filter((pid) => existsSync(`/proc/${pid}/stat`)).map(String);
}

runnerSuite({
  name: 'processes of this machine',
  graceSeconds: GRACE_SECONDS,
  killed: { errorClass: 'lost', exitCode: null },
  stopped: 'stopped',
  world: async (folder) => {
    const store = await openStore(pathToFileURL(join(folder, 'store')).href);
    const runners: Runner[] = [];
    const seen = new Set<number>();
    const workerOf = (name: string): number | undefined => {
      for (const home of readdirSync(join(folder, 'homes'))) {
        const path = join(folder, 'homes', home, 'jobs', name, 'process.json');
        if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')).worker.pid;
      }
      return undefined;
    };
    return {
      store,
      open: (home) => {
        const options = {
          workers: 2,
          graceSeconds: GRACE_SECONDS,
          worker: built('test/support/test-worker.mjs'),
          supervisor: built('dist/jobs/runners/local/supervisor-main.js'),
        };
        const runner = openLocalRunner({ id: home, path: join(folder, 'homes', home) }, options);
        runners.push(runner);
        return runner;
      },
      killWorker: async (name) => {
        const pid = workerOf(name);
        if (pid === undefined) return false;
        seen.add(pid);
        return process.kill(pid, 'SIGKILL');
      },
      atWork: async () => processesOf(seen),
      close: async () => {
        for (const home of existsSync(join(folder, 'homes')) ? readdirSync(join(folder, 'homes')) : []) {
          const jobs = join(folder, 'homes', home, 'jobs');
          for (const name of existsSync(jobs) ? readdirSync(jobs) : []) {
            const pid = workerOf(name);
            if (pid !== undefined) seen.add(pid);
          }
        }
        await Promise.all(runners.map((runner) => runner.close()));
      },
    };
  },
});

it('what another controller of the home cancels is ended by the supervisor that has it, and the rest goes on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sihwang-runner-'));
  const id = randomUUID();
  const { on, rows } = await localWorld(folder, id, { workers: 1 });
  const other = await localWorld(folder, id);
  const where = { home: id, run: 'r', runner: 'local', store: on.store.uri };
  const spec = (seed: number, to: number) => placeJob(testJob({ seed, params: { to, stepMs: 10 } }), where);
  try {
    const keys = await submitJobs([spec(1, 100_000), spec(2, 100_000), spec(3, 5)], on);
    // side by side they are handed over in any order
    let first = -1;
    for (let look = 0; first < 0; look++) {
      expect(look, 'one of the long ones runs').toBeLessThan(1200);
      await sleep(25);
      first = (await pollJobs(keys, on)).slice(0, 2).findIndex(({ state }) => state === 'RUNNING');
    }
    const long = keys.slice(0, 2).map((key) => ({ name: jobName(key, 1), providerId: null }));
    const [runs, waits] = [long[first]!, long[1 - first]!];
    await other.on.runner.cancel(waits, 'enough');
    await other.on.runner.cancel(runs, 'enough');
    const outcomes = await watchJobs(keys, on);
    expect(outcomes.map(({ state }) => state)).toEqual(['CANCELLED', 'CANCELLED', 'SUCCEEDED']);
    const attempts = (await rows.read(id, { keys })).map((row) => row.attempts);
    expect(attempts.map(({ length }) => length)).toEqual([1, 1, 1]);
    expect(attempts[1 - first]![0]!.usage!.seconds, 'it was never begun').toBe(0);
  } finally {
    await Promise.all([on.runner.close(), other.on.runner.close()]);
    rmSync(folder, { recursive: true, force: true });
  }
});
