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

/** P(|T| >= |t|) of Student's t, through the regularised incomplete beta function I_x(df/2, 1/2). */
function studentTwoSided(t: number, degrees: number): number {
  const x = degrees / (degrees + t * t);
  const a = degrees / 2;
  const front = Math.exp(
    logGamma(a + 0.5) - logGamma(a) - logGamma(0.5) + a * Math.log(x) + 0.5 * Math.log1p(-x),
  );
  if (x >= 1) return 1;
  if (x < (a + 1) / (a + 2.5)) return Math.min(1, (front * betaFraction(a, 0.5, x)) / a);
  return Math.max(0, 1 - (front * betaFraction(0.5, a, 1 - x)) / 0.5);
}

/** The continued fraction of the incomplete beta function, by Lentz's method. */
function betaFraction(a: number, b: number, x: number): number {
  const tiny = 1e-300;
  let c = 1;
  let d = 1 - ((a + b) * x) / (a + 1);
  d = 1 / (Math.abs(d) < tiny ? tiny : d);
  let fraction = d;
  for (let k = 1; k <= 300; k++) {
    for (const numerator of [
      (k * (b - k) * x) / ((a + 2 * k - 1) * (a + 2 * k)),
      (-(a + k) * (a + b + k) * x) / ((a + 2 * k) * (a + 2 * k + 1)),
    ]) {
      d = 1 + numerator * d;
      d = 1 / (Math.abs(d) < tiny ? tiny : d);
      c = 1 + numerator / c;
      if (Math.abs(c) < tiny) c = tiny;
      fraction *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-14) break;
  }
  return fraction;
}

/** ln Gamma(x) for x > 0 by Stirling's series after shifting x above 8. */
function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  while (z < 8) {
    shift -= Math.log(z);
    z += 1;
  }
  const r = 1 / (z * z);
  const series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r / 1680))) / z;
  return shift + (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series;
}
