import { risingLevels } from './auto-forecast.ts';
import type { Cell, CellCandidate } from './cell.ts';
import {
  CALIBRATION_MIN_CASES,
  type CellStatus,
  GATE_MIN_CASES,
  GATE_ORIGINS,
  SKILL_THRESHOLD,
  type WithheldReason,
} from './gate.ts';
import { conformalSize, normalFactor } from './spread.ts';

/*
 * How a cell decides what to show, at every origin i from first to last.
 *
 * 1. Known. Outcome j is known at origin i when its target day is not after i's day and it was traded. Horizons overlap:
 *    with weekly origins and four weeks ahead the three newest forecasts are still open, and are not looked at.
 * 2. Ranking. Each candidate's absolute errors over the newest 26 known outcomes, relative to those of the first
 *    baseline on the same cases. Under six cases there is no ranking and the caller's order decides.
 * 3. The model stream shows the best ranked model of that origin. One more model is made here: `ensemble`, the mean
 *    of all candidates weighted by their relative errors to the minus fourth power, with the weights of that
 *    origin; its own past is the sequence of ensembles so made. The baseline stream shows the best ranked baseline.
 * 4. Gate. Skill is what the *stream* has earned: its errors over the newest 26 known outcomes, each forecast as
 *    it was chosen then, against the best baseline with hindsight on the same cases. A model chosen afterwards,
 *    on the outcomes it is scored on, never enters. Under 12 cases, or below the horizon's bar: the baseline.
 * 5. Intervals. Absolute errors (log ratios for prices) of the very candidate shown, at this horizon, over the
 *    newest 104 known outcomes, by the conformal rank, corrected for the forecasts still open at once. Under 20: the counted spread of the baseline over its whole
 *    history under the normal law, and a model shown with it says so (`model-wide-interval`).
 * 6. Coverage is earned like skill: the stream's past intervals as they were, against what came true.
 *
 * Everything at origin i is a function of the forecasts made up to i and of the outcomes known at i. Changing any later
 * outcome changes nothing that was shown, which is tested as a property.
 */

/** Fewest known cases for a ranking. */
const RANKING_MIN_CASES = 6;
const WEIGHT_POWER = 4;
const CALIBRATION_ORIGINS = 104;

/** Why the decision is what it is. */
export type DecisionReason =
  | 'skill-earned'
  | 'too-few-cases'
  | 'below-threshold'
  | 'no-model'
  | WithheldReason;

export interface CellInterval {
  readonly level: number;
  readonly lo: number;
  readonly hi: number;
}

/** What the stream that is shown has earned on outcomes known at the origin. */
export interface EarnedAccuracy {
  /** Cases behind skill and WAPE, at most 26. */
  readonly cases: number;
  /** 1 - the model stream's errors / the best baseline's, NaN without cases. */
  readonly skill: number;
  readonly threshold: number;
  /** The baseline that was best over those cases, `null` without cases. */
  readonly bestBaseline: string | null;
  readonly modelWape: number;
  readonly baselineWape: number;
  /** Of the stream shown (model or baseline), over every known outcome. */
  readonly coverage: readonly { readonly level: number; readonly share: number }[];
  readonly coverageCases: number;
}

/** The decision at one origin. */
export interface CellDecision {
  readonly status: CellStatus;
  readonly reason: DecisionReason;
  /** Name of what is shown, `null` when withheld. */
  readonly model: string | null;
  /** NaN when withheld. */
  readonly mean: number;
  /** In rising order of level, each containing the mean and the narrower ones; empty when withheld. */
  readonly intervals: readonly CellInterval[];
  readonly intervalBasis: 'own-errors' | 'baseline-history';
  /** The best ranked baseline, shown beside every forecast; NaN when there is none. */
  readonly baseline: { readonly name: string; readonly mean: number };
  readonly earned: EarnedAccuracy;
}

/** One stream: what it showed at each origin. */
interface Stream {
  readonly pick: (CellCandidate | undefined)[];
  readonly mean: Float64Array;
  readonly intervals: (readonly CellInterval[])[];
}

