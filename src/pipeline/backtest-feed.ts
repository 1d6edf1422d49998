import {
  EXIT,
  type FeedProfile,
  fromDayNumber,
  type Horizon,
  type LocalDate,
  SihwangError,
} from '../domain/index.ts';
import { type RunTasks, runTasks } from '../jobs/index.ts';
import { type Home, openServingLibrary } from '../lake/index.ts';
import { parseAsOf } from '../market/index.ts';
import type { SeriesBacktest } from '../tasks/price-forecast/index.ts';
import { readBacktestSnapshots } from './backtest-snapshots.ts';

/** The horizons of a backtest by the names that users write. */
export const BACKTEST_HORIZONS: Readonly<Record<string, Horizon>> = {
  '1d': 'MD1',
  '1w': 'W1',
  '2w': 'W2',
  '4w': 'W4',
};

export interface BacktestFeedOptions {
  /** Of `1d` (daily prices only), `1w`, `2w`, `4w`. */
  readonly horizons: readonly string[];
  /** A day or an instant: only rows known by then, and outcomes among them. */
  readonly asOf?: string;
  /** What is forecast: volume-weighted prices of whole weeks (Monday to Sunday), or of market days. */
  readonly target: 'week' | 'day';
  /** Outcomes of so many weeks are scored; default 104, for weekly feeds 52. */
  readonly weeks?: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** One method on one horizon: means over the series, each series counting once. */
export interface BacktestRow {
  readonly horizon: string;
  /** A candidate, or `shown`: what would have been published at each origin, chosen from what was known there. */
  readonly model: string;
  readonly role: 'baseline' | 'model' | 'shown';
  /** Series on which the method gave a forecast, and their outcomes together. */
  readonly series: number;
  readonly outcomes: number;
  /** Mean of |error| ÷ price. */
  readonly mape: number;
  /** Σ|error| ÷ Σ|price|. */
  readonly wape: number;
  /** Mean |error| ÷ mean step to the next week (market day) before the span. */
  readonly mase: number;
  /** Mean pinball loss of the quantiles 2.5 to 97.5% ÷ mean price. */
  readonly pinball: number;
  /** Share of all outcomes inside the 80% intervals. */
  readonly coverage80: number;
}

export interface FeedBacktest {
  readonly feed: string;
  readonly target: 'week' | 'day';
  readonly asOf: string | null;
  /** True when known times of the data are assumed from the publication lag, as those of bulk history are. */
  readonly restsOnAssumedTimes: boolean;
  /** The last day, or the Monday of the last whole week, that outcomes reach; `null` without data. */
  readonly lastDay: LocalDate | null;
  readonly weeks: number;
  readonly seriesScored: number;
  /** Series with 10 priced weeks or fewer in the span. */
  readonly seriesLeftOut: number;
  readonly failed: readonly { readonly series: string; readonly message: string }[];
  readonly rows: readonly BacktestRow[];
}

/**
 * Replays the past of a feed's series: an origin every week, from each of which every baseline, every model and the
 * choice between them see only what was known there; scored on exact steps ahead.
 * Prices are those of `priced`: trickle days and other left-out rows are out. A revision known by `asOf` replaces the
 * figure it corrects at past origins too.
 * @throws SihwangError `HORIZON_UNKNOWN`, `AS_OF_UNREADABLE`, `FEED_EMPTY`
 */
export async function backtestFeed(
  home: Home,
  profile: FeedProfile,
  options: BacktestFeedOptions,
  effects: { readonly run: RunTasks } = { run: runTasks },
): Promise<FeedBacktest> {
  if (profile.granularity === 'dekad') {
    throw new SihwangError(
      'DEKADS_NOT_FORECAST',
      `${profile.id} gives prices by 순, which are not forecast yet`,
      {
        exit: EXIT.usage,
        hint: 'Backtest a feed of days or weeks.',
      },
    );
  }
  const target = profile.granularity === 'week' ? 'week' : options.target;
  const horizons = options.horizons.map((name) => horizonNamed(name, target));
  const asOf = parseAsOf(options.asOf, profile);
  const weeks = options.weeks ?? (profile.granularity === 'week' ? 52 : 104);
  const { snapshots, restsOnAssumedTimes } = await readAll(home, profile, target, asOf);

  const done: SeriesBacktest[] = [];
  const failed: { series: string; message: string }[] = [];
  const tasks = snapshots.map((snapshot) => ({
    id: snapshot.series[0]!.series,
    kind: 'price-backtest' as const,
    input: { ...snapshot, horizons, weeks },
  }));
  await effects.run(tasks, {
    ...(options.signal ? { signal: options.signal } : {}),
    onResult: (answer) => {
      if ('failure' in answer) failed.push({ series: answer.id, message: answer.failure });
      else done.push(...answer.output);
      options.onProgress?.(done.length + failed.length, tasks.length);
    },
  });
  const lastDay = snapshots.reduce(
    (last, { originDay }) => Math.max(last, originDay),
    Number.NEGATIVE_INFINITY,
  );
  const scored = done.filter(({ scores }) => scores.length > 0);
  return {
    feed: profile.id,
    target,
    asOf,
    restsOnAssumedTimes,
    lastDay: Number.isFinite(lastDay) ? fromDayNumber(lastDay) : null,
    weeks,
    seriesScored: scored.length,
    seriesLeftOut: done.length - scored.length,
    failed,
    rows: options.horizons.flatMap((name, index) => rowsOf(name, horizons[index]!, scored)),
  };
}

function horizonNamed(name: string, target: 'week' | 'day'): Horizon {
  const horizon = BACKTEST_HORIZONS[name];
  if (horizon && (target === 'day' || horizon !== 'MD1')) return horizon;
  throw new SihwangError('HORIZON_UNKNOWN', `no horizon of a ${target} backtest is called ${name}`, {
    exit: EXIT.usage,
    hint: `Use ${Object.keys(BACKTEST_HORIZONS).join(', ')}; 1d needs daily prices and the target day.`,
  });
}

async function readAll(home: Home, profile: FeedProfile, target: 'week' | 'day', asOf: string | null) {
  const library = await openServingLibrary(home, [profile]);
  try {
    if (!library.feeds().includes(profile.id)) {
      throw new SihwangError('FEED_EMPTY', `this home has no data of ${profile.id}`, {
        exit: EXIT.configuration,
        hint: `Take in a file first: sihwang ingest ${profile.id} --file PATH`,
      });
    }
    return await library.read(profile.id, (reader) => readBacktestSnapshots(reader, target, asOf));
  } finally {
    await library.close();
  }
}

function rowsOf(name: string, horizon: Horizon, scored: readonly SeriesBacktest[]): BacktestRow[] {
  const scores = scored.flatMap((one) => one.scores).filter((score) => score.horizon === horizon);
  // the fullest list names every method, in the order in which the candidates stand
  const models = [...new Set(scores.map(({ model }) => model))].filter((model) => model !== 'shown');
  return [...models, 'shown'].flatMap((model) => {
    const own = scores.filter((score) => score.model === model);
    if (own.length === 0) return [];
    const outcomes = own.reduce((sum, { origins }) => sum + origins, 0);
    return {
      horizon: name,
      model,
      role: own[0]!.role,
      series: own.length,
      outcomes,
      mape: meanOf(own.map(({ mape }) => mape)),
      wape: meanOf(own.map(({ wape }) => wape)),
      mase: meanOf(own.map(({ mase }) => mase)),
      pinball: meanOf(own.map(({ pinball, meanPrice }) => pinball / meanPrice)),
      coverage80: own.reduce((sum, { coverage80, origins }) => sum + coverage80 * origins, 0) / outcomes,
    };
  });
}

function meanOf(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
