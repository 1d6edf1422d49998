import type { SparsePolynomial } from './arima-polynomials.ts';

/** The exact one-step errors of a stationary ARMA process, in standard units. */
export interface Innovations {
  /** Errors divided by the square root of their relative variance; as long as the values. */
  readonly standardised: Float64Array;
  /** Sum of the logarithms of the relative variances: the log determinant of the covariance over sigma squared. */
  logDeterminant: number;
  /** The predicted state after the last value, in Harvey's form: `state[0]` is the next value's expectation. */
  readonly state: Float64Array;
}

/** From here on the relative variance is one for all practical purposes, and the plain recursion serves. */
const SETTLED = 1e-9;

/**
 * Filters `values` (a gap-free series with mean zero) with a stationary ARMA model and, when `ones` is given, a
 * column of ones beside it, so that a mean can be estimated by generalised least squares.
 *
 * Exact, and of order n r instead of the Kalman filter's n r^2 (r = the larger of the two degrees): the change of the
 * state covariance from step to step has rank one, and only its factor is carried. Once the variance has settled,
 * only the non-zero coefficients are visited. Returns false when rounding has eaten the variance (next to a unit root).
 * Source: J. G. Pearlman, "An algorithm for the exact likelihood of a high-order autoregressive-moving average
 * process", 1980; G. Mélard, AS 197, 1984.
 */
export function filterArma(
  values: Float64Array,
  ar: SparsePolynomial,
  ma: SparsePolynomial,
  out: Innovations,
  ones?: Innovations,
): boolean {
  const n = values.length;
  const r = Math.max(1, ar.degree, ma.degree + 1, ma.degree);
  reserve(r, n);
  const phi = densePhi;
  phi.fill(0, 0, r + 1);
  for (let k = 0; k < ar.lags.length; k++) phi[ar.lags[k]! - 1] = -ar.weights[k]!;
  let f = firstGain(ar, ma, r);
  if (!(f > 0 && f < 1e12)) return false;
  const gain = gains;
  const factor = factors;
  for (let i = 0; i < r; i++) factor[i] = gain[i]!;
  factor[r] = 0;
  gain[r] = 0;
  let weight = -1 / f;
  const a = states;
  const b = otherStates;
  a.fill(0, 0, r + 1);
  b.fill(0, 0, r + 1);

  let logDeterminant = 0;
  let t = 0;
  const errors = rawErrors;
  const oneErrors = otherErrors;
  while (t < n) {
    const root = 1 / Math.sqrt(f);
    logDeterminant += Math.log(f);
    const e = values[t]! - a[0]!;
    errors[t] = e;
    out.standardised[t] = e * root;
    const g = e / f;
    const a0 = a[0]!;
    if (ones) {
      const e1 = 1 - b[0]!;
      oneErrors[t] = e1;
      ones.standardised[t] = e1 * root;
      const g1 = e1 / f;
      const b0 = b[0]!;
      for (let i = 0; i < r; i++) b[i] = phi[i]! * b0 + b[i + 1]! + gain[i]! * g1;
    }
    // One pass: the state of the values, then gain and factor for the next step.
    const y0 = factor[0]!;
    const pull = weight * y0;
    const fNext = f + pull * y0;
    const slope = y0 / f;
    for (let i = 0; i < r; i++) {
      const k = gain[i]!;
      a[i] = phi[i]! * a0 + a[i + 1]! + k * g;
      const moved = phi[i]! * y0 + factor[i + 1]!;
      gain[i] = k + pull * moved;
      factor[i] = moved - k * slope;
    }
    t++;
    if (!(fNext > 1 - 1e-6)) return false;
    weight -= (pull * pull) / fNext;
    f = Math.max(fNext, 1);
    if (f - 1 < SETTLED && t >= r) break;
  }
  if (t < n) {
    settled(values, 0, ar, ma, t, errors, out.standardised);
    if (ones) settled(undefined, 1, ar, ma, t, oneErrors, ones.standardised);
    stateAfter(values, ar, ma, errors, out.state, r);
  } else {
    for (let i = 0; i < r; i++) out.state[i] = a[i]!;
  }
  out.logDeterminant = logDeterminant;
  return true;
}

/** How long {@link Innovations.state} has to be. */
export function stateLength(ar: SparsePolynomial, ma: SparsePolynomial): number {
  return Math.max(1, ar.degree, ma.degree + 1);
}

/** The plain recursion e = ar(B) w - (ma(B) - 1) e from step `start`; without values, `constant` is each of them. */
function settled(
  values: Float64Array | undefined,
  constant: number,
  ar: SparsePolynomial,
  ma: SparsePolynomial,
  start: number,
  errors: Float64Array,
  standardised: Float64Array,
): void {
  const n = standardised.length;
  const arLags = ar.lags;
  const arWeights = ar.weights;
  const maLags = ma.lags;
  const maWeights = ma.weights;
  let total = constant;
  for (let k = 0; k < arLags.length; k++) total += constant * arWeights[k]!;
  for (let t = start; t < n; t++) {
    let e = total;
    if (values) {
      e = values[t]!;
      for (let k = 0; k < arLags.length; k++) e += arWeights[k]! * values[t - arLags[k]!]!;
    }
    for (let k = 0; k < maLags.length; k++) e -= maWeights[k]! * errors[t - maLags[k]!]!;
    errors[t] = e;
    standardised[t] = e;
  }
}

