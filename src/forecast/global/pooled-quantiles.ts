import type { CandidatePaths } from '../at-origins.ts';

/** What {@link pooledQuantiles} needs besides the forecasts. */
export interface PooledQuantileOptions {
  /** Numbers of positions known at each origin, rising, as the forecasts were made for. */
  readonly origins: ArrayLike<number>;
  readonly horizon: number;
  /** Steps ahead within the same season share their errors; default 1 = every step by itself. */
  readonly season?: number;
  /** An error counts half as much when its origin lies so many positions back, as markets change; default never. */
  readonly halfLife?: number;
  /** Probabilities in rising order, such as 0.1 and 0.9. */
  readonly levels: readonly number[];
}

/** Fewest known errors of a step, over all series, for quantiles. */
const FEWEST_ERRORS = 40;
/** A series' own size of errors counts against that of all series as so many cases would. */
const OWN_SIZE_PRIOR = 12;

/**
 * Quantiles around forecasts of many series from all their errors known at each origin: [series][level][origin x step].
 *
 * Errors are measured in the forecast's own standard error and, as far as its past errors say so, in the series'
 * own size; then those of all series are one distribution for a step, and the quantiles are taken of it by the
 * conformal rank, the signs kept. An outcome is used once its position is known. NaN while fewer than 40 errors are
 * known. Quantiles of one forecast never cross.
 * Source: V. Vovk et al., "Algorithmic Learning in a Random World", 2005, with errors pooled over series.
 */
export function pooledQuantiles(
  paths: readonly CandidatePaths[],
  actual: readonly Float64Array[],
  { origins, horizon, season = 1, halfLife = Infinity, levels }: PooledQuantileOptions,
): Float64Array[][] {
  const answers = paths.map(({ mean }) => levels.map(() => new Float64Array(mean.length).fill(Number.NaN)));
  const errors = paths.map((path, i) => relativeErrors(path, actual[i]!, origins, horizon));
  for (let j = 0; j < origins.length; j++) {
    for (let first = 0; first < horizon; first += season) {
      const leads = { first, until: Math.min(horizon, first + season) };
      const known = knownErrors(errors, origins, horizon, j, leads, halfLife);
      const sizes = ownSizes(known);
      const pooled = known.flatMap((own, i) =>
        own.map(({ error, weight }) => ({ error: error / sizes[i]!, weight })),
      );
      if (pooled.length < FEWEST_ERRORS) continue;
      pooled.sort((a, b) => a.error - b.error);
      levels.forEach((level, l) => {
        const quantile = conformalQuantile(pooled, level);
        paths.forEach(({ mean, sigma, scale }, i) => {
          for (let at = j * horizon + leads.first; at < j * horizon + leads.until; at++) {
            const shift = quantile * sizes[i]! * sigma[at]!;
            answers[i]![l]![at] = scale === 'log' ? mean[at]! * Math.exp(shift) : mean[at]! + shift;
          }
        });
      });
    }
  }
  return answers;
}

interface KnownError {
  readonly error: number;
  readonly weight: number;
}

function relativeErrors(
  { mean, sigma, scale }: CandidatePaths,
  actual: Float64Array,
  origins: ArrayLike<number>,
  horizon: number,
): Float64Array {
  return mean.map((forecast, at) => {
    const outcome = actual[origins[Math.floor(at / horizon)]! + (at % horizon)] ?? Number.NaN;
    const error = scale === 'log' ? Math.log(outcome / forecast) : outcome - forecast;
    return sigma[at]! > 0 ? error / sigma[at]! : Number.NaN;
  });
}

/** By series, the errors of the given leads whose outcome is known at origin j. */
function knownErrors(
  errors: readonly Float64Array[],
  origins: ArrayLike<number>,
  horizon: number,
  j: number,
  leads: { readonly first: number; readonly until: number },
  halfLife: number,
): KnownError[][] {
  return errors.map((own) => {
    const known: KnownError[] = [];
    for (let i = 0; i < j; i++) {
      const weight = 2 ** ((origins[i]! - origins[j]!) / halfLife);
      for (let k = leads.first; k < leads.until && origins[i]! + k < origins[j]!; k++) {
        const error = own[i * horizon + k]!;
        if (Number.isFinite(error)) known.push({ error, weight });
      }
    }
    return known;
  });
}

/** How large each series' errors are against those of all. */
function ownSizes(known: readonly (readonly KnownError[])[]): number[] {
  const totals = known.map((errors) => {
    let size = 0;
    let count = 0;
    for (const { error, weight } of errors) {
      size += weight * Math.abs(error);
      count += weight;
    }
    return { size, count };
  });
  const sum = totals.reduce((all, own) => ({ size: all.size + own.size, count: all.count + own.count }));
  const usual = sum.size / sum.count;
  return totals.map(({ size, count }) =>
    usual > 0 ? (size / usual + OWN_SIZE_PRIOR) / (count + OWN_SIZE_PRIOR) : 1,
  );
}

/** The conformal rank, weighted, from the side on which the level lies, so that few errors make wide intervals. */
function conformalQuantile(sorted: readonly KnownError[], level: number): number {
  const heaviest = sorted.reduce((most, { weight }) => Math.max(most, weight), 0);
  const total = sorted.reduce((sum, { weight }) => sum + weight, heaviest);
  const share = Math.min(level, 1 - level) * total;
  const fromBelow = level < 0.5;
  let passed = 0;
  for (let i = 0; i < sorted.length; i++) {
    const { error, weight } = sorted[fromBelow ? i : sorted.length - 1 - i]!;
    passed += weight;
    if (passed + heaviest > share) return error;
  }
  return sorted[fromBelow ? 0 : sorted.length - 1]!.error;
}
