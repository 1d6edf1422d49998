import { HORIZONS, type Horizon } from '../../domain/index.ts';
import { type CellDecision, type DecisionReason, withheldReason } from '../../forecast/index.ts';
import { type CandidateScore, scoreCandidates, wapeOfBaseline, wapeOnKnown } from './candidate-scores.ts';
import { type DecidedCell, decideCells, LEVELS } from './decide-cells.ts';
import { type FanDay, fanThrough } from './fan.ts';
import { isStale, layOut, type MarketAxis, type MarketTime, marketTime } from './market-axis.ts';
import type { ForecastReason, PriceCell } from './price-cell.ts';
import type { PriceSeries, PriceSnapshot } from './snapshot.ts';

/** Raised when the same prices would be forecast otherwise: what was computed before is then computed again. */
export const PRICE_FORECAST_VERSION = 1;

/** The last 26 known outcomes are scored; the 52 before them are what choices and
 * intervals rest on at first; four may be open. */
const ORIGINS = 1 + 4 + 26 + 52;

/** All that is published for one series. */
export interface SeriesForecast {
  readonly series: string;
  readonly cells: readonly PriceCell[];
  /** Day by day from the origin to the last target, through the cells; empty when nothing is shown. */
  readonly fan: readonly FanDay[];
  readonly scores: readonly CandidateScore[];
}

/** The horizons of a price feed: weekly data has no next market day apart from next week. */
export function priceHorizons(granularity: PriceSnapshot['granularity']): readonly Horizon[] {
  return granularity === 'week' ? HORIZONS.filter((horizon) => horizon !== 'MD1') : HORIZONS;
}

/**
 * Forecasts every series of a snapshot at its origin. Pure and deterministic; a series is answered alone.
 *
 * 83 weekly origins up to the snapshot's own: at each, the candidates see only what was known, and what is shown was
 * chosen on outcomes known then. A series that is stale, too short, thin or step-like is withheld with its reason.
 */
export function forecastPrices(snapshot: PriceSnapshot): SeriesForecast[] {
  const time = marketTime(snapshot);
  return snapshot.series.map((series) => forecastSeries(series, time));
}

function forecastSeries(series: PriceSeries, time: MarketTime): SeriesForecast {
  const withheld = (reason: ForecastReason | null) => withheldForecast(series.series, time, reason);
  const first = series.days[0];
  if (first === undefined) return withheld('too-short');
  const axis = layOut(series, time);
  const unfit = withheldReason(axis.values, axis.stepsPerWeek);
  if (unfit) return withheld(reasonOf(unfit, axis));
  if (isStale(axis, time.originDay, axis.values.length)) return withheld('stale');

  const originDays = Int32Array.from({ length: ORIGINS }, (_, j) => time.originDay - 7 * (ORIGINS - 1 - j));
  const decided = decideCells(
    axis,
    originDays.filter((day) => day >= first),
    priceHorizons(time.granularity),
  );
  const cells = decided.cells.map((cell) => publishedCell(cell, axis));
  return {
    series: series.series,
    cells,
    fan: fanThrough(decided, cells, axis, lastPrice(axis)),
    scores: decided.cells.flatMap((cell) => scoreCandidates(cell, axis)),
  };
}

function publishedCell(decided: DecidedCell, axis: MarketAxis): PriceCell {
  const { horizon, cell, steps, decisions } = decided;
  const last = decisions.length - 1;
  const decision = decisions[last]!;
  const hasTarget = steps[last]! > 0;
  const isModel = decision.status === 'model' || decision.status === 'model-wide-interval';
  const status = hasTarget ? decision.status : 'withheld';
  const shown = status !== 'withheld';
  return {
    horizon,
    status,
    reason: hasTarget ? reasonOf(decision.reason, axis) : 'no-target',
    originDay: cell.originDay[last]!,
    targetDay: hasTarget ? cell.targetDay[last]! : null,
    model: shown ? decision.model : null,
    baseline: hasTarget ? decision.baseline.name : null,
    mean: shown ? decision.mean : Number.NaN,
    intervals: LEVELS.map((level) => intervalOf(decision, shown, level)),
    skill: decision.earned.skill,
    coverage80: decision.earned.coverage.find(({ level }) => level === 0.8)?.share ?? Number.NaN,
    originsScored: decision.earned.cases,
    wape: isModel ? decision.earned.modelWape : wapeOfBaseline(decided),
    wapeNaive: wapeOnKnown(decided, 'naive'),
  };
}

function intervalOf(decision: CellDecision, shown: boolean, level: number) {
  const found = shown ? decision.intervals.find((interval) => interval.level === level) : undefined;
  return { lo: found?.lo ?? Number.NaN, hi: found?.hi ?? Number.NaN };
}

function lastPrice({ values }: MarketAxis): number {
  return values.findLast((value) => !Number.isNaN(value)) ?? Number.NaN;
}

function reasonOf(reason: DecisionReason, { values, stepsPerWeek }: MarketAxis): ForecastReason | null {
  switch (reason) {
    case 'skill-earned':
      return null;
    case 'too-few-cases':
      return 'too-few-origins';
    case 'below-threshold':
    case 'no-model':
      return 'no-skill';
    case 'rarely-moves':
    case 'few-distinct-values':
      return 'step-like';
    case 'too-few-weeks':
      return values.length < 8 * stepsPerWeek ? 'too-short' : 'thin-series';
    case 'no-forecast':
      return 'no-forecast';
  }
}

/** A series of which nothing is shown, and why. */
export function withheldForecast(
  series: string,
  { granularity, originDay }: Pick<PriceSnapshot, 'granularity' | 'originDay'>,
  reason: ForecastReason | null,
): SeriesForecast {
  const cells = priceHorizons(granularity).map(
    (horizon): PriceCell => ({
      horizon,
      status: 'withheld',
      reason,
      originDay,
      targetDay: null,
      model: null,
      baseline: null,
      mean: Number.NaN,
      intervals: LEVELS.map(() => ({ lo: Number.NaN, hi: Number.NaN })),
      skill: Number.NaN,
      coverage80: Number.NaN,
      originsScored: 0,
      wape: Number.NaN,
      wapeNaive: Number.NaN,
    }),
  );
  return { series, cells, fan: [], scores: [] };
}
