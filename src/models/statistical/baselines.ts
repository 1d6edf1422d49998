import {
  type FittedModel,
  type ForecastModel,
  finiteForecast,
  type ModelContext,
  requireUsable,
} from '../model.ts';
import { ForecastRefusal } from '../refusal.ts';
import { firstKnown } from './conditioning.ts';
import type { YearPositions } from './year-positions.ts';

/**
 * A baseline's point for position `n + k`, given the values before position n. `k` counts from 0.
 * Every baseline is a rule of this form without parameters, so its error at each lead can be counted on the past.
 */
type PointRule = (n: number, k: number) => number;

/** The stretch of past origins that a baseline's spread is counted on, and about how many of them. */
const SPREAD_ORIGINS = 750;
const SPREAD_CASES = 125;
/** With fewer past cases than this at a lead, the spread is the one-step spread times the root of the lead. */
const MIN_CASES = 8;

/** The last known value, for ever. */
export const naive: ForecastModel = baseline('naive', false, (values) => {
  const last = carriedForward(values);
  return (n) => last[n - 1]!;
});

/** The last known value plus the mean step so far (the line through first and last); under `log` the mean ratio. */
export const drift: ForecastModel = baseline('drift', false, (values, context) => {
  const last = carriedForward(values);
  const first = firstKnown(values);
  return (n, k) => {
    const steps = n - 1 - first;
    if (steps <= 0) return last[n - 1]!;
    if (context.log) return last[n - 1]! * (last[n - 1]! / values[first]!) ** ((k + 1) / steps);
    return last[n - 1]! + (k + 1) * (last[n - 1]! / steps - values[first]! / steps);
  };
});

/**
 * The value of the same season position in the last cycle that has one; the last value where none has.
 * Needs `season` >= 2; on a market-day axis the season counts positions (6 = an auction week).
 */
export const seasonalNaive: ForecastModel = baseline('seasonal-naive', false, (values, context) => {
  const season = context.season ?? 1;
  if (!(season >= 2))
    throw new ForecastRefusal('no-season', 'seasonal-naive needs a season of two or more steps');
  const last = carriedForward(values);
  return (n, k) => {
    for (let t = n + k - season * (Math.floor(k / season) + 1); t >= 0; t -= season) {
      const value = values[t]!;
      if (!Number.isNaN(value)) return value;
    }
    return last[n - 1]!;
  };
});

/** How a year reference is read. */
export interface YearReferenceOptions {
  /** The reference is the mean over this many positions on each side (2 = a 5-market-day mean; 0 for weeks). */
  readonly halfWindow: number;
}

/**
 * Mean of the last value and the value a year before the target (`years.ago[0]`): the hardest simple baseline on
 * vegetable prices at four weeks. Refused as `no-season` where a target has no value a year before.
 */
export function lastAndLastYear(options: YearReferenceOptions = { halfWindow: 0 }): ForecastModel {
  return baseline('last-and-last-year', true, (values, context, length) => {
    const reference = yearReference(
      values,
      requireYears(context, length, 'last-and-last-year'),
      length,
      options,
      1,
    );
    const last = carriedForward(values);
    return (n, k) => last[n - 1]! / 2 + reference[n + k]! / 2;
  });
}

/**
 * The normal year (평년): for each target the mean of the same day in up to five earlier years, each a moving mean
 * over `2 halfWindow + 1` positions; with five usable years the highest and the lowest are dropped first.
 * With three or four it is their plain mean, which is no 평년 and must not be called so (see {@link usableYears}).
 * Refused as `no-season` with fewer than `minYears` usable years, 3 by default.
 * Source: the KAMIS definition of 평년 (five years, 5-day moving mean, without the highest and the lowest).
 */
export function normalYear(
  options: YearReferenceOptions & { readonly minYears?: number } = { halfWindow: 0 },
): ForecastModel {
  const minYears = options.minYears ?? 3;
  return baseline('normal-year', true, (values, context, length) => {
    const reference = yearReference(
      values,
      requireYears(context, length, 'normal-year'),
      length,
      options,
      minYears,
    );
    return (n, k) => reference[n + k]!;
  });
}

/**
 * The reference of every position from 0 to `length - 1`: a trimmed mean over the earlier years, NaN with fewer
 * than `minYears`. With `minYears` 1 it is last year alone.
 */
function yearReference(
  values: Float64Array,
  years: YearPositions,
  length: number,
  options: YearReferenceOptions,
  minYears: number,
): Float64Array {
  const used = minYears === 1 ? 1 : Math.min(5, years.ago.length);
  const reference = new Float64Array(length);
  const found = new Float64Array(used);
  for (let t = 0; t < length; t++) {
    let count = 0;
    for (let j = 0; j < used; j++) {
      const mean = windowMean(values, years.ago[j]![t]!, options.halfWindow, t);
      if (!Number.isNaN(mean)) found[count++] = mean;
    }
    reference[t] = count < minYears ? Number.NaN : trimmedMean(found, count);
  }
  return reference;
}

