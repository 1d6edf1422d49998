import { normalQuantile } from '../models/index.ts';

/** The half-width factor of a standard normal error: 1.28 for level 0.8. */
export function normalFactor(level: number): number {
  return normalQuantile((1 + level) / 2);
}

/**
 * The size that an error stays below with probability `level`, from past absolute errors sorted upwards.
 *
 * Split-conformal: the ceil((n + 1) level)-th smallest, interpolated so that it rises with the level. Where the
 * level asks for more than the largest error seen, the largest is stretched as a normal tail would be. NaN for no
 * errors. Errors of overlapping horizons come in runs of about `overlap` that share their shocks; the correction for
 * a finite sample then counts n / overlap cases, that is rank (n + overlap) level.
 * Source: V. Vovk, A. Gammerman, G. Shafer, "Algorithmic Learning in a Random World", 2005.
 */
export function conformalSize(sortedErrors: ArrayLike<number>, level: number, overlap = 1): number {
  const n = sortedErrors.length;
  if (n === 0) return Number.NaN;
  const rank = (n + overlap) * level;
  if (rank >= n)
    return sortedErrors[n - 1]! * Math.max(1, normalFactor(level) / normalFactor(n / (n + overlap)));
  if (rank <= 1) return sortedErrors[0]! * rank;
  const below = Math.floor(rank);
  return sortedErrors[below - 1]! + (rank - below) * (sortedErrors[below]! - sortedErrors[below - 1]!);
}
