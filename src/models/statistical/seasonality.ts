import { interpolated } from './conditioning.ts';

/**
 * Whether the autocorrelation at lag `season` is significant at 90%: |r_m| > 1.645 sqrt((1 + 2 sum r_k^2) / n).
 * False with fewer than three full cycles. Gaps are bridged by straight lines first.
 * Source: the seasonality test of the M4 competition's benchmarks.
 */
export function isSeasonal(values: Float64Array, season: number): boolean {
  const n = values.length;
  if (season < 2 || n < 3 * season) return false;
  const y = interpolated(values);
  let mean = 0;
  for (let t = 0; t < n; t++) mean += y[t]! / n;
  let variance = 0;
  for (let t = 0; t < n; t++) {
    y[t] = y[t]! - mean;
    variance += y[t]! * y[t]!;
  }
  // Below this a series is constant but for rounding.
  if (!(variance > n * (1e-12 * mean) ** 2)) return false;
  let squares = 0;
  let atSeason = 0;
  for (let lag = 1; lag <= season; lag++) {
    let sum = 0;
    for (let t = lag; t < n; t++) sum += y[t]! * y[t - lag]!;
    const r = sum / variance;
    if (lag < season) squares += r * r;
    else atSeason = r;
  }
  return Math.abs(atSeason) > 1.645 * Math.sqrt((1 + 2 * squares) / n);
}

/** Seasonal indices by position modulo the season, to divide by (mean 1) or to take off (mean 0). */
export interface SeasonalIndices {
  readonly kind: 'multiplicative' | 'additive';
  readonly indices: Float64Array;
}

/**
 * Classical decomposition by a centred moving mean over one season. Multiplicative is turned into additive when a
 * value is zero or negative. Gaps are bridged by straight lines first; needs two full cycles.
 */
export function seasonalIndices(
  values: Float64Array,
  season: number,
  kind: 'multiplicative' | 'additive',
): SeasonalIndices {
  const y = interpolated(values);
  const n = y.length;
  const multiplicative = kind === 'multiplicative' && y.every((value) => value > 0);
  const half = season >> 1;
  const even = season % 2 === 0;
  const sums = new Float64Array(season);
  const counts = new Float64Array(season);
  for (let t = half; t < n - half; t++) {
    let mean = 0;
    for (let j = t - half; j <= t + half; j++)
      mean += y[j]! * (even && (j === t - half || j === t + half) ? 0.5 : 1);
    mean /= season;
    const k = t % season;
    const share = multiplicative ? y[t]! / mean : y[t]! - mean;
    if (!Number.isFinite(share)) continue;
    sums[k] = sums[k]! + share;
    counts[k] = counts[k]! + 1;
  }
  const neutral = multiplicative ? 1 : 0;
  const indices = sums.map((sum, k) => (counts[k]! > 0 ? sum / counts[k]! : neutral));
  const centre = indices.reduce((sum, index) => sum + index, 0) / season;
  for (let k = 0; k < season; k++) indices[k] = multiplicative ? indices[k]! / centre : indices[k]! - centre;
  return { kind: multiplicative ? 'multiplicative' : 'additive', indices };
}

/** The values with the season taken out, in a new array. */
export function deseasonalise(values: Float64Array, season: SeasonalIndices): Float64Array {
  const m = season.indices.length;
  return values.map((value, t) =>
    season.kind === 'multiplicative' ? value / season.indices[t % m]! : value - season.indices[t % m]!,
  );
}
