import { deseasonalise, isSeasonal, seasonalIndices } from '../models/index.ts';

/**
 * Naive2, the yardstick of OWA: the last value of the multiplicatively deseasonalised series, the season put back,
 * when the 90% seasonality test passes; else the last value. Expects a series without missing values.
 * Source: the M4 competition's benchmark methods.
 */
export function naive2(values: Float64Array, season: number, horizon: number): Float64Array {
  const n = values.length;
  const out = new Float64Array(horizon);
  if (!isSeasonal(values, season)) return out.fill(values[n - 1]!);
  const seasonal = seasonalIndices(values, season, 'multiplicative');
  const last = deseasonalise(values, seasonal)[n - 1]!;
  for (let k = 0; k < horizon; k++) {
    const index = seasonal.indices[(n + k) % season]!;
    out[k] = seasonal.kind === 'multiplicative' ? last * index : last + index;
  }
  return out;
}
