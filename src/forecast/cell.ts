import type { CandidatePaths } from './at-origins.ts';
import type { HorizonKind, WithheldReason } from './gate.ts';

/** One candidate's forecasts for one horizon, by origin; NaN where it refused or the origin has no target. */
export interface CellCandidate {
  readonly name: string;
  readonly role: 'baseline' | 'model';
  readonly mean: Float64Array;
  /** Its own standard error there: of the log ratio when the cell is in logs. */
  readonly sigma: Float64Array;
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

/**
 * Cuts one horizon out of the candidates' paths. `targetStep[j]` is the step (1 = the next market day) of origin j's
 * target, 0 where it has none: a week ahead is a varying number of market days.
 */
export function cellCandidates(
  paths: readonly CandidatePaths[],
  targetStep: ArrayLike<number>,
): CellCandidate[] {
  const count = targetStep.length;
  return paths.map(({ name, role, mean, sigma }) => {
    const horizon = mean.length / count;
    const pick = (from: Float64Array) =>
      Float64Array.from({ length: count }, (_, j) => {
        const step = targetStep[j]!;
        return step >= 1 && step <= horizon ? from[j * horizon + step - 1]! : Number.NaN;
      });
    return { name, role, mean: pick(mean), sigma: pick(sigma) };
  });
}
