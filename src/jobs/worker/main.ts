import type { Task } from '../tasks.ts';
import { perform } from './perform.ts';

/** The process that the local pool forks: one task a message, one answer a task, until the channel closes. */
process.on('message', async (task: Task) => {
  try {
    process.send!({ output: await perform(task) });
  } catch (error) {
    process.send!({ failure: error instanceof Error ? error.message : String(error) });
  }
});

process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole group; the parent decides when its workers end
process.on('SIGINT', () => {});
