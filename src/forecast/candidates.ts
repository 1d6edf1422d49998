import {
  arima,
  ces,
  croston,
  drift,
  ets,
  type ForecastModel,
  isSeasonal,
  type ModelContext,
  mstl,
  naive,
  seasonalNaive,
  seasonalWindowAverage,
  theta,
  windowAverage,
} from '../models/index.ts';

/** A model under the name and with the settings in which the automatic forecaster uses it. */
export interface Candidate {
  readonly name: string;
  readonly model: ForecastModel;
  readonly context: ModelContext;
}

/** The models that can be named for any table; `-log` forms need positive values. */
export const MODEL_NAMES = [
  'naive',
  'drift',
  'seasonal-naive',
  'window-average',
  'seasonal-window-average',
  'ets',
  'ets-log',
  'theta',
  'dynamic-theta',
  'dynamic-theta-log',
  'auto-theta',
  'ces',
  'ces-log',
  'mstl',
  'mstl-log',
  'arima',
  'arima-log',
  'croston',
  'sba',
  'tsb',
] as const;

export type ModelName = (typeof MODEL_NAMES)[number];

/** Seasons of up to this many steps are smoothed inside ETS; longer ones are left to the decomposition. */
const ETS_MAX_SEASON = 24;
/** Seasons of up to this many steps are smoothed inside ETS twice: on the values and on their logarithm. */
const ETS_LOG_MAX_SEASON = 12;

/** ARIMA orders are searched for in series of up to this many values: it pays most where little else is known. */
const ARIMA_MAX_VALUES = 200;

/** The candidate behind a name, for a season in steps (1 = none). */
export function candidateOf(name: ModelName, season: number): Candidate {
  const log = name.endsWith('-log');
  return { name, model: modelOf(name), context: { season, log } };
}

function modelOf(name: ModelName): ForecastModel {
  switch (name) {
    case 'naive':
      return naive;
    case 'drift':
      return drift;
    case 'seasonal-naive':
      return seasonalNaive;
    case 'ets':
    case 'ets-log':
      return ets({ maxSeason: ETS_MAX_SEASON });
    case 'window-average':
      return windowAverage();
    case 'seasonal-window-average':
      return seasonalWindowAverage();
    case 'auto-theta':
      return theta({ variant: 'automatic' });
    case 'ces':
    case 'ces-log':
      return ces();
    case 'croston':
      return croston({ variant: 'classic' });
    case 'sba':
    case 'tsb':
      return croston({ variant: name });
    case 'theta':
      return theta({ variant: 'standard' });
    case 'dynamic-theta':
    case 'dynamic-theta-log':
      return theta();
    case 'mstl':
    case 'mstl-log':
      return mstl();
    case 'arima':
    case 'arima-log':
      return arima();
  }
}

/**
 * The default choice for one series: every family once on the values and, where the values are positive, on their
 * logarithm. ETS on the logarithm and CES are left out for the seasons at which they cost most and gave nothing, and
 * mixtures of days and weeks get the week as a second season: a series of 24 (or 48, 96) steps a day with three weeks of
 * history is also tried with 7 days. Nothing is tested for here: what does not help earns no weight on the
 * held-back tail. A series that is often zero, without a season, is left to the models of seldom demand.
 */
export function defaultCandidates(values: Float64Array, season: number): Candidate[] {
  if (isIntermittent(values) && !isSeasonal(values, season)) {
    return INTERMITTENT.map((name) => candidateOf(name, season));
  }
  const positive = values.every((value) => Number.isNaN(value) || value > 0);
  const names: ModelName[] = ['ets', 'theta', 'dynamic-theta'];
  if (positive) names.push('dynamic-theta-log');
  if (season <= ETS_LOG_MAX_SEASON || season > ETS_MAX_SEASON) {
    names.push('ces');
    if (positive) names.push('ets-log', 'ces-log');
  }
  if (season < 2 || season > ETS_MAX_SEASON) names.push('drift');
  if (values.length <= ARIMA_MAX_VALUES && season <= ETS_LOG_MAX_SEASON) {
    names.push('arima');
    if (positive) names.push('arima-log');
  }
  if (season >= 2) {
    names.push('seasonal-naive', 'mstl');
    if (positive) names.push('mstl-log');
  } else {
    names.push('naive');
  }
  const candidates = names.map((name) => candidateOf(name, season));
  const week = 7 * season;
  if (season % 24 === 0 && values.length >= 3 * week) {
    const both = mstl({ moreSeasons: [week] });
    candidates.push({ name: 'seasonal-naive-week', model: seasonalNaive, context: { season: week } });
    candidates.push({ name: 'mstl-week', model: both, context: { season } });
    if (positive) candidates.push({ name: 'mstl-week-log', model: both, context: { season, log: true } });
  }
  return candidates;
}

/** Models that follow the size and the frequency of demand, and the smoothing that they must beat. */
const INTERMITTENT: readonly ModelName[] = ['sba', 'tsb', 'ets'];
/** Steps from one demand to the next from which on a series counts as intermittent: Syntetos and Boylan, 2005. */
const INTERMITTENT_INTERVAL = 1.32;

/** Whether demands are rare among zeros. */
function isIntermittent(values: Float64Array): boolean {
  let known = 0;
  let demands = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (value < 0) return false;
    known++;
    if (value > 0) demands++;
  }
  return demands > 0 && known > INTERMITTENT_INTERVAL * demands;
}

/** The cheapest candidates that are worth their time, for when a budget leaves no more. */
export function lightCandidates(season: number): Candidate[] {
  const names: ModelName[] = ['dynamic-theta', season > 1 ? 'seasonal-naive' : 'naive'];
  return names.map((name) => candidateOf(name, season));
}
