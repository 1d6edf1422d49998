import type { CellCandidate } from './cell.ts';
import type { CombinationPart } from './combine.ts';

/** Why a forecast stands where it stands, in the order in which reasons are told. */
export const REASON_PARTS = ['level', 'season', 'recent'] as const;
export type ReasonPart = (typeof REASON_PARTS)[number];

/** What each reason adds, in the forecast's unit; together they are the forecast. */
export type Contributions = Readonly<Record<ReasonPart, number>>;

const LEVEL_WEEKS = 8;

/** A series with the moves of its last weeks taken out. */
export interface Levelled {
  /** The geometric mean of the last eight weeks' own means. */
  readonly level: number;
  /** The values with each of these weeks moved to the level; what happens within a week stays. */
  readonly values: Float64Array;
}

/**
 * Takes the recent move out of positive values (NaN = missing): each of the last eight weeks of `stepsPerWeek` positions,
 * counted back from the end, is scaled so that its mean of logarithms is the level, the mean over these weeks.
 */
export function levelRecent(values: Float64Array, stepsPerWeek: number): Levelled {
  const weeks: { readonly from: number; readonly to: number; readonly mean: number }[] = [];
  for (
    let to = values.length;
    to > 0 && to > values.length - LEVEL_WEEKS * stepsPerWeek;
    to -= stepsPerWeek
  ) {
    const from = Math.max(0, to - stepsPerWeek);
    let sum = 0;
    let count = 0;
    for (let t = from; t < to; t++) {
      if (Number.isNaN(values[t])) continue;
      sum += Math.log(values[t]!);
      count++;
    }
    if (count > 0) weeks.push({ from, to, mean: sum / count });
  }
  const level = weeks.reduce((sum, { mean }) => sum + mean, 0) / weeks.length;
  const levelled = values.slice();
  for (const { from, to, mean } of weeks)
    for (let t = from; t < to; t++) levelled[t] = levelled[t]! * Math.exp(level - mean);
  return { level: Math.exp(level), values: levelled };
}

/**
 * Splits what is shown into reasons that add up to it.
 *
 * By leaving out: `recent` is how far the forecast differs from what the same members with the same weights would
 * say had the last eight weeks stood still at their level; `season` is how far that differs from the level, the move
 * which the time of year and of the week alone would bring. A member that could not answer the second question counts
 * with all of its move as season. Parts of the logarithm become parts of the price in proportion to the whole move
 * (the logarithmic mean, which leaves no rest). For cells in logarithms.
 * Source of the last step: B. W. Ang, "Decomposition analysis for policymaking in energy", 2004.
 */
export function explain(
  mean: number,
  parts: readonly CombinationPart[],
  candidates: readonly CellCandidate[],
  level: number,
): Contributions {
  const whole = Math.log(mean / level);
  let recent = 0;
  for (const { name, weight } of parts) {
    const candidate = candidates.find((one) => one.name === name);
    const now = candidate?.mean.at(-1);
    const still = candidate?.instead;
    if (now && still && !Number.isNaN(still)) recent += weight * Math.log(now / still);
  }
  // A whole move of next to nothing may still be two opposite ones; the level is then what a log point is worth.
  const worth = Math.abs(whole) < 1e-9 ? level : (mean - level) / whole;
  return { level, season: mean - level - recent * worth, recent: recent * worth };
}
