import { coverage, maseScale, nmae, pinball, stability, wape } from '../../evaluate/index.ts';
import type { CellCandidate, CellInterval, CombinationPart } from '../../forecast/index.ts';
import { normalQuantile } from '../../models/index.ts';
import type { DecidedCell } from './decide-cells.ts';
import { LEVELS } from './decide-cells.ts';
import { type MarketAxis, positionsKnown } from './market-axis.ts';
import { combinedBefore } from './said-before.ts';

/** How one candidate, or what was shown, did on the same past outcomes of one horizon. */
export interface CandidateScore {
  readonly horizon: string;
  /** A candidate's name, `baseline-mix` or `ensemble` (their combinations), or `shown`: what was published then. */
  readonly model: string;
  readonly role: 'baseline' | 'model' | 'shown';
  /** Σ|error| ÷ Σ|price|. */
  readonly wape: number;
  /** Mean of |error| ÷ price. */
  readonly mape: number;
  /** Mean |error| ÷ mean step from one market day (week) to the next before the scored origins. */
  readonly mase: number;
  /** Mean over the quantiles 2.5, 10, 25, 50, 75, 90, 97.5%, in the price's unit. */
  readonly pinball: number;
  readonly coverage80: number;
  /** Outcomes scored. */
  readonly origins: number;
  /** Mean of the outcomes: what to divide the pinball loss by to compare it between series. */
  readonly meanPrice: number;
  /**
   * Mean |change| ÷ price against what was said of the same day one market day (week, 순) before; combinations with
   * the weights of the later origin. NaN when not asked for.
   */
  readonly stability: number;
}

const SCORED = 26;

/** Quantile forecasts by origin: `lo` and `hi` of each level, and the mean as the middle. */
interface Quantiles {
  readonly mean: Float64Array;
  readonly lo: readonly Float64Array[];
  readonly hi: readonly Float64Array[];
  /** What was said before of the same targets. */
  readonly before: Float64Array | undefined;
}

/**
 * Scores every candidate, their combinations and what was shown on the outcomes of some origins; by default those of
 * which the cell's own figures are made: the newest 26 known ones at which something was shown.
 */
export function scoreCandidates(
  decided: DecidedCell,
  axis: MarketAxis,
  known: readonly number[] = scoredOrigins(decided),
): CandidateScore[] {
  const { cell, horizon } = decided;
  const before = positionsKnown(axis, cell.originDay[known[0] ?? 0]!);
  const scale = maseScale(axis.values.subarray(0, before), 1);
  const actual = pick(cell.actual, known);
  const score = (model: string, role: CandidateScore['role'], quantiles: Quantiles): CandidateScore => {
    const mean = pick(quantiles.mean, known);
    const lo = quantiles.lo.map((one) => pick(one, known));
    const hi = quantiles.hi.map((one) => pick(one, known));
    const errors = actual.map((y, i) => Math.abs(y - mean[i]!)).filter((error) => !Number.isNaN(error));
    const outcomes = actual.filter((_, i) => !Number.isNaN(mean[i]!));
    return {
      horizon,
      model,
      role,
      wape: wape(actual, mean),
      mape: nmae(actual, mean),
      mase: scale > 0 ? average(errors) / scale : Number.NaN,
      pinball: meanPinball(actual, mean, lo, hi),
      coverage80: coverage(actual, lo[LEVELS.indexOf(0.8)]!, hi[LEVELS.indexOf(0.8)]!),
      origins: errors.length,
      meanPrice: average(outcomes),
      stability: quantiles.before ? stability(pick(quantiles.before, known), mean, actual) : Number.NaN,
    };
  };
  return [
    ...cell.candidates.map((candidate) =>
      score(
        candidate.name,
        candidate.role,
        ownQuantiles(candidate, decided.before?.find(({ name }) => name === candidate.name)?.mean),
      ),
    ),
    ...decided.tracks.map((track) =>
      score(track.name, track.role, shownQuantiles(decided, track.mean, track)),
    ),
    score('shown', 'shown', shownQuantiles(decided, shownMean(decided), columnsOf(decided))),
  ].filter(({ origins }) => origins > 0);
}

/** WAPE of one candidate on the outcomes that its cell is scored on. */
export function wapeOnKnown(decided: DecidedCell, name: string): number {
  const known = scoredOrigins(decided);
  const candidate = decided.cell.candidates.find((one) => one.name === name);
  return candidate ? wape(pick(decided.cell.actual, known), pick(candidate.mean, known)) : Number.NaN;
}

/** The newest 26 origins whose outcome is known and at which something was shown, oldest first. */
function scoredOrigins({ cell, decisions }: DecidedCell): number[] {
  const known: number[] = [];
  for (let j = 0; j < cell.actual.length; j++)
    if (!Number.isNaN(cell.actual[j]! - decisions[j]!.mean)) known.push(j);
  return known.slice(-SCORED);
}

function ownQuantiles({ mean, sigma }: CellCandidate, before: Float64Array | undefined): Quantiles {
  const at = (share: number) => mean.map((value, j) => value * Math.exp(normalQuantile(share) * sigma[j]!));
  return {
    mean,
    lo: LEVELS.map((level) => at((1 - level) / 2)),
    hi: LEVELS.map((level) => at((1 + level) / 2)),
    before,
  };
}

/** What a combination was at each origin: its parts, and the intervals around it. */
interface CombinedColumns {
  readonly parts: readonly (readonly CombinationPart[])[];
  readonly intervals: readonly (readonly CellInterval[])[];
}

function shownQuantiles(
  { before }: DecidedCell,
  mean: Float64Array,
  { parts, intervals }: CombinedColumns,
): Quantiles {
  const end = (index: number, side: 'lo' | 'hi') =>
    Float64Array.from(intervals, (levels) => levels[index]?.[side] ?? Number.NaN);
  return {
    mean,
    lo: LEVELS.map((_, index) => end(index, 'lo')),
    hi: LEVELS.map((_, index) => end(index, 'hi')),
    before: before && combinedBefore(parts, before),
  };
}

function shownMean({ decisions }: DecidedCell): Float64Array {
  return Float64Array.from(decisions, ({ mean }) => mean);
}

function columnsOf({ decisions }: DecidedCell): CombinedColumns {
  return {
    parts: decisions.map(({ parts }) => parts),
    intervals: decisions.map(({ intervals }) => intervals),
  };
}

function meanPinball(
  actual: Float64Array,
  mean: Float64Array,
  lo: readonly Float64Array[],
  hi: readonly Float64Array[],
): number {
  const losses = [pinball(actual, mean, 0.5)];
  LEVELS.forEach((level, index) => {
    losses.push(pinball(actual, lo[index]!, (1 - level) / 2), pinball(actual, hi[index]!, (1 + level) / 2));
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

function average(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function pick(values: Float64Array, indices: readonly number[]): Float64Array {
  return Float64Array.from(indices, (index) => values[index]!);
}
