import { type FittedModel, type ForecastModel, finiteForecast, type ModelForecast } from '../model.ts';
import { ForecastRefusal } from '../refusal.ts';
import { fitOrder } from './arima-estimate.ts';
import { type ArimaInput, projectArima, trimmed } from './arima-likelihood.ts';
import type { ArimaOrder } from './arima-polynomials.ts';
import { searchOrders, type WeightedFit } from './arima-search.ts';
import { type Conditioned, condition, requireCount, uncondition } from './conditioning.ts';

/** What {@link arima} may be told; without an order it is chosen. */
export interface ArimaOptions {
  /** p, d, q. With only one of the two orders given, the other is zeros. */
  readonly order?: readonly [p: number, d: number, q: number];
  /** P, D, Q in steps of the context's season. */
  readonly seasonalOrder?: readonly [P: number, D: number, Q: number];
  /** For a given order: a mean (d + D = 0, the default there) or a drift (d + D = 1). */
  readonly drift?: boolean;
  /** Longest season that is looked at; a longer one counts as none. */
  readonly maxSeason?: number;
  /**
   * How closely the candidates of a search are fitted. By default by conditional least squares, which costs a third
   * of the exact maximum or less and forecast better on held-back months, weeks and hours; the likelihoods that
   * are compared are exact either way.
   */
  readonly search?: 'conditional' | 'exact';
}

/**
 * ARIMA with seasonal parts: one order given, or the Akaike-weighted mean of the best ones that a stepwise search on
 * AICc meets after unit-root tests.
 *
 * A given order maximises the exact Gaussian likelihood of the differenced values; missing values are passed over by
 * the Kalman filter. Under `log` it models the logarithm. `sigma` is exact for known parameters. Needs 4 known values more
 * than differencing uses up and than parameters (else `too-short`); a season needs two full cycles, else it is ignored
 * by the choice and refused as `no-season` for a given seasonal order.
 * Source: G. Box, G. Jenkins, "Time Series Analysis", 1976; the sources in arima-search.ts and arima-innovations.ts.
 */
export function arima(options: ArimaOptions = {}): ForecastModel {
  return {
    name: 'arima',
    wholeHistory: false,
    fit(values, context = {}): FittedModel {
      const conditioned = condition(values, 'arima', context.log ?? false);
      requireCount(conditioned, 4, 'arima');
      const season = context.season ?? 1;
      const unit = unitOf(conditioned.values);
      const input = inputOf(conditioned, unit);
      const fixed = fixedOrder(options, season);
      let fits: WeightedFit[];
      if (fixed) {
        const used = fixed.d + fixed.season * fixed.seasonalD;
        const parameters = fixed.p + fixed.q + fixed.seasonalP + fixed.seasonalQ;
        requireCount(conditioned, used + parameters + 4, 'arima');
        const fit = fitOrder(input, fixed, 'exact');
        fits = fit ? [{ fit, weight: 1 }] : [];
      } else {
        const looked = season >= 2 && season <= (options.maxSeason ?? 60) && conditioned.count > 2 * season;
        fits = searchOrders(input, looked ? season : 1, options.search ?? 'conditional');
      }
      if (fits.length === 0)
        throw new ForecastRefusal('not-finite', 'arima: no likelihood can be computed for these values');
      return {
        model: 'arima',
        forecast: (longer, horizon) => {
          const again = longer === values;
          const like = again ? conditioned : condition(longer, 'arima', conditioned.log, conditioned);
          return project(fits, like, again ? input : inputOf(like, unit), unit, horizon);
        },
      };
    },
  };
}

function fixedOrder(options: ArimaOptions, season: number): ArimaOrder | undefined {
  if (!options.order && !options.seasonalOrder) return undefined;
  const [p, d, q] = options.order ?? [0, 0, 0];
  const [seasonalP, seasonalD, seasonalQ] = options.seasonalOrder ?? [0, 0, 0];
  for (const one of [p, d, q, seasonalP, seasonalD, seasonalQ]) {
    if (!Number.isInteger(one) || one < 0)
      throw new RangeError(`an order of ARIMA is a whole number, not ${one}`);
  }
  if (seasonalP + seasonalD + seasonalQ > 0 && season < 2) {
    throw new ForecastRefusal('no-season', 'arima: a seasonal order needs a season of at least 2 steps');
  }
  const differences = d + seasonalD;
  if (options.drift && differences > 1) {
    throw new RangeError(`a drift needs d + D to be at most 1, not ${differences}`);
  }
  const constant = options.drift ?? differences === 0;
  return { p, d, q, seasonalP, seasonalD, seasonalQ, season: Math.max(1, season), constant };
}

function inputOf(conditioned: Conditioned, unit: number): ArimaInput {
  return trimmed(conditioned.values.map((value) => value / unit));
}

/** A power of two near the usual size of a step, so that variances are of order one. */
function unitOf(values: Float64Array): number {
  let squares = 0;
  let count = 0;
  let last = Number.NaN;
  for (let t = 0; t < values.length; t++) {
    if (Number.isNaN(values[t])) continue;
    if (!Number.isNaN(last)) {
      squares += (values[t]! - last) ** 2;
      count++;
    }
    last = values[t]!;
  }
  return squares > 0 ? 2 ** Math.max(-500, Math.floor(0.5 * Math.log2(squares / count))) : 1;
}

/** The weighted mean of the fits; the spread holds each one's own and how far they are apart. */
function project(
  fits: readonly WeightedFit[],
  conditioned: Conditioned,
  input: ArimaInput,
  unit: number,
  horizon: number,
): ModelForecast {
  const steps = horizon + input.trailing;
  const parts = fits.map(({ fit, weight }) => {
    const ahead = projectArima(input, fit, steps);
    if (!ahead) throw new ForecastRefusal('not-finite', 'arima: these values cannot be filtered');
    return { ...ahead, weight };
  });
  const mean = new Float64Array(horizon);
  const sigma = new Float64Array(horizon);
  for (let h = 0; h < steps; h++) {
    let centre = 0;
    for (const part of parts) centre += part.weight * part.mean[h]!;
    let variance = 0;
    for (const part of parts) {
      variance += part.weight * (part.sigma[h]! ** 2 + (part.mean[h]! - centre) ** 2);
    }
    const k = h - input.trailing;
    if (k < 0) continue;
    mean[k] = centre * unit;
    // Fits may come closer together further out; that is no knowledge.
    sigma[k] = Math.max(k > 0 ? sigma[k - 1]! : 0, Math.sqrt(variance) * unit);
  }
  uncondition(conditioned, mean, sigma);
  return finiteForecast('arima', mean, sigma, conditioned.log ? 'log' : 'linear');
}
