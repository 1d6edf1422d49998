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
import { type Panel, panelOf, seriesOf } from '../models/index.ts';
import {
  type ForecastOptions,
  forecast,
  risingLevels,
  type SeriesForecast,
  type SeriesRefusal,
  toPanel,
} from './auto-forecast.ts';
import { MODEL_NAMES, type ModelName } from './candidates.ts';
import { type Covariate, globalSeconds } from './covariates.ts';

/** What a backtest of any table needs to be told. */
export interface BacktestOptions extends Omit<ForecastOptions, 'models' | 'covariates'> {
  /** Further columns for the default choice; those in `knownAhead` are also given at the steps that are forecast. */
  readonly covariates?: readonly Omit<Covariate, 'future'>[];
  /** Names of the covariates that would have been known in advance. */
  readonly knownAhead?: readonly string[];
  /**
   * Models to score instead of the default choice: each alone and, when there are several, combined. `all` scores the
   * default choice and every model that can be named.
   */
  readonly models?: readonly ModelName[] | 'all';
  /** Origins for each series, the last one `horizon` steps before its end; default 3. */
  readonly origins?: number;
  /** Steps between origins; default the horizon, so that no point is scored twice. */
  readonly step?: number;
}

/** The scores of one method, pooled over all series, origins and steps. */
export interface MethodScore {
  /** `default`, models joined by + where combined, or one model's name; the baselines are the last. */
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
  /** Series too short for one origin, or without one in the time given. */
  readonly seriesLeftOut: number;
  /** Origins, counted over the series, that the time given did not reach. */
  readonly originsLeftOut: number;
  /** Whether the default choice had the covariates: named models take none, a small budget leaves no time. */
  readonly covariatesUsed: boolean;
}

/** The points of one method, in step with each other; `lo` and `hi` hold one list a level. */
interface Tally {
  readonly actual: number[];
  readonly mean: number[];
  readonly lo: number[][];
  readonly hi: number[][];
  readonly mase: number[];
}

/** One series at one of its origins. */
interface Job {
  readonly series: number;
  readonly origin: number;
  /** 1 = the newest origin of the series. */
  readonly back: number;
}

/**
 * Forecasts each series from past origins, seeing only the values before each, beside naive and seasonal naive.
 *
 * Everything that the default choice learns (parameters, weights, intervals) is learnt again at each origin. All
 * methods are scored on the same points; a series that any method refuses at an origin is left out there.
 * An origin needs at least one known value before it. With `budgetSeconds` the newest origin of every series comes
 * first, then the one before, until time is up; what was not reached is counted.
 */
export function backtest(
  input: Panel | readonly ArrayLike<number>[],
  options: BacktestOptions,
): BacktestResult {
  const panel = toPanel(input);
  const {
    models,
    origins = 3,
    step = options.horizon,
    onProgress,
    budgetSeconds,
    clock,
    covariates: given = [],
    knownAhead = [],
    ...shared
  } = options;
  const unknown = knownAhead.find((name) => !given.some((one) => one.name === name));
  if (unknown !== undefined) throw new RangeError(`known ahead is ${unknown}, which is no covariate`);
  if (models?.length === 0)
    throw new RangeError('no model is named: leave models out for the default choice');
  const hurried = budgetSeconds !== undefined && globalSeconds(panel) > budgetSeconds / 2;
  const covariates = hurried || (models !== undefined && models !== 'all') ? [] : given;
  const season = options.season ?? 1;
  const levels = risingLevels(options.levels);
  const methods = methodsOf(models, season);
  const tallies = methods.map(
    (): Tally => ({ actual: [], mean: [], lo: levels.map(() => []), hi: levels.map(() => []), mase: [] }),
  );
  const inRounds = budgetSeconds !== undefined || covariates.length > 0;
  const jobs = jobsOf(panel, { origins, step, horizon: options.horizon }, inRounds);
  const chosen = roundsWithCovariates(panel, jobs, { ...shared, covariates, knownAhead });
  const now = clock ?? (() => performance.now() / 1000);
  const deadline = budgetSeconds === undefined ? Infinity : now() + budgetSeconds;
  const scored = new Set<number>();
  let done = 0;
  let dearest = 0;
  for (const { series, origin, back } of jobs) {
    const before = now();
    if (done > 0 && before + dearest > deadline) break;
    const values = seriesOf(panel, series);
    const row = rollForward(values, [origin], (known) =>
      methods.map((one) =>
        covariates.length > 0 && !one.models
          ? chosen(back).get(series)!
          : forecast([known], { ...shared, ...(one.models && { models: one.models }) })[0]!,
      ),
    )[0]!;
    if (row.every((answer) => !answer.refusal)) {
      scored.add(series);
      const scale = maseScale(values.subarray(0, origin), season);
      row.forEach((answer, m) => {
        if (!answer.refusal) record(tallies[m]!, answer, values, origin, scale);
      });
    }
    dearest = Math.max(dearest, now() - before);
    done++;
    onProgress?.(done, jobs.length);
  }
  return {
    methods: methods.map((one, m) => scoreOf(one.method, tallies[m]!, levels, season)),
    seriesScored: scored.size,
    seriesLeftOut: panel.ids.length - scored.size,
    originsLeftOut: jobs.length - done,
    covariatesUsed: covariates.length > 0,
  };
}

