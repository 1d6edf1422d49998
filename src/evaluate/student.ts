/*
 * Student's t distribution, through the regularised incomplete beta function I_x(df/2, 1/2).
 */

/** P(|T| >= |t|) with `degrees` degrees of freedom. */
export function studentTwoSided(t: number, degrees: number): number {
  const x = degrees / (degrees + t * t);
  const a = degrees / 2;
  const front = Math.exp(
    logGamma(a + 0.5) - logGamma(a) - logGamma(0.5) + a * Math.log(x) + 0.5 * Math.log1p(-x),
  );
  if (x >= 1) return 1;
  if (x < (a + 1) / (a + 2.5)) return Math.min(1, (front * betaFraction(a, 0.5, x)) / a);
  return Math.max(0, 1 - (front * betaFraction(0.5, a, 1 - x)) / 0.5);
}

/** P(T >= t). */
export function studentUpper(t: number, degrees: number): number {
  const half = studentTwoSided(t, degrees) / 2;
  return t >= 0 ? half : 1 - half;
}

/** The t that T exceeds with the probability `upper` (0 to 0.5). */
export function studentQuantile(upper: number, degrees: number): number {
  let low = 0;
  let high = 1;
  while (studentUpper(high, degrees) > upper) high *= 2;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (studentUpper(middle, degrees) > upper) low = middle;
    else high = middle;
  }
  return high;
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
