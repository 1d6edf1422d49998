import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { openLocalRunner, placeJob, submitJobs, watchJobs } from '../../src/jobs/index.ts';
import { openStore } from '../../src/store/index.ts';
import { jobRowsInMemory } from '../support/job-rows-in-memory.ts';
import { testJob } from '../support/test-job.ts';

/** SIHWANG_QUEUED_JOBS asks for more than fits into every change's tests. */
const JOBS = Number(process.env.SIHWANG_QUEUED_JOBS ?? 2000);
const MEMORY_MIB = 300;

it(`${JOBS} queued jobs: none lost, none doubled, and the memory stays level`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sihwang-queue-'));
  const built = (path: string): URL => pathToFileURL(join(import.meta.dirname, '../..', path));
  const home = randomUUID();
  const store = await openStore(pathToFileURL(join(folder, 'store')).href);
  const rows = jobRowsInMemory();
  const runner = openLocalRunner(
    { id: home, path: folder },
    {
      workers: 2,
      worker: built('test/support/test-worker.mjs'),
      supervisor: built('dist/jobs/runners/local/supervisor-main.js'),
    },
  );
  try {
    const on = { home, rows, runner, store, lease: await rows.takeLease(home, 'test') };
    const specs = Array.from({ length: JOBS }, (_, seed) =>
      placeJob(testJob({ seed, params: { to: 2 } }), { home, run: 'r', runner: 'local', store: store.uri }),
    );
    const memoryMiB = () => process.memoryUsage.rss() / 2 ** 20;
    const before = memoryMiB();
    let most = before;
    let mostFolders = 0;
    const began = performance.now();
    const outcomes = await watchJobs(await submitJobs(specs, on), on, {
      onChange: () => {
        most = Math.max(most, memoryMiB());
        mostFolders = Math.max(mostFolders, readdirSync(join(folder, 'jobs')).length);
      },
    });
    const seconds = (performance.now() - began) / 1000;
    console.log(`${JOBS} jobs in ${seconds.toFixed(1)} s, ${(JOBS / seconds).toFixed(0)} a second`);
    expect(outcomes.map(({ state }) => state)).toEqual(specs.map(() => 'SUCCEEDED'));
    expect(new Set(outcomes.map(({ manifest }) => manifest!.writer)).size).toBe(JOBS);
    let attempts = 0;
    for await (const { key } of store.list('runs/')) if (key.includes('/attempts/')) attempts++;
    expect(attempts).toBe(JOBS);
    expect(readdirSync(join(folder, 'jobs'))).toEqual([]);
    expect(mostFolders).toBeLessThanOrEqual(runner.abilities.mostWaiting + 4 + 100);
    expect(most - before).toBeLessThan(MEMORY_MIB);
  } finally {
    await runner.close();
    rmSync(folder, { recursive: true, force: true });
  }
}, 1_800_000);
