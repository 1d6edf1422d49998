import type { Horizon } from '../../domain/index.ts';
import {
  type CandidatePaths,
  type Cell,
  type CellDecision,
  cellCandidates,
  chooseAtOrigins,
  forecastAtOrigins,
  marketCandidates,
  withheldReason,
} from '../../forecast/index.ts';
import { seasonalNaive } from '../../models/index.ts';
import { actualOn, isStale, type MarketAxis, positionsKnown, targetOn } from './market-axis.ts';

/** The interval levels of every price forecast, as shares. */
export const LEVELS = [0.5, 0.8, 0.95] as const;

/** Parameters are estimated once a quarter and rolled forward in between. */
const REFIT_EVERY = 13;
/** Years of market days that say something about smoothing parameters; older ones cost time only. */
const FIT_WINDOW_YEARS = 3;
const WEEKS_PER_YEAR = 52;

/** One horizon of one series: what the candidates foretold at every origin, what came true, and what was shown. */
export interface DecidedCell {
  readonly horizon: Horizon;
  readonly cell: Cell;
  /** Market days (weeks) from each origin to its target, 0 = no target. */
  readonly steps: Int32Array;
  readonly decisions: readonly CellDecision[];
}

export interface DecidedSeries {
  readonly cells: readonly DecidedCell[];
  /** The candidates' paths from each origin, `pathSteps` a row. */
  readonly paths: readonly CandidatePaths[];
  readonly pathSteps: number;
}

/**
 * Forecasts a series from every origin (days, rising) for every horizon and decides what was to be shown there.
 * Everything at an origin comes from positions known at its end; nothing from later ones. An origin whose last price is
 * stale shows nothing, so its outcome counts for nothing either.
 */
export function decideCells(
  axis: MarketAxis,
  originDays: Int32Array,
  horizons: readonly Horizon[],
): DecidedSeries {
  const { values, stepsPerWeek, years } = axis;
  const known = originDays.map((day) => positionsKnown(axis, day));
  const targets = horizons.map((horizon) => Array.from(originDays, (day) => targetOn(axis, horizon, day)));
  const pathSteps = Math.max(1, ...targets.flat().map(({ step }) => step));
  const paths = forecastAtOrigins(values, known, pathSteps, candidates(stepsPerWeek), {
    log: true,
    years,
    refitEvery: REFIT_EVERY,
    fitWindow: FIT_WINDOW_YEARS * WEEKS_PER_YEAR * stepsPerWeek,
  });
  const withheld = Array.from(known, (count) => withheldReason(values.subarray(0, count), stepsPerWeek));
  const stale = Array.from(originDays, (day, j) => isStale(axis, day, known[j]!));
  const cells = horizons.map((horizon, index): DecidedCell => {
    const steps = Int32Array.from(targets[index]!, ({ step }) => step);
    const targetDay = Int32Array.from(targets[index]!, ({ day }) => day);
    const cell: Cell = {
      horizon,
      originDay: originDays,
      targetDay,
      actual: Float64Array.from(targetDay, (day, j) =>
        steps[j]! > 0 && !stale[j] ? actualOn(axis, day) : Number.NaN,
      ),
      candidates: cellCandidates(paths, steps),
      scale: 'log',
      withheld,
    };
    return { horizon, cell, steps, decisions: chooseAtOrigins(cell, LEVELS) };
  });
  return { cells, paths, pathSteps };
}

/** On weekly data the season is the year: the same week of last year stands beside the other baselines. */
function candidates(stepsPerWeek: number) {
  const market = marketCandidates({ stepsPerWeek });
  if (stepsPerWeek > 1) return market;
  const lastYear = {
    name: 'seasonal-naive',
    role: 'baseline',
    model: seasonalNaive,
    context: { season: WEEKS_PER_YEAR },
  } as const;
  return [market[0]!, lastYear, ...market.slice(1)];
}
