import { EXIT, type JsonObject, rowsIn, SihwangError, type Tables } from '../domain/index.ts';
import { taskNamed } from './registry.ts';
import { encodeTables } from './tables-file.ts';
import type { Task, TaskJob, TaskOutput, TaskRun, Trained, UntouchedWork } from './task.ts';

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
  return outputOf(task, params, { learned, tables, items: run.items?.length ?? null });
}

/**
 * What a container without a worker of ours left, as `performTask` would have left it.
 * @throws SihwangError in words for what cannot be used
 */
export async function collectUntouched(
  { task: name, params: given }: Pick<TaskJob, 'task' | 'params'>,
  left: { readonly folder: string; readonly figures: JsonObject },
): Promise<TaskOutput> {
  const task = await taskNamed(name);
  const { learned, tables } = untouchedWorkOf(task).collect(left.folder, left.figures);
  return outputOf(task, task.readParams(given), { learned, tables, items: null });
}

/** How a task is done without a worker of ours. Throws TASK_NEEDS_WORKER where it is not. */
export function untouchedWorkOf(task: Task): UntouchedWork {
  if (task.untouched) return task.untouched;
  throw new SihwangError(
    'TASK_NEEDS_WORKER',
    { ko: `우리 일꾼만 하는 과제: ${task.name}`, en: `the task ${task.name} is done by our worker alone` },
    {
      exit: EXIT.configuration,
      hint: {
        ko: '우리 일꾼이 든 이미지를 쓰세요. 만드는 법은 docs/jobs.md.',
        en: 'Take an image with our worker in it; docs/jobs.md says how it is made.',
      },
    },
  );
}

function outputOf(
  task: Task,
  params: JsonObject,
  made: { readonly learned: Trained; readonly tables: Tables; readonly items: number | null },
): TaskOutput {
  const { learned, tables, items } = made;
  return {
    files: [{ name: RESULT_FILE, bytes: encodeTables(tables) }, ...learned.files],
    metrics: {
      task: task.name,
      taskVersion: task.version,
      split: task.split(params),
      items,
      ...(learned.reported ? { reported: learned.reported } : {}),
      rows: Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, rowsIn(table)])),
    },
  };
}
