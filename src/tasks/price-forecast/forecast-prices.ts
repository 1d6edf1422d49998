import { type ForecastHorizon, forecastHorizons } from '../../domain/index.ts';
import { type CellDecision, type DecisionReason, withheldReason } from '../../forecast/index.ts';
import { type CandidateScore, scoreCandidates, wapeOnKnown } from './candidate-scores.ts';
import { type DecidedCell, decideCells, LEVELS, reasonsOf } from './decide-cells.ts';
import { type FanDay, fanThrough } from './fan.ts';
import { isStale, layOut, type MarketAxis, type MarketTime, marketTime, originsUpTo } from './market-axis.ts';
import { type OriginOutcome, originOutcomes } from './origin-outcomes.ts';
import type { ForecastReason, PriceCell } from './price-cell.ts';
import { DEFAULT_RECIPE, type PriceRecipe } from './recipe.ts';
import type { PriceSeries, PriceSnapshot } from './snapshot.ts';

/** Raised when the same prices would be forecast otherwise: what was computed before is then computed again. */
export const PRICE_FORECAST_VERSION = 3;

/** Weekly origins: the last 26 known outcomes are scored; the 78 before them are what choices and
 * intervals rest on at first; four may be open. */
export const ORIGINS = 1 + 4 + 26 + 78;

/** All that is published for one series. */
export interface SeriesForecast {
  readonly series: string;
  readonly cells: readonly PriceCell[];
  /** Day by day from the origin to the last target, through the cells; empty when nothing is shown. */
  readonly fan: readonly FanDay[];
  readonly scores: readonly CandidateScore[];
  /** What was shown at past origins of each horizon, and what came true. */
  readonly outcomes: readonly OriginOutcome[];
}

/** What is asked of a snapshot, and how. */
export interface ForecastOptions {
  /** Some of those of the snapshot's granularity, in their order; all by default. */
  readonly horizons?: readonly ForecastHorizon[];
  readonly recipe?: PriceRecipe;
}

/**
 * Forecasts every series of a snapshot at its origin. Pure and deterministic; a series is answered alone.
 *
 * 109 weekly origins (of prices by 순: one a 순) up to the snapshot's own: at each, the candidates see only what was known, and what is shown was
 * chosen on outcomes known then. A series that is stale, too short, thin or step-like is withheld with its reason.
 */
export function forecastPrices(snapshot: PriceSnapshot, options: ForecastOptions = {}): SeriesForecast[] {
  const time = marketTime(snapshot);
  return snapshot.series.map((series) => forecastSeries(series, time, options));
}

function forecastSeries(series: PriceSeries, time: MarketTime, options: ForecastOptions): SeriesForecast {
  const { horizons = forecastHorizons(time.granularity), recipe = DEFAULT_RECIPE } = options;
  const withheld = (reason: ForecastReason | null) => withheldForecast(series.series, time, reason, horizons);
  const first = series.days[0];
  if (first === undefined) return withheld('too-short');
  const axis = layOut(series, time);
  const unfit = withheldReason(axis.values, axis.stepsPerWeek);
  if (unfit) return withheld(reasonOf(unfit, axis));
  if (isStale(axis, time.originDay, axis.values.length)) return withheld('stale');

  const decided = decideCells(
    axis,
    originsUpTo(time, ORIGINS).filter((day) => day >= first),
    horizons,
    { given: series.given ?? [], models: recipe.models, damping: recipe.damping },
  );
  const cells = decided.cells.map((cell) => publishedCell(cell, axis, decided.level));
  return {
    series: series.series,
    cells,
    fan: fanThrough(decided, cells, axis, lastPrice(axis)),
    scores: decided.cells.flatMap((cell) => scoreCandidates(cell, axis)),
    outcomes: decided.cells.flatMap(originOutcomes),
  };
}

function publishedCell(decided: DecidedCell, axis: MarketAxis, level: number): PriceCell {
  const { horizon, cell, steps, decisions } = decided;
  const last = decisions.length - 1;
  const decision = decisions[last]!;
  const hasTarget = steps[last]! > 0;
  const status = hasTarget ? decision.status : 'withheld';
  const shown = status !== 'withheld';
  return {
    horizon,
    status,
    reason: hasTarget ? reasonOf(decision.reason, axis) : 'no-target',
    originDay: cell.originDay[last]!,
    targetDay: hasTarget ? cell.targetDay[last]! : null,
    model: shown ? decision.model : null,
    baseline: hasTarget ? decision.earned.bestBaseline : null,
    mean: shown ? decision.mean : Number.NaN,
    intervals: LEVELS.map((level) => intervalOf(decision, shown, level)),
    skill: decision.earned.skill,
    coverage80: decision.earned.coverage.find(({ level }) => level === 0.8)?.share ?? Number.NaN,
    originsScored: decision.earned.cases,
    wape: decision.earned.wape,
    wapeNaive: wapeOnKnown(decided, 'naive'),
    reasons: shown ? reasonsOf(decided, level) : null,
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
  horizons: readonly ForecastHorizon[] = forecastHorizons(granularity),
): SeriesForecast {
  const cells = horizons.map(
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
      reasons: null,
    }),
  );
  return { series, cells, fan: [], scores: [], outcomes: [] };
}
