import { type FittedModel, type ForecastModel, ForecastRefusal, type ModelContext } from '../models/index.ts';

/** A candidate for a market cell: `baseline` is what a model must beat to be shown. */
export interface MarketCandidate {
  readonly name: string;
  readonly role: 'baseline' | 'model';
  readonly model: ForecastModel;
  /** Overrides of the shared context, such as another season. */
  readonly context?: ModelContext;
}

/** How {@link forecastAtOrigins} runs. */
export interface OriginOptions extends ModelContext {
  /** Parameters are estimated at every `refitEvery`-th origin and rolled forward in between; default 13. */
  readonly refitEvery?: number;
  /** Newest values used to estimate and filter models that do not need whole years; default all. */
  readonly fitWindow?: number;
  /**
   * Other values up to the last origin, to see what each candidate would have forecast from them with the parameters
   * it has: {@link CandidatePaths.instead}.
   */
  readonly instead?: Float64Array;
}

/** One candidate's forecasts: row j, column k is `j * horizon + k`, k + 1 steps after origin j. */
export interface CandidatePaths {
  readonly name: string;
  readonly role: 'baseline' | 'model';
  /** NaN throughout a row where the candidate refused. */
  readonly mean: Float64Array;
  /** The candidate's own standard error: of the log ratio under `log`, else in the values' units. */
  readonly sigma: Float64Array;
  readonly scale: 'linear' | 'log';
  /** Its means from the last origin had the values been the other ones; absent when it refused or none were given. */
  readonly instead?: Float64Array;
}

/**
 * Every candidate's forecasts at each origin, each made from the values before that origin only.
 *
 * An origin is the number of values known there (`values[0 .. origin)`), in rising order; positions are market days,
 * and `years` covers every position and the horizon. Parameters are fitted at the first origin and then at every
 * `refitEvery`-th; in between the states are filtered on with the parameters as they were, which costs microseconds.
 * With a fit window, the window's start moves only at a refit, so that states roll over unchanged beginnings.
 */
export function forecastAtOrigins(
  values: Float64Array,
  origins: ArrayLike<number>,
  horizon: number,
  candidates: readonly MarketCandidate[],
  options: OriginOptions = {},
): CandidatePaths[] {
  const { refitEvery = 13, fitWindow = Infinity, instead: others, ...shared } = options;
  return candidates.map(({ name, role, model, context }) => {
    const mean = new Float64Array(origins.length * horizon).fill(Number.NaN);
    const sigma = new Float64Array(origins.length * horizon).fill(Number.NaN);
    let fitted: FittedModel | undefined;
    let start = 0;
    let instead: Float64Array | undefined;
    for (let j = 0; j < origins.length; j++) {
      const origin = origins[j]!;
      try {
        if (!fitted || j % refitEvery === 0) {
          start = model.wholeHistory ? 0 : Math.max(0, origin - fitWindow);
          fitted = undefined;
          fitted = model.fit(values.subarray(start, origin), { ...shared, ...context });
        }
        const answer = fitted.forecast(values.subarray(start, origin), horizon);
        mean.set(answer.mean, j * horizon);
        sigma.set(answer.sigma, j * horizon);
        if (others && j === origins.length - 1)
          instead = fitted.forecast(others.subarray(start, origin), horizon).mean;
      } catch (error) {
        if (!(error instanceof ForecastRefusal)) throw error;
      }
    }
    const log = { ...shared, ...context }.log ?? false;
    const paths = { name, role, mean, sigma, scale: log ? 'log' : 'linear' } as const;
    return instead ? { ...paths, instead } : paths;
  });
}
