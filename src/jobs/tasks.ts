import type {
  ForecastOptions,
  GivenPaths,
  GlobalQuestion,
  PriceBacktest,
  PriceSnapshot,
  SeriesBacktest,
  SeriesForecast,
} from '../tasks/price-forecast/index.ts';

/** Every kind of task with what it takes and gives; both are plain data and typed arrays, so they travel between processes. */
export interface TaskKinds {
  readonly 'price-forecast': {
    readonly input: PriceSnapshot & ForecastOptions;
    readonly output: readonly SeriesForecast[];
  };
  readonly 'global-paths': {
    readonly input: GlobalQuestion;
    readonly output: readonly (GivenPaths | null)[];
  };
  readonly 'price-backtest': { readonly input: PriceBacktest; readonly output: readonly SeriesBacktest[] };
}

export type TaskKind = keyof TaskKinds;

/** One piece of work; `id` is the caller's own name for it. */
export interface Task<Kind extends TaskKind = TaskKind> {
  readonly id: string;
  readonly kind: Kind;
  readonly input: TaskKinds[Kind]['input'];
}

/** How one task ended: its output, or what went wrong. Every task that was begun ends in exactly one of the two. */
export type TaskResult<Kind extends TaskKind = TaskKind> =
  | { readonly id: string; readonly output: TaskKinds[Kind]['output'] }
  | { readonly id: string; readonly failure: string };

export interface RunOptions<Kind extends TaskKind> {
  /** Called once a task, in the order in which they end. */
  readonly onResult: (result: TaskResult<Kind>) => void;
  /** Stops: no task is begun any more, those running are given up, and the run ends with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Tasks one after the other; each is made when there is a place for it. */
export type TaskSource<Kind extends TaskKind> = Iterable<Task<Kind>> | AsyncIterable<Task<Kind>>;

/** Runs tasks somewhere and resolves when each of them has ended. */
export type RunTasks = <Kind extends TaskKind>(
  tasks: TaskSource<Kind>,
  options: RunOptions<Kind>,
) => Promise<void>;
