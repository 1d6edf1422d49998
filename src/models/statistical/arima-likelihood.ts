import { filterWithGaps } from './arima-gaps.ts';
import { filterArma, type Innovations, stateLength } from './arima-innovations.ts';
import {
  type ArimaOrder,
  type ArmaCoefficients,
  applyPolynomial,
  armaPolynomials,
  differencing,
} from './arima-polynomials.ts';

/** A series from its first known value to its last, in units of its own differences. */
export interface ArimaInput {
  readonly values: Float64Array;
  /** Known values. */
  readonly count: number;
  /** NaN after the last known value; they are forecast over. */
  readonly trailing: number;
}

/** Cuts missing values off both ends. */
export function trimmed(values: Float64Array): ArimaInput {
  let start = 0;
  while (start < values.length && Number.isNaN(values[start])) start++;
  let end = values.length;
  while (end > start && Number.isNaN(values[end - 1])) end--;
  const inner = values.subarray(start, end);
  let count = 0;
  for (let t = 0; t < inner.length; t++) if (!Number.isNaN(inner[t])) count++;
  return { values: inner, count, trailing: values.length - end };
}

/** The exact Gaussian likelihood at one point, sigma squared and the mean being the best ones there. */
export interface Evaluation {
  /** Uncorrelated errors of variance sigma squared, one for each value that differencing leaves. */
  readonly standardised: Float64Array;
  readonly logDeterminant: number;
  /** Sum of squares of `standardised`. */
  readonly squares: number;
  /** The mean of the differenced values; 0 without a constant. */
  readonly mean: number;
}

/** The exact likelihood of one order on one input: undefined where it cannot be computed. */
export type Likelihood = (coefficients: ArmaCoefficients) => Evaluation | undefined;

/**
 * The likelihood of the differenced values: the innovations filter without gaps, the Kalman filter on the levels with
 * them. The mean of the differenced values is profiled out by generalised least squares.
 */
export function likelihoodOf(input: ArimaInput, order: ArimaOrder): Likelihood {
  return input.count < input.values.length ? overGaps(input, order) : withoutGaps(input, order);
}

function withoutGaps(input: ArimaInput, order: ArimaOrder): Likelihood {
  const w = applyPolynomial(input.values, differencing(order.d, order.seasonalD, order.season));
  const longest = Math.max(
    1,
    order.p + order.season * order.seasonalP,
    order.q + order.season * order.seasonalQ + 1,
  );
  const main = innovations(w.length, longest);
  const ones = order.constant ? innovations(w.length, 1) : undefined;
  return (coefficients) => {
    const { ar, ma } = armaPolynomials(coefficients, order);
    if (!filterArma(w, ar, ma, main, ones)) return undefined;
    return profiled(main.standardised, ones?.standardised, main.logDeterminant);
  };
}

function overGaps(input: ArimaInput, order: ArimaOrder): Likelihood {
  const differences = differencing(order.d, order.seasonalD, order.season);
  const first = levelOf(input, order);
  const values = input.values.map((value) => value - first);
  const column = order.constant ? unitDrift(values.length, order) : undefined;
  return (coefficients) => {
    const { ar, ma } = armaPolynomials(coefficients, order);
    const filtered = filterWithGaps(values, column, ar, ma, differences, 0);
    if (!filtered) return undefined;
    const { standardised, standardisedColumn, logDeterminant } = filtered;
    const evaluation = profiled(standardised, column ? standardisedColumn : undefined, logDeterminant);
    const own = order.constant && order.d + order.seasonalD === 0;
    return own ? { ...evaluation, mean: evaluation.mean + first } : evaluation;
  };
}

/** What may be taken off before anything else, because differencing or the mean takes it off anyway. */
export function levelOf(input: ArimaInput, order: ArimaOrder): number {
  return order.constant || order.d + order.seasonalD > 0 ? input.values[0]! : 0;
}

/** The column whose differences are one. */
function unitDrift(length: number, order: ArimaOrder): Float64Array {
  if (order.d + order.seasonalD === 0) return new Float64Array(length).fill(1);
  return Float64Array.from({ length }, (_, t) => (order.d === 1 ? t : t / order.season));
}

function profiled(
  standardised: Float64Array,
  ones: Float64Array | undefined,
  logDeterminant: number,
): Evaluation {
  let mean = 0;
  if (ones) {
    let cross = 0;
    let square = 0;
    for (let t = 0; t < ones.length; t++) {
      cross += ones[t]! * standardised[t]!;
      square += ones[t]! * ones[t]!;
    }
    mean = square > 0 ? cross / square : 0;
  }
  const out = new Float64Array(standardised.length);
  let squares = 0;
  for (let t = 0; t < out.length; t++) {
    const u = ones ? standardised[t]! - mean * ones[t]! : standardised[t]!;
    out[t] = u;
    squares += u * u;
  }
  return { standardised: out, logDeterminant, squares, mean };
}

