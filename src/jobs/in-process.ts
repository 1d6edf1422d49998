import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RunOptions, TaskKind, TaskResult, TaskSource } from './tasks.ts';

/** Runs tasks one after the other in this process: for tests, and where only the TypeScript sources run. */
export async function runInProcess<Kind extends TaskKind>(
  tasks: TaskSource<Kind>,
  { onResult, signal }: RunOptions<Kind>,
): Promise<void> {
  const { perform } = await import('./worker/perform.ts');
  for await (const task of tasks) {
    // other work of this process, such as answering requests, gets its turn between two tasks
    await nextTurn();
    signal?.throwIfAborted();
    onResult(
      await perform(task).then(
        (output): TaskResult<Kind> => ({ id: task.id, output }),
        (error: unknown) => ({
          id: task.id,
          failure: error instanceof Error ? error.message : String(error),
        }),
      ),
    );
  }
  signal?.throwIfAborted();
}
