import { EXIT, SihwangError } from '../domain/index.ts';
import type { Task } from './task.ts';

/** Loaded when the first of its kind is asked for: a worker is ready at once, and carries no engine it doesn't use. */
const TASKS: Readonly<Record<string, () => Promise<Task>>> = {
  'price-forecast': async () => (await import('./price-forecast/index.ts')).priceForecastTask as Task,
  'custom-command': async () => (await import('./custom-command/index.ts')).customCommandTask as Task,
};

/** The task of a name. Throws TASK_UNKNOWN. */
export async function taskNamed(name: string, tasks = TASKS): Promise<Task> {
  const load = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
  if (load) return load();
  throw new SihwangError(
    'TASK_UNKNOWN',
    { ko: `없는 과제: ${name}`, en: `there is no task ${name}` },
    {
      exit: EXIT.configuration,
      hint: {
        ko: `있는 과제: ${Object.keys(tasks).join(', ')}.`,
        en: `Known tasks: ${Object.keys(tasks).join(', ')}.`,
      },
    },
  );
}
