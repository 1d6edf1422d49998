import {
  coverage,
  maseScale,
  pinball,
  rollForward,
  rollingOrigins,
  smape,
  wape,
  winkler,
} from '../evaluate/index.ts';
import { type Panel, seriesOf } from '../models/index.ts';
import {
  type ForecastOptions,
  forecast,
  risingLevels,
  type SeriesForecast,
  toPanel,
} from './auto-forecast.ts';
import type { ModelName } from './candidates.ts';

/** What a backtest of any table needs to be told. */
export interface BacktestOptions extends ForecastOptions {
  /** Origins for each series, the last one `horizon` steps before its end; default 3. */
  readonly origins?: number;
  /** Steps between origins; default the horizon, so that no point is scored twice. */
  readonly step?: number;
}

/** The scores of one method, pooled over all series, origins and steps. */
export interface MethodScore {
  /** `default` (or the models asked for, joined by +), `naive`, `seasonal-naive`. */
  readonly method: string;
  /** Points scored. */
  readonly cases: number;
  /** sum |y - f| / sum |y|. */
  readonly wape: number;
  /** 0 to 200. */
  readonly smape: number;
  /** Mean over series and origins, scaled by the in-sample naive of `maseSeason` steps. */
  readonly mase: number;
  readonly maseSeason: number;
  /** For each level: share of actuals inside, mean pinball of its two ends and mean Winkler score in y's units. */
  readonly intervals: readonly { level: number; coverage: number; pinball: number; winkler: number }[];
}

/** A backtest's outcome. */
export interface BacktestResult {
  readonly methods: readonly MethodScore[];
  readonly seriesScored: number;
  /** Series too short for one origin. */
  readonly seriesLeftOut: number;
}

/** The points of one method, in step with each other; `lo` and `hi` hold one list a level. */
interface Tally {
  readonly actual: number[];
  readonly mean: number[];
  readonly lo: number[][];
  readonly hi: number[][];
  readonly mase: number[];
}

/**
 * Forecasts each series from past origins, seeing only the values before each, beside naive and seasonal naive.
 *
 * Everything that the default choice learns (parameters, weights, intervals) is learnt again at each origin. All
 * methods are scored on the same points; a series that any method refuses at an origin is left out there.
 * An origin needs at least one known value before it.
 */
export function backtest(
  input: Panel | readonly ArrayLike<number>[],
  options: BacktestOptions,
): BacktestResult {
  const panel = toPanel(input);
  const { models, origins = 3, step = options.horizon, onProgress, ...shared } = options;
  const season = options.season ?? 1;
  const levels = risingLevels(options.levels);
  const methods: { method: string; models?: readonly ModelName[] }[] = [
    models ? { method: models.join('+'), models } : { method: 'default' },
    { method: 'naive', models: ['naive'] },
  ];
  if (season > 1) methods.push({ method: 'seasonal-naive', models: ['seasonal-naive'] });
  const tallies = methods.map(
    (): Tally => ({ actual: [], mean: [], lo: levels.map(() => []), hi: levels.map(() => []), mase: [] }),
  );
  let scored = 0;
  panel.ids.forEach((_id, i) => {
    const values = seriesOf(panel, i);
    const list = rollingOrigins(values.length, { origins, step, horizon: options.horizon });
    const answers = rollForward(values, list, (known) =>
      methods.map((one) => forecast([known], { ...shared, ...(one.models && { models: one.models }) })[0]!),
    );
    let used = false;
    answers.forEach((row, j) => {
      if (row.some((answer) => answer.refusal)) return;
      used = true;
      const origin = list[j]!;
      const scale = maseScale(values.subarray(0, origin), season);
      row.forEach((answer, m) => {
        if (!answer.refusal) record(tallies[m]!, answer, values, origin, scale);
      });
    });
    if (used) scored++;
    onProgress?.(i + 1, panel.ids.length);
  });
  return {
    methods: methods.map((one, m) => scoreOf(one.method, tallies[m]!, levels, season)),
    seriesScored: scored,
    seriesLeftOut: panel.ids.length - scored,
  };
}

function record(
  tally: Tally,
  answer: SeriesForecast,
  values: Float64Array,
  origin: number,
  scale: number,
): void {
  let gaps = 0;
  let count = 0;
  answer.mean.forEach((mean, k) => {
    const actual = values[origin + k]!;
    if (Number.isNaN(actual)) return;
    tally.actual.push(actual);
    tally.mean.push(mean);
    answer.intervals.forEach(({ lo, hi }, l) => {
      tally.lo[l]!.push(lo[k]!);
      tally.hi[l]!.push(hi[k]!);
    });
    gaps += Math.abs(actual - mean);
    count++;
  });
  if (count > 0 && scale > 0) tally.mase.push(gaps / count / scale);
}

function scoreOf(method: string, tally: Tally, levels: readonly number[], maseSeason: number): MethodScore {
  return {
    method,
    cases: tally.actual.length,
    wape: wape(tally.actual, tally.mean),
    smape: smape(tally.actual, tally.mean),
    mase:
      tally.mase.length > 0 ? tally.mase.reduce((sum, one) => sum + one, 0) / tally.mase.length : Number.NaN,
    maseSeason,
    intervals: levels.map((level, i) => {
      const lo = tally.lo[i]!;
      const hi = tally.hi[i]!;
      return {
        level,
        coverage: coverage(tally.actual, lo, hi),
        pinball:
          (pinball(tally.actual, lo, (1 - level) / 2) + pinball(tally.actual, hi, (1 + level) / 2)) / 2,
        winkler: winkler(tally.actual, lo, hi, level),
      };
    }),
  };
}
