import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openLocalRunner, type Runner } from '../../src/jobs/index.ts';
import { openStore } from '../../src/store/index.ts';
import { runnerSuite } from './runner-suite.ts';

const built = (path: string): URL => pathToFileURL(join(import.meta.dirname, '../..', path));
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
