/** What is watched of one horizon, by week of issue in order; NaN = no outcome. */
export interface WatchedHorizon {
  readonly horizon: string;
  /** Log of (own mean absolute error over the last price's): below 0 = better than the last price. See {@link excess}. */
  readonly excess: readonly number[];
  /** Share of outcomes outside the 80% interval. */
  readonly missed: readonly number[];
}

/** One of the two things watched of one horizon. */
export interface WatchedStream {
  readonly horizon: string;
  readonly what: 'excess' | 'missed';
  readonly promised: number;
  /** Mean of the live weeks. */
  readonly live: number;
  readonly weeks: number;
  /** The highest cumulated surplus, and the one that is not passed by chance. */
  readonly reached: number;
  readonly limit: number;
  /** Weeks from the first live one to the alarm, 1 = at once; `null` without one. */
  readonly alarmWeek: number | null;
}

export interface LiveWatch {
  readonly alarm: boolean;
  /** Chance that a version which keeps its promise raises an alarm within a year. */
  readonly falseAlarmsAYear: number;
  readonly streams: readonly WatchedStream[];
}

const FALSE_ALARMS_A_YEAR = 0.05;
const WEEKS_A_YEAR = 52;
/** Fewest weeks of a backtest that promise anything. */
const FEWEST_PROMISED = 26;
/** Half a standard deviation of drift is forgiven each week: the rule is quickest for one of a whole deviation. */
const FORGIVEN = 0.5;
const RESAMPLES = 4000;
/** Longer than four weeks ahead, so that the dependence of overlapping forecasts stays inside a block. */
const BLOCK_WEEKS = 8;
/** A week in which neither the model nor the last price erred says nothing: errors count from 5% of the usual one on. */
const SMALLEST_SHARE = 0.05;

/** The excess of one week; `usual` is the last price's mean error over the whole backtest. */
export function excess(error: number, naiveError: number, usual: number): number {
  return Math.log((error + SMALLEST_SHARE * usual) / (naiveError + SMALLEST_SHARE * usual));
}

/**
 * Whether live scores have fallen outside of what the backtest promised. A forecast enters when its target day has come,
 * each horizon on a line of its own, so the next market day speaks within a week and nothing waits for the fourth.
 *
 * Each line is a one-sided CUSUM of (live - promised mean) in promised deviations. Its limit is the quantile of what the
 * same rule reaches within a year of weeks drawn in blocks from the backtest itself, with mean and deviation taken from
 * another such draw: dependence between weeks and the uncertainty of the promise are in it. The lines share the false
 * alarms of a year equally. Deterministic. Horizons with less than half a year of promise are not watched.
 * Sources: E. S. Page, "Continuous inspection schemes", Biometrika 41, 1954; H. R. Künsch, "The jackknife and the bootstrap for
 * general stationary observations", Annals of Statistics 17, 1989.
 */
export function watchLive(promised: readonly WatchedHorizon[], live: readonly WatchedHorizon[]): LiveWatch {
  const lines = promised.flatMap(({ horizon, ...past }) =>
    (['excess', 'missed'] as const).map((what) => ({
      horizon,
      what,
      past: known(past[what]),
      live: known(live.find((one) => one.horizon === horizon)?.[what] ?? []).slice(-WEEKS_A_YEAR),
    })),
  );
  const watched = lines.filter(({ past }) => past.length >= FEWEST_PROMISED);
  const share = FALSE_ALARMS_A_YEAR / watched.length;
  const streams = watched.map(({ horizon, what, past, live }): WatchedStream => {
    const limit = limitOf(past, share);
    const { mean, deviation } = momentsOf(past);
    const surplus = surplusOf(live, mean, deviation);
    const alarmAt = surplus.findIndex((value) => value > limit);
    return {
      horizon,
      what,
      promised: mean,
      live: momentsOf(live).mean,
      weeks: live.length,
      reached: Math.max(0, ...surplus),
      limit,
      alarmWeek: alarmAt < 0 ? null : alarmAt + 1,
    };
  });
  return {
    alarm: streams.some(({ alarmWeek }) => alarmWeek !== null),
    falseAlarmsAYear: FALSE_ALARMS_A_YEAR,
    streams,
  };
}

function limitOf(past: readonly number[], share: number): number {
  const random = randomFrom(past.length);
  const reached = Float64Array.from({ length: RESAMPLES }, () => {
    const { mean, deviation } = momentsOf(drawn(past, past.length, random));
    return Math.max(0, ...surplusOf(drawn(past, WEEKS_A_YEAR, random), mean, deviation));
  }).sort();
  return reached[Math.min(RESAMPLES - 1, Math.ceil((1 - share) * RESAMPLES))]!;
}

/** Blocks of neighbouring weeks, the end joined to the beginning. */
function drawn(past: readonly number[], length: number, random: () => number): number[] {
  const out: number[] = [];
  while (out.length < length) {
    const start = Math.floor(random() * past.length);
    for (let k = 0; k < BLOCK_WEEKS && out.length < length; k++) out.push(past[(start + k) % past.length]!);
  }
  return out;
}

function surplusOf(values: readonly number[], mean: number, deviation: number): number[] {
  let sum = 0;
  return values.map((value) => {
    // a line that never moved in the backtest is left only by leaving its value
    const far = deviation > 0 ? (value - mean) / deviation : value > mean ? Number.POSITIVE_INFINITY : 0;
    sum = Math.max(0, sum + far - FORGIVEN);
    return sum;
  });
}

function momentsOf(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / Math.max(1, values.length - 1)) };
}

function known(values: readonly number[]): number[] {
  return values.filter((value) => !Number.isNaN(value));
}

/** The same draws for the same length. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
