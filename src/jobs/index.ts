import { runInProcess } from './in-process.ts';
import { runInPool } from './local-pool.ts';
import type { RunTasks } from './tasks.ts';

export type { RunTasks, Task, TaskResult } from './tasks.ts';

/** Runs tasks on this machine: in child processes once built, in this process where only the sources run. */
export const runTasks: RunTasks = import.meta.url.endsWith('.ts')
  ? runInProcess
  : (tasks, options) => runInPool(tasks, options, { entry: new URL('./worker/main.js', import.meta.url) });
