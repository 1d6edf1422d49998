import {
  type FittedModel,
  type ForecastModel,
  finiteForecast,
  type ModelContext,
  type ModelForecast,
} from '../model.ts';
import { ForecastRefusal } from '../refusal.ts';
import { type Conditioned, condition, interpolated, requireCount, uncondition } from './conditioning.ts';
import { ets } from './ets.ts';
import { stl } from './stl.ts';
import { theta } from './theta.ts';

/** What {@link mstl} may be told. */
export interface MstlOptions {
  /** Further seasons beside the context's, each longer than the one before. */
  readonly moreSeasons?: readonly number[];
  /** Loess window of the first season in cycles (odd); each further season takes four more. Default 11. */
  readonly seasonalWindow?: number;
}

/**
 * One or more seasons taken out by STL, the rest forecast by the mean of non-seasonal smoothing and the dynamic Theta
 * method (better on M3 than either alone), the last cycle of each season put back. Rolling forward decomposes again
 * (with the values up to the new origin only) and keeps the parameters. Seasons without two full cycles are left out;
 * with none left the series itself is forecast so. Without any season it is refused as `no-season`. Gaps are bridged
 * by straight lines for the decomposition. Intervals: the mean of the two spreads, which that of their mean cannot
 * exceed.
 * Source: K. Bandara, R. Hyndman, C. Bergmeir, "MSTL", arXiv:2107.13462.
 */
export function mstl(options: MstlOptions = {}): ForecastModel {
  const both = [ets({ forms: ['ANN', 'AAN', 'AAdN'] }), theta()];
  const window = options.seasonalWindow ?? 11;
  const fitFrom = (
    values: Float64Array,
    context: ModelContext,
    earlier?: readonly FittedModel[],
  ): FittedModel => {
    const conditioned = condition(values, 'mstl', context.log ?? false);
    requireCount(conditioned, 4, 'mstl');
    const wanted = [context.season ?? 1, ...(options.moreSeasons ?? [])].filter((season) => season >= 2);
    if (wanted.length === 0) {
      throw new ForecastRefusal('no-season', 'mstl needs a season of two or more steps');
    }
    const seasons = wanted.filter((season) => conditioned.values.length >= 2 * season + 2);
    const parts = takeOut(conditioned, seasons, window);
    const fitted = both.map((one, i) => earlier?.[i]?.refit?.(parts.adjusted) ?? one.fit(parts.adjusted));
    return {
      model: 'mstl',
      forecast(longer, horizon) {
        const input =
          longer === values ? conditioned : condition(longer, 'mstl', conditioned.log, conditioned);
        const now = longer === values ? parts : takeOut(input, seasons, window);
        const { mean, sigma } = meanOf(fitted.map((one) => one.forecast(now.adjusted, horizon)));
        now.seasonal.forEach((seasonal, i) => {
          const m = seasons[i]!;
          for (let k = 0; k < horizon; k++) mean[k] = mean[k]! + seasonal[seasonal.length - m + (k % m)]!;
        });
        uncondition(input, mean, sigma);
        return finiteForecast('mstl', mean, sigma, input.log ? 'log' : 'linear');
      },
      refit: (longer) => fitFrom(longer, context, fitted),
    };
  };
  return {
    name: 'mstl',
    wholeHistory: false,
    fit: (values, context = {}) => fitFrom(values, context),
  };
}

/** The mean of forecasts; its error spreads at most as the mean of theirs. */
function meanOf(forecasts: readonly ModelForecast[]): Pick<ModelForecast, 'mean' | 'sigma'> {
  const over = (pick: (one: ModelForecast) => Float64Array): Float64Array =>
    pick(forecasts[0]!).map(
      (_, k) => forecasts.reduce((sum, one) => sum + pick(one)[k]!, 0) / forecasts.length,
    );
  return { mean: over(({ mean }) => mean), sigma: over(({ sigma }) => sigma) };
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