/** Decides at every origin what is shown; the last decision is the one to publish. Levels are shares. */
export function chooseAtOrigins(cell: Cell, levels?: readonly number[]): CellDecision[] {
  const count = cell.originDay.length;
  const rising = risingLevels(levels);
  const baselines = cell.candidates.filter((one) => one.role === 'baseline');
  const models = cell.candidates.filter((one) => one.role === 'model');
  const reference = baselines[0];
  if (!reference) throw new RangeError('a cell needs at least one baseline candidate');
  const combined = emptyCandidate('ensemble', count);
  const modelStream = emptyStream(count);
  const baselineStream = emptyStream(count);

  return Array.from({ length: count }, (_, i): CellDecision => {
    const known = knownOutcomes(cell, i);
    const newest = known.slice(-GATE_ORIGINS);
    const score = (one: CellCandidate) => relativeError(cell, one, reference, newest);
    combine(combined, cell, i, score);
    const baseline = best(baselines, i, score);
    const model = models.length > 0 ? best([...models, combined], i, score) : undefined;
    fill(baselineStream, cell, i, baseline, baseline, known, rising);
    fill(modelStream, cell, i, model, baseline, known, rising);

    const skill = earnedSkill(cell, modelStream, baselines, newest);
    const passed = skill.cases >= GATE_MIN_CASES && skill.skill >= SKILL_THRESHOLD[cell.horizon];
    const showModel = model !== undefined && passed;
    const stream = showModel ? modelStream : baselineStream;
    const shown = showModel ? model : baseline;
    const earned = { ...skill, ...earnedCoverage(cell, stream, known, rising) };
    const beside = { name: baseline?.name ?? reference.name, mean: baseline?.mean[i] ?? Number.NaN };
    const withheld =
      cell.withheld?.[i] ?? (shown && stream.intervals[i]!.length > 0 ? undefined : 'no-forecast');
    if (withheld || !shown) {
      return {
        status: 'withheld',
        reason: withheld ?? 'no-forecast',
        model: null,
        mean: Number.NaN,
        intervals: [],
        intervalBasis: 'baseline-history',
        baseline: beside,
        earned,
      };
    }
    const own = pastErrors(cell, shown, known).length >= CALIBRATION_MIN_CASES;
    return {
      status: !showModel ? 'baseline' : own ? 'model' : 'model-wide-interval',
      reason: showModel
        ? 'skill-earned'
        : model === undefined
          ? 'no-model'
          : skill.cases < GATE_MIN_CASES
            ? 'too-few-cases'
            : 'below-threshold',
      model: shown.name,
      mean: stream.mean[i]!,
      intervals: stream.intervals[i]!,
      intervalBasis: own ? 'own-errors' : 'baseline-history',
      baseline: beside,
      earned,
    };
  });
}

function knownOutcomes(cell: Cell, i: number): number[] {
  const known: number[] = [];
  for (let j = 0; j < i; j++) {
    if (cell.targetDay[j]! <= cell.originDay[i]! && !Number.isNaN(cell.actual[j])) known.push(j);
  }
  return known;
}

/** How many earlier forecasts still wait for their target day at origin i. */
function openForecasts(cell: Cell, i: number): number {
  let open = 0;
  for (let j = 0; j < i; j++) if (cell.targetDay[j]! > cell.originDay[i]!) open++;
  return open;
}

/** Sum of absolute errors relative to the reference's on the same cases; NaN with too few of them. */
function relativeError(
  cell: Cell,
  candidate: CellCandidate,
  reference: CellCandidate,
  cases: readonly number[],
): number {
  let own = 0;
  let other = 0;
  let count = 0;
  for (const j of cases) {
    const a = Math.abs(cell.actual[j]! - candidate.mean[j]!);
    const b = Math.abs(cell.actual[j]! - reference.mean[j]!);
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    own += a;
    other += b;
    count++;
  }
  if (count < RANKING_MIN_CASES) return Number.NaN;
  return own === other ? 1 : own / other;
}

/** The lowest score among candidates that have a forecast at i; unscored ones come after, in the given order. */
function best(
  candidates: readonly CellCandidate[],
  i: number,
  score: (one: CellCandidate) => number,
): CellCandidate | undefined {
  let chosen: CellCandidate | undefined;
  let lowest = Infinity;
  for (const candidate of candidates) {
    if (Number.isNaN(candidate.mean[i])) continue;
    const value = score(candidate);
    if (!chosen || value < lowest) {
      chosen = candidate;
      lowest = Number.isNaN(value) ? Infinity : value;
    }
  }
  return chosen;
}

/** Writes the ensemble of origin i: weighted by score, or equally while there is none. */
function combine(
  combined: CellCandidate,
  cell: Cell,
  i: number,
  score: (one: CellCandidate) => number,
): void {
  const there = cell.candidates.filter((one) => !Number.isNaN(one.mean[i]));
  if (there.length === 0) return;
  const scores = there.map(score);
  const least = Math.min(...scores.filter((one) => !Number.isNaN(one)));
  let total = 0;
  let mean = 0;
  let sigma = 0;
  there.forEach((one, c) => {
    const value = scores[c]!;
    const unranked = Number.isNaN(value) ? (Number.isFinite(least) ? 0 : 1) : undefined;
    const weight = unranked ?? (value === least ? 1 : (least / value) ** WEIGHT_POWER);
    total += weight;
    mean += weight * (cell.scale === 'log' ? Math.log(one.mean[i]!) : one.mean[i]!);
    sigma += weight * one.sigma[i]!;
  });
  combined.mean[i] = cell.scale === 'log' ? Math.exp(mean / total) : mean / total;
  combined.sigma[i] = sigma / total;
}