/** How many of the five years before position `t` have a value to refer to: with five it is a 평년 (normal year). */
export function usableYears(
  values: Float64Array,
  years: YearPositions,
  t: number,
  { halfWindow }: YearReferenceOptions,
): number {
  return years.ago.slice(0, 5).filter((ago) => !Number.isNaN(windowMean(values, ago[t]!, halfWindow, t)))
    .length;
}

function trimmedMean(found: Float64Array, count: number): number {
  let sum = 0;
  let low = found[0]!;
  let high = found[0]!;
  for (let j = 0; j < count; j++) {
    const value = found[j]!;
    sum += value;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return count >= 5 ? (sum - low - high) / (count - 2) : sum / count;
}

/** Mean of the known values around `position`, never of `before` or later. */
function windowMean(values: Float64Array, position: number, halfWindow: number, before: number): number {
  if (position < 0) return Number.NaN;
  let sum = 0;
  let count = 0;
  const end = Math.min(position + halfWindow, before - 1, values.length - 1);
  for (let t = Math.max(0, position - halfWindow); t <= end; t++) {
    const value = values[t]!;
    if (!Number.isNaN(value)) {
      sum += value;
      count++;
    }
  }
  return count === 0 ? Number.NaN : sum / count;
}

function requireYears(context: ModelContext, length: number, model: string): YearPositions {
  const years = context.years;
  if (!years || years.ago.length === 0 || years.ago[0]!.length < length) {
    throw new ForecastRefusal(
      'no-season',
      `${model} needs year positions for all ${length} positions with the horizon`,
    );
  }
  return years;
}

/** At each position the last known value, NaN before the first. */
export function carriedForward(values: Float64Array): Float64Array {
  const carried = new Float64Array(values.length);
  let last = Number.NaN;
  for (let t = 0; t < values.length; t++) {
    const value = values[t]!;
    if (!Number.isNaN(value)) last = value;
    carried[t] = last;
  }
  return carried;
}

/** A model that is nothing but a rule; its spread is counted on the rule's own past errors. */
export function baseline(
  name: string,
  wholeHistory: boolean,
  rule: (values: Float64Array, context: ModelContext, length: number) => PointRule,
): ForecastModel {
  return {
    name,
    wholeHistory,
    fit(_values, context = {}): FittedModel {
      const log = context.log ?? false;
      return {
        model: name,
        forecast(values, horizon) {
          requireUsable(values, name, log);
          const point = rule(values, context, values.length + horizon);
          const mean = new Float64Array(horizon);
          for (let k = 0; k < horizon; k++) {
            mean[k] = point(values.length, k);
            if (Number.isNaN(mean[k])) {
              throw new ForecastRefusal(
                'no-season',
                `${name}: no earlier year has a value for step ${k + 1}`,
              );
            }
          }
          return finiteForecast(
            name,
            mean,
            countedSpread(values, point, horizon, mean, log),
            log ? 'log' : 'linear',
          );
        },
      };
    },
  };
}

/**
 * The root mean square error of the rule at each lead over past origins, never falling with the lead.
 * One value says nothing about spread: its own size stands in (100%), so that no forecast looks certain.
 */
function countedSpread(
  values: Float64Array,
  point: PointRule,
  horizon: number,
  mean: Float64Array,
  log: boolean,
): Float64Array {
  const n = values.length;
  const sigma = new Float64Array(horizon);
  let size = 0;
  for (let t = 0; t < n; t++) if (Math.abs(values[t]!) > size) size = Math.abs(values[t]!);
  const unit = log || size === 0 ? 1 : size;
  let oneStep = Number.NaN;
  let widest = 0;
  const first = Math.max(1, n - SPREAD_ORIGINS);
  const stride = Math.max(1, Math.floor((n - first) / SPREAD_CASES));
  for (let k = 0; k < horizon; k++) {
    let sum = 0;
    let cases = 0;
    for (let origin = first; origin + k < n; origin += stride) {
      const actual = values[origin + k]!;
      const forecast = point(origin, k);
      const error = log ? Math.log(actual / forecast) : actual / unit - forecast / unit;
      if (Number.isNaN(error)) continue;
      sum += error * error;
      cases++;
    }
    const spread = cases > 0 ? Math.sqrt(sum / cases) * unit : Number.NaN;
    if (k === 0) oneStep = cases > 0 ? spread : log ? 1 : Math.abs(mean[0]!);
    const chosen = cases >= MIN_CASES ? spread : oneStep * Math.sqrt(k + 1);
    widest = Math.max(widest, chosen);
    sigma[k] = widest;
  }
  return sigma;
}
