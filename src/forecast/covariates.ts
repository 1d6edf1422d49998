import {
  ForecastRefusal,
  type ModelForecast,
  type Panel,
  seriesOf,
  yearPositionsByLength,
} from '../models/index.ts';
import { type GivenCandidate, tailOrigins } from './ensemble.ts';
import { globalAtOrigins } from './global/global-forecast.ts';

/** A further column of a panel: what else was known at each of its values. */
export interface Covariate {
  readonly name: string;
  /** In the panel's layout, one number beside each value; NaN = missing. */
  readonly past: Float64Array;
  /**
   * `future[i * horizon + k]`: series i, k + 1 steps ahead. Absent = known for the past alone.
   */
  readonly future?: Float64Array;
}

/** Seasons up to this length are a model's week; longer ones its year. */
const LONGEST_SHORT_SEASON = 24;
const TREES = 200;
const ROWS = 60_000;
/** Values of a series that are looked at, newest first: five thousand say all that 60,000 rows can hold. */
const NEWEST_VALUES = 5000;
/** CPU seconds of one learning for each of its rows, doubled for slow machines; there are two learnings. */
const SECONDS_PER_ROW = 4e-4;

/** Seconds that {@link globalCandidates} takes at the most, about. */
export function globalSeconds(panel: Panel): number {
  return 1 + SECONDS_PER_ROW * Math.min(ROWS, panel.values.length);
}

/**
 * One model learnt over all series of a panel and their covariates, as a candidate for each series' ensemble; empty
 * when there is too little to learn from.
 *
 * Series are aligned at their ends, so they should end together. It is learnt twice: on what precedes the earliest
 * held-back tail, for the tails, and on everything, for the forecast. Prices (no value at or below zero) are learnt as
 * logarithms; other series are first brought to one size each.
 * Throws RangeError when a covariate's arrays do not fit the panel, TypeError when they are no Float64Arrays.
 */
export function globalCandidates(
  panel: Panel,
  covariates: readonly Covariate[],
  horizon: number,
  season: number,
): (GivenCandidate | undefined)[] {
  requireFitting(panel, covariates, horizon);
  const count = panel.ids.length;
  const lengths = panel.ids.map((_, i) => panel.offsets[i + 1]! - panel.offsets[i]!);
  const positions = Math.min(
    NEWEST_VALUES,
    lengths.reduce((most, length) => Math.max(most, length), 0),
  );
  const tails = tailOrigins(positions, horizon, Math.min(season, positions >> 2));
  const log = panel.values.every((value) => !(value <= 0));
  const units = panel.ids.map((_, i) => (log ? 1 : sizeOf(seriesOf(panel, i))));
  const column = (from: Float64Array, ahead?: Float64Array) =>
    panel.ids.map((_, i) => {
      const out = new Float64Array(positions + (ahead ? horizon : 0)).fill(Number.NaN);
      const newest = Math.min(positions, lengths[i]!);
      const end = panel.offsets[i + 1]!;
      out.set(from.subarray(end - newest, end), positions - newest);
      if (ahead) out.set(ahead.subarray(i * horizon, (i + 1) * horizon), positions);
      return out;
    });
  const values = column(panel.values).map((series, i) => series.map((value) => value / units[i]!));
  const past: Record<string, Float64Array[]> = {};
  const future: Record<string, Float64Array[]> = {};
  for (const covariate of covariates) {
    if (covariate.future) future[covariate.name] = column(covariate.past, covariate.future);
    else past[covariate.name] = column(covariate.past);
  }
  const ahead = positions + horizon;
  try {
    const paths = globalAtOrigins(
      {
        values,
        past,
        future,
        ...(season > 1 && {
          years: yearPositionsByLength(ahead, season),
          cycles: { season: Float64Array.from({ length: ahead }, (_, t) => t % season) },
        }),
      },
      [...tails, positions],
      {
        horizon,
        season: season <= LONGEST_SHORT_SEASON ? season : 1,
        log,
        weights: 'equal',
        trees: TREES,
        rowsAtMost: ROWS,
        refitEvery: Math.max(1, tails.length),
      },
    );
    return paths.map(({ mean, sigma, scale }, i): GivenCandidate => {
      const row = (from: Float64Array, j: number, unit: number) =>
        from.slice(j * horizon, (j + 1) * horizon).map((value) => value * unit);
      const full: ModelForecast = {
        model: 'global',
        mean: row(mean, tails.length, units[i]!),
        sigma: row(sigma, tails.length, log ? 1 : units[i]!),
        scale,
      };
      return { name: 'global', full, past: tails.map((_, j) => row(mean, j, units[i]!)) };
    });
  } catch (error) {
    if (!(error instanceof ForecastRefusal)) throw error;
    return new Array<undefined>(count).fill(undefined);
  }
}

/** The mean absolute value, 1 for a series without one above zero. */
function sizeOf(values: Float64Array): number {
  let sum = 0;
  let known = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    known++;
    sum += (Math.abs(value) - sum) / known;
  }
  return sum > 0 ? sum : 1;
}

function requireFitting(panel: Panel, covariates: readonly Covariate[], horizon: number): void {
  for (const { name, past, future } of covariates) {
    if (![past, future ?? past].every((one) => one instanceof Float64Array)) {
      throw new TypeError(`covariate ${name}: past and future are Float64Arrays`);
    }
    if (past.length !== panel.values.length) {
      throw new RangeError(
        `covariate ${name} has ${past.length} numbers beside ${panel.values.length} values`,
      );
    }
    if (future && future.length !== panel.ids.length * horizon) {
      throw new RangeError(
        `covariate ${name} has ${future.length} numbers ahead, not ${horizon} for each of ${panel.ids.length} series`,
      );
    }
  }
}
