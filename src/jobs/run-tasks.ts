import { type PoolOptions, ProcessPool, type Question } from './process-pool.ts';
import type { RunOptions, TaskKind, TaskKinds, TaskResult, TaskSource } from './tasks.ts';

/** How often a task is begun before the death of its workers is taken for its own fault. */
const ATTEMPTS = 2;
const HEAP_MIB = 512;

type Answer<Kind extends TaskKind> =
  | { readonly output: TaskKinds[Kind]['output'] }
  | { readonly failure: string };

/**
 * Runs tasks in child processes of this machine, each reused for many tasks. A task whose worker dies is begun once
 * more in another one; when that dies too the task has failed and the others go on. No worker outlives the run.
 */
export async function runInPool<Kind extends TaskKind>(
  tasks: TaskSource<Kind>,
  { onResult, signal }: RunOptions<Kind>,
  options: PoolOptions,
): Promise<void> {
  const waiting = Symbol.asyncIterator in tasks ? tasks[Symbol.asyncIterator]() : tasks[Symbol.iterator]();
  const stop = new AbortController();
  const stopped = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const pool = new ProcessPool(options);
  const question = (message: object): Question => ({
    message,
    heapMiB: HEAP_MIB,
    memoryMiB: null,
    timeoutMs: null,
    graceMs: 0,
    onOutput: (text) => process.stderr.write(text),
  });

  const serve = async (): Promise<void> => {
    try {
      await pool.place(stopped, async (ask) => {
        for (;;) {
          const { value: task, done } = await waiting.next();
          if (done || stopped.aborted) return;
          let reply = await ask(question(task));
          for (let begun = 1; 'death' in reply && begun < ATTEMPTS && !stopped.aborted; begun++)
            reply = await ask(question(task));
          if (stopped.aborted) return;
          const answer: Answer<Kind> =
            'death' in reply
              ? { failure: 'the worker process died on it twice' }
              : (reply.answer as Answer<Kind>);
          onResult({ id: task.id, ...answer } as TaskResult<Kind>);
        }
      });
    } catch (error) {
      stop.abort(error);
    }
  };
  try {
    await Promise.all(Array.from({ length: pool.workers }, serve));
  } finally {
    pool.end();
  }
  await waiting.return?.();
  stopped.throwIfAborted();
}
