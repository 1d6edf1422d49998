import type { EtsShape } from './ets-form.ts';
import { type EtsParameters, etsRun } from './ets-kernel.ts';
import { runForm } from './ets-start.ts';

const MOST_LEADS = 12;
/** Leads of a form without a season. */
const LEADS = 6;
/** Positions before the first one that is judged, without a season; one cycle with one. */
const SETTLING = 3;

/**
 * The mean squared error of a form over the leads from every position of the sample, in the values' units squared, so
 * that forms with additive and with relative errors compare. Parameters and start states saw the whole sample.
 */
export function leadError(
  shape: EtsShape,
  y: Float64Array,
  parameters: EtsParameters,
  start: Float64Array,
): number {
  const m = start.length;
  const leads = m > 0 ? Math.min(m, MOST_LEADS) : LEADS;
  const multiplying = shape.season === 'multiplicative';
  const season = Float64Array.from(start);
  const now: EtsParameters = { ...parameters };
  const run = etsRun();
  let sum = 0;
  let cases = 0;
  for (let t = 0; t < y.length; t++) {
    if (t >= (m || SETTLING)) {
      let power = 1;
      let damped = 0;
      for (let h = 0; h < leads && t + h < y.length; h++) {
        power *= now.phi;
        damped += power;
        const trend = now.level + damped * now.slope;
        const seasonal = m > 0 ? season[(t + h) % m]! : 0;
        const e = y[t + h]! - (multiplying ? trend * seasonal : trend + seasonal);
        if (Number.isNaN(e)) continue;
        sum += e * e;
        cases++;
      }
    }
    const k = m > 0 ? t % m : 0;
    runForm(shape, y.subarray(t, t + 1), 1, now, season.subarray(k, Math.min(k + 1, m)), run);
    now.level = run.level;
    now.slope = run.slope;
  }
  return cases > 0 ? sum / cases : 0;
}
