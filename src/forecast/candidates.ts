import {
  drift,
  ets,
  type ForecastModel,
  type ModelContext,
  mstl,
  naive,
  seasonalNaive,
  theta,
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
  'ets',
  'ets-log',
  'theta',
  'dynamic-theta',
  'dynamic-theta-log',
  'mstl',
  'mstl-log',
] as const;

export type ModelName = (typeof MODEL_NAMES)[number];

/** Seasons of up to this many steps are smoothed inside ETS; longer ones are left to the decomposition. */
const ETS_MAX_SEASON = 24;

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
    case 'theta':
      return theta({ variant: 'standard' });
    case 'dynamic-theta':
    case 'dynamic-theta-log':
      return theta();
    case 'mstl':
    case 'mstl-log':
      return mstl();
  }
}

/**
 * The default choice for one series: every family once on the values and, where the values are positive, on their
 * logarithm. ETS on the logarithm joins only where it has no season to smooth, and mixtures of days and weeks get
 * the week as a second season: a series of 24 (or 48, 96) steps a day with three weeks of history is also tried
 * with 7 days. Nothing is tested for here: what does not help earns no weight on the held-back tail.
 */
export function defaultCandidates(values: Float64Array, season: number): Candidate[] {
  const positive = values.every((value) => Number.isNaN(value) || value > 0);
  const names: ModelName[] = ['ets', 'dynamic-theta'];
  if (positive) names.push('dynamic-theta-log');
  if (positive && (season < 2 || season > ETS_MAX_SEASON)) names.push('ets-log');
  if (season >= 2) {
    names.push('seasonal-naive', 'mstl');
    if (positive) names.push('mstl-log');
  } else {
    names.push('naive', 'drift');
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
