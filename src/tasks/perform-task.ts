import { rowsIn } from '../domain/index.ts';
import { taskNamed } from './registry.ts';
import { encodeTables } from './tables-file.ts';
import type { Task, TaskOutput, TaskRun } from './task.ts';

/** The file of an artefact that holds what the task judged and what is to be published. */
export const RESULT_FILE = 'result.tables';

/** Performs one job's task: trains, judges, and makes what is published into one file beside the model's own. */
export async function performTask(
  run: TaskRun,
  named: (name: string) => Promise<Task> = taskNamed,
): Promise<TaskOutput> {
  const task = await named(run.job.task);
  const params = task.readParams(run.job.params);
  const learned = await task.train(run, params);
  const tables = {
    ...(await task.publish(learned, run, params)),
    ...(await task.judge(learned, run, params)),
  };
  return {
    files: [{ name: RESULT_FILE, bytes: encodeTables(tables) }, ...learned.files],
    metrics: {
      task: task.name,
      taskVersion: task.version,
      split: task.split(params),
      items: run.items?.length ?? null,
      ...(learned.reported ? { reported: learned.reported } : {}),
      rows: Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, rowsIn(table)])),
    },
  };
}
