import { DEKADS_PER_YEAR, type ForecastHorizon } from '../../domain/index.ts';
import { type CandidateScore, scoreCandidates } from './candidate-scores.ts';
import { decideCells } from './decide-cells.ts';
import {
  layOut,
  type MarketAxis,
  type MarketTime,
  marketTime,
  originsUpTo,
  positionsKnown,
} from './market-axis.ts';
import type { PriceSeries, PriceSnapshot } from './snapshot.ts';

/** Series priced in no more weeks of the span than this are left out: too few outcomes to say anything. */
const FEWEST_WEEKS = 10;
/** What choices and intervals rest on at the first origin of the span; four weeks more are still open there. */
const WARM_UP_ORIGINS = 78 + 4;

/** A snapshot with what is asked of its past. */
export interface PriceBacktest extends PriceSnapshot {
  readonly horizons: readonly ForecastHorizon[];
  /** Outcomes of so many weeks up to the snapshot's origin day are scored. */
  readonly weeks: number;
  /** Share, 0 to 1, of what a model said of the same day before that it holds on to; default 0. */
  readonly damping?: number;
}

/** How each candidate, and what would have been shown, did on one series; empty when it was left out. */
export interface SeriesBacktest {
  readonly series: string;
  readonly scores: readonly CandidateScore[];
}

/**
 * Replays the past of every series: weekly origins, at each of which candidates and choice see only what was known
 * there, in the way of {@link forecastPrices}. An origin without a price of its own market day (or
 * week) is not scored: a step ahead is counted from a price, never from a carried one.
 */
export function backtestPrices(backtest: PriceBacktest): SeriesBacktest[] {
  const time = marketTime(backtest);
  return backtest.series.map((series) => ({
    series: series.series,
    scores: series.days.length === 0 ? [] : scoreSeries(series, time, backtest),
  }));
}

/** How many origins a backtest looks at, the warm-up among them. */
export function backtestOrigins(granularity: PriceSnapshot['granularity'], weeks: number): number {
  return WARM_UP_ORIGINS + (granularity === 'dekad' ? Math.round((weeks * DEKADS_PER_YEAR) / 52) : weeks);
}

function scoreSeries(
  series: PriceSeries,
  time: MarketTime,
  { horizons, weeks, damping = 0 }: PriceBacktest,
): CandidateScore[] {
  const axis = layOut(series, time);
  const spanStart = time.originDay - 7 * weeks;
  const pricedWeeks = new Set(
    series.days.filter((day) => day > spanStart).map((day) => Math.floor((day + 3) / 7)),
  );
  if (pricedWeeks.size <= FEWEST_WEEKS) return [];
  const originDays = originsUpTo(time, backtestOrigins(time.granularity, weeks)).filter(
    (day) => day >= series.days[0]!,
  );
  const options = { damping, revisions: true, given: series.given ?? [] };
  return decideCells(axis, originDays, horizons, options).cells.flatMap((decided) => {
    const { targetDay, actual } = decided.cell;
    const inSpan = Array.from(originDays.keys()).filter(
      (j) => targetDay[j]! > spanStart && !Number.isNaN(actual[j]) && hasPrice(axis, originDays[j]!),
    );
    return scoreCandidates(decided, axis, inSpan);
  });
}

function hasPrice(axis: MarketAxis, originDay: number): boolean {
  return !Number.isNaN(axis.values[positionsKnown(axis, originDay) - 1]);
}
