import type { SparsePolynomial } from './arima-polynomials.ts';

/** What the filter over a series with gaps knows after its last value. */
export interface GapFilter {
  /** Errors over the square root of their relative variance, one for each value that is not used up by differencing. */
  readonly standardised: Float64Array;
  /** The same for the second column, when one was given. */
  readonly standardisedColumn: Float64Array;
  readonly logDeterminant: number;
  /** Expected values and relative error variances of the steps after the last value. */
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** Relative variance of what is not known at the start; the values come in with differences of size one. */
const DIFFUSE = 1e8;
/** Above this the value only told the start. */
const UNINFORMED = 1e5;

/**
 * The Kalman filter of an ARIMA process on its own levels, for series with gaps: NaN moves the state by its own
 * expectation. The state holds the ARMA part in Harvey's form and the last values that differencing reaches back to,
 * these with a diffuse start. Of order n (r + degree of differencing)^2. `column` is filtered beside the values (a
 * regressor). Returns undefined when a variance is not positive.
 * Source: A. C. Harvey, "Forecasting, Structural Time Series Models and the Kalman Filter", 1989, chapters 3, 4.
 */
export function filterWithGaps(
  values: Float64Array,
  column: Float64Array | undefined,
  ar: SparsePolynomial,
  ma: SparsePolynomial,
  differences: SparsePolynomial,
  horizon: number,
): GapFilter | undefined {
  const n = values.length;
  const r = Math.max(1, ar.degree, ma.degree + 1);
  const size = r + differences.degree;
  const phi = new Float64Array(r);
  for (let k = 0; k < ar.lags.length; k++) phi[ar.lags[k]! - 1] = -ar.weights[k]!;
  const theta = new Float64Array(r);
  theta[0] = 1;
  for (let k = 0; k < ma.lags.length; k++) theta[ma.lags[k]!] = ma.weights[k]!;
  const seen = new Float64Array(size);
  seen[0] = 1;
  for (let k = 0; k < differences.lags.length; k++) {
    seen[r + differences.lags[k]! - 1] = -differences.weights[k]!;
  }
  const observed = Int32Array.from([...seen.keys()].filter((i) => seen[i] !== 0));

  let cov: Float64Array = new Float64Array(size * size);
  let spare: Float64Array = new Float64Array(size * size);
  if (!stationaryStart(cov, phi, theta, r, size)) return undefined;
  for (let i = r; i < size; i++) cov[i * size + i] = DIFFUSE;

  const a = new Float64Array(size);
  const b = new Float64Array(size);
  const reach = new Float64Array(size);
  const moved = new Float64Array(size);
  const standardised: number[] = [];
  const standardisedColumn: number[] = [];
  const mean = new Float64Array(horizon);
  const variance = new Float64Array(horizon);
  let logDeterminant = 0;
  for (let t = 0; t < n + horizon; t++) {
    const expected = along(seen, observed, a);
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (const k of observed) sum += cov[i * size + k]! * seen[k]!;
      reach[i] = sum;
    }
    const f = along(seen, observed, reach);
    let told = 0;
    if (t >= n) {
      mean[t - n] = expected;
      variance[t - n] = Math.max(0, f);
    } else if (!Number.isNaN(values[t])) {
      if (!(f > 0)) return undefined;
      const e = values[t]! - expected;
      const e1 = column ? column[t]! - along(seen, observed, b) : 0;
      for (let i = 0; i < size; i++) {
        a[i] = a[i]! + (reach[i]! / f) * e;
        if (column) b[i] = b[i]! + (reach[i]! / f) * e1;
      }
      told = 1 / f;
      if (f < UNINFORMED) {
        logDeterminant += Math.log(f);
        standardised.push(e / Math.sqrt(f));
        standardisedColumn.push(e1 / Math.sqrt(f));
      }
    }
    step(a, moved, phi, seen, observed, r, size);
    if (column) step(b, moved, phi, seen, observed, r, size);
    forward(cov, spare, reach, f, phi, theta, r, size);
    if (told > 0) {
      step(reach, moved, phi, seen, observed, r, size);
      for (let i = 0; i < size; i++) {
        const share = reach[i]! * told;
        const row = i * size;
        for (let j = 0; j <= i; j++) spare[row + j] = spare[row + j]! - share * reach[j]!;
      }
    }
    for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) spare[j * size + i] = spare[i * size + j]!;
    [cov, spare] = [spare, cov];
  }
  return {
    standardised: Float64Array.from(standardised),
    standardisedColumn: Float64Array.from(standardisedColumn),
    logDeterminant,
    mean,
    variance,
  };
}