/** Harvey's state from the last values and errors, once errors are the true ones. */
function stateAfter(
  values: Float64Array,
  ar: SparsePolynomial,
  ma: SparsePolynomial,
  errors: Float64Array,
  state: Float64Array,
  r: number,
): void {
  const n = values.length;
  state.fill(0, 0, r);
  for (let k = 0; k < ar.lags.length; k++) {
    const lag = ar.lags[k]!;
    for (let i = 0; i < lag; i++) state[i] = state[i]! - ar.weights[k]! * values[n + i - lag]!;
  }
  for (let k = 0; k < ma.lags.length; k++) {
    const lag = ma.lags[k]!;
    for (let i = 0; i < lag; i++) state[i] = state[i]! + ma.weights[k]! * errors[n + i - lag]!;
  }
}

/** Puts cov(next state, value) into `gains` and returns var(value), for unit innovations. */
function firstGain(ar: SparsePolynomial, ma: SparsePolynomial, r: number): number {
  const q = ma.degree;
  const longest = r + q;
  const pure = autocovariances;
  if (!pureAutocovariances(ar, longest, pure)) return Number.NaN;
  const psi = psiWeights;
  for (let j = 0; j <= r; j++) {
    let sum = j === 0 ? 1 : 0;
    for (let k = 0; k < ma.lags.length; k++) if (ma.lags[k] === j) sum += ma.weights[k]!;
    for (let k = 0; k < ar.lags.length; k++)
      if (ar.lags[k]! <= j) sum -= ar.weights[k]! * psi[j - ar.lags[k]!]!;
    psi[j] = sum;
  }
  const gamma = gammas;
  const terms = ma.lags.length;
  for (let lag = 0; lag <= r; lag++) {
    let sum = 0;
    for (let i = -1; i < terms; i++) {
      const li = i < 0 ? 0 : ma.lags[i]!;
      const wi = i < 0 ? 1 : ma.weights[i]!;
      for (let j = -1; j < terms; j++) {
        const at = lag + li - (j < 0 ? 0 : ma.lags[j]!);
        sum += wi * (j < 0 ? 1 : ma.weights[j]!) * pure[at < 0 ? -at : at]!;
      }
    }
    gamma[lag] = sum;
  }
  for (let i = 0; i < r; i++) {
    let sum = 0;
    for (let k = 0; k < ar.lags.length; k++) {
      const lag = ar.lags[k]!;
      if (lag > i) sum -= ar.weights[k]! * gamma[lag - 1 - i]!;
    }
    for (let k = 0; k < terms; k++) {
      const lag = ma.lags[k]!;
      if (lag > i) sum += ma.weights[k]! * psi[lag - 1 - i]!;
    }
    gains[i] = sum;
  }
  return gamma[0]!;
}

/**
 * Autocovariances 0..longest of the purely autoregressive process with unit innovations: Levinson's recursion is run
 * down to the partial autocorrelations and up again.
 */
function pureAutocovariances(ar: SparsePolynomial, longest: number, out: Float64Array): boolean {
  const p = ar.degree;
  if (p === 0) {
    out.fill(0, 0, longest + 1);
    out[0] = 1;
    return true;
  }
  if (triangle.length < p * p) triangle = new Float64Array(2 * p * p);
  const rows = triangle;
  const last = (p - 1) * p;
  rows.fill(0, last, last + p);
  for (let k = 0; k < ar.lags.length; k++) rows[last + ar.lags[k]! - 1] = -ar.weights[k]!;
  let variance = 1;
  for (let k = p - 1; k >= 0; k--) {
    const partial = rows[k * p + k]!;
    const left = 1 - partial * partial;
    if (!(left > 0)) return false;
    variance /= left;
    const above = (k - 1) * p;
    for (let j = 0; j < k; j++)
      rows[above + j] = (rows[k * p + j]! + partial * rows[k * p + k - 1 - j]!) / left;
  }
  out[0] = variance;
  for (let lag = 1; lag <= longest; lag++) {
    let sum = 0;
    if (lag <= p) {
      // The best predictor of order `lag` reproduces the autocovariance at its own lag.
      const row = (lag - 1) * p;
      for (let j = 0; j < lag - 1; j++) sum += rows[row + j]! * out[lag - 1 - j]!;
      out[lag] = sum + rows[row + lag - 1]! * out[0]!;
    } else {
      for (let k = 0; k < ar.lags.length; k++) sum -= ar.weights[k]! * out[lag - ar.lags[k]!]!;
      out[lag] = sum;
    }
  }
  return true;
}

let densePhi = new Float64Array(0);
let gains = new Float64Array(0);
let factors = new Float64Array(0);
let states = new Float64Array(0);
let otherStates = new Float64Array(0);
let psiWeights = new Float64Array(0);
let gammas = new Float64Array(0);
let autocovariances = new Float64Array(0);
let triangle = new Float64Array(0);
let rawErrors = new Float64Array(0);
let otherErrors = new Float64Array(0);

function reserve(r: number, n: number): void {
  if (densePhi.length < r + 1) {
    const size = 2 * r + 2;
    densePhi = new Float64Array(size);
    gains = new Float64Array(size);
    factors = new Float64Array(size);
    states = new Float64Array(size);
    otherStates = new Float64Array(size);
    psiWeights = new Float64Array(size);
    gammas = new Float64Array(size);
    autocovariances = new Float64Array(2 * size);
  }
  if (rawErrors.length < n) {
    rawErrors = new Float64Array(2 * n);
    otherErrors = new Float64Array(2 * n);
  }
}
