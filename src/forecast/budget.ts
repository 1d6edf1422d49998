import { type Panel, seriesOf } from '../models/index.ts';

/** What a series was given: the whole choice, two cheap models, or the baseline alone. */
export type Effort = 'full' | 'light' | 'baseline';

/** How time is spent on a panel when there is only so much of it. */
export interface BudgetPlan {
  readonly seconds: number;
  readonly clock: () => number;
  /** What follows the baseline, cheapest first; a later one replaces an earlier answer. */
  readonly efforts: readonly Effort[];
  /** How many of a series' newest values say how large it is. */
  readonly newest: number;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Seconds that one value of a series is taken to cost before anything was measured: slow on purpose. */
const UNMEASURED_SECONDS_PER_VALUE = 5e-5;
/** What is next may cost this much more than anything of its kind did so far. */
const CAUTION = 1.5;

/**
 * Answers every series with the baseline first, then gives more effort to one series after the other, largest
 * first (sum of the newest absolute values: what a total error rests on), as long as the next one is expected to
 * end in time. What does not fit is passed over, so that short series behind a long one still get their turn. The
 * baselines alone are never cut short.
 */
export function withinBudget<Answer extends { readonly refusal?: unknown }>(
  panel: Panel,
  forecastOne: (series: number, effort: Effort) => Answer,
  plan: BudgetPlan,
): Answer[] {
  const { clock } = plan;
  const deadline = clock() + plan.seconds;
  const count = panel.ids.length;
  const passes = 1 + plan.efforts.length;
  let steps = 0;
  const advance = () => {
    steps++;
    plan.onProgress?.(Math.floor(steps / passes), count);
  };
  const answers = panel.ids.map((_, i) => {
    const answer = forecastOne(i, 'baseline');
    advance();
    return answer;
  });
  const order = byWorth(panel, plan.newest);
  for (const effort of plan.efforts) {
    let dearest = UNMEASURED_SECONDS_PER_VALUE;
    let measured = false;
    for (const i of order) {
      const length = panel.offsets[i + 1]! - panel.offsets[i]!;
      const before = clock();
      if (!answers[i]!.refusal && before + CAUTION * dearest * length <= deadline) {
        answers[i] = forecastOne(i, effort);
        const cost = (clock() - before) / length;
        dearest = measured ? Math.max(cost, dearest) : cost;
        measured = true;
      }
      advance();
    }
  }
  return answers;
}

/** Series by the sum of their newest absolute values, largest first, ties in the panel's order. */
function byWorth(panel: Panel, newest: number): number[] {
  const worth = panel.ids.map((_, i) => {
    const values = seriesOf(panel, i);
    let sum = 0;
    for (let t = Math.max(0, values.length - newest); t < values.length; t++) {
      if (!Number.isNaN(values[t])) sum += Math.abs(values[t]!);
    }
    return sum;
  });
  return worth
    .map((_, i) => i)
    .sort((a, b) => (worth[b]! > worth[a]! ? 1 : worth[b]! < worth[a]! ? -1 : a - b));
}