/** Fitted numbers that a forecast needs. */
export interface FittedArma {
  readonly order: ArimaOrder;
  readonly coefficients: ArmaCoefficients;
  /** The mean of the differenced values. */
  readonly mean: number;
  readonly sigma2: number;
}

/** Filters the input and goes on for `horizon` steps beyond its last known value; error variances included. */
export function projectArima(
  input: ArimaInput,
  fitted: FittedArma,
  horizon: number,
): { mean: Float64Array; sigma: Float64Array } | undefined {
  return input.count < input.values.length
    ? projectOverGaps(input, fitted, horizon)
    : projectWithoutGaps(input, fitted, horizon);
}

function projectWithoutGaps(input: ArimaInput, fitted: FittedArma, horizon: number) {
  const { order } = fitted;
  const differences = differencing(order.d, order.seasonalD, order.season);
  const { ar, ma } = armaPolynomials(fitted.coefficients, order);
  const w = applyPolynomial(input.values, differences);
  for (let t = 0; t < w.length; t++) w[t] = w[t]! - fitted.mean;
  const r = stateLength(ar, ma);
  const filtered = innovations(w.length, r);
  if (!filterArma(w, ar, ma, filtered)) return undefined;
  const state = filtered.state;
  const n = input.values.length;
  const path = new Float64Array(n + horizon);
  path.set(input.values);
  const moving = new Float64Array(r);
  for (let h = 0; h < horizon; h++) {
    const next = state[0]!;
    for (let i = 0; i < r; i++) moving[i] = i + 1 < r ? state[i + 1]! : 0;
    for (let k = 0; k < ar.lags.length; k++) {
      moving[ar.lags[k]! - 1] = moving[ar.lags[k]! - 1]! - ar.weights[k]! * next;
    }
    state.set(moving);
    let level = next + fitted.mean;
    for (let k = 0; k < differences.lags.length; k++) {
      level -= differences.weights[k]! * path[n + h - differences.lags[k]!]!;
    }
    path[n + h] = level;
  }
  return { mean: path.slice(n), sigma: spreads(fitted, horizon) };
}

/** Standard deviations by the squared weights of past errors in the undifferenced series. */
function spreads(fitted: FittedArma, horizon: number): Float64Array {
  const { order } = fitted;
  const differences = differencing(order.d, order.seasonalD, order.season);
  const { ar, ma } = armaPolynomials(fitted.coefficients, order);
  const stationary = new Float64Array(horizon);
  const whole = new Float64Array(horizon);
  const sigma = new Float64Array(horizon);
  let sum = 0;
  for (let h = 0; h < horizon; h++) {
    let psi = h === 0 ? 1 : 0;
    for (let k = 0; k < ma.lags.length; k++) if (ma.lags[k] === h) psi += ma.weights[k]!;
    for (let k = 0; k < ar.lags.length && ar.lags[k]! <= h; k++) {
      psi -= ar.weights[k]! * stationary[h - ar.lags[k]!]!;
    }
    stationary[h] = psi;
    for (let k = 0; k < differences.lags.length && differences.lags[k]! <= h; k++) {
      psi -= differences.weights[k]! * whole[h - differences.lags[k]!]!;
    }
    whole[h] = psi;
    sum += psi * psi;
    sigma[h] = Math.sqrt(fitted.sigma2 * sum);
  }
  return sigma;
}

function projectOverGaps(input: ArimaInput, fitted: FittedArma, horizon: number) {
  const { order } = fitted;
  const differences = differencing(order.d, order.seasonalD, order.season);
  const { ar, ma } = armaPolynomials(fitted.coefficients, order);
  const n = input.values.length;
  const first = levelOf(input, order);
  const column = unitDrift(n + horizon, order);
  const plain = order.d + order.seasonalD === 0;
  const slope = plain ? fitted.mean - first : fitted.mean;
  const values = input.values.map((value, t) => value - first - slope * column[t]!);
  const filtered = filterWithGaps(values, undefined, ar, ma, differences, horizon);
  if (!filtered) return undefined;
  return {
    mean: filtered.mean.map((value, h) => value + first + slope * column[n + h]!),
    sigma: filtered.variance.map((value) => Math.sqrt(fitted.sigma2 * value)),
  };
}

function innovations(n: number, r: number): Innovations {
  return { standardised: new Float64Array(n), logDeterminant: 0, state: new Float64Array(r) };
}