/**
 * The default choice with covariates, for all series that have an origin so far back at once: what is learnt there
 * sees every series up to its origin, and of what follows only the covariates known in advance. One round is kept.
 */
function roundsWithCovariates(
  panel: Panel,
  jobs: readonly Job[],
  options: ForecastOptions & {
    covariates: readonly Omit<Covariate, 'future'>[];
    knownAhead: readonly string[];
  },
) {
  const { covariates, knownAhead, ...shared } = options;
  const { horizon } = shared;
  let round = 0;
  let answers = new Map<number, SeriesForecast | SeriesRefusal>();
  return (back: number) => {
    if (back === round) return answers;
    const here = jobs.filter((job) => job.back === back);
    const upTo = (from: Float64Array) =>
      panelOf(
        here.map(({ series, origin }) =>
          from.subarray(panel.offsets[series], panel.offsets[series]! + origin),
        ),
      );
    const known = covariates.map(({ name, past }): Covariate => {
      if (!knownAhead.includes(name)) return { name, past: upTo(past).values };
      const future = new Float64Array(here.length * horizon);
      here.forEach(({ series, origin }, i) => {
        const start = panel.offsets[series]! + origin;
        future.set(past.subarray(start, start + horizon), i * horizon);
      });
      return { name, past: upTo(past).values, future };
    });
    const made = forecast(upTo(panel.values), { ...shared, covariates: known });
    answers = new Map(here.map(({ series }, i) => [series, made[i]!]));
    round = back;
    return answers;
  };
}

function methodsOf(
  models: readonly ModelName[] | 'all' | undefined,
  season: number,
): { method: string; models?: readonly ModelName[] }[] {
  const baselines: readonly ModelName[] = season > 1 ? ['naive', 'seasonal-naive'] : ['naive'];
  const named = models === 'all' ? MODEL_NAMES : (models ?? []);
  const rest = [...new Set(named)].filter((name) => !baselines.includes(name));
  const methods: { method: string; models?: readonly ModelName[] }[] = [];
  if (models === undefined || models === 'all') methods.push({ method: 'default' });
  else if (new Set(models).size > 1) methods.push({ method: models.join('+'), models });
  for (const name of [...rest, ...baselines]) methods.push({ method: name, models: [name] });
  return methods;
}

/** Every origin of every series; `newestFirst` puts the last origins of all series before the ones before them. */
function jobsOf(
  panel: Panel,
  rolling: { origins: number; step: number; horizon: number },
  newestFirst: boolean,
): Job[] {
  const lists = panel.ids.map((_, i) => rollingOrigins(panel.offsets[i + 1]! - panel.offsets[i]!, rolling));
  if (!newestFirst) {
    return lists.flatMap((list, series) =>
      list.map((origin, j) => ({ series, origin, back: list.length - j })),
    );
  }
  const jobs: Job[] = [];
  for (let back = 1; back <= rolling.origins; back++) {
    lists.forEach((list, series) => {
      if (back <= list.length) jobs.push({ series, origin: list[list.length - back]!, back });
    });
  }
  return jobs;
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
    if (!Number.isFinite(actual)) return;
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
