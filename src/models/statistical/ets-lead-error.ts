import type { EtsShape } from './ets-form.ts';
import type { EtsParameters } from './ets-kernel.ts';

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
  { alpha, beta, gamma, phi, level: firstLevel, slope: firstSlope }: EtsParameters,
  start: Float64Array,
): number {
  const m = start.length;
  const leads = m > 0 ? Math.min(m, MOST_LEADS) : LEADS;
  const settling = m || SETTLING;
  const multiplying = shape.season === 'multiplicative';
  const season = Float64Array.from(start);
  const dampedSums = dampedSumsOf(phi, leads);
  // see ets-kernel.ts for Number()
  let level = Number(firstLevel);
  let slope = Number(firstSlope);
  let at = 0;
  let sum = 0;
  let cases = 0;
  for (let t = 0; t < y.length; t++) {
    if (t >= settling) {
      const until = Math.min(leads, y.length - t);
      let ahead = at;
      for (let h = 0; h < until; h++) {
        const trend = level + dampedSums[h]! * slope;
        const seasonal = m > 0 ? season[ahead]! : 0;
        const e = y[t + h]! - (multiplying ? trend * seasonal : trend + seasonal);
        if (m > 0) ahead = ahead + 1 === m ? 0 : ahead + 1;
        if (Number.isNaN(e)) continue;
        sum += e * e;
        cases++;
      }
    }
    // one step of the recursion, as in ets-kernel.ts; a call of it for every position costs more than the leads
    const damped = phi * slope;
    const before = level + damped;
    const seasonal = m > 0 ? season[at]! : 0;
    const e = y[t]! - (multiplying ? before * seasonal : before + seasonal);
    level = before;
    slope = damped;
    if (!Number.isNaN(e)) {
      const share = multiplying ? e / (before * seasonal) : e;
      level += multiplying ? alpha * before * share : alpha * e;
      slope += multiplying ? beta * before * share : beta * e;
      if (m > 0) season[at] = seasonal + (multiplying ? gamma * seasonal * share : gamma * e);
    }
    if (m > 0) at = at + 1 === m ? 0 : at + 1;
  }
  return cases > 0 ? sum / cases : 0;
}

/** phi + phi^2 + … for each lead. */
function dampedSumsOf(phi: number, leads: number): Float64Array {
  let power = 1;
  let damped = 0;
  return new Float64Array(leads).map(() => {
    power *= phi;
    damped += power;
    return damped;
  });
}
