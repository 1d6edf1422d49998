import { ForecastRefusal, naive, type Panel, panelOf, seriesOf } from '../models/index.ts';
import { type Effort, withinBudget } from './budget.ts';
import {
  type Candidate,
  candidateOf,
  defaultCandidates,
  lightCandidates,
  MODEL_NAMES,
  type ModelName,
} from './candidates.ts';
import { type Covariate, globalCandidates, globalSeconds } from './covariates.ts';
import { type EnsembleForecast, ensemble, type GivenCandidate } from './ensemble.ts';
import { conformalSize, normalFactor } from './spread.ts';

/** What a forecast of any table needs to be told. */
export interface ForecastOptions {
  /** Steps ahead, at least 1. */
  readonly horizon: number;
  /** Steps in one season (12 months, 52 weeks, 24 hours); 1 = none, the default. */
  readonly season?: number;
  /** Central interval levels as shares, each in (0, 1); default 0.5, 0.8, 0.95. */
  readonly levels?: readonly number[];
  /** Models to use instead of the default choice: one alone, or several combined by their held-back errors. */
  readonly models?: readonly ModelName[];
  /**
   * Further columns, from which one model over all series is learnt that joins the default choice of each; not used
   * with `models`, nor where a budget is too small to learn it.
   */
  readonly covariates?: readonly Covariate[];
  /** Called after each series; for a progress line. */
  readonly onProgress?: (done: number, total: number) => void;
  /**
   * Seconds that may pass. Every series gets at least the baseline; what else fits is done largest series first, and
   * each answer's `effort` says what it got. The answer then depends on the machine. Default: no limit.
   */
  readonly budgetSeconds?: number;
  /** Seconds on a clock that only moves forward, for the budget; default `performance.now() / 1000`. */
  readonly clock?: () => number;
}

/** A central interval at each step. */
export interface Interval {
  /** A share: 0.8 for 80%. */
  readonly level: number;
  readonly lo: Float64Array;
  readonly hi: Float64Array;
}

/** The forecast of one series; every number is finite, `lo <= mean <= hi`, wider levels contain narrower ones. */
export interface SeriesForecast {
  readonly id: string;
  /** `ensemble`, one model's name, or `naive` for a series too short for any other. */
  readonly model: string;
  readonly mean: Float64Array;
  /** In rising order of level. */
  readonly intervals: readonly Interval[];
  /** Whether a model over all series and their covariates has a share in it. */
  readonly usesCovariates: boolean;
  /** `full` unless a budget ran out. */
  readonly effort: Effort;
  readonly refusal?: undefined;
}

/** A series without a forecast, and the typed reason: no value at all, or an infinity. */
export interface SeriesRefusal {
  readonly id: string;
  readonly refusal: ForecastRefusal;
}

/** Values per series below which only the baseline is used. */
const SHORTEST = 8;
/**
 * Intervals are widened by sqrt(1 + this / known values): parameters estimated on few values are uncertain themselves.
 * Chosen on M3 (80% intervals of yearly, quarterly and monthly series hold 77 to 85%).
 */
const SHORT_SERIES_WIDENING = 15;

/**
 * Forecasts every series of a panel, or of a list of arrays (oldest first, NaN = missing), in its order.
 *
 * The default choice combines ETS, Theta and decomposition forms by their errors on each series' own held-back
 * tail (see `ensemble`). Intervals are the models' own error profiles, rescaled by the sizes of the ensemble's held-back
 * errors (conformal), the normal law standing in where nothing could be held back. Values that were never negative get
 * no negative forecast. A series is answered alone: no series changes another's forecast. Deterministic.
 * Throws RangeError for a horizon, season, level or model name that makes no sense; never for data.
 */
export function forecast(
  input: Panel | readonly ArrayLike<number>[],
  options: ForecastOptions,
): (SeriesForecast | SeriesRefusal)[] {
  const panel = toPanel(input);
  const { season, levels } = checked(options);
  const clock = options.clock ?? (() => performance.now() / 1000);
  const started = clock();
  const given = learntFromCovariates(panel, season, options);
  const one = (i: number, effort: Effort) =>
    forecastOne(panel.ids[i]!, seriesOf(panel, i), season, levels, options, effort, given?.[i]);
  if (options.budgetSeconds !== undefined) {
    return withinBudget(panel, one, {
      seconds: options.budgetSeconds - (clock() - started),
      clock,
      efforts: options.models ? ['full'] : ['light', 'full'],
      newest: Math.max(season, options.horizon),
      onProgress: options.onProgress,
    });
  }
  return panel.ids.map((_, i) => {
    const answer = one(i, 'full');
    options.onProgress?.(i + 1, panel.ids.length);
    return answer;
  });
}

/** The candidates that all series and their covariates give, when there are any and a budget leaves the time. */
function learntFromCovariates(panel: Panel, season: number, options: ForecastOptions) {
  const { covariates = [], models, budgetSeconds = Infinity, horizon } = options;
  if (covariates.length === 0 || models || panel.ids.length === 0) return undefined;
  if (globalSeconds(panel) > budgetSeconds / 2) return undefined;
  return globalCandidates(panel, covariates, horizon, season);
}

