import type { Horizon } from '../../domain/index.ts';
import { type CandidateScore, scoreCandidates } from './candidate-scores.ts';
import { decideCells } from './decide-cells.ts';
import { layOut, type MarketAxis, type MarketTime, marketTime, positionsKnown } from './market-axis.ts';
import type { PriceSeries, PriceSnapshot } from './snapshot.ts';

/** Series priced in no more weeks of the span than this are left out: too few outcomes to say anything. */
const FEWEST_WEEKS = 10;
/** What choices and intervals rest on at the first origin of the span; four weeks more are still open there. */
const WARM_UP_WEEKS = 52 + 4;

/** A snapshot with what is asked of its past. */
export interface PriceBacktest extends PriceSnapshot {
  readonly horizons: readonly Horizon[];
  /** Outcomes of so many weeks up to the snapshot's origin day are scored. */
  readonly weeks: number;
}

/** How each candidate, and what would have been shown, did on one series; empty when it was left out. */
export interface SeriesBacktest {
  readonly series: string;
  readonly scores: readonly CandidateScore[];
}

/**
 * Replays the past of every series: weekly origins, at each of which candidates and choice see only what was known
 * there, exactly as {@link forecastPrices} does for the last one. An origin without a price of its own market day (or
 * week) is not scored: a step ahead is counted from a price, never from a carried one.
 */
export function backtestPrices(backtest: PriceBacktest): SeriesBacktest[] {
  const time = marketTime(backtest);
  return backtest.series.map((series) => ({
    series: series.series,
    scores: series.days.length === 0 ? [] : scoreSeries(series, time, backtest),
  }));
}

function scoreSeries(
  series: PriceSeries,
  time: MarketTime,
  { horizons, weeks }: PriceBacktest,
): CandidateScore[] {
  const axis = layOut(series, time);
  const spanStart = time.originDay - 7 * weeks;
  const pricedWeeks = new Set(
    series.days.filter((day) => day > spanStart).map((day) => Math.floor((day + 3) / 7)),
  );
  if (pricedWeeks.size <= FEWEST_WEEKS) return [];
  const count = weeks + WARM_UP_WEEKS;
  const originDays = Int32Array.from(
    { length: count },
    (_, j) => time.originDay - 7 * (count - 1 - j),
  ).filter((day) => day >= series.days[0]!);
  return decideCells(axis, originDays, horizons).cells.flatMap((decided) => {
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
