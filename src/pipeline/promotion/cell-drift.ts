import { type DriftAlarm, FEWEST_LIVE_WEEKS, type LiveCell } from '../../records/index.ts';

/** What an honest 80% interval may come to at least (domain reference §8), and how improbable less must be. */
const LEAST_COVERAGE = 0.77;
/** One-sided 1 in 10,000: of 56,000 cells, six say so by chance. */
const DEVIATIONS = 3.72;
/** A cell that loses a tenth to the last price over a quarter would have been better left to it. */
const WORST_SKILL = -0.1;

/**
 * Cells whose live figures have left what is promised of them: intervals that hold far too seldom, or errors clearly above the
 * last price's. Outcomes of one week count as one case, for they go together.
 */
export function driftingCells(
  cells: readonly Omit<LiveCell, 'firstTargetDay' | 'lastTargetDay'>[],
): DriftAlarm[] {
  return cells
    .filter(({ weeks }) => weeks >= FEWEST_LIVE_WEEKS)
    .flatMap(({ series, horizon, scored, weeks, coverage80, skill }) => {
      const figures = { scored, weeks, coverage80, skill };
      const deviation = Math.sqrt((LEAST_COVERAGE * (1 - LEAST_COVERAGE)) / weeks);
      const alarms: DriftAlarm[] = [];
      if (coverage80 < LEAST_COVERAGE - DEVIATIONS * deviation)
        alarms.push({ series, horizon, kind: 'coverage', figures });
      if (skill !== null && skill < WORST_SKILL) alarms.push({ series, horizon, kind: 'skill', figures });
      return alarms;
    });
}
