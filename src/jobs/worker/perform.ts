import type { Task, TaskKind, TaskKinds } from '../tasks.ts';

type Perform = {
  readonly [Kind in TaskKind]: (input: TaskKinds[Kind]['input']) => Promise<TaskKinds[Kind]['output']>;
};

/** Task code is loaded when the first task of its kind arrives, so that a worker is ready at once. */
const PERFORM: Perform = {
  'global-paths': async (input) => (await import('../../tasks/price-forecast/index.ts')).globalPaths(input),
  'price-backtest': async (input) =>
    (await import('../../tasks/price-forecast/index.ts')).backtestPrices(input),
  'price-forecast': async (input) =>
    (await import('../../tasks/price-forecast/index.ts')).forecastPrices(input, input),
};

/** Does one task in this process. */
export async function perform<Kind extends TaskKind>(task: Task<Kind>): Promise<TaskKinds[Kind]['output']> {
  return PERFORM[task.kind](task.input);
}
