/** Users' horizons: the next market day, 1, 2 and 4 weeks, the next three 순. */
export const HORIZON_KINDS = ['MD1', 'W1', 'W2', 'W4', 'S1', 'S2', 'S3'] as const;
export type HorizonKind = (typeof HORIZON_KINDS)[number];

/** What a cell publishes: 모델 / 구간 보정 중 / 기준선 / 미공개. */
export type CellStatus = 'model' | 'model-wide-interval' | 'baseline' | 'withheld';

/** Origins that skill is earned on. */
export const GATE_ORIGINS = 26;
/** Fewest known cases on which a model may pass the gate at all. */
export const GATE_MIN_CASES = 12;
/** Fewest past errors of a forecast for an interval of its own; below, the baseline's history stands in. */
export const CALIBRATION_MIN_CASES = 20;

/**
 * The relative skill against the best baseline that a model must have earned to be shown. S1 lies about a week ahead
 * and S2 about two, so they take the bars of W1 and W2.
 * Source: the product's publishing rule, domain reference section 10.
 */
export const SKILL_THRESHOLD: Readonly<Record<HorizonKind, number>> = {
  MD1: 0,
  W1: 0,
  W2: 0.05,
  W4: 0.08,
  S1: 0,
  S2: 0.05,
  S3: 0.08,
};

/** Why a series is not fit to be forecast. */
export type WithheldReason = 'too-few-weeks' | 'rarely-moves' | 'few-distinct-values' | 'no-forecast';

/** Judged on the newest stretch, so that a series that woke up is shown. */
const JUDGED_WEEKS = 104;
const MIN_WEEKS = 8;
const MIN_MOVING_SHARE = 0.25;
const MIN_DISTINCT = 25;

/**
 * Whether a series is step-like or thin: of the newest 104 weeks with a value, under 25% moved against the week before,
 * or there are fewer than 25 distinct values in all. `undefined` = fit to be forecast.
 *
 * `values` are what was known at the origin (NaN = missing); a week is `stepsPerWeek` positions counted back from
 * the end, and its value the last known one in it.
 */
export function withheldReason(values: Float64Array, stepsPerWeek: number): WithheldReason | undefined {
  let weeks = 0;
  let moved = 0;
  let later = Number.NaN;
  for (let end = values.length; end > 0 && weeks < JUDGED_WEEKS; end -= stepsPerWeek) {
    let value = Number.NaN;
    for (let t = end - 1; t >= Math.max(0, end - stepsPerWeek) && Number.isNaN(value); t--)
      value = values[t]!;
    if (Number.isNaN(value)) continue;
    if (weeks > 0 && value !== later) moved++;
    later = value;
    weeks++;
  }
  if (weeks < MIN_WEEKS) return 'too-few-weeks';
  if (moved / (weeks - 1) < MIN_MOVING_SHARE) return 'rarely-moves';
  const distinct = new Set<number>();
  for (const value of values) if (!Number.isNaN(value)) distinct.add(value);
  return distinct.size < MIN_DISTINCT ? 'few-distinct-values' : undefined;
}
