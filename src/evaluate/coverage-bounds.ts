import { longRunMean } from './long-run-mean.ts';
import type { OriginScores } from './origin-scores.ts';
import { studentQuantile } from './student.ts';

/** The 80% intervals' coverage against what is accepted of it. */
export interface CoverageVerdict {
  readonly coverage: number;
  /** What was accepted: 77 to 83%, widened by the allowance. */
  readonly lowest: number;
  readonly highest: number;
  /** Cases that would make the coverage as uncertain as it is, were they independent. */
  readonly independentCases: number;
  readonly within: boolean;
}

const LOWEST = 0.77;
const HIGHEST = 0.83;
/** What chance may do one time in twenty on either side, and the most that it may excuse. */
const CHANCE = 0.05;
const MOST_ALLOWED = 0.05;

/**
 * Whether the coverage of all horizons together is that of 80% intervals, as far as the number of independent cases can
 * tell. Outcomes of one week go together across series, and overlapping horizons across weeks: the standard error is that
 * of the mean over origins with its long-run variance, never that of counted cases. Without a figure it is not within.
 */
export function coverageWithin(scores: OriginScores): CoverageVerdict {
  const { horizons, originDays } = scores;
  const byOrigin = Float64Array.from(originDays, (_, i) => {
    const known = horizons.map(({ inside80 }) => inside80[i]!).filter((share) => !Number.isNaN(share));
    return known.length > 0 ? known.reduce((sum, share) => sum + share, 0) / known.length : Number.NaN;
  });
  const { mean, standardError, degrees } = longRunMean(byOrigin);
  const allowance =
    degrees > 0 ? Math.min(MOST_ALLOWED, studentQuantile(CHANCE, degrees) * standardError) : 0;
  const lowest = LOWEST - allowance;
  const highest = HIGHEST + allowance;
  return {
    coverage: mean,
    lowest,
    highest,
    independentCases: (mean * (1 - mean)) / standardError ** 2,
    within: mean >= lowest && mean <= highest,
  };
}