/** The panel itself, or one made of a list of arrays. Throws TypeError for neither, RangeError for offsets that do not fit. */
export function toPanel(input: Panel | readonly ArrayLike<number>[]): Panel {
  if (Array.isArray(input)) return panelOf(input as readonly ArrayLike<number>[]);
  const panel = input as Panel;
  if (!(panel?.values instanceof Float64Array && panel.offsets && panel.ids)) {
    throw new TypeError('a list of series is needed, [values, values, …], or a panel as panelOf makes it');
  }
  const { values, offsets, ids } = panel;
  const rising = ids.every((_, i) => offsets[i + 1]! >= offsets[i]!);
  if (offsets.length !== ids.length + 1 || offsets[0] !== 0 || !rising || offsets.at(-1) !== values.length) {
    throw new RangeError(
      `a panel of ${ids.length} series has ${ids.length + 1} offsets, rising from 0 to ${values.length}, its number of values`,
    );
  }
  return panel;
}

/** The levels asked for, each once, in rising order; 50, 80 and 95% by default. */
export function risingLevels(levels: readonly number[] = [0.5, 0.8, 0.95]): number[] {
  return [...new Set(levels)].sort((a, b) => a - b);
}

function checked(options: ForecastOptions): { season: number; levels: readonly number[] } {
  const { horizon, season = 1, models, budgetSeconds = 1 } = options;
  const levels = risingLevels(options.levels);
  if (!(Number.isInteger(horizon) && horizon >= 1)) {
    throw new RangeError(`horizon must be a whole number of steps from 1 up, not ${horizon}`);
  }
  if (!(Number.isInteger(season) && season >= 1)) {
    throw new RangeError(`season must be a whole number of steps from 1 up, not ${season}`);
  }
  if (!(budgetSeconds > 0)) throw new RangeError(`a budget is seconds above zero, not ${budgetSeconds}`);
  for (const level of levels) {
    if (!(level > 0 && level < 1)) throw new RangeError(`a level is a share between 0 and 1, not ${level}`);
  }
  if (models?.length === 0)
    throw new RangeError('no model is named: leave models out for the default choice');
  for (const name of models ?? []) {
    if (!MODEL_NAMES.includes(name)) {
      throw new RangeError(`no model is called ${name}; there are ${MODEL_NAMES.join(', ')}`);
    }
  }
  return { season, levels };
}

function forecastOne(
  id: string,
  raw: Float64Array,
  season: number,
  levels: readonly number[],
  options: ForecastOptions,
  effort: Effort,
  given: GivenCandidate | undefined,
): SeriesForecast | SeriesRefusal {
  let known = 0;
  let lowest = Infinity;
  let first = 0;
  for (let t = 0; t < raw.length; t++) {
    if (Number.isNaN(raw[t])) continue;
    if (known++ === 0) first = t;
    if (raw[t]! < lowest) lowest = raw[t]!;
  }
  // Before its first value a series does not exist; kept, the gap would be taken for history to hold back tails from.
  const values = raw.subarray(first);
  const candidates = candidatesOf(values, known, season, effort, options.models);
  try {
    const answer = ensembleOrNaive(
      values,
      options.horizon,
      candidates,
      effort === 'full' ? given : undefined,
    );
    return {
      id,
      model: answer.model,
      ...withIntervals(answer, levels, known, lowest >= 0),
      usesCovariates: answer.withGiven,
      effort,
    };
  } catch (error) {
    if (error instanceof ForecastRefusal) return { id, refusal: error };
    throw error;
  }
}

function candidatesOf(
  values: Float64Array,
  known: number,
  season: number,
  effort: Effort,
  models: readonly ModelName[] | undefined,
): readonly Candidate[] {
  if (effort === 'baseline') return [candidateOf(season > 1 ? 'seasonal-naive' : 'naive', season)];
  if (models) return models.map((name) => candidateOf(name, season));
  if (known < SHORTEST) return [];
  return effort === 'light' ? lightCandidates(season) : defaultCandidates(values, season);
}

/** The ensemble; the naive forecast when every candidate refuses, so that a refusal is left to hopeless input. */
function ensembleOrNaive(
  values: Float64Array,
  horizon: number,
  candidates: readonly Candidate[],
  given: GivenCandidate | undefined,
): EnsembleForecast {
  try {
    if (candidates.length > 0) return ensemble(values, horizon, candidates, given);
  } catch (error) {
    if (!(error instanceof ForecastRefusal)) throw error;
  }
  return ensemble(values, horizon, [{ name: 'naive', model: naive, context: {} }]);
}

function withIntervals(
  answer: EnsembleForecast,
  levels: readonly number[],
  known: number,
  neverNegative: boolean,
) {
  const floor = neverNegative ? 0 : -Number.MAX_VALUE;
  const clamp = (value: number) => Math.max(floor, Math.min(Number.MAX_VALUE, value));
  const mean = answer.mean.map(clamp);
  let factor = 0;
  const intervals = levels.map((level): Interval => {
    const seen = conformalSize(answer.tailErrors, level);
    const size = Number.isNaN(seen) ? normalFactor(level) : seen;
    factor = Math.max(factor, Math.sqrt(1 + SHORT_SERIES_WIDENING / known) * size);
    const lo = new Float64Array(mean.length);
    const hi = new Float64Array(mean.length);
    for (let k = 0; k < mean.length; k++) {
      const half = factor * answer.profile[k]!;
      lo[k] = Math.min(mean[k]!, clamp(mean[k]! - half));
      hi[k] = Math.max(mean[k]!, clamp(mean[k]! + half));
    }
    return { level, lo, hi };
  });
  return { mean, intervals };
}
