import type { CandidatePaths } from './at-origins.ts';
import type { HorizonKind, WithheldReason } from './gate.ts';

/** One candidate's forecasts for one horizon, by origin; NaN where it refused or the origin has no target. */
export interface CellCandidate {
  readonly name: string;
  readonly role: 'baseline' | 'model';
  readonly mean: Float64Array;
  /** Its own standard error there: of the log ratio when the cell is in logs. */
  readonly sigma: Float64Array;
  /** Its forecast at the last origin from the other values that it was given, see {@link CandidatePaths.instead}. */
  readonly instead?: number;
}

/** Everything about one series and one horizon that a choice may rest on; arrays by origin, oldest first. */
export interface Cell {
  readonly horizon: HorizonKind;
  /** Days since 1970-01-01 of the last day whose data was available, rising. */
  readonly originDay: Int32Array;
  /** The day that is forecast, after the origin's; 0 where an origin has no target (its actual is NaN then). */
  readonly targetDay: Int32Array;
  /** What came true, NaN = not known yet or not traded. */
  readonly actual: Float64Array;
  readonly candidates: readonly CellCandidate[];
  /** Errors are log ratios (prices) or differences. */
  readonly scale: 'linear' | 'log';
  /** By origin, from what was known there: why nothing may be shown. */
  readonly withheld?: readonly (WithheldReason | undefined)[];
}

/** Steps of each origin's target, its first and last one (1 = the next market day); 0 where it has none. */
export interface TargetSteps {
  readonly from: ArrayLike<number>;
  readonly to: ArrayLike<number>;
}

/**
 * Cuts one horizon out of the candidates' paths: the target's single day, or the mean of its days. A week ahead is a
 * varying number of market days, and a 순 has a varying number of them. The error of a mean is taken to be as large as
 * those of its days on average: errors of neighbouring days go together.
 */
export function cellCandidates(paths: readonly CandidatePaths[], { from, to }: TargetSteps): CellCandidate[] {
  const count = to.length;
  return paths.map(({ name, role, mean, sigma, instead }) => {
    const horizon = mean.length / count;
    const pick = (path: Float64Array, j: number) => {
      const first = from[j]!;
      const last = to[j]!;
      if (!(first >= 1 && last <= horizon)) return Number.NaN;
      let sum = 0;
      for (let step = first; step <= last; step++) sum += path[step - 1]!;
      return sum / (last - first + 1);
    };
    const rows = (path: Float64Array) =>
      Float64Array.from({ length: count }, (_, j) => pick(path.subarray(j * horizon, (j + 1) * horizon), j));
    const candidate = { name, role, mean: rows(mean), sigma: rows(sigma) };
    return instead ? { ...candidate, instead: pick(instead, count - 1) } : candidate;
  });
}