function fill(
  stream: Stream,
  cell: Cell,
  i: number,
  pick: CellCandidate | undefined,
  baseline: CellCandidate | undefined,
  known: readonly number[],
  levels: readonly number[],
): void {
  if (!pick) return;
  stream.pick[i] = pick;
  stream.mean[i] = pick.mean[i]!;
  const errors = pastErrors(cell, pick, known).sort();
  const own = errors.length >= CALIBRATION_MIN_CASES;
  const spread = baseline?.sigma[i] ?? Number.NaN;
  const overlap = 1 + openForecasts(cell, i);
  if (!own && Number.isNaN(spread)) return;
  stream.intervals[i] = levels.map((level) => {
    const half = own ? conformalSize(errors, level, overlap) : normalFactor(level) * spread;
    const mean = pick.mean[i]!;
    return cell.scale === 'log'
      ? { level, lo: mean * Math.exp(-half), hi: Math.min(Number.MAX_VALUE, mean * Math.exp(half)) }
      : { level, lo: mean - half, hi: mean + half };
  });
}

/** Absolute errors of one candidate over the newest known outcomes, unsorted. */
function pastErrors(cell: Cell, candidate: CellCandidate, known: readonly number[]): Float64Array {
  const errors: number[] = [];
  for (const j of known.slice(-CALIBRATION_ORIGINS)) {
    const gap =
      cell.scale === 'log'
        ? Math.log(cell.actual[j]! / candidate.mean[j]!)
        : cell.actual[j]! - candidate.mean[j]!;
    if (Number.isFinite(gap)) errors.push(Math.abs(gap));
  }
  return Float64Array.from(errors);
}

function earnedSkill(
  cell: Cell,
  stream: Stream,
  baselines: readonly CellCandidate[],
  cases: readonly number[],
) {
  const threshold = SKILL_THRESHOLD[cell.horizon];
  let skill = Infinity;
  let answer = {
    cases: 0,
    skill: Number.NaN,
    threshold,
    bestBaseline: null as string | null,
    modelWape: Number.NaN,
    baselineWape: Number.NaN,
  };
  for (const baseline of baselines) {
    let own = 0;
    let other = 0;
    let size = 0;
    let count = 0;
    for (const j of cases) {
      const a = Math.abs(cell.actual[j]! - stream.mean[j]!);
      const b = Math.abs(cell.actual[j]! - baseline.mean[j]!);
      if (Number.isNaN(a) || Number.isNaN(b)) continue;
      own += a;
      other += b;
      size += Math.abs(cell.actual[j]!);
      count++;
    }
    if (count === 0 || count < answer.cases / 2) continue;
    const against = own === other ? 0 : 1 - own / other;
    if (against < skill) {
      skill = against;
      answer = {
        cases: count,
        skill: against,
        threshold,
        bestBaseline: baseline.name,
        modelWape: own / size,
        baselineWape: other / size,
      };
    }
  }
  return answer;
}

function earnedCoverage(cell: Cell, stream: Stream, known: readonly number[], levels: readonly number[]) {
  const inside = levels.map(() => 0);
  let coverageCases = 0;
  for (const j of known) {
    const intervals = stream.intervals[j]!;
    if (intervals.length === 0) continue;
    coverageCases++;
    intervals.forEach(({ lo, hi }, l) => {
      if (cell.actual[j]! >= lo && cell.actual[j]! <= hi) inside[l] = inside[l]! + 1;
    });
  }
  const share = (l: number) => (coverageCases > 0 ? inside[l]! / coverageCases : Number.NaN);
  return { coverage: levels.map((level, l) => ({ level, share: share(l) })), coverageCases };
}

function emptyCandidate(name: string, count: number): CellCandidate {
  return {
    name,
    role: 'model',
    mean: new Float64Array(count).fill(Number.NaN),
    sigma: new Float64Array(count).fill(Number.NaN),
  };
}

function emptyStream(count: number): Stream {
  return {
    pick: new Array<CellCandidate | undefined>(count),
    mean: new Float64Array(count).fill(Number.NaN),
    intervals: Array.from({ length: count }, () => []),
  };
}
