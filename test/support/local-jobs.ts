import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type JobRows, type JobsOn, type LocalRunnerOptions, openLocalRunner } from '../../src/jobs/index.ts';
import { openStore } from '../../src/store/index.ts';
import { jobRowsInMemory } from './job-rows-in-memory.ts';

/** A file of this repository, for programs that need what was built. */
export const built = (path: string): URL => pathToFileURL(join(import.meta.dirname, '../..', path));

export interface LocalWorld {
  readonly on: JobsOn;
  readonly rows: JobRows;
}

/** A controller of the home `id` in `folder` with workers that know the tests' tasks; close its runner. */
export async function localWorld(
  folder: string,
  id: string,
  options: LocalRunnerOptions = {},
  rows: JobRows = jobRowsInMemory(),
): Promise<LocalWorld> {
  const runner = openLocalRunner(
    { id, path: folder },
    {
      workers: 2,
      graceSeconds: 2,
      worker: built('test/support/test-worker.mjs'),
      supervisor: built('dist/jobs/runners/local/supervisor-main.js'),
      ...options,
    },
  );
  const store = await openStore(pathToFileURL(join(folder, 'store')).href);
  return { rows, on: { home: id, rows, runner, store, lease: await rows.takeLease(id, 'test') } };
}
