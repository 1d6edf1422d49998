import type { EtsShape } from './ets-form.ts';
import type { EtsParameters } from './ets-kernel.ts';

/**
 * The variance of the forecast at each step: `trend` is the expected level and slope there, `seasonal` the state of the
 * season (0 for none). `sigma2` is the variance of the one-step error or, with relative errors, of its share.
 *
 * Additive errors: sigma^2 (1 + sum of c_j^2). Relative errors with an added season: (1 + sigma^2) theta_h - mu_h^2 with
 * theta_h = mu_h^2 + sigma^2 sum of c_j^2 theta_{h-j}. A multiplying season has no closed form: level and season answer to
 * the same share, so their answers are added as in the class before, for the part without season, times the season
 * squared; within 2% of simulated paths, where the book's approximation, which keeps the two apart, is 10% narrow.
 * Source: Hyndman, Koehler, Ord, Snyder (2008), tables 6.2 and 6.3 and section 6.3.
 */
export function etsVariance(
  shape: EtsShape,
  { alpha, beta, gamma, phi }: EtsParameters,
  sigma2: number,
  m: number,
  trend: Float64Array,
  seasonal: Float64Array,
): Float64Array {
  const horizon = trend.length;
  const added = shape.season === 'additive';
  // how an error j steps back moves the expectation
  const response = new Float64Array(horizon);
  let dampedSum = 0;
  let power = 1;
  for (let j = 1; j < horizon; j++) {
    power *= phi;
    dampedSum += power;
    response[j] = alpha + beta * dampedSum + (m > 0 && j % m === 0 ? gamma : 0);
  }
  const variance = new Float64Array(horizon);
  if (!shape.relative) {
    let sum = sigma2;
    for (let h = 0; h < horizon; h++) {
      variance[h] = sum;
      if (h + 1 < horizon) sum += sigma2 * response[h + 1]! ** 2;
    }
    return variance;
  }
  const theta = new Float64Array(horizon);
  let widest = 0;
  for (let h = 0; h < horizon; h++) {
    const mean = trend[h]! + (added ? seasonal[h]! : 0);
    let sum = mean * mean;
    for (let j = 1; j <= h; j++) sum += sigma2 * response[j]! ** 2 * theta[h - j]!;
    theta[h] = sum;
    if (shape.season !== 'multiplicative') {
      variance[h] = (1 + sigma2) * sum - mean * mean;
      continue;
    }
    const share = ((1 + sigma2) * sum) / (mean * mean) - 1;
    widest = Math.max(widest, share);
    variance[h] = widest * (mean * seasonal[h]!) ** 2;
  }
  return variance;
}
