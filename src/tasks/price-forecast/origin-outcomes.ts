import type { DecidedCell } from './decide-cells.ts';
import { LEVELS } from './decide-cells.ts';

/** What was shown at one past origin, and what came true: the evidence by which recipes are compared. */
export interface OriginOutcome {
  readonly horizon: string;
  /** Day numbers. */
  readonly originDay: number;
  readonly targetDay: number;
  readonly actual: number;
  /** What would have been shown there, chosen on what was known there. */
  readonly mean: number;
  /** What the last price alone said; NaN when there was none. */
  readonly naive: number;
  readonly lo80: number;
  readonly hi80: number;
}

/** A year of weekly origins of which every horizon is known: the furthest 순 ends six weeks ahead. */
const KEPT = 60;

/** The newest outcomes known of one horizon at origins at which something was shown, oldest first, at most 60. */
export function originOutcomes({ cell, horizon, decisions }: DecidedCell): OriginOutcome[] {
  const most = LEVELS.indexOf(0.8);
  const naive = cell.candidates.find(({ name }) => name === 'naive');
  const outcomes: OriginOutcome[] = [];
  decisions.forEach(({ mean, intervals }, j) => {
    const actual = cell.actual[j]!;
    if (Number.isNaN(actual - mean)) return;
    outcomes.push({
      horizon,
      originDay: cell.originDay[j]!,
      targetDay: cell.targetDay[j]!,
      actual,
      mean,
      naive: naive?.mean[j] ?? Number.NaN,
      lo80: intervals[most]?.lo ?? Number.NaN,
      hi80: intervals[most]?.hi ?? Number.NaN,
    });
  });
  return outcomes.slice(-KEPT);
}
