import type { ForecastModel } from '../model.ts';
import { ForecastRefusal } from '../refusal.ts';
import { baseline, carriedForward } from './baselines.ts';

/** The mean of the known values among the last `window`, for every step; the last known value where there is none. */
export function windowAverage(window = 5): ForecastModel {
  return baseline('window-average', false, (values) => {
    const last = carriedForward(values);
    return (n) => {
      let sum = 0;
      let count = 0;
      for (let t = Math.max(0, n - window); t < n; t++) {
        if (Number.isNaN(values[t])) continue;
        sum += values[t]!;
        count++;
      }
      return count > 0 ? sum / count : last[n - 1]!;
    };
  });
}

/**
 * The mean of the same season position over the last `cycles` cycles that have a value; the last known value where none
 * has. Needs `season` >= 2, else `no-season`.
 */
export function seasonalWindowAverage(cycles = 3): ForecastModel {
  return baseline('seasonal-window-average', false, (values, context) => {
    const season = context.season ?? 1;
    if (!(season >= 2)) {
      throw new ForecastRefusal('no-season', 'seasonal-window-average needs a season of two or more steps');
    }
    const last = carriedForward(values);
    return (n, k) => {
      let sum = 0;
      let count = 0;
      for (let t = n + k - season * (Math.floor(k / season) + 1); t >= 0 && count < cycles; t -= season) {
        if (Number.isNaN(values[t])) continue;
        sum += values[t]!;
        count++;
      }
      return count > 0 ? sum / count : last[n - 1]!;
    };
  });
}
