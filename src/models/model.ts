import { normalQuantile } from './normal-quantile.ts';
import { ForecastRefusal } from './refusal.ts';
import type { YearPositions } from './statistical/year-positions.ts';

/** What a model may know besides the values. */
export interface ModelContext {
  /** Steps in one season on the series' own axis (6 auction days, 24 hours); 1 or absent = no season. */
  readonly season?: number;
  /** Where the same calendar day lies in earlier years, for models that need the calendar. */
  readonly years?: YearPositions;
  /** Model the logarithm: for prices. Refused as `not-positive` when a value is zero or negative. */
  readonly log?: boolean;
}

/**
 * One shape for the answer of every model.
 *
 * `mean[k]` is the forecast k + 1 steps after the last value, in the units of the values (under `log` it is the
 * median). `sigma[k]` is the standard deviation of its error, in those units, or of the log ratio when
 * `scale` is `'log'`. Both are finite, always.
 */
export interface ModelForecast {
  readonly model: string;
  readonly mean: Float64Array;
  readonly sigma: Float64Array;
  readonly scale: 'linear' | 'log';
}

/** A model with parameters; forecasting with more values than it was fitted on rolls its states forward. */
export interface FittedModel {
  readonly model: string;
  /**
   * Filters `values` with the fitted parameters and projects `horizon` steps.
   * `values` begin where the fitted ones began and may be longer; only they are looked at, so a caller that
   * passes the values up to an origin cannot leak what came later. Throws {@link ForecastRefusal}.
   */
  forecast(values: Float64Array, horizon: number): ModelForecast;
  /**
   * Estimates the parameters anew on values that begin where the fitted ones began and are longer, from where this fit
   * ended: for less than a fit from nothing. Models that gain nothing by it have none. Throws {@link ForecastRefusal}.
   */
  refit?(longer: Float64Array): FittedModel;
}

/** A way to forecast one series; deterministic. */
export interface ForecastModel {
  readonly name: string;
  /** True for models whose answer needs years of history, so that a fit window must not shorten it. */
  readonly wholeHistory: boolean;
  /** Estimates parameters from `values` (oldest first, NaN = missing). Throws {@link ForecastRefusal}. */
  fit(values: Float64Array, context?: ModelContext): FittedModel;
}

/** The model's quantile of probability `p` at step `k` (0 = the first step ahead), a number in the values' units. */
export function forecastQuantile(forecast: ModelForecast, k: number, p: number): number {
  const mean = forecast.mean[k]!;
  if (p === 0.5) return mean;
  const spread = normalQuantile(p) * forecast.sigma[k]!;
  const value = forecast.scale === 'log' ? mean * Math.exp(spread) : mean + spread;
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
}

/** Throws unless there is a finite value, no infinity, and under `log` nothing at or below zero. */
export function requireUsable(values: Float64Array, model: string, log: boolean): number {
  let count = 0;
  for (let t = 0; t < values.length; t++) {
    const value = values[t]!;
    if (Number.isNaN(value)) continue;
    if (value === Infinity || value === -Infinity) {
      throw new ForecastRefusal('not-finite', `${model}: the value at position ${t} is infinite`);
    }
    if (log && value <= 0) {
      throw new ForecastRefusal(
        'not-positive',
        `${model}: log needs positive values, position ${t} has ${value}`,
      );
    }
    count++;
  }
  if (count === 0) throw new ForecastRefusal('no-values', `${model}: every value is missing`);
  return count;
}

/** Builds a forecast, refusing it when a number left the range of a double. */
export function finiteForecast(
  model: string,
  mean: Float64Array,
  sigma: Float64Array,
  scale: 'linear' | 'log',
): ModelForecast {
  for (let k = 0; k < mean.length; k++) {
    // Under log a mean of zero has left the range just as an infinity has.
    if (!Number.isFinite(mean[k]!) || !Number.isFinite(sigma[k]!) || (scale === 'log' && mean[k] === 0)) {
      throw new ForecastRefusal(
        'not-finite',
        `${model}: the forecast at step ${k + 1} is not a finite number`,
      );
    }
  }
  return { model, mean, sigma, scale };
}
