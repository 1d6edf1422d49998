import type { ArimaInput } from './arima-likelihood.ts';
import { applyPolynomial, differencing } from './arima-polynomials.ts';
import { interpolated } from './conditioning.ts';
import { stl } from './stl.ts';

/** Seasonal differences are taken when the season explains more than this of what the trend leaves. */
const STRONG_SEASON = 0.64;
/** The 5% critical value of the KPSS statistic around a level. */
const KPSS_CRITICAL = 0.463;

/**
 * Orders of differencing: D = 1 when the season is strong (by a decomposition), then d by successive KPSS tests at 5%,
 * at most 2. `season` 1 = none. Source: R. Hyndman, G. Athanasopoulos, "Forecasting: principles and practice",
 * sections 9.1, 9.2; the lag length is floor(3 sqrt(n) / 13), as in forecast::ndiffs.
 */
export function differencingOrders(input: ArimaInput, season: number): { d: number; seasonalD: number } {
  let w: Float64Array = interpolated(input.values);
  let seasonalD = 0;
  if (season > 1 && w.length > 2 * season && !flat(w) && seasonalStrength(w, season) > STRONG_SEASON) {
    seasonalD = 1;
    w = applyPolynomial(w, differencing(0, 1, season));
  }
  let d = 0;
  while (d < 2 && w.length > 3 && !flat(w) && kpss(w) > KPSS_CRITICAL) {
    d++;
    w = applyPolynomial(w, differencing(1, 0, 1));
  }
  return { d, seasonalD };
}

function seasonalStrength(values: Float64Array, season: number): number {
  const { seasonal, trend } = stl(values, { season, seasonalWindow: 11 });
  const rest = values.map((value, t) => value - trend[t]! - seasonal[t]!);
  const both = values.map((value, t) => value - trend[t]!);
  const whole = variance(both);
  return whole > 0 ? Math.max(0, 1 - variance(rest) / whole) : 0;
}

/** Whether nothing is left but rounding. */
function flat(values: Float64Array): boolean {
  let low = Infinity;
  let high = -Infinity;
  let size = 0;
  for (let t = 0; t < values.length; t++) {
    low = Math.min(low, values[t]!);
    high = Math.max(high, values[t]!);
    size = Math.max(size, Math.abs(values[t]!));
  }
  return !(high - low > 1e-12 * size);
}

function variance(values: Float64Array): number {
  let mean = 0;
  for (let t = 0; t < values.length; t++) mean += values[t]! / values.length;
  let sum = 0;
  for (let t = 0; t < values.length; t++) sum += (values[t]! - mean) ** 2;
  return sum / values.length;
}

/** The KPSS statistic of level stationarity, with Bartlett weights. */
function kpss(values: Float64Array): number {
  const n = values.length;
  const lags = Math.floor((3 * Math.sqrt(n)) / 13);
  let mean = 0;
  for (let t = 0; t < n; t++) mean += values[t]! / n;
  const rest = values.map((value) => value - mean);
  let level = 0;
  let partial = 0;
  for (let t = 0; t < n; t++) {
    partial += rest[t]!;
    level += partial * partial;
  }
  let longRun = 0;
  for (let lag = 0; lag <= lags; lag++) {
    let sum = 0;
    for (let t = lag; t < n; t++) sum += rest[t]! * rest[t - lag]!;
    longRun += lag === 0 ? sum : 2 * (1 - lag / (lags + 1)) * sum;
  }
  return longRun > 0 ? level / (n * longRun) : 0;
}
