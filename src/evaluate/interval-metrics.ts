/*
 * Metrics of quantiles and intervals; NaN cases are left out as in the point metrics.
 */

/** Mean pinball loss of a quantile forecast of probability `tau`: max(tau (y - q), (tau - 1)(y - q)), in y's units. */
export function pinball(actual: ArrayLike<number>, quantile: ArrayLike<number>, tau: number): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < actual.length; i++) {
    const gap = actual[i]! - quantile[i]!;
    if (Number.isNaN(gap)) continue;
    sum += Math.max(tau * gap, (tau - 1) * gap);
    count++;
  }
  return count > 0 ? sum / count : Number.NaN;
}

/** Share of actuals inside [lo, hi]; three points of 80% need about 700 independent cases to be told apart. */
export function coverage(actual: ArrayLike<number>, lo: ArrayLike<number>, hi: ArrayLike<number>): number {
  let inside = 0;
  let count = 0;
  for (let i = 0; i < actual.length; i++) {
    const y = actual[i]!;
    if (Number.isNaN(y) || Number.isNaN(lo[i]!) || Number.isNaN(hi[i]!)) continue;
    if (y >= lo[i]! && y <= hi[i]!) inside++;
    count++;
  }
  return count > 0 ? inside / count : Number.NaN;
}

/**
 * Mean Winkler score of the central interval of `level` (0.8 = 80%), alpha = 1 - level:
 * (hi - lo) + 2/alpha (lo - y)+ + 2/alpha (y - hi)+, in y's units; smaller is better.
 * Source: R. L. Winkler, "A decision-theoretic approach to interval estimation", 1972.
 */
export function winkler(
  actual: ArrayLike<number>,
  lo: ArrayLike<number>,
  hi: ArrayLike<number>,
  level: number,
): number {
  const penalty = 2 / (1 - level);
  let sum = 0;
  let count = 0;
  for (let i = 0; i < actual.length; i++) {
    const y = actual[i]!;
    const score = hi[i]! - lo[i]! + penalty * (Math.max(0, lo[i]! - y) + Math.max(0, y - hi[i]!));
    if (Number.isNaN(score)) continue;
    sum += score;
    count++;
  }
  return count > 0 ? sum / count : Number.NaN;
}
