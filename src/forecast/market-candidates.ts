import {
  ets,
  lastAndLastYear,
  naive,
  normalYear,
  seasonalNaive,
  theta,
  yearRegression,
} from '../models/index.ts';
import type { MarketCandidate } from './at-origins.ts';
import { withinHistory } from './within-history.ts';

/** The axis that the candidates run on. */
export interface MarketAxis {
  /** Positions in one week: 6 for an auction week, 5 for a survey week, 7 on a calendar axis, 1 for weekly data. */
  readonly stepsPerWeek: number;
  /** Whether the series reaches back five years; the mean of three or four is no normal year and is named otherwise. */
  readonly fiveYears?: boolean;
}

/** A trend carried on undamped is out of any range within a month. */
const ETS_FORMS = ['ANN', 'AAdN', 'ANA', 'AAdA'] as const;

/**
 * The candidates of a market cell. Baselines, in the order in which they stand in while there is no history: last
 * price, same day of last week, mean of last and last year, normal year (평년; `years-mean` while the series has three
 * or four earlier years). Models: a regression on the moves of earlier years, ETS without an undamped trend, and
 * Theta, none of them far beyond what the series has been; all meant to run on logs.
 * Year references are 5-market-day means on a daily axis, single values on a weekly one.
 */
export function marketCandidates({ stepsPerWeek, fiveYears = true }: MarketAxis): MarketCandidate[] {
  const daily = stepsPerWeek > 1;
  const year = { halfWindow: daily ? 2 : 0 };
  const season = { season: stepsPerWeek };
  const candidates: MarketCandidate[] = [{ name: 'naive', role: 'baseline', model: naive }];
  if (daily)
    candidates.push({ name: 'seasonal-naive', role: 'baseline', model: seasonalNaive, context: season });
  candidates.push(
    { name: 'last-and-last-year', role: 'baseline', model: lastAndLastYear(year) },
    { name: fiveYears ? 'normal-year' : 'years-mean', role: 'baseline', model: normalYear(year) },
    {
      name: 'year-regression',
      role: 'model',
      model: withinHistory(yearRegression({ ...year, stepsPerWeek: daily ? stepsPerWeek : 2 })),
    },
    { name: 'ets', role: 'model', model: withinHistory(ets({ forms: ETS_FORMS })), context: season },
    { name: 'dynamic-theta', role: 'model', model: withinHistory(theta()), context: season },
  );
  return candidates;
}
