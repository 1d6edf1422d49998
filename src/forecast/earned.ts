import type { Cell, CellCandidate } from './cell.ts';

/** Forecasts of one horizon against the best of the baselines on the same outcomes. */
export interface Comparison {
  /** Outcomes behind skill and errors. */
  readonly cases: number;
  /** 1 - own errors / the best baseline's; NaN without cases. */
  readonly skill: number;
  /** The baseline with the lowest error on these outcomes, known only afterwards; `null` without cases. */
  readonly bestBaseline: string | null;
  /** Σ|error| / Σ|value| of the forecasts on all their cases. */
  readonly wape: number;
}

/**
 * Compares forecasts with each single baseline kept throughout and takes the hardest: the best one with hindsight, which
 * nobody could have picked then. A baseline that is missing on more than half of the cases does not compare.
 */
export function compareWithBaselines(
  cell: Cell,
  mean: Float64Array,
  baselines: readonly CellCandidate[],
  outcomes: readonly number[],
): Comparison {
  const cases = outcomes.filter((j) => !Number.isNaN(cell.actual[j]! - mean[j]!));
  let skill = Number.NaN;
  let bestBaseline: string | null = null;
  for (const baseline of baselines) {
    const common = cases.filter((j) => !Number.isNaN(baseline.mean[j]));
    if (common.length === 0 || common.length < cases.length / 2) continue;
    const own = absoluteErrors(cell, mean, common);
    const other = absoluteErrors(cell, baseline.mean, common);
    const against = own === other ? 0 : 1 - own / other;
    if (bestBaseline === null || against < skill) {
      skill = against;
      bestBaseline = baseline.name;
    }
  }
  let size = 0;
  for (const j of cases) size += Math.abs(cell.actual[j]!);
  return { cases: cases.length, skill, bestBaseline, wape: absoluteErrors(cell, mean, cases) / size };
}

/** Sum of absolute errors over some outcomes. */
export function absoluteErrors(cell: Cell, mean: Float64Array, cases: readonly number[]): number {
  let sum = 0;
  for (const j of cases) sum += Math.abs(cell.actual[j]! - mean[j]!);
  return sum;
}
