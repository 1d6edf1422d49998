/** A local mean, or a local straight line. */
type Degree = 0 | 1;

/** What {@link stl} needs; windows are odd numbers of points. */
export interface StlOptions {
  readonly season: number;
  /** Loess window over the same season position in successive cycles; wide = a stable season. */
  readonly seasonalWindow: number;
  /** Degree of that loess; 0 (the default, as in R) does not carry a season's drift on beyond its last cycle. */
  readonly seasonalDegree?: Degree;
  readonly trendWindow?: number;
  readonly innerIterations?: number;
}

/** The parts of a series; `seasonal[t] + trend[t]` + a remainder is the value. */
export interface StlParts {
  readonly seasonal: Float64Array;
  readonly trend: Float64Array;
}

/**
 * Seasonal-trend decomposition by loess, without robustness weights, on a series without gaps of at least two
 * cycles. On equal steps the loess weights away from the ends are one fixed kernel.
 * Source: R. B. Cleveland et al., "STL: a seasonal-trend decomposition procedure based on loess", 1990.
 */
export function stl(y: Float64Array, options: StlOptions): StlParts {
  const n = y.length;
  const m = options.season;
  const trendWindow = options.trendWindow ?? odd(Math.ceil((1.5 * m) / (1 - 1.5 / options.seasonalWindow)));
  const lowPassWindow = odd(m);
  const seasonal = new Float64Array(n);
  const adjusted = new Float64Array(n);
  let trend: Float64Array = new Float64Array(n);
  const cycle = new Float64Array(n + 2 * m);
  // a season has many short cycle-subseries, of two lengths
  const longest = Math.ceil(n / m);
  const smoother = (count: number) => smootherOf(count, options.seasonalWindow, options.seasonalDegree ?? 0);
  const smoothers = [smoother(longest), smoother(longest - 1)] as const;
  for (let pass = 0; pass < (options.innerIterations ?? 2); pass++) {
    smoothCycles(y, trend, m, smoothers, cycle);
    const low = loess(movingMean(movingMean(movingMean(cycle, m), m), 3), lowPassWindow);
    for (let t = 0; t < n; t++) seasonal[t] = cycle[t + m]! - low[t]!;
    for (let t = 0; t < n; t++) adjusted[t] = y[t]! - seasonal[t]!;
    trend = loess(adjusted, trendWindow);
  }
  return { seasonal, trend };
}

/** Loess of each cycle-subseries of `y - trend`, one cycle further at both ends, written to `cycle`. */
function smoothCycles(
  y: Float64Array,
  trend: Float64Array,
  m: number,
  smoothers: readonly [Smoother, Smoother],
  cycle: Float64Array,
): void {
  const n = y.length;
  const part = new Float64Array(Math.ceil(n / m));
  for (let k = 0; k < m; k++) {
    let count = 0;
    for (let t = k; t < n; t += m) part[count++] = y[t]! - trend[t]!;
    const { rows, lefts, width } = smoothers[count === part.length ? 0 : 1];
    for (let j = 0; j < count + 2; j++) {
      const left = lefts[j]!;
      let sum = 0;
      for (let i = 0; i < width; i++) sum += rows[j * width + i]! * part[left + i]!;
      cycle[j * m + k] = sum;
    }
  }
}

/** Loess of any series of one length as weighted sums: a row of `width` weights, from value `left` on, for a point. */
interface Smoother {
  readonly rows: Float64Array;
  readonly lefts: Int32Array;
  readonly width: number;
}

/** The smoother of series of `n` values at every point of them and at one before and after. */
function smootherOf(n: number, window: number, degree: Degree): Smoother {
  const width = Math.min(window, n);
  const rows = new Float64Array((n + 2) * width);
  const lefts = new Int32Array(n + 2);
  for (let j = 0; j < n + 2; j++) {
    lefts[j] = regressionWeights(n, window, j - 1, degree, rows.subarray(j * width, (j + 1) * width));
  }
  return { rows, lefts, width };
}

/** Mean of each `width` successive points; the result is `width - 1` shorter. */
function movingMean(y: Float64Array, width: number): Float64Array {
  const out = new Float64Array(y.length - width + 1);
  let sum = 0;
  for (let t = 0; t < width; t++) sum += y[t]!;
  out[0] = sum / width;
  for (let t = 1; t < out.length; t++) {
    sum += y[t + width - 1]! - y[t - 1]!;
    out[t] = sum / width;
  }
  return out;
}

/** Windows are this many times as wide as the steps between the points at which a local regression is worked out. */
const POINTS_PER_WINDOW = 32;

/**
 * Local regression by straight lines over an equally spaced series. A wide window's answer hardly bends between points a
 * thirty-second of it apart: between them run straight lines. (R takes a tenth.)
 */
