import type { Cell, CellCandidate } from './cell.ts';
import { CALIBRATION_MIN_CASES } from './gate.ts';
import { conformalSize, normalFactor } from './spread.ts';

export interface CellInterval {
  readonly level: number;
  readonly lo: number;
  readonly hi: number;
}

/** The intervals of one candidate by origin. */
export interface CalibratedIntervals {
  /** In rising order of level, each containing the mean and the narrower ones; empty where there is no forecast. */
  readonly intervals: readonly (readonly CellInterval[])[];
  /** Whether they rest on the candidate's own past errors; else on the counted spread of the baselines' history. */
  readonly own: readonly boolean[];
}

const CALIBRATION_ORIGINS = 104;
/** How far one more miss than promised moves the level that is asked for, and how long that is remembered. */
const LEVEL_STEP = 0.05;
const LEVEL_MEMORY = 0.97;
/** The unrest of a market is the mean weekly move of its last price, forgotten with this rate. */
const UNREST_MEMORY = 0.9;

/**
 * Intervals around a candidate's forecasts, at each origin from what was known there.
 *
 * Absolute errors (of log ratios for prices) over the newest 104 known outcomes, by the conformal rank, corrected for the forecasts still
 * open at once. Two adaptions keep them honest when the market's temper changes: errors are measured against the
 * unrest of the weeks before them, so that intervals are wide in wild weeks; and a level that missed more often
 * than promised is asked for higher from then on, or lower. Under 20 errors the spread `fallback` under the normal
 * law stands in.
 * Sources: V. Vovk et al., "Algorithmic Learning in a Random World", 2005; I. Gibbs, E. Candès, "Adaptive Conformal Inference
 * Under Distribution Shift", 2021.
 */
export function calibrateAtOrigins(
  cell: Cell,
  candidate: CellCandidate,
  reference: CellCandidate,
  fallback: Float64Array,
  levels: readonly number[],
): CalibratedIntervals {
  const unrest = unrestOf(cell, reference);
  const size = errorSizes(cell, candidate);
  const intervals: CellInterval[][] = [];
  const own: boolean[] = [];
  for (let i = 0; i < size.length; i++) {
    const mean = candidate.mean[i]!;
    const known: number[] = [];
    let open = 0;
    for (let j = 0; j < i; j++) {
      if (cell.targetDay[j]! > cell.originDay[i]!) open++;
      else if (!Number.isNaN(size[j])) known.push(j);
    }
    own.push(known.length >= CALIBRATION_MIN_CASES);
    if (Number.isNaN(mean) || (!own[i] && Number.isNaN(fallback[i]))) {
      intervals.push([]);
      continue;
    }
    const scale = unrestScale(unrest, i);
    const errors = Float64Array.from(
      known.slice(-CALIBRATION_ORIGINS),
      (j) => size[j]! / scale(unrest[j]!),
    ).sort();
    let half = 0;
    intervals.push(
      levels.map((level, l) => {
        const asked = adaptedLevel(cell, known, intervals, l, level);
        const wanted = own[i]
          ? scale(unrest[i]!) * conformalSize(errors, asked, 1 + open)
          : normalFactor(level) * fallback[i]!;
        half = Math.max(half, wanted);
        return { level, ...around(cell, mean, half) };
      }),
    );
  }
  return { intervals, own };
}

function around(cell: Cell, mean: number, half: number): { lo: number; hi: number } {
  return cell.scale === 'log'
    ? { lo: mean * Math.exp(-half), hi: Math.min(Number.MAX_VALUE, mean * Math.exp(half)) }
    : { lo: mean - half, hi: mean + half };
}

function errorSizes(cell: Cell, { mean }: CellCandidate): Float64Array {
  return cell.actual.map((actual, j) =>
    Math.abs(cell.scale === 'log' ? Math.log(actual / mean[j]!) : actual - mean[j]!),
  );
}

/** At each origin the mean size of the reference's moves from origin to origin, newer ones counting more. */
function unrestOf(cell: Cell, { mean }: CellCandidate): Float64Array {
  let unrest = Number.NaN;
  return mean.map((value, j) => {
    const before = j > 0 ? mean[j - 1]! : Number.NaN;
    const move = Math.abs(cell.scale === 'log' ? Math.log(value / before) : value - before);
    if (!Number.isNaN(move))
      unrest = Number.isNaN(unrest) ? move : UNREST_MEMORY * unrest + (1 - UNREST_MEMORY) * move;
    return unrest;
  });
}

/** How many times wider than usual: the root of the unrest against its mean up to origin i, drawn half-way to 1. */
function unrestScale(unrest: Float64Array, i: number): (there: number) => number {
  let sum = 0;
  let count = 0;
  for (let j = 0; j <= i; j++) {
    if (Number.isNaN(unrest[j])) continue;
    sum += unrest[j]!;
    count++;
  }
  const usual = sum / count;
  return (there) => (usual > 0 && !Number.isNaN(there) ? Math.sqrt((there / usual + 1) / 2) : 1);
}

/** The level to ask for so that the promised one holds: from hits and misses of the intervals as they were. */
function adaptedLevel(
  cell: Cell,
  known: readonly number[],
  intervals: readonly (readonly CellInterval[])[],
  l: number,
  level: number,
): number {
  const promised = 1 - level;
  let shift = 0;
  for (const j of known) {
    const interval = intervals[j]![l];
    if (!interval) continue;
    const missed = cell.actual[j]! < interval.lo || cell.actual[j]! > interval.hi;
    shift = LEVEL_MEMORY * shift + LEVEL_STEP * ((missed ? 1 : 0) - promised);
  }
  return Math.max(level - promised, level / 2, Math.min(level + (2 / 3) * promised, level + shift));
}
