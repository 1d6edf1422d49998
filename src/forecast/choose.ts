import { risingLevels } from './auto-forecast.ts';
import { type CalibratedIntervals, type CellInterval, calibrateAtOrigins } from './calibrate.ts';
import type { Cell, CellCandidate } from './cell.ts';
import { type Combination, type CombinationPart, combineAtOrigins } from './combine.ts';
import { absoluteErrors, type Comparison, compareWithBaselines } from './earned.ts';
import {
  type CellStatus,
  GATE_MIN_CASES,
  GATE_ORIGINS,
  SKILL_THRESHOLD,
  type WithheldReason,
} from './gate.ts';

/*
 * How a cell decides what to show, at every origin i from first to last.
 *
 * 1. Known. Outcome j is known at origin i when its target day is not after i's day and it was traded. Horizons overlap:
 *    with weekly origins and four weeks ahead the three newest forecasts are still open, and are not looked at.
 * 2. Two tracks. `baseline-mix` combines the baselines, `ensemble` baselines and models, each with the weights
 *    that the outcomes known at i speak for (see `combine`). The past of a track is the sequence of what it was at each
 *    origin; it never profits from weights found later.
 * 3. Gate. The ensemble is shown when, over the newest 26 known outcomes (at least 12),
 *    a. its track beat the best single baseline of those very outcomes - picked with hindsight, so it is the hardest
 *       to beat - by the horizon's bar;
 *    b. it was not worse than the baseline mix, which is what would be shown otherwise;
 *    c. what was *shown* lost against no single baseline. So a cell with the status `model` never stands beside a
 *       figure that says that a reader would have been better off with the last price.
 *    Otherwise the baseline mix is shown.
 * 4. Intervals are those of the track shown, from its own past errors (see `calibrate`). With under 20 of them:
 *    the counted spread of the baselines over their whole history, and a model says so (`model-wide-interval`).
 * 5. Earned. Skill, error and coverage are those of what was shown at each of the newest 26 known outcomes, after the
 *    gate, with the intervals as they were.
 *
 * Everything at origin i is a function of the forecasts made up to i and of the outcomes known at i. Changing any later
 * outcome changes nothing that was shown, which is tested as a property.
 */

/** Names of the two tracks. */
export const BASELINE_MIX = 'baseline-mix';
export const ENSEMBLE = 'ensemble';

/** A combination with a larger part than this is called by that part's name. */
const ALL_BUT = 0.995;

/** Why the decision is what it is. */
export type DecisionReason =
  | 'skill-earned'
  | 'too-few-cases'
  | 'below-threshold'
  | 'no-model'
  | WithheldReason;

/** What was shown has earned on the newest outcomes known at the origin, at most 26. */
export interface EarnedAccuracy extends Comparison {
  /** Share of these outcomes inside the intervals as they were shown, by level; NaN without cases. */
  readonly coverage: readonly { readonly level: number; readonly share: number }[];
}

/** The decision at one origin. */
export interface CellDecision {
  readonly status: CellStatus;
  readonly reason: DecisionReason;
  /** Name of what is shown, `null` when withheld. */
  readonly model: string | null;
  /** What it is made of; empty when withheld. */
  readonly parts: readonly CombinationPart[];
  /** NaN when withheld. */
  readonly mean: number;
  /** In rising order of level, each containing the mean and the narrower ones; empty when withheld. */
  readonly intervals: readonly CellInterval[];
  readonly intervalBasis: 'own-errors' | 'baseline-history';
  /** Of what was shown before, after the gate. */
  readonly earned: EarnedAccuracy;
  /** What the gate looked at: the ensemble's track, shown or not, and the bar it had to pass. */
  readonly gate: Comparison & { readonly threshold: number };
}

/** One of the two combinations that a cell can show, with the intervals it had at each origin. */
export interface CellTrack extends Combination, CalibratedIntervals {}

/** What a cell decided at each origin, and the tracks it decided between. */
export interface ChosenCell {
  readonly decisions: readonly CellDecision[];
  readonly tracks: readonly CellTrack[];
}

