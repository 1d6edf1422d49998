/**
 * The recursions of exponential smoothing in source form 1 of Hyndman et al., "Forecasting with Exponential Smoothing"
 * (2008). Whether an error counts as it is or as a share of its forecast changes the likelihood, not the recursion, so
 * the fifteen forms are two recursions with zeros in them: a season that is added and a season that multiplies.
 *
 *   added       f = l + phi b + s    e = y - f    l <- l + phi b + alpha e      b <- phi b + beta e      s <- s + gamma e
 *   multiplying f = (l + phi b) s    e = y - f    l <- l + phi b + alpha e / s  b <- phi b + beta e / s  s <- s + gamma e / (l + phi b)
 *
 * A missing value has no error: the states move by their own forecast.
 *
 * A state that comes from an object's field is passed through Number(): V8 does not trust the field to hold a number, and
 * would allocate the state anew at every step, which took longer than all else.
 */
export interface EtsParameters {
  alpha: number;
  beta: number;
  gamma: number;
  phi: number;
  level: number;
  slope: number;
}

/** What a run leaves behind. */
export interface EtsRun {
  /** Sum of squared errors, or of squared shares. */
  squares: number;
  /** Sum of the logarithms of the forecasts where a value is known; NaN when one was not positive, 0 when not asked for. */
  logs: number;
  level: number;
  slope: number;
  /** The position of the season that comes next. */
  at: number;
}

/** A run's result, overwritten by the next one. */
export function etsRun(): EtsRun {
  return { squares: 0, logs: 0, level: 0, slope: 0, at: 0 };
}

/** Products stay well inside a double before their logarithm is taken. */
const LARGE = 1e120;
const SMALL = 1e-120;

/**
 * Runs over `y[0 .. n)` from the start in `parameters` and `season` (m states, m = 0 for none), which is overwritten.
 * `errors`, when given, receives each error, a share when `relative`, NaN where y is missing.
 */
export function etsFilter(
  y: Float64Array,
  n: number,
  { alpha, beta, gamma, phi, level: l0, slope: b0 }: EtsParameters,
  season: Float64Array,
  m: number,
  relative: boolean,
  into: EtsRun,
  errors?: Float64Array,
): EtsRun {
  if (m === 0 && !relative && !errors) return levelFilter(y, n, alpha, beta, phi, l0, b0, into);
  let level = Number(l0);
  let slope = Number(b0);
  let squares = 0;
  let logs = 0;
  let product = 1;
  let at = 0;
  for (let t = 0; t < n; t++) {
    const damped = phi * slope;
    const before = level + damped;
    const seasonal = m > 0 ? season[at]! : 0;
    const forecast = before + seasonal;
    const e = y[t]! - forecast;
    if (!Number.isNaN(e)) {
      const counted = relative ? e / forecast : e;
      squares += counted * counted;
      if (errors) errors[t] = counted;
      if (relative) {
        product *= forecast;
        if (!(product > SMALL && product < LARGE)) {
          logs += Math.log(product);
          product = 1;
        }
      }
      level = before + alpha * e;
      slope = damped + beta * e;
      if (m > 0) season[at] = seasonal + gamma * e;
    } else {
      if (errors) errors[t] = Number.NaN;
      level = before;
      slope = damped;
    }
    if (m > 0) at = at + 1 === m ? 0 : at + 1;
  }
  return left(into, squares, relative ? logs + Math.log(product) : 0, level, slope, at);
}

/**
 * {@link etsFilter} without a season, relative errors or kept ones: what is run most, with nothing to decide in it and
 * the expectation of the next step carried along, so that a step waits for two operations of the one before, not four.
 */
function levelFilter(
  y: Float64Array,
  n: number,
  alpha: number,
  beta: number,
  phi: number,
  l0: number,
  b0: number,
  into: EtsRun,
): EtsRun {
  const answer = alpha + phi * beta;
  const keep = 1 - answer;
  let slope = Number(b0);
  let damped = phi * slope;
  let last = Number(l0);
  let expected = last + damped;
  let squares = 0;
  for (let t = 0; t < n; t++) {
    const value = y[t]!;
    const e = value - expected;
    if (Number.isNaN(e)) {
      last = expected;
      slope = damped;
      damped *= phi;
      expected += damped;
      continue;
    }
    squares += e * e;
    last = expected + alpha * e;
    slope = damped + beta * e;
    expected = keep * expected + (answer * value + phi * damped);
    damped = phi * slope;
  }
  return left(into, squares, 0, last, slope, 0);
}

/** The same for a season that multiplies; errors are always shares. */
export function etsFilterMultiplying(
  y: Float64Array,
  n: number,
  { alpha, beta, gamma, phi, level: l0, slope: b0 }: EtsParameters,
  season: Float64Array,
  m: number,
  into: EtsRun,
  errors?: Float64Array,
): EtsRun {
  let level = Number(l0);
  let slope = Number(b0);
  let squares = 0;
  let logs = 0;
  let product = 1;
  let at = 0;
  for (let t = 0; t < n; t++) {
    const damped = phi * slope;
    const before = level + damped;
    const seasonal = season[at]!;
    const forecast = before * seasonal;
    const e = y[t]! - forecast;
    if (!Number.isNaN(e)) {
      const share = e / forecast;
      squares += share * share;
      if (errors) errors[t] = share;
      product *= forecast;
      // two negative factors would pass for a forecast
      if (!(before > 0)) product = Number.NaN;
      if (!(product > SMALL && product < LARGE)) {
        logs += Math.log(product);
        product = 1;
      }
      level = before + alpha * before * share;
      slope = damped + beta * before * share;
      season[at] = seasonal + gamma * seasonal * share;
    } else {
      if (errors) errors[t] = Number.NaN;
      level = before;
      slope = damped;
    }
    at = at + 1 === m ? 0 : at + 1;
  }
  return left(into, squares, logs + Math.log(product), level, slope, at);
}

function left(into: EtsRun, squares: number, logs: number, level: number, slope: number, at: number): EtsRun {
  into.squares = squares;
  into.logs = logs;
  into.level = level;
  into.slope = slope;
  into.at = at;
  return into;
}
