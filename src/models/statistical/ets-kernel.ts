/**
 * The additive-error exponential smoothing recursion, in source form 1 of Hyndman et al., "Forecasting with
 * Exponential Smoothing" (2008): every form with additive trend and season is this one with zeros in it.
 *
 *   forecast  f = l + phi b + s[k]      error  e = y - f
 *   l <- l + phi b + alpha e            b <- phi b + beta e            s[k] <- s[k] + gamma e
 *
 * A missing value has no error: the states move by their own forecast.
 */
export interface EtsParameters {
  alpha: number;
  beta: number;
  gamma: number;
  phi: number;
  level: number;
  slope: number;
}

/** Where the recursion stands after the last value; `season` holds the m seasonal states, `at` the next one. */
export interface EtsState {
  level: number;
  slope: number;
  at: number;
}

/**
 * Sum of squared one-step errors over `y[0 .. n)`. `season` (m states, m = 0 for none) is overwritten; `state` and
 * `errors`, when given, receive the final state and each error (NaN where y is missing).
 */
export function etsFilter(
  y: Float64Array,
  n: number,
  parameters: EtsParameters,
  season: Float64Array,
  m: number,
  state?: EtsState,
  errors?: Float64Array,
): number {
  const { alpha, beta, gamma, phi } = parameters;
  let level = parameters.level;
  let slope = parameters.slope;
  let sum = 0;
  let at = 0;
  if (m === 0) {
    for (let t = 0; t < n; t++) {
      const damped = phi * slope;
      const before = level + damped;
      const e = y[t]! - before;
      if (errors) errors[t] = e;
      if (!Number.isNaN(e)) {
        sum += e * e;
        level = before + alpha * e;
        slope = damped + beta * e;
      } else {
        level = before;
        slope = damped;
      }
    }
  } else {
    for (let t = 0; t < n; t++) {
      const damped = phi * slope;
      const before = level + damped;
      const seasonal = season[at]!;
      const e = y[t]! - before - seasonal;
      if (errors) errors[t] = e;
      if (!Number.isNaN(e)) {
        sum += e * e;
        level = before + alpha * e;
        slope = damped + beta * e;
        season[at] = seasonal + gamma * e;
      } else {
        level = before;
        slope = damped;
      }
      at = at + 1 === m ? 0 : at + 1;
    }
  }
  if (state) {
    state.level = level;
    state.slope = slope;
    state.at = at;
  }
  return sum;
}
