/** What {@link minimise} may be told. */
export interface MinimiseOptions {
  readonly maxIterations: number;
  /** Stop when the spread of the simplex's values is below this part of the best value. */
  readonly tolerance: number;
}

/** The part of the usual first simplex that a search needs which begins where one on a little less of the sample ended. */
export const NEAR = 1 / 3;

const MAX_DIMENSIONS = 6;
const points = new Float64Array((MAX_DIMENSIONS + 1) * MAX_DIMENSIONS);
const heights = new Float64Array(MAX_DIMENSIONS + 1);
const centre = new Float64Array(MAX_DIMENSIONS);
const trial = new Float64Array(MAX_DIMENSIONS);
const second = new Float64Array(MAX_DIMENSIONS);

/**
 * Nelder-Mead with coefficients 1, 2, 0.5, 0.5: moves `x` (at most six numbers) to a local minimum of `height` and
 * returns the value there. Infeasible points answer 1e300. Nothing is allocated and nothing is random; the scratch
 * is shared by the module, so `height` must not call `minimise` itself.
 * Source: J. A. Nelder, R. Mead, "A simplex method for function minimization", 1965.
 */
export function minimise(
  height: (x: Float64Array) => number,
  x: Float64Array,
  steps: ArrayLike<number>,
  options: MinimiseOptions,
): number {
  const d = x.length;
  for (let i = 0; i <= d; i++) {
    for (let j = 0; j < d; j++) points[i * d + j] = x[j]! + (i === j + 1 ? steps[j]! : 0);
    for (let j = 0; j < d; j++) trial[j] = points[i * d + j]!;
    heights[i] = height(trial);
  }
  for (let iteration = 0; iteration < options.maxIterations; iteration++) {
    let low = 0;
    let high = 0;
    for (let i = 1; i <= d; i++) {
      if (heights[i]! < heights[low]!) low = i;
      if (heights[i]! >= heights[high]!) high = i;
    }
    if (heights[high]! - heights[low]! <= options.tolerance * (Math.abs(heights[low]!) + 1e-300)) break;
    let nextHigh = low;
    for (let i = 0; i <= d; i++) if (i !== high && heights[i]! > heights[nextHigh]!) nextHigh = i;
    for (let j = 0; j < d; j++) {
      let sum = 0;
      for (let i = 0; i <= d; i++) if (i !== high) sum += points[i * d + j]!;
      centre[j] = sum / d;
      trial[j] = 2 * centre[j]! - points[high * d + j]!;
    }
    const reflected = height(trial);
    if (reflected < heights[low]!) {
      for (let j = 0; j < d; j++) second[j] = 3 * centre[j]! - 2 * points[high * d + j]!;
      const expanded = height(second);
      if (expanded < reflected) replace(high, d, second, expanded);
      else replace(high, d, trial, reflected);
    } else if (reflected < heights[nextHigh]!) {
      replace(high, d, trial, reflected);
    } else {
      const outside = reflected < heights[high]!;
      for (let j = 0; j < d; j++) {
        second[j] = 0.5 * centre[j]! + 0.5 * (outside ? trial[j]! : points[high * d + j]!);
      }
      const contracted = height(second);
      if (contracted < (outside ? reflected : heights[high]!)) replace(high, d, second, contracted);
      else shrink(low, d, height);
    }
  }
  let best = 0;
  for (let i = 1; i <= d; i++) if (heights[i]! < heights[best]!) best = i;
  for (let j = 0; j < d; j++) x[j] = points[best * d + j]!;
  return heights[best]!;
}

function replace(vertex: number, d: number, point: Float64Array, value: number): void {
  for (let j = 0; j < d; j++) points[vertex * d + j] = point[j]!;
  heights[vertex] = value;
}

function shrink(low: number, d: number, height: (x: Float64Array) => number): void {
  for (let i = 0; i <= d; i++) {
    if (i === low) continue;
    for (let j = 0; j < d; j++) {
      trial[j] = 0.5 * (points[i * d + j]! + points[low * d + j]!);
      points[i * d + j] = trial[j]!;
    }
    heights[i] = height(trial);
  }
}
