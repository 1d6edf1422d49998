import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism, constants, setPriority } from 'node:os';
import type { RunOptions, Task, TaskKind, TaskKinds, TaskResult, TaskSource } from './tasks.ts';

export interface PoolOptions {
  /** The program of a worker; it answers each task message with `{ output }` or `{ failure }`. */
  readonly entry: URL;
  /** At most so many workers at a time; default the processors, four at most. */
  readonly workers?: number;
  /** A worker is replaced after so many tasks, so that what a long life leaks is given back. Default 200. */
  readonly tasksPerWorker?: number;
  readonly memoryMb?: number;
}

/** How often a task is begun before the death of its workers is taken for its own fault. */
const ATTEMPTS = 2;

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
  const again: Task<Kind>[] = [];
  const begun = new Map<string, number>();
  const stop = new AbortController();
  const stopped = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const next = async (): Promise<Task<Kind> | undefined> => {
    if (again.length > 0) return again.shift();
    const { value, done } = await waiting.next();
    return done ? undefined : value;
  };

  const serve = async (): Promise<void> => {
    let worker: Worker | undefined;
    try {
      for (let task = await next(); task && !stopped.aborted; task = await next()) {
        worker ??= new Worker(options);
        begun.set(task.id, (begun.get(task.id) ?? 0) + 1);
        const answer = await worker.ask(task, stopped);
        if (stopped.aborted) return;
        if (answer === undefined) worker = undefined;
        if (answer === undefined && begun.get(task.id)! < ATTEMPTS) {
          again.push(task);
          continue;
        }
        onResult({
          id: task.id,
          ...(answer ?? { failure: 'the worker process died on it twice' }),
        } as TaskResult<Kind>);
        begun.delete(task.id);
        if (worker && worker.tasks >= (options.tasksPerWorker ?? 200)) {
          worker.end();
          worker = undefined;
        }
      }
    } catch (error) {
      stop.abort(error);
    } finally {
      worker?.end();
    }
  };
  await Promise.all(Array.from({ length: options.workers ?? Math.min(availableParallelism(), 4) }, serve));
  await waiting.return?.();
  stopped.throwIfAborted();
}

/** One child process. */
class Worker {
  tasks = 0;
  private readonly child: ChildProcess;

  constructor({ entry, memoryMb = 512 }: PoolOptions) {
    this.child = fork(entry, {
      serialization: 'advanced',
      execArgv: [`--max-old-space-size=${memoryMb}`],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    // a channel that breaks after an answer was taken is found by the next question
    this.child.on('error', () => {});
    yieldToPages(this.child);
  }

  /** The answer, or undefined when the process died on the task or the run was stopped. */
  ask<Kind extends TaskKind>(task: Task<Kind>, stopped: AbortSignal): Promise<Answer<Kind> | undefined> {
    this.tasks++;
    const { child } = this;
    return new Promise((resolve) => {
      const settle = (answer?: Answer<Kind>): void => {
        child.off('message', answered).off('exit', died).off('error', died);
        stopped.removeEventListener('abort', died);
        if (answer === undefined) this.end();
        resolve(answer);
      };
      const answered = (answer: unknown): void => settle(answer as Answer<Kind>);
      const died = (): void => settle();
      child.once('message', answered).once('exit', died).once('error', died);
      stopped.addEventListener('abort', died, { once: true });
      if (stopped.aborted || !child.connected) died();
      else child.send(task);
    });
  }

  end(): void {
    this.child.kill('SIGKILL');
  }
}

/** Pages and commands come before computing ahead. */
function yieldToPages({ pid }: ChildProcess): void {
  try {
    if (pid) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // it has ended already, or this system does not let us: then it runs like any process
  }
}
