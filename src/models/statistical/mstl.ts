import { type FittedModel, type ForecastModel, finiteForecast } from '../model.ts';
import { ForecastRefusal } from '../refusal.ts';
import { type Conditioned, condition, interpolated, requireCount, uncondition } from './conditioning.ts';
import { ets } from './ets.ts';
import { stl } from './stl.ts';

/** What {@link mstl} may be told. */
export interface MstlOptions {
  /** Further seasons beside the context's, each longer than the one before. */
  readonly moreSeasons?: readonly number[];
  /** Loess window of the first season in cycles (odd); each further season takes four more. Default 11. */
  readonly seasonalWindow?: number;
}

/**
 * One or more seasons taken out by STL, the rest forecast by non-seasonal smoothing, the last cycle of each season
 * put back. Rolling forward decomposes again (with the values up to the new origin only) and keeps the parameters.
 * Seasons without two full cycles are left out; with none left it is refused as `no-season`. Gaps are bridged by
 * straight lines for the decomposition. Intervals: those of the smoothing of the rest.
 * Source: K. Bandara, R. Hyndman, C. Bergmeir, "MSTL", arXiv:2107.13462.
 */
export function mstl(options: MstlOptions = {}): ForecastModel {
  const rest = ets({ forms: ['ANN', 'AAN', 'AAdN'] });
  return {
    name: 'mstl',
    wholeHistory: false,
    fit(values, context = {}): FittedModel {
      const conditioned = condition(values, 'mstl', context.log ?? false);
      requireCount(conditioned, 4, 'mstl');
      const wanted = [context.season ?? 1, ...(options.moreSeasons ?? [])];
      const seasons = wanted.filter((season) => season >= 2 && conditioned.values.length >= 2 * season + 2);
      if (seasons.length === 0) {
        throw new ForecastRefusal(
          'no-season',
          'mstl needs a season of two or more steps with two full cycles',
        );
      }
      const window = options.seasonalWindow ?? 11;
      const parts = takeOut(conditioned, seasons, window);
      const fitted = rest.fit(parts.adjusted);
      return {
        model: 'mstl',
        forecast(longer, horizon) {
          const input =
            longer === values ? conditioned : condition(longer, 'mstl', conditioned.log, conditioned);
          const now = longer === values ? parts : takeOut(input, seasons, window);
          const { mean, sigma } = fitted.forecast(now.adjusted, horizon);
          now.seasonal.forEach((seasonal, i) => {
            const m = seasons[i]!;
            for (let k = 0; k < horizon; k++) mean[k] = mean[k]! + seasonal[seasonal.length - m + (k % m)]!;
          });
          uncondition(input, mean, sigma);
          return finiteForecast('mstl', mean, sigma, input.log ? 'log' : 'linear');
        },
      };
    },
  };
}

function takeOut(input: Conditioned, seasons: readonly number[], window: number) {
  const y = interpolated(input.values);
  const seasonal: Float64Array[] = seasons.map(() => new Float64Array(y.length));
  const rest = Float64Array.from(y);
  for (let round = 0; round < (seasons.length > 1 ? 2 : 1); round++) {
    seasons.forEach((season, i) => {
      for (let t = 0; t < y.length; t++) rest[t] = rest[t]! + seasonal[i]![t]!;
      seasonal[i] = stl(rest, { season, seasonalWindow: window + 4 * i }).seasonal;
      for (let t = 0; t < y.length; t++) rest[t] = rest[t]! - seasonal[i]![t]!;
    });
  }
  const adjusted = rest.map((value, t) => (Number.isNaN(input.values[t]) ? Number.NaN : value));
  return { seasonal, adjusted };
}
