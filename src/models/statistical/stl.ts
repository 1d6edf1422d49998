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
 * cycles. On equal steps the loess weights away from the ends are one fixed kernel, so no jumps are needed.
 * Source: R. B. Cleveland et al., "STL: a seasonal-trend decomposition procedure based on loess", 1990.
 */
export function stl(y: Float64Array, options: StlOptions): StlParts {
  const n = y.length;
  const m = options.season;
  const trendWindow = options.trendWindow ?? odd(Math.ceil((1.5 * m) / (1 - 1.5 / options.seasonalWindow)));
  const lowPassWindow = odd(m);
  const seasonal = new Float64Array(n);
  let trend: Float64Array = new Float64Array(n);
  const cycle = new Float64Array(n + 2 * m);
  for (let pass = 0; pass < (options.innerIterations ?? 2); pass++) {
    smoothCycles(y, trend, m, options.seasonalWindow, options.seasonalDegree ?? 0, cycle);
    const low = loess(movingMean(movingMean(movingMean(cycle, m), m), 3), lowPassWindow);
    for (let t = 0; t < n; t++) seasonal[t] = cycle[t + m]! - low[t]!;
    const adjusted = y.map((value, t) => value - seasonal[t]!);
    trend = loess(adjusted, trendWindow);
  }
  return { seasonal, trend };
}

/** Loess of each cycle-subseries of `y - trend`, one cycle further at both ends, written to `cycle`. */
function smoothCycles(
  y: Float64Array,
  trend: Float64Array,
  m: number,
  window: number,
  degree: Degree,
  cycle: Float64Array,
): void {
  const n = y.length;
  const longest = Math.ceil(n / m);
  // a season has many short cycle-subseries: two lengths of them, and no array for each
  const part = new Float64Array(longest);
  const smooth = new Float64Array(longest);
  const shorter = part.subarray(0, longest - 1);
  for (let k = 0; k < m; k++) {
    let count = 0;
    for (let t = k; t < n; t += m) part[count++] = y[t]! - trend[t]!;
    const series = count === longest ? part : shorter;
    loess(series, window, degree, smooth);
    cycle[k] = loessAt(series, window, -1, degree);
    for (let j = 0; j < count; j++) cycle[(j + 1) * m + k] = smooth[j]!;
    cycle[(count + 1) * m + k] = loessAt(series, window, count, degree);
  }
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

/** Local regression at every point of an equally spaced series, written to the beginning of `out`. */
function loess(
  y: Float64Array,
  window: number,
  degree: Degree = 1,
  out: Float64Array = new Float64Array(y.length),
): Float64Array {
  const n = y.length;
  const half = (window - 1) >> 1;
  if (window >= n || half < 1) {
    for (let t = 0; t < n; t++) out[t] = loessAt(y, window, t, degree);
    return out;
  }
  const kernel = new Float64Array(half + 1);
  let total = 0;
  for (let d = 0; d <= half; d++) {
    kernel[d] = tricube(d, half);
    total += d === 0 ? kernel[d]! : 2 * kernel[d]!;
  }
  for (let t = half; t + half < n; t++) {
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
  }
  const ends = window <= WIDEST_KEPT ? endWeights(window, degree) : undefined;
  for (let t = 0; t < half; t++) {
    if (!ends) {
      out[t] = loessAt(y, window, t, degree);
      out[n - 1 - t] = loessAt(y, window, n - 1 - t, degree);
      continue;
    }
    let left = 0;
    let right = 0;
    for (let j = 0; j < window; j++) {
      left += ends[t * window + j]! * y[j]!;
      right += ends[t * window + j]! * y[n - 1 - j]!;
    }
    out[t] = left;
    out[n - 1 - t] = right;
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
function endWeights(window: number, degree: Degree): Float64Array {
  const key = 2 * window + degree;
  const known = kept.get(key);
  if (known) return known;
  const half = (window - 1) >> 1;
  const rows = new Float64Array(half * window);
  for (let t = 0; t < half; t++) {
    const row = rows.subarray(t * window, (t + 1) * window);
    let total = 0;
    let mean = 0;
    for (let j = 0; j < window; j++) {
      row[j] = tricube(Math.abs(j - t), window - 1 - t);
      total += row[j]!;
      mean += row[j]! * j;
    }
    mean /= total;
    let square = 0;
    for (let j = 0; j < window; j++) square += row[j]! * (j - mean) ** 2;
    const lever = degree === 1 && square > 1e-6 * total ? (t - mean) / square : 0;
    for (let j = 0; j < window; j++) row[j] = row[j]! * (1 / total + lever * (j - mean));
  }
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, rows);
  return rows;
}

/** Local regression at `x`, which may lie one step outside the series. */
function loessAt(y: Float64Array, window: number, x: number, degree: Degree): number {
  const n = y.length;
  const width = Math.min(window, n);
  const left = Math.max(0, Math.min(n - width, Math.round(x - (width - 1) / 2)));
  const right = left + width - 1;
  const reach = Math.max(x - left, right - x) + (window > n ? (window - n) / 2 : 0);
  if (weights.length < width) weights = new Float64Array(2 * width);
  let total = 0;
  let meanT = 0;
  let meanY = 0;
  for (let t = left; t <= right; t++) {
    const w = tricube(Math.abs(t - x), reach);
    weights[t - left] = w;
    total += w;
    meanT += w * t;
    meanY += w * y[t]!;
  }
  if (!(total > 0)) return y[Math.max(0, Math.min(n - 1, x))]!;
  meanT /= total;
  meanY /= total;
  if (degree === 0) return meanY;
  let cross = 0;
  let square = 0;
  for (let t = left; t <= right; t++) {
    const lever = weights[t - left]! * (t - meanT);
    cross += lever * (y[t]! - meanY);
    square += lever * (t - meanT);
  }
  return square > 1e-6 * total ? meanY + (cross / square) * (x - meanT) : meanY;
}

/** The weights of one local regression; grows to the widest window seen. */
let weights = new Float64Array(512);

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
