import { type ArimaOrder, armaCount, armaPolynomials, coefficientsOf } from './arima-polynomials.ts';
import { solveSymmetric } from './least-squares.ts';

/**
 * Conditional least squares: moves `free` (see {@link coefficientsOf}) to a minimum of the squared errors of the
 * recursion that starts from zero errors, and returns the mean square there. The first p + P m errors are left out.
 *
 * Levenberg-Marquardt with analytic derivatives; each is a lagged copy of a once filtered series, so one iteration
 * costs about as much as a handful of residual passes, however long the season. `values` have mean zero and no gaps.
 * Source: G. Box, G. Jenkins, "Time Series Analysis", 1976, chapter 7.
 */
export function fitConditional(
  values: Float64Array,
  order: ArimaOrder,
  free: Float64Array,
  maxIterations: number,
): number {
  const k = armaCount(order);
  const n = values.length;
  reserve(n, k);
  const coefficients = new Float64Array(k);
  coefficientsOf(free, order, coefficients);
  let height = residuals(values, order, coefficients);
  if (k === 0) return height;
  const normal = new Float64Array(k * k);
  const damped = new Float64Array(k * k);
  const gradient = new Float64Array(k);
  const step = new Float64Array(k);
  const trial = new Float64Array(k);
  let damping = 1e-3;
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    derivatives(values, order, coefficients, n);
    normalEquations(order, free, n, normal, gradient);
    let improved = false;
    let gained = 0;
    for (let attempt = 0; attempt < 6; attempt++) {
      damped.set(normal);
      for (let i = 0; i < k; i++) {
        damped[i * k + i] = normal[i * k + i]! * (1 + damping) + 1e-12;
        step[i] = gradient[i]!;
      }
      if (solveSymmetric(damped, step, k)) {
        let longest = 0;
        for (let i = 0; i < k; i++) longest = Math.max(longest, Math.abs(step[i]!));
        const shrink = longest > LONGEST_STEP ? LONGEST_STEP / longest : 1;
        for (let i = 0; i < k; i++) trial[i] = bounded(free[i]! + shrink * step[i]!);
        coefficientsOf(trial, order, coefficients);
        const next = residuals(values, order, coefficients);
        if (next < height) {
          gained = 1 - next / height;
          height = next;
          free.set(trial);
          damping = Math.max(1e-7, damping / 8);
          improved = true;
          break;
        }
      }
      damping *= 8;
    }
    if (!improved) {
      coefficientsOf(free, order, coefficients);
      break;
    }
    if (gained < 1e-6) break;
  }
  return height;
}

/** No free number moves further than this in one step; tanh(2) is a partial autocorrelation of .96. */
const LONGEST_STEP = 1;
/** Beyond this a free number says no more than "a unit root". */
export const LARGEST_FREE = 4;

export function bounded(free: number): number {
  return Math.max(-LARGEST_FREE, Math.min(LARGEST_FREE, free));
}

let errors = new Float64Array(0);
let stage = new Float64Array(0);
let columns = new Float64Array(0);

function reserve(n: number, k: number): void {
  if (errors.length < n) {
    errors = new Float64Array(2 * n);
    stage = new Float64Array(2 * n);
  }
  if (columns.length < n * k) columns = new Float64Array(2 * n * k);
}

/** Fills `errors`; the mean square over the steps that are not conditioned on. */
function residuals(values: Float64Array, order: ArimaOrder, coefficients: Float64Array): number {
  const n = values.length;
  const { ar, ma } = armaPolynomials(coefficients, order);
  const start = ar.degree;
  const { lags, weights } = ar;
  const maLags = ma.lags;
  const maWeights = ma.weights;
  errors.fill(0, 0, Math.min(start, n));
  let sum = 0;
  for (let t = start; t < n; t++) {
    let e = values[t]!;
    for (let k = 0; k < lags.length; k++) e += weights[k]! * values[t - lags[k]!]!;
    for (let k = 0; k < maLags.length; k++) {
      const at = t - maLags[k]!;
      if (at >= start) e -= maWeights[k]! * errors[at]!;
    }
    errors[t] = e;
    sum += e * e;
  }
  return n > start ? sum / (n - start) : Infinity;
}

