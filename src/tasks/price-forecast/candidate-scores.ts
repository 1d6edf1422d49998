import { coverage, maseScale, nmae, pinball, wape } from '../../evaluate/index.ts';
import type { CellCandidate } from '../../forecast/index.ts';
import { normalQuantile } from '../../models/index.ts';
import type { DecidedCell } from './decide-cells.ts';
import { LEVELS } from './decide-cells.ts';
import { type MarketAxis, positionsKnown } from './market-axis.ts';

/** How one candidate, or what was shown, did on the same past outcomes of one horizon. */
export interface CandidateScore {
  readonly horizon: string;
  /** A candidate's name, or `shown`: what was published at each origin, chosen then. */
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
}

const SCORED = 26;

/** Quantile forecasts by origin: `lo` and `hi` of each level, and the mean as the middle. */
interface Quantiles {
  readonly mean: Float64Array;
  readonly lo: readonly Float64Array[];
  readonly hi: readonly Float64Array[];
}

/** Scores every candidate and what was shown on the outcomes of some origins (by default the newest 26 known). */
export function scoreCandidates(
  decided: DecidedCell,
  axis: MarketAxis,
  known: readonly number[] = knownOrigins(decided),
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
    };
  };
  return [
    ...cell.candidates.map((candidate) => score(candidate.name, candidate.role, ownQuantiles(candidate))),
    score('shown', 'shown', shownQuantiles(decided)),
  ].filter(({ origins }) => origins > 0);
}

/** WAPE of the baseline that ranked best at each origin, on the newest known outcomes. */
export function wapeOfBaseline(decided: DecidedCell): number {
  const known = knownOrigins(decided);
  const mean = Float64Array.from(decided.decisions, ({ baseline }) => baseline.mean);
  return wape(pick(decided.cell.actual, known), pick(mean, known));
}

/** WAPE of one candidate on the newest known outcomes. */
export function wapeOnKnown(decided: DecidedCell, name: string): number {
  const known = knownOrigins(decided);
  const candidate = decided.cell.candidates.find((one) => one.name === name);
  return candidate ? wape(pick(decided.cell.actual, known), pick(candidate.mean, known)) : Number.NaN;
}

/** The newest 26 origins whose outcome is known, oldest first. */
function knownOrigins({ cell }: DecidedCell): number[] {
  const known: number[] = [];
  for (let j = 0; j < cell.actual.length; j++) if (!Number.isNaN(cell.actual[j])) known.push(j);
  return known.slice(-SCORED);
}

function ownQuantiles({ mean, sigma }: CellCandidate): Quantiles {
  const at = (share: number) => mean.map((value, j) => value * Math.exp(normalQuantile(share) * sigma[j]!));
  return {
    mean,
    lo: LEVELS.map((level) => at((1 - level) / 2)),
    hi: LEVELS.map((level) => at((1 + level) / 2)),
  };
}

function shownQuantiles({ decisions }: DecidedCell): Quantiles {
  const end = (index: number, side: 'lo' | 'hi') =>
    Float64Array.from(decisions, ({ intervals }) => intervals[index]?.[side] ?? Number.NaN);
  return {
    mean: Float64Array.from(decisions, ({ mean }) => mean),
    lo: LEVELS.map((_, index) => end(index, 'lo')),
    hi: LEVELS.map((_, index) => end(index, 'hi')),
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
