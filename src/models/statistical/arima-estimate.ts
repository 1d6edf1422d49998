import { bounded, fitConditional } from './arima-conditional.ts';
import {
  type ArimaInput,
  type Evaluation,
  type FittedArma,
  type Likelihood,
  levelOf,
  likelihoodOf,
} from './arima-likelihood.ts';
import {
  type ArimaOrder,
  applyPolynomial,
  armaBlocks,
  armaCount,
  coefficientsOf,
  differencing,
  rootsBeyond,
} from './arima-polynomials.ts';
import { interpolated } from './conditioning.ts';
import { solveSymmetric } from './least-squares.ts';

/** One order fitted. */
export interface ArimaFit extends FittedArma {
  readonly free: Float64Array;
  /** Infinity when there are too many parameters for the values. */
  readonly aicc: number;
  readonly logLikelihood: number;
  /** No root of a factor is next to the unit circle. */
  readonly sound: boolean;
  /** A root of the plain moving average is: the values were differenced once too often. */
  readonly overdifferenced: boolean;
}

/** How closely an order is fitted: by conditional least squares, or from there by exact likelihood. */
export type Closeness = 'conditional' | 'exact';

/** A root of a factor closer to the unit circle than this makes an order unsound. Source: forecast::auto.arima. */
const NEAREST_ROOT = 1.01;

/**
 * Fits one order. Conditional least squares starts from zero and, when `near` is given, from that fit's parameters
 * too (shared blocks copied, the rest zero); the likelihood, sigma squared, the mean and AICc are exact either way.
 * Returns undefined where the likelihood cannot be computed.
 */
export function fitOrder(
  input: ArimaInput,
  order: ArimaOrder,
  closeness: Closeness,
  near?: ArimaFit,
): ArimaFit | undefined {
  const likelihood = likelihoodOf(input, order);
  const coefficients = new Float64Array(armaCount(order));
  let free = startingPoint(input, order, near);
  coefficientsOf(free, order, coefficients);
  let best = likelihood(coefficients);
  if (!best) {
    free = free.map((value) => value / 4);
    coefficientsOf(free, order, coefficients);
    best = likelihood(coefficients);
    if (!best) return undefined;
  }
  if (closeness === 'exact' && free.length > 0) best = climb(likelihood, order, free, best);
  coefficientsOf(free, order, coefficients);
  return summary(order, free, coefficients, best);
}

/** Twice the negative log likelihood over n, up to constants. */
function depth(evaluation: Evaluation): number {
  const n = evaluation.standardised.length;
  return Math.log(evaluation.squares / n + 1e-300) + evaluation.logDeterminant / n;
}

function summary(
  order: ArimaOrder,
  free: Float64Array,
  coefficients: Float64Array,
  evaluation: Evaluation,
): ArimaFit {
  const n = evaluation.standardised.length;
  const k = free.length + (order.constant ? 1 : 0);
  const logLikelihood = -0.5 * n * (Math.log(2 * Math.PI) + 1 + depth(evaluation));
  const parameters = k + 1;
  const spare = n - parameters - 1;
  const beyond = rootsBeyond(coefficients, order, NEAREST_ROOT);
  return {
    order,
    coefficients,
    free,
    mean: evaluation.mean,
    sigma2: evaluation.squares / Math.max(1, n - k),
    logLikelihood,
    aicc:
      spare > 0
        ? -2 * logLikelihood + 2 * parameters + (2 * parameters * (parameters + 1)) / spare
        : Infinity,
    sound: beyond.every(Boolean),
    overdifferenced: order.d > 0 && !beyond[1],
  };
}

function startingPoint(input: ArimaInput, order: ArimaOrder, near: ArimaFit | undefined): Float64Array {
  const k = armaCount(order);
  const zero = new Float64Array(k);
  if (k === 0) return zero;
  const gaps = input.count < input.values.length;
  const level = gaps ? levelOf(input, order) : 0;
  const w = applyPolynomial(
    gaps ? interpolated(input.values.map((value) => value - level)) : input.values,
    differencing(order.d, order.seasonalD, order.season),
  );
  if (order.constant) {
    let mean = 0;
    for (let t = 0; t < w.length; t++) mean += w[t]! / w.length;
    for (let t = 0; t < w.length; t++) w[t] = w[t]! - mean;
  }
  // Equal factors on both sides are a saddle: a small unlikeness leaves it.
  let at = 0;
  armaBlocks(order).forEach((length, block) => {
    for (let i = 0; i < length; i++) zero[at + i] = block % 2 === 0 ? 0.1 : -0.1;
    at += length;
  });
  const height = fitConditional(w, order, zero, CONDITIONAL_ITERATIONS);
  if (!near) return zero;
  const warm = carried(near, order);
  const warmHeight = fitConditional(w, order, warm, CONDITIONAL_ITERATIONS);
  return warmHeight < height ? warm : zero;
}