/**
 * The lower triangle of T P T' + R R', from the symmetric P, `reach` = P Z and `f` = Z' P Z: row r of T P is `reach`,
 * later rows are the rows before, and the first r are phi times the first row plus the next.
 */
function forward(
  cov: Float64Array,
  out: Float64Array,
  reach: Float64Array,
  f: number,
  phi: Float64Array,
  theta: Float64Array,
  r: number,
  size: number,
): void {
  const corner = cov[0]!;
  for (let i = 0; i < r; i++) {
    const row = i * size;
    const next = row + size;
    const pull = phi[i]!;
    const last = i + 1 === r;
    const first = pull * corner + (last ? 0 : cov[next]!);
    for (let j = 0; j <= i; j++) {
      let sum = first * phi[j]! + theta[i]! * theta[j]!;
      if (j + 1 < r) sum += pull * cov[j + 1]! + (last ? 0 : cov[next + j + 1]!);
      out[row + j] = sum;
    }
  }
  for (let i = r; i < size; i++) {
    const row = i * size;
    const from = i === r ? reach : cov;
    const base = i === r ? 0 : row - size;
    const first = from[base]!;
    for (let j = 0; j < r; j++) out[row + j] = first * phi[j]! + (j + 1 < r ? from[base + j + 1]! : 0);
    if (i === r) {
      out[row + r] = f;
    } else {
      out[row + r] = reach[i - 1]!;
      for (let j = r + 1; j <= i; j++) out[row + j] = from[base + j - 1]!;
    }
  }
}

function along(seen: Float64Array, observed: Int32Array, x: Float64Array): number {
  let sum = 0;
  for (const k of observed) sum += seen[k]! * x[k]!;
  return sum;
}

function step(
  x: Float64Array,
  moved: Float64Array,
  phi: Float64Array,
  seen: Float64Array,
  observed: Int32Array,
  r: number,
  size: number,
): void {
  for (let i = 0; i < r; i++) moved[i] = phi[i]! * x[0]! + (i + 1 < r ? x[i + 1]! : 0);
  if (size > r) {
    moved[r] = along(seen, observed, x);
    for (let i = r + 1; i < size; i++) moved[i] = x[i - 1]!;
  }
  x.set(moved);
}

/** P = T P T' + R R' of the ARMA block, by doubling: P_2k = P_k + T^k P_k T^k'. */
function stationaryStart(
  cov: Float64Array,
  phi: Float64Array,
  theta: Float64Array,
  r: number,
  size: number,
): boolean {
  let p: Float64Array = new Float64Array(r * r);
  let power: Float64Array = new Float64Array(r * r);
  for (let i = 0; i < r; i++) {
    for (let j = 0; j < r; j++) p[i * r + j] = theta[i]! * theta[j]!;
    power[i * r] = phi[i]!;
    if (i + 1 < r) power[i * r + i + 1] = 1;
  }
  for (let round = 0; round < 40; round++) {
    const left = multiply(power, p, r, false);
    const grown = multiply(left, power, r, true);
    let change = 0;
    let total = 0;
    for (let i = 0; i < r * r; i++) {
      change += Math.abs(grown[i]!);
      grown[i] = grown[i]! + p[i]!;
      total += Math.abs(grown[i]!);
    }
    p = grown;
    if (!Number.isFinite(total)) return false;
    if (change <= 1e-14 * total) {
      for (let i = 0; i < r; i++) for (let j = 0; j < r; j++) cov[i * size + j] = p[i * r + j]!;
      return true;
    }
    power = multiply(power, power, r, false);
  }
  return false;
}

/** x y, or x y' when `transposed`; square, row-major. */
function multiply(x: Float64Array, y: Float64Array, r: number, transposed: boolean): Float64Array {
  const out = new Float64Array(r * r);
  for (let i = 0; i < r; i++) {
    for (let k = 0; k < r; k++) {
      if (transposed) {
        let sum = 0;
        for (let j = 0; j < r; j++) sum += x[i * r + j]! * y[k * r + j]!;
        out[i * r + k] = sum;
      } else {
        const one = x[i * r + k]!;
        if (one === 0) continue;
        for (let j = 0; j < r; j++) out[i * r + j] = out[i * r + j]! + one * y[k * r + j]!;
      }
    }
  }
  return out;
}