/** Decides at every origin what is shown; the last decision is the one to publish. Levels are shares. */
export function chooseAtOrigins(cell: Cell, levels?: readonly number[]): ChosenCell {
  const count = cell.originDay.length;
  const rising = risingLevels(levels);
  const baselines = cell.candidates.filter((one) => one.role === 'baseline');
  const models = cell.candidates.filter((one) => one.role === 'model');
  const reference = baselines[0];
  if (!reference) throw new RangeError('a cell needs at least one baseline candidate');
  const mixed = combineAtOrigins(cell, BASELINE_MIX, 'baseline', baselines);
  const track = (combination: Combination): CellTrack => ({
    ...combination,
    ...calibrateAtOrigins(cell, combination, reference, mixed.sigma, rising),
  });
  const mix = track(mixed);
  const ensemble =
    models.length > 0
      ? track(combineAtOrigins(cell, ENSEMBLE, 'model', [...baselines, ...models]))
      : undefined;

  const shown = new Float64Array(count).fill(Number.NaN);
  const shownIntervals: (readonly CellInterval[])[] = [];
  const decisions: CellDecision[] = [];
  for (let i = 0; i < count; i++) {
    const known = knownOutcomes(cell, i);
    const newest = known.slice(-GATE_ORIGINS);
    const seen = known.filter((j) => !Number.isNaN(shown[j])).slice(-GATE_ORIGINS);
    const earned: EarnedAccuracy = {
      ...compareWithBaselines(cell, shown, baselines, seen),
      coverage: coverageOf(cell, shownIntervals, seen, rising),
    };
    const gate = {
      ...compareWithBaselines(cell, ensemble?.mean ?? shown, baselines, ensemble ? newest : []),
      threshold: SKILL_THRESHOLD[cell.horizon],
    };
    const passed =
      gate.cases >= GATE_MIN_CASES &&
      gate.skill >= gate.threshold &&
      !losesTo(cell, ensemble!, mix, newest) &&
      !(earned.skill < 0);
    const offered = ensemble !== undefined && hasModel(ensemble.parts[i]!);
    const chosen = offered && passed ? ensemble : mix;
    const reason: DecisionReason = !offered
      ? 'no-model'
      : passed
        ? 'skill-earned'
        : gate.cases < GATE_MIN_CASES
          ? 'too-few-cases'
          : 'below-threshold';
    const withheld =
      cell.withheld?.[i] ?? (chosen.intervals[i]!.length > 0 ? undefined : ('no-forecast' as const));
    const decision = withheld ? nothing(withheld, earned, gate) : decisionAt(chosen, i, reason, earned, gate);
    decisions.push(decision);
    shown[i] = decision.mean;
    shownIntervals.push(decision.intervals);
  }
  return { decisions, tracks: ensemble ? [mix, ensemble] : [mix] };
}

function decisionAt(
  track: CellTrack,
  i: number,
  reason: DecisionReason,
  earned: EarnedAccuracy,
  gate: CellDecision['gate'],
): CellDecision {
  const own = track.own[i]!;
  const parts = track.parts[i]!;
  return {
    status: track.role === 'baseline' ? 'baseline' : own ? 'model' : 'model-wide-interval',
    reason,
    model: parts.find(({ weight }) => weight > ALL_BUT)?.name ?? track.name,
    parts,
    mean: track.mean[i]!,
    intervals: track.intervals[i]!,
    intervalBasis: own ? 'own-errors' : 'baseline-history',
    earned,
    gate,
  };
}

function nothing(reason: WithheldReason, earned: EarnedAccuracy, gate: CellDecision['gate']): CellDecision {
  return {
    status: 'withheld',
    reason,
    model: null,
    parts: [],
    mean: Number.NaN,
    intervals: [],
    intervalBasis: 'baseline-history',
    earned,
    gate,
  };
}

/** Whether any model takes part, beside the baselines. */
function hasModel(parts: readonly CombinationPart[]): boolean {
  return parts.some(({ role, weight }) => role === 'model' && weight > 1 - ALL_BUT);
}

function knownOutcomes(cell: Cell, i: number): number[] {
  const known: number[] = [];
  for (let j = 0; j < i; j++) {
    if (cell.targetDay[j]! <= cell.originDay[i]! && !Number.isNaN(cell.actual[j])) known.push(j);
  }
  return known;
}

function losesTo(cell: Cell, one: CellCandidate, other: CellCandidate, outcomes: readonly number[]): boolean {
  const both = outcomes.filter((j) => !Number.isNaN(one.mean[j]! + other.mean[j]!));
  return absoluteErrors(cell, one.mean, both) > absoluteErrors(cell, other.mean, both);
}

function coverageOf(
  cell: Cell,
  intervals: readonly (readonly CellInterval[])[],
  outcomes: readonly number[],
  levels: readonly number[],
) {
  return levels.map((level, l) => {
    const inside = outcomes.filter((j) => {
      const { lo, hi } = intervals[j]![l]!;
      return cell.actual[j]! >= lo && cell.actual[j]! <= hi;
    });
    return { level, share: inside.length / outcomes.length };
  });
}
