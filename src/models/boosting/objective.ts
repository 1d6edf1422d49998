import { BoostingRefusal } from './refusal.ts';
import { quantileOf } from './weighted-quantile.ts';

/** What a training makes small. Poisson and binary learn the logarithm of the mean and the log odds of a 1. */
export type ObjectiveName =
  | { readonly kind: 'l2' }
  | { readonly kind: 'l1' }
  | { readonly kind: 'huber'; readonly delta: number }
  | { readonly kind: 'quantile'; readonly q: number }
  | { readonly kind: 'poisson' }
  | { readonly kind: 'binary' };

export interface Scale {
  readonly gradient: number;
  readonly hessian: number;
}

/** An objective's arithmetic over all rows; `weights` undefined = one each. */
export interface Objective {
  /** Throws {@link BoostingRefusal} at a target it cannot hold. */
  check(target: Float64Array): void;
  /** The constant score that a training starts from. */
  start(target: Float64Array, weights?: Float64Array): number;
  /** How large gradients and hessians of weight 1 can be at the start, in the target's units. */
  reach(target: Float64Array, start: number): Scale;
  /** Writes (gradient, hessian) of each row at the scores, over the scale, into `pairs`. */
  gradients(
    scores: Float64Array,
    target: Float64Array,
    pairs: Float32Array,
    scale: Scale,
    weights?: Float64Array,
  ): void;
  /** One row's loss at a score. */
  loss(score: number, target: number): number;
  /** The prediction in the target's units that belongs to a score. */
  respond(score: number): number;
  /** Where leaves hold a quantile of the residuals instead of a Newton step: its probability. */
  readonly leafQuantile?: number;
}

/** Poisson steps are held back as if the hessian were larger by this factor's exponential, as in LightGBM. */
const POISSON_CAUTION = Math.exp(0.7);

export function objectiveOf(name: ObjectiveName): Objective {
  switch (name.kind) {
    case 'l2':
      return {
        check: finite,
        start: meanOf,
        reach: (target, start) => ({ gradient: farthest(target, start), hessian: 1 }),
        gradients: (scores, target, pairs, scale, weights) => {
          for (let i = 0; i < scores.length; i++) {
            const weight = weights ? weights[i]! : 1;
            pairs[2 * i] = (weight * (scores[i]! - target[i]!)) / scale.gradient;
            pairs[2 * i + 1] = weight / scale.hessian;
          }
        },
        loss: (score, target) => (score - target) ** 2,
        respond: (score) => score,
      };
    case 'huber': {
      const { delta } = name;
      if (!(delta > 0 && delta < Infinity)) {
        throw new BoostingRefusal('option', `the delta of Huber's loss is ${delta}; it must be positive`);
      }
      return {
        check: finite,
        start: meanOf,
        reach: (target, start) => ({ gradient: Math.min(delta, farthest(target, start)), hessian: 1 }),
        gradients: (scores, target, pairs, scale, weights) => {
          for (let i = 0; i < scores.length; i++) {
            const weight = weights ? weights[i]! : 1;
            pairs[2 * i] =
              (weight * Math.max(-delta, Math.min(delta, scores[i]! - target[i]!))) / scale.gradient;
            pairs[2 * i + 1] = weight / scale.hessian;
          }
        },
        loss: (score, target) => {
          const off = Math.abs(score - target);
          return off <= delta ? 0.5 * off * off : delta * (off - 0.5 * delta);
        },
        respond: (score) => score,
      };
    }
    case 'l1':
      return pinball(0.5, 2);
    case 'quantile':
      if (!(name.q > 0 && name.q < 1)) {
        throw new BoostingRefusal('option', `the quantile is ${name.q}; it must lie between 0 and 1`);
      }
      return pinball(name.q, 1);
    case 'poisson':
      return {
        check: (target) => {
          finite(target);
          const odd = target.find((value) => value < 0);
          if (odd !== undefined) throw new BoostingRefusal('value', `poisson: the target ${odd} is negative`);
          if (!target.some((value) => value > 0)) {
            throw new BoostingRefusal('value', 'poisson: no target is above zero');
          }
        },
        reach: (target) => ({ gradient: farthest(target, 0), hessian: farthest(target, 0) }),
        start: (target, weights) => Math.log(Math.max(meanOf(target, weights), Number.MIN_VALUE)),
        gradients: (scores, target, pairs, scale, weights) => {
          for (let i = 0; i < scores.length; i++) {
            const weight = weights ? weights[i]! : 1;
            const mean = Math.exp(scores[i]!);
            pairs[2 * i] = (weight * (mean - target[i]!)) / scale.gradient;
            pairs[2 * i + 1] = (weight * mean * POISSON_CAUTION) / scale.hessian;
          }
        },
        loss: (score, target) => Math.exp(score) - target * score,
        respond: Math.exp,
      };
    case 'binary':
      return {
        check: (target) => {
          const odd = target.find((value) => value !== 0 && value !== 1);
          if (odd !== undefined)
            throw new BoostingRefusal('value', `binary: the target ${odd} is neither 0 nor 1`);
        },
        reach: () => ({ gradient: 1, hessian: 1 }),
        start: (target, weights) => {
          const share = Math.max(1e-15, Math.min(1 - 1e-15, meanOf(target, weights)));
          return Math.log(share / (1 - share));
        },
        gradients: (scores, target, pairs, scale, weights) => {
          for (let i = 0; i < scores.length; i++) {
            const weight = weights ? weights[i]! : 1;
            const share = sigmoid(scores[i]!);
            pairs[2 * i] = (weight * (share - target[i]!)) / scale.gradient;
            pairs[2 * i + 1] = (weight * Math.max(share * (1 - share), 1e-12)) / scale.hessian;
          }
        },
        // log(1 + e^s) - y s without overflow
        loss: (score, target) => Math.max(score, 0) + Math.log1p(Math.exp(-Math.abs(score))) - target * score,
        respond: sigmoid,
      };
  }
}

function pinball(q: number, scale: number): Objective {
  return {
    check: finite,
    reach: () => ({ gradient: 1, hessian: 1 }),
    start: (target, weights) => quantileOf(target.slice(), q, weights?.slice()),
    gradients: (scores, target, pairs, scale, weights) => {
      for (let i = 0; i < scores.length; i++) {
        const weight = weights ? weights[i]! : 1;
        pairs[2 * i] = (weight * (scores[i]! >= target[i]! ? 1 - q : -q)) / scale.gradient;
        pairs[2 * i + 1] = weight / scale.hessian;
      }
    },
    loss: (score, target) => scale * (target > score ? q * (target - score) : (1 - q) * (score - target)),
    respond: (score) => score,
    leafQuantile: q,
  };
}

function sigmoid(score: number): number {
  return 1 / (1 + Math.exp(-score));
}

/** Squares of larger ones, and sums of those, leave the range of a double. */
const LARGEST = 1e140;

function farthest(target: Float64Array, from: number): number {
  return target.reduce((most, value) => Math.max(most, Math.abs(value - from)), 0);
}

function finite(target: Float64Array): void {
  const at = target.findIndex((value) => !(Math.abs(value) <= LARGEST));
  if (at >= 0) throw new BoostingRefusal('value', `the target of row ${at} is ${target[at]}`);
}

function meanOf(target: Float64Array, weights?: Float64Array): number {
  let sum = 0;
  let weight = 0;
  for (let i = 0; i < target.length; i++) {
    sum += weights ? weights[i]! * target[i]! : target[i]!;
    weight += weights ? weights[i]! : 1;
  }
  return sum / weight;
}