/** Fills `columns` with minus the derivatives of the errors by phi, theta, Phi, Theta. */
function derivatives(values: Float64Array, order: ArimaOrder, coefficients: Float64Array, n: number): void {
  const { p, q, seasonalP, seasonalQ, season } = order;
  const phi = coefficients.subarray(0, p);
  const theta = coefficients.subarray(p, p + q);
  const seasonalPhi = coefficients.subarray(p + q, p + q + seasonalP);
  const seasonalTheta = coefficients.subarray(p + q + seasonalP, p + q + seasonalP + seasonalQ);
  const start = p + season * seasonalP;
  let column = 0;
  if (p > 0) {
    movingAverage(values, seasonalPhi, season, n);
    divide(stage, theta, 1, n);
    divide(stage, seasonalTheta, season, n);
    for (let i = 1; i <= p; i++) lagged(column++, i, start, n);
  }
  if (q > 0) {
    stage.set(errors.subarray(0, n));
    divide(stage, theta, 1, n);
    for (let i = 1; i <= q; i++) lagged(column++, i, start, n);
  }
  if (seasonalP > 0) {
    movingAverage(values, phi, 1, n);
    divide(stage, theta, 1, n);
    divide(stage, seasonalTheta, season, n);
    for (let i = 1; i <= seasonalP; i++) lagged(column++, i * season, start, n);
  }
  if (seasonalQ > 0) {
    stage.set(errors.subarray(0, n));
    divide(stage, seasonalTheta, season, n);
    for (let i = 1; i <= seasonalQ; i++) lagged(column++, i * season, start, n);
  }
}

/** stage = (1 - c_1 B^s - c_2 B^2s - ...) values, values before the first being zero. */
function movingAverage(values: Float64Array, c: Float64Array, s: number, n: number): void {
  for (let t = 0; t < n; t++) {
    let sum = values[t]!;
    for (let i = 0, at = t - s; i < c.length && at >= 0; i++, at -= s) sum -= c[i]! * values[at]!;
    stage[t] = sum;
  }
}

/** x = x / (1 + c_1 B^s + ...), in place. */
function divide(x: Float64Array, c: Float64Array, s: number, n: number): void {
  if (c.length === 0) return;
  for (let t = s; t < n; t++) {
    let sum = x[t]!;
    for (let i = 0, at = t - s; i < c.length && at >= 0; i++, at -= s) sum -= c[i]! * x[at]!;
    x[t] = sum;
  }
}

function lagged(column: number, lag: number, start: number, n: number): void {
  const base = column * n;
  const first = Math.max(lag, start);
  columns.fill(0, base, base + Math.min(first, n));
  for (let t = first; t < n; t++) columns[base + t] = stage[t - lag]!;
}

/** J'J and J'e in the free numbers: the chain rule by forward differences of the small map to coefficients. */
function normalEquations(
  order: ArimaOrder,
  free: Float64Array,
  n: number,
  normal: Float64Array,
  gradient: Float64Array,
): void {
  const k = free.length;
  const raw = new Float64Array(k * k);
  const rawGradient = new Float64Array(k);
  for (let i = 0; i < k; i++) {
    rawGradient[i] = inner(columns, i * n, errors, 0, n);
    for (let j = 0; j <= i; j++) {
      const product = inner(columns, i * n, columns, j * n, n);
      raw[i * k + j] = product;
      raw[j * k + i] = product;
    }
  }
  const map = slopesOf(free, order);
  const half = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      let sum = 0;
      for (let l = 0; l < k; l++) sum += raw[i * k + l]! * map[l * k + j]!;
      half[i * k + j] = sum;
    }
  }
  for (let i = 0; i < k; i++) {
    let sum = 0;
    for (let l = 0; l < k; l++) sum += map[l * k + i]! * rawGradient[l]!;
    gradient[i] = sum;
    for (let j = 0; j <= i; j++) {
      let product = 0;
      for (let l = 0; l < k; l++) product += map[l * k + i]! * half[l * k + j]!;
      normal[i * k + j] = product;
      normal[j * k + i] = product;
    }
  }
}

/** The inner product of n numbers of `x` and `y`; four sums side by side, since each alone waits for its last addition. */
function inner(x: Float64Array, fromX: number, y: Float64Array, fromY: number, n: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let t = 0;
  for (; t + 3 < n; t += 4) {
    a += x[fromX + t]! * y[fromY + t]!;
    b += x[fromX + t + 1]! * y[fromY + t + 1]!;
    c += x[fromX + t + 2]! * y[fromY + t + 2]!;
    d += x[fromX + t + 3]! * y[fromY + t + 3]!;
  }
  for (; t < n; t++) a += x[fromX + t]! * y[fromY + t]!;
  return a + b + (c + d);
}

/** d coefficient l / d free j at `l * k + j`. */
function slopesOf(free: Float64Array, order: ArimaOrder): Float64Array {
  const k = free.length;
  const here = new Float64Array(k);
  const there = new Float64Array(k);
  const moved = Float64Array.from(free);
  const out = new Float64Array(k * k);
  coefficientsOf(free, order, here);
  for (let j = 0; j < k; j++) {
    const h = free[j]! > 0 ? -1e-6 : 1e-6;
    moved[j] = free[j]! + h;
    coefficientsOf(moved, order, there);
    moved[j] = free[j]!;
    for (let l = 0; l < k; l++) out[l * k + j] = (there[l]! - here[l]!) / h;
  }
  return out;
}
