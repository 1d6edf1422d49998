import { studentTwoSided } from './student.ts';

/** The outcome of a paired comparison of two forecasts on the same cases. */
export interface PairedComparison {
  /** Mean loss of A minus mean loss of B: negative = A is better. */
  readonly meanDifference: number;
  /** The corrected Diebold-Mariano statistic. */
  readonly statistic: number;
  /** Two-sided, Student t with cases - 1 degrees of freedom. */
  readonly pValue: number;
  readonly cases: number;
}

/**
 * Diebold-Mariano test of equal accuracy, in order of time, for forecasts `horizonSteps` ahead.
 *
 * Overlapping horizons make successive loss differences dependent: their long-run variance takes Bartlett weights
 * up to lag `max(horizonSteps - 1, lag)`, and the statistic the small-sample factor of Harvey, Leybourne, Newbold.
 * Cases with a NaN are left out. With fewer than three cases the figures are NaN; without any difference p is 1.
 * Source: F. Diebold, R. Mariano (1995); D. Harvey, S. Leybourne, P. Newbold (1997); W. Newey, K. West (1987).
 */
export function dieboldMariano(
  lossA: ArrayLike<number>,
  lossB: ArrayLike<number>,
  horizonSteps: number,
  lag = horizonSteps - 1,
): PairedComparison {
  const differences: number[] = [];
  for (let i = 0; i < lossA.length; i++) {
    const difference = lossA[i]! - lossB[i]!;
    if (Number.isFinite(difference)) differences.push(difference);
  }
  const n = differences.length;
  const meanDifference = n > 0 ? differences.reduce((sum, d) => sum + d, 0) / n : Number.NaN;
  if (n < 3) return { meanDifference, statistic: Number.NaN, pValue: Number.NaN, cases: n };
  const reach = Math.min(n - 1, Math.max(horizonSteps - 1, lag));
  let longRun = autocovariance(differences, meanDifference, 0);
  for (let k = 1; k <= reach; k++) {
    longRun += 2 * (1 - k / (reach + 1)) * autocovariance(differences, meanDifference, k);
  }
  if (!(longRun > 0)) {
    const equal = meanDifference === 0;
    return { meanDifference, statistic: equal ? 0 : Number.NaN, pValue: equal ? 1 : Number.NaN, cases: n };
  }
  const h = Math.min(horizonSteps, n - 1);
  const correction = Math.sqrt(Math.max(1 / n, (n + 1 - 2 * h + (h * (h - 1)) / n) / n));
  const statistic = (correction * meanDifference) / Math.sqrt(longRun / n);
  return { meanDifference, statistic, pValue: studentTwoSided(statistic, n - 1), cases: n };
}

function autocovariance(values: readonly number[], mean: number, lag: number): number {
  let sum = 0;
  for (let t = lag; t < values.length; t++) sum += (values[t]! - mean) * (values[t - lag]! - mean);
  return sum / values.length;
}