function loess(y: Float64Array, window: number): Float64Array {
  const n = y.length;
  const half = (window - 1) >> 1;
  const jump = Math.max(1, Math.floor(window / POINTS_PER_WINDOW));
  const out = new Float64Array(n);
  const whole = window < n;
  const kernel = new Float64Array(half + 1);
  let total = 0;
  for (let d = 0; whole && d <= half; d++) {
    kernel[d] = tricube(d, half);
    total += d === 0 ? kernel[d]! : 2 * kernel[d]!;
  }
  const ends = whole && window <= WIDEST_KEPT ? endWeights(window) : undefined;
  for (let t = 0; t < n; t = t === n - 1 ? n : Math.min(t + jump, n - 1)) {
    if (whole && t >= half && t + half < n) {
      // two sums, because an addition waits for the one before it
      let odds = 0;
      let evens = kernel[0]! * y[t]!;
      let d = 1;
      for (; d < half; d += 2) {
        odds += kernel[d]! * (y[t - d]! + y[t + d]!);
        evens += kernel[d + 1]! * (y[t - d - 1]! + y[t + d + 1]!);
      }
      if (d === half) odds += kernel[d]! * (y[t - d]! + y[t + d]!);
      out[t] = (odds + evens) / total;
    } else if (ends) {
      const row = Math.min(t, n - 1 - t) * window;
      let sum = 0;
      if (t < half) for (let j = 0; j < window; j++) sum += ends[row + j]! * y[j]!;
      else for (let j = 0; j < window; j++) sum += ends[row + j]! * y[n - 1 - j]!;
      out[t] = sum;
    } else {
      out[t] = loessAt(y, window, t);
    }
  }
  for (let from = 0; jump > 1 && from < n - 1; from += jump) {
    const to = Math.min(from + jump, n - 1);
    const step = (out[to]! - out[from]!) / (to - from);
    for (let t = from + 1; t < to; t++) out[t] = out[from]! + (t - from) * step;
  }
  return out;
}

/** Windows up to this keep the weights of their ends: half a window times a window of numbers, 1 MB at most. */
const WIDEST_KEPT = 511;
const MOST_KEPT = 8;
const kept = new Map<number, Float64Array>();

/**
 * Local regression at the first points of a series as weighted sums of its first `window` values, a row a point; the
 * same read backwards are those at its last points. They depend on the window alone, and are asked for at every origin.
 */
function endWeights(window: number): Float64Array {
  const known = kept.get(window);
  if (known) return known;
  const half = (window - 1) >> 1;
  const rows = new Float64Array(half * window);
  for (let t = 0; t < half; t++) {
    regressionWeights(window, window, t, 1, rows.subarray(t * window, (t + 1) * window));
  }
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(window, rows);
  return rows;
}

/** Local regression at `x`. */
function loessAt(y: Float64Array, window: number, x: number): number {
  const width = Math.min(window, y.length);
  if (weights.length < width) weights = new Float64Array(2 * width);
  const left = regressionWeights(y.length, window, x, 1, weights);
  let sum = 0;
  for (let j = 0; j < width; j++) sum += weights[j]! * y[left + j]!;
  return sum;
}

/** The weights of one local regression; grows to the widest window seen. */
let weights = new Float64Array(512);

/**
 * What the values that a window covers count in the local regression at `x`, which may lie one step outside of the `n`
 * values: written to the beginning of `row`. Answers where the window begins.
 */
function regressionWeights(n: number, window: number, x: number, degree: Degree, row: Float64Array): number {
  const width = Math.min(window, n);
  const left = Math.max(0, Math.min(n - width, Math.round(x - (width - 1) / 2)));
  const right = left + width - 1;
  const reach = Math.max(x - left, right - x) + (window > n ? (window - n) / 2 : 0);
  let total = 0;
  let mean = 0;
  for (let j = 0; j < width; j++) {
    row[j] = tricube(Math.abs(left + j - x), reach);
    total += row[j]!;
    mean += row[j]! * (left + j);
  }
  // a window of one value has nothing at its end
  if (total === 0) total = row[x < left ? 0 : width - 1] = 1;
  mean /= total;
  let square = 0;
  for (let j = 0; degree === 1 && j < width; j++) square += row[j]! * (left + j - mean) ** 2;
  const lever = square > 1e-6 * total ? (x - mean) / square : 0;
  for (let j = 0; j < width; j++) row[j] = row[j]! * (1 / total + lever * (left + j - mean));
  return left;
}

function tricube(distance: number, reach: number): number {
  if (distance > 0.999 * reach && distance > 0) return 0;
  if (distance <= 0.001 * reach) return 1;
  const r = distance / reach;
  const w = 1 - r * r * r;
  return w * w * w;
}

function odd(value: number): number {
  const whole = Math.max(3, Math.round(value));
  return whole % 2 === 1 ? whole : whole + 1;
}
