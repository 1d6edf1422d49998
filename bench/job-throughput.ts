// Many small jobs through the local runner, beside the bare pool of processes that it is made of, in one run: the same
// number of processes, each reused as often, asked the same question, of which nothing is written down.
//   npm run build && node scripts/run-ts.mjs bench/job-throughput.ts [jobs = 2000] [workers = 2]
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openLocalRunner, placeJob, submitJobs, watchJobs } from '../src/jobs/index.ts';
import { ProcessPool } from '../src/jobs/process-pool.ts';
import { openStore } from '../src/store/index.ts';
import { jobRowsInMemory } from '../test/support/job-rows-in-memory.ts';
import { testJob } from '../test/support/test-job.ts';

const [jobs = 2000, workers = 2] = process.argv.slice(2).map(Number);
const file = (path: string): URL => pathToFileURL(join(import.meta.dirname, '..', path));
const worker = file('test/support/test-worker.mjs');

interface Figures {
  readonly seconds: number;
  readonly controllerCpuSeconds: number;
}

async function timed(work: () => Promise<void>): Promise<Figures> {
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - began) / 1000, controllerCpuSeconds: (user + system) / 1e6 };
}

async function bare(): Promise<Figures> {
  const pool = new ProcessPool({ entry: file('bench/bare-worker.mjs'), workers });
  const figures = await timed(async () => {
    const ask = (seed: number) =>
      pool.place(new AbortController().signal, (question) =>
        question({
          message: testJob({ seed, params: { to: 2 } }),
          heapMiB: 819,
          memoryMiB: null,
          timeoutMs: null,
          graceMs: 0,
        }),
      );
    const replies = await Promise.all(Array.from({ length: jobs }, (_, seed) => ask(seed)));
    if (!replies.every((reply) => reply && 'answer' in reply)) throw new Error('a question was not answered');
  });
  pool.end();
  return figures;
}

async function throughTheRunner(folder: string): Promise<Figures> {
  const home = randomUUID();
  const store = await openStore(pathToFileURL(join(folder, 'store')).href);
  const rows = jobRowsInMemory();
  const supervisor = file('dist/jobs/runners/local/supervisor-main.js');
  const runner = openLocalRunner({ id: home, path: folder }, { workers, worker, supervisor });
  try {
    const on = { home, rows, runner, store, lease: await rows.takeLease(home, 'bench') };
    const specs = Array.from({ length: jobs }, (_, seed) =>
      placeJob(testJob({ seed, params: { to: 2 } }), { home, run: 'r', runner: 'local', store: store.uri }),
    );
    return await timed(async () => {
      const outcomes = await watchJobs(await submitJobs(specs, on), on);
      if (!outcomes.every(({ state }) => state === 'SUCCEEDED')) throw new Error('a job did not succeed');
    });
  } finally {
    await runner.close();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'sihwang-throughput-'));
try {
  const [alone, durable] = [await bare(), await throughTheRunner(folder)];
  for (const [name, { seconds, controllerCpuSeconds }] of Object.entries({ bare: alone, runner: durable }))
    console.log(
      `${name.padEnd(7)} ${jobs} in ${seconds.toFixed(1)} s: ${(jobs / seconds).toFixed(0)} a second, ` +
        `${((1000 * seconds) / jobs).toFixed(1)} ms each, controller ${controllerCpuSeconds.toFixed(1)} s of CPU`,
    );
  const memory = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  console.log(
    `load ${loadavg()[0]!.toFixed(1)}, ${workers} workers, controller's memory at most ${Math.round(Number(memory) / 1024)} MiB`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