/** Enough to settle: with fewer the answer depends on the way there, and is no more accurate on the average. */
const CONDITIONAL_ITERATIONS = 30;

/** The free numbers of a neighbouring order; what it does not have starts next to zero. */
function carried(near: ArimaFit, order: ArimaOrder): Float64Array {
  const out = new Float64Array(armaCount(order));
  const lengths = armaBlocks(order);
  let from = 0;
  let to = 0;
  armaBlocks(near.order).forEach((length, block) => {
    const wanted = lengths[block]!;
    for (let i = 0; i < wanted; i++) {
      out[to + i] = i < length ? bounded(near.free[from + i]!) : block % 2 === 0 ? 0.02 : -0.02;
    }
    from += length;
    to += wanted;
  });
  return out;
}

const EXACT_ITERATIONS = 12;
const NUDGE = 1e-5;

/**
 * Levenberg-Marquardt on the exact likelihood, moving `free`. With errors u scaled by the determinant to the power
 * 1 / 2n the concentrated likelihood is a sum of squares, so the derivatives of u are all that is needed.
 * Source: C. F. Ansley, "An algorithm for the exact likelihood of a mixed autoregressive-moving average process", 1979.
 */
function climb(likelihood: Likelihood, order: ArimaOrder, free: Float64Array, start: Evaluation): Evaluation {
  const k = free.length;
  const n = start.standardised.length;
  const coefficients = new Float64Array(k);
  const jacobian = new Float64Array(k * n);
  const normal = new Float64Array(k * k);
  const damped = new Float64Array(k * k);
  const gradient = new Float64Array(k);
  const step = new Float64Array(k);
  const trial = new Float64Array(k);
  const at = (point: Float64Array): Evaluation | undefined => {
    coefficientsOf(point, order, coefficients);
    return likelihood(coefficients);
  };
  let best = start;
  let damping = 1e-3;
  for (let iteration = 0; iteration < EXACT_ITERATIONS; iteration++) {
    const scale = Math.exp(best.logDeterminant / (2 * n));
    trial.set(free);
    for (let j = 0; j < k; j++) {
      const h = free[j]! > 0 ? -NUDGE : NUDGE;
      trial[j] = free[j]! + h;
      const moved = at(trial);
      trial[j] = free[j]!;
      if (!moved) {
        jacobian.fill(0, j * n, (j + 1) * n);
        continue;
      }
      const movedScale = Math.exp(moved.logDeterminant / (2 * n));
      for (let t = 0; t < n; t++) {
        jacobian[j * n + t] = (moved.standardised[t]! * movedScale - best.standardised[t]! * scale) / h;
      }
    }
    for (let i = 0; i < k; i++) {
      let sum = 0;
      for (let t = 0; t < n; t++) sum -= jacobian[i * n + t]! * best.standardised[t]!;
      gradient[i] = sum * scale;
      for (let j = 0; j <= i; j++) {
        let product = 0;
        for (let t = 0; t < n; t++) product += jacobian[i * n + t]! * jacobian[j * n + t]!;
        normal[i * k + j] = product;
        normal[j * k + i] = product;
      }
    }
    let gained = 0;
    for (let attempt = 0; attempt < 6 && gained === 0; attempt++) {
      damped.set(normal);
      for (let i = 0; i < k; i++) {
        damped[i * k + i] = normal[i * k + i]! * (1 + damping) + 1e-12;
        step[i] = gradient[i]!;
      }
      if (solveSymmetric(damped, step, k)) {
        let longest = 0;
        for (let i = 0; i < k; i++) longest = Math.max(longest, Math.abs(step[i]!));
        const shrink = longest > 1 ? 1 / longest : 1;
        for (let i = 0; i < k; i++) trial[i] = bounded(free[i]! + shrink * step[i]!);
        const next = at(trial);
        if (next && depth(next) < depth(best)) {
          gained = depth(best) - depth(next);
          best = next;
          free.set(trial);
          damping = Math.max(1e-7, damping / 8);
        }
      }
      if (gained === 0) damping *= 8;
    }
    if (gained * n < 1e-5) break;
  }
  return best;
}
