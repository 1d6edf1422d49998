import {
  EXIT,
  type FeedProfile,
  type ForecastHorizon,
  forecastHorizons,
  fromDayNumber,
  type Granularity,
  type LocalDate,
  SihwangError,
} from '../domain/index.ts';
import { type RunTasks, runTasks } from '../jobs/index.ts';
import { type Home, openServingLibrary } from '../lake/index.ts';
import { parseAsOf } from '../market/index.ts';
import {
  backtestOrigins,
  type GivenPaths,
  type PriceSnapshot,
  type SeriesBacktest,
} from '../tasks/price-forecast/index.ts';
import { readBacktestSnapshots } from './backtest-snapshots.ts';
import { feedEmpty } from './feed-empty.ts';

/** The horizons of a backtest by the names that users write. */
export const BACKTEST_HORIZONS: Readonly<Record<string, ForecastHorizon>> = {
  '1d': 'MD1',
  '1w': 'W1',
  '2w': 'W2',
  '4w': 'W4',
  '1s': 'S1',
  '2s': 'S2',
  '3s': 'S3',
};

export interface BacktestFeedOptions {
  /** Of `1d` (daily prices only), `1w`, `2w`, `4w` and the next three 순 `1s`, `2s`, `3s`; prices by 순 have these alone. */
  readonly horizons: readonly string[];
  /** A day or an instant: only rows known by then, and outcomes among them. */
  readonly asOf?: string;
  /** What is forecast: volume-weighted prices of whole weeks (Monday to Sunday), or of market days. */
  readonly target: 'week' | 'day';
  /** Outcomes of so many weeks are scored; default 104, for feeds of weeks or 순 52. */
  readonly weeks?: number;
  /** Share, 0 to 1, of what a model said of the same day before that it holds on to; default 0. */
  readonly damping?: number;
  /** Whether one model that learns from all series of a market together is a candidate too; minutes instead of seconds. */
  readonly global?: boolean;
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
  /** Mean |change| ÷ price against what was said of the same day one week (market day, 순) before. */
  readonly stability: number;
}

export interface FeedBacktest {
  readonly feed: string;
  readonly target: Granularity;
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
  const target = profile.granularity === 'day' ? options.target : profile.granularity;
  const horizons = options.horizons.map((name) => horizonNamed(name, target));
  const asOf = parseAsOf(options.asOf, profile);
  const weeks = options.weeks ?? (profile.granularity === 'day' ? 104 : 52);
  const { snapshots, restsOnAssumedTimes } = await readAll(home, profile, target, asOf);

  const given = options.global ? await givenBySeries(snapshots, horizons, weeks, options, effects.run) : null;
  const done: SeriesBacktest[] = [];
  const failed: { series: string; message: string }[] = [];
  const tasks = snapshots.map((snapshot) => ({
    id: snapshot.series[0]!.series,
    kind: 'price-backtest' as const,
    input: {
      ...snapshot,
      series: snapshot.series.map((one) => ({ ...one, given: given?.get(one.series) ?? [] })),
      horizons,
      weeks,
      damping: options.damping ?? 0,
    },
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

/** What one model over all series of a market (of a price kind, for weeks and 순) says of each of them. */
async function givenBySeries(
  snapshots: readonly PriceSnapshot[],
  horizons: readonly ForecastHorizon[],
  weeks: number,
  { signal }: BacktestFeedOptions,
  run: RunTasks,
): Promise<Map<string, readonly GivenPaths[]>> {
  const markets = new Map<unknown, PriceSnapshot[]>();
  for (const snapshot of snapshots) {
    const market = snapshot.granularity === 'day' ? snapshot.marketDays : snapshot.originDay;
    const together = markets.get(market);
    if (together) together.push(snapshot);
    else markets.set(market, [snapshot]);
  }
  const groups = [...markets.values()].map((together) => ({
    ...together[0]!,
    series: together.flatMap(({ series }) => series),
  }));
  const given = new Map<string, readonly GivenPaths[]>();
  const tasks = groups.map((group, index) => ({
    id: String(index),
    kind: 'global-paths' as const,
    input: { ...group, horizons, origins: backtestOrigins(group.granularity, weeks) },
  }));
  await run(tasks, {
    ...(signal ? { signal } : {}),
    // a market whose model failed goes on without it
    onResult: (answer) => {
      if ('failure' in answer) return;
      const { series } = groups[Number(answer.id)]!;
      for (const [k, paths] of answer.output.entries()) if (paths) given.set(series[k]!.series, [paths]);
    },
  });
  return given;
}

function horizonNamed(name: string, target: Granularity): ForecastHorizon {
  const horizon = BACKTEST_HORIZONS[name];
  const known = forecastHorizons(target);
  if (horizon && known.includes(horizon)) return horizon;
  const names = Object.keys(BACKTEST_HORIZONS).filter((one) => known.includes(BACKTEST_HORIZONS[one]!));
  throw new SihwangError(
    'HORIZON_UNKNOWN',
    {
      ko: `${target === 'week' ? '주간 가격' : '거래일 가격'} 채점에 없는 예측 기간: ${name}`,
      en: `no horizon of a ${target} backtest is called ${name}`,
    },
    {
      exit: EXIT.usage,
      hint: {
        ko: `${names.join(', ')} 가운데서 쓰세요. 1d는 일별 가격과 --target day에서 됩니다.`,
        en: `Use ${names.join(', ')}; 1d needs daily prices and the target day.`,
      },
    },
  );
}

async function readAll(home: Home, profile: FeedProfile, target: Granularity, asOf: string | null) {
  const library = await openServingLibrary(home, [profile]);
  try {
    if (!library.feeds().includes(profile.id)) throw feedEmpty(profile.id);
    return await library.read(profile.id, (reader) => readBacktestSnapshots(reader, target, asOf));
  } finally {
    await library.close();
  }
}

function rowsOf(name: string, horizon: ForecastHorizon, scored: readonly SeriesBacktest[]): BacktestRow[] {
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
      stability: meanOf(own.map(({ stability }) => stability)),
      coverage80: own.reduce((sum, { coverage80, origins }) => sum + coverage80 * origins, 0) / outcomes,
    };
  });
}

function meanOf(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
