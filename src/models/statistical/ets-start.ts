import { firstKnown } from './conditioning.ts';
import type { EtsShape } from './ets-form.ts';
import { type EtsParameters, type EtsRun, etsFilter, etsFilterMultiplying, etsRun } from './ets-kernel.ts';
import { crossProducts, solveSymmetric } from './least-squares.ts';
import { seasonalIndices } from './seasonality.ts';

/** Runs a form's recursion. */
export function runForm(
  shape: EtsShape,
  y: Float64Array,
  n: number,
  p: EtsParameters,
  season: Float64Array,
  into: EtsRun,
  errors?: Float64Array,
): EtsRun {
  const m = season.length;
  return shape.season === 'multiplicative'
    ? etsFilterMultiplying(y, n, p, season, m, into, errors)
    : etsFilter(y, n, p, season, m, shape.relative, into, errors);
}

/** Cycles that the first states of the season are read from, and steps that those of level and slope are. */
const FIRST_CYCLES = 3;
const FIRST_STEPS = 10;

/**
 * First states from the beginning of the sample: the season as its first cycles stand apart from their moving mean, the
 * level and, where there is one, the slope of the line through what is left.
 */
export function firstStates(shape: EtsShape, y: Float64Array, p: EtsParameters, season: Float64Array): void {
  const m = season.length;
  const first = firstKnown(y);
  const multiplying = shape.season === 'multiplicative';
  season.fill(multiplying ? 1 : 0);
  if (m > 0) {
    const span = y.subarray(0, Math.min(y.length, Math.max(FIRST_CYCLES * m, first + 2 * m)));
    const found = seasonalIndices(span, m, multiplying ? 'multiplicative' : 'additive');
    if (found.kind === (multiplying ? 'multiplicative' : 'additive')) season.set(found.indices);
  }
  const end = Math.min(y.length, first + Math.max(FIRST_STEPS, 2 * m));
  let count = 0;
  let sumT = 0;
  let sumY = 0;
  const adjusted = (t: number) =>
    m === 0 ? y[t]! : multiplying ? y[t]! / season[t % m]! : y[t]! - season[t % m]!;
  for (let t = 0; t < end; t++) {
    if (Number.isNaN(y[t])) continue;
    count++;
    sumT += t + 1;
    sumY += adjusted(t);
  }
  let cross = 0;
  let square = 0;
  for (let t = 0; t < end; t++) {
    if (Number.isNaN(y[t])) continue;
    cross += (t + 1 - sumT / count) * (adjusted(t) - sumY / count);
    square += (t + 1 - sumT / count) ** 2;
  }
  p.slope = shape.trend && square > 0 ? cross / square : 0;
  p.level = sumY / count - (p.slope * sumT) / count;
}

/** Values beyond this many state-times-step cells say nothing more about the start, and cost much. */
const MAX_DESIGN_CELLS = 60_000;
/** Change of a state by which the slope of the errors is measured; the values are of order one. */
const NUDGE = 1e-4;
/**
 * Weight of the first states against the least-squares ones. A season has as many states as it has steps, and on a
 * hundred values their exact solution fits the noise: chosen one horizon before the end of the M3 and M4 training parts.
 */
const SHRINKAGE = 30;

const run = etsRun();
/** The design of one call; grows to the largest seen, for to allocate it anew each time costs more than to fill it. */
let scratchDesign = new Float64Array(0);

/**
 * Moves the start states towards the least squares of the errors for given smoothing parameters: column j of the design is
 * how the errors answer to a change of state j. Errors are affine in the states where they are additive, else this is a
 * Gauss-Newton step. Each state moves only as far as the data outweigh the first guess ({@link SHRINKAGE}). The caller
 * keeps the old start when the new one is no better.
 */
export function improveStates(
  shape: EtsShape,
  y: Float64Array,
  p: EtsParameters,
  season: Float64Array,
): boolean {
  const m = season.length;
  const first = shape.trend ? 2 : 1;
  const states = first + m;
  const n = Math.min(y.length, Math.max(3 * states, Math.floor(MAX_DESIGN_CELLS / states)));
  const linear = !shape.relative;
  const nudge = linear ? 1 : NUDGE;
  const scratch = new Float64Array(m);
  const base = new Float64Array(n);
  const errorsFrom = (j: number, into: Float64Array): void => {
    const start = { ...p };
    if (j === 0) start.level += nudge;
    else if (j === 1 && shape.trend) start.slope += nudge;
    scratch.set(season);
    if (j >= first) scratch[j - first] = scratch[j - first]! + nudge;
    runForm(shape, y, n, start, scratch, run, into);
  };
  errorsFrom(-1, base);
  if (scratchDesign.length < states * n) scratchDesign = new Float64Array(states * n);
  const design = scratchDesign;
  for (let j = 0; j < states; j++) {
    const column = design.subarray(j * n, (j + 1) * n);
    errorsFrom(j, column);
    for (let t = 0; t < n; t++) {
      const slope = (column[t]! - base[t]!) / nudge;
      column[t] = Number.isNaN(slope) ? 0 : slope;
    }
  }
  for (let t = 0; t < n; t++) if (Number.isNaN(base[t])) base[t] = 0;
  const normal = new Float64Array(states * states);
  crossProducts(design, states, n, normal);
  const right = new Float64Array(states);
  for (let i = 0; i < states; i++) {
    let sum = 0;
    for (let t = 0; t < n; t++) sum -= design[i * n + t]! * base[t]!;
    right[i] = sum;
  }
  for (let i = 0; i < states; i++) normal[i * states + i] = normal[i * states + i]! * (1 + SHRINKAGE) + 1e-9;
  if (!solveSymmetric(normal, right, states)) return false;
  p.level += right[0]!;
  if (shape.trend) p.slope += right[1]!;
  for (let k = 0; k < m; k++) season[k] = season[k]! + right[first + k]!;
  return true;
}
