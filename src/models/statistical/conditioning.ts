import { requireUsable } from '../model.ts';
import { ForecastRefusal } from '../refusal.ts';

/** Values made comfortable for an optimiser: divided by `scale`, or logged and shifted by `-shift`. */
export interface Conditioned {
  readonly values: Float64Array;
  readonly count: number;
  readonly scale: number;
  readonly shift: number;
  readonly log: boolean;
}

/**
 * Brings values to order one, so that tolerances and start values mean the same for prices in won and in pounds
 * and every fitted model is scale equivariant. The factors come from `reference` (the values of the fit), so
 * that a longer array is conditioned alike.
 */
export function condition(
  values: Float64Array,
  model: string,
  log: boolean,
  like?: Conditioned,
): Conditioned {
  const count = requireUsable(values, model, log);
  const out = new Float64Array(values.length);
  let scale = 1;
  let shift = 0;
  if (log) {
    for (let t = 0; t < values.length; t++) out[t] = Math.log(values[t]!);
    shift = like ? like.shift : finiteMean(out, count);
    for (let t = 0; t < values.length; t++) out[t] = out[t]! - shift;
  } else {
    scale = like ? like.scale : largest(values);
    for (let t = 0; t < values.length; t++) out[t] = values[t]! / scale;
  }
  return { values: out, count, scale, shift, log };
}

/** Throws `too-short` unless there are at least `needed` known values. */
export function requireCount(conditioned: Conditioned, needed: number, model: string): void {
  if (conditioned.count < needed) {
    throw new ForecastRefusal(
      'too-short',
      `${model} needs ${needed} known values, there are ${conditioned.count}`,
    );
  }
}

/** Takes a mean and spread in conditioned units back to the values' own. */
export function uncondition(conditioned: Conditioned, mean: Float64Array, sigma: Float64Array): void {
  for (let k = 0; k < mean.length; k++) {
    if (conditioned.log) {
      mean[k] = Math.exp(mean[k]! + conditioned.shift);
    } else {
      mean[k] = mean[k]! * conditioned.scale;
      sigma[k] = sigma[k]! * conditioned.scale;
    }
  }
}

/** A power of two near the largest size, so that dividing by it loses no bit. */
function largest(values: Float64Array): number {
  let size = 0;
  for (let t = 0; t < values.length; t++) if (Math.abs(values[t]!) > size) size = Math.abs(values[t]!);
  return size === 0 ? 1 : 2 ** Math.max(-1022, Math.min(1023, Math.floor(Math.log2(size))));
}

function finiteMean(values: Float64Array, count: number): number {
  let sum = 0;
  for (let t = 0; t < values.length; t++) if (!Number.isNaN(values[t])) sum += values[t]!;
  return sum / count;
}

/** Straight lines over the gaps, the nearest value at the ends. */
export function interpolated(values: Float64Array): Float64Array {
  const out = Float64Array.from(values);
  let known = -1;
  for (let t = 0; t < out.length; t++) {
    if (Number.isNaN(values[t])) continue;
    for (let gap = known + 1; gap < t; gap++) {
      out[gap] =
        known < 0
          ? values[t]!
          : values[known]! + ((values[t]! - values[known]!) * (gap - known)) / (t - known);
    }
    known = t;
  }
  for (let gap = known + 1; gap < out.length; gap++) out[gap] = known < 0 ? Number.NaN : values[known]!;
  return out;
}

/** The first position with a value, -1 when there is none. */
export function firstKnown(values: Float64Array): number {
  for (let t = 0; t < values.length; t++) if (!Number.isNaN(values[t])) return t;
  return -1;
}
