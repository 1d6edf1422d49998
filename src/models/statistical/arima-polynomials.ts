/**
 * The polynomials of ARIMA(p, d, q)(P, D, Q)m, in the convention
 * (1 - phi_1 B - ...)(1 - Phi_1 B^m - ...) w = (1 + theta_1 B + ...)(1 + Theta_1 B^m + ...) e.
 */
export interface ArimaOrder {
  readonly p: number;
  readonly d: number;
  readonly q: number;
  readonly seasonalP: number;
  readonly seasonalD: number;
  readonly seasonalQ: number;
  /** Steps in one season, at least 2 when a seasonal part is not zero. */
  readonly season: number;
  /** Whether the differenced values have a mean: the mean of the series, or its drift. */
  readonly constant: boolean;
}

/** Coefficients in the order phi, theta, Phi, Theta; the count is {@link armaCount}. */
export type ArmaCoefficients = Float64Array;

export function armaCount(order: ArimaOrder): number {
  return order.p + order.q + order.seasonalP + order.seasonalQ;
}

/** The lengths of phi, theta, Phi, Theta inside one coefficient vector. */
export function armaBlocks(order: ArimaOrder): readonly number[] {
  return [order.p, order.q, order.seasonalP, order.seasonalQ];
}

/** Beyond this partial autocorrelation a factor counts as having a unit root. */
const MAX_FREE = 4.5;

/**
 * Free numbers to stationary, invertible coefficients: tanh gives partial autocorrelations, Durbin-Levinson the
 * coefficients; for moving averages the sign is turned. A zero at the end of a block leaves the shorter model.
 * Source: M. C. Jones, "Randomly choosing parameters from the stationarity and invertibility region", 1987.
 */
export function coefficientsOf(free: Float64Array, order: ArimaOrder, out: ArmaCoefficients): void {
  let at = 0;
  armaBlocks(order).forEach((length, block) => {
    for (let k = 0; k < length; k++) {
      const x = free[at + k]!;
      const partial = Math.tanh(Math.max(-MAX_FREE, Math.min(MAX_FREE, x)));
      for (let j = 0; j < k >> 1; j++) {
        const low = out[at + j]!;
        const high = out[at + k - 1 - j]!;
        out[at + j] = low - partial * high;
        out[at + k - 1 - j] = high - partial * low;
      }
      if (k % 2 === 1) out[at + (k >> 1)] = out[at + (k >> 1)]! * (1 - partial);
      out[at + k] = partial;
    }
    if (block % 2 === 1) for (let k = 0; k < length; k++) out[at + k] = -out[at + k]!;
    at += length;
  });
}

/** Turns autoregressive coefficients into partial autocorrelations in place; false when one is not inside (-1, 1). */
function stepDown(work: Float64Array, length: number): boolean {
  for (let k = length - 1; k >= 0; k--) {
    const partial = work[k]!;
    if (!(Math.abs(partial) < 1)) return false;
    const scale = 1 / (1 - partial * partial);
    for (let j = 0; j < k >> 1; j++) {
      const low = work[j]!;
      const high = work[k - 1 - j]!;
      work[j] = (low + partial * high) * scale;
      work[k - 1 - j] = (high + partial * low) * scale;
    }
    if (k % 2 === 1) work[k >> 1] = work[k >> 1]! / (1 - partial);
  }
  return true;
}

/** For each factor, phi, theta, Phi, Theta: whether all its roots, in its own variable, lie further out than `modulus`. */
export function rootsBeyond(
  coefficients: ArmaCoefficients,
  order: ArimaOrder,
  modulus: number,
): readonly boolean[] {
  let at = 0;
  return armaBlocks(order).map((length, block) => {
    const sign = block % 2 === 1 ? -1 : 1;
    const work = Float64Array.from({ length }, (_, k) => sign * coefficients[at + k]! * modulus ** (k + 1));
    at += length;
    return stepDown(work, length);
  });
}

/** A polynomial 1 + sum of `weights[k]` B^`lags[k]`, lags rising, zero weights left out. */
export interface SparsePolynomial {
  readonly lags: Int32Array;
  readonly weights: Float64Array;
  readonly degree: number;
}

/** The products phi(B) Phi(B^m), with phi(B) = 1 - phi_1 B - ..., and theta(B) Theta(B^m). */
export function armaPolynomials(
  coefficients: ArmaCoefficients,
  order: ArimaOrder,
): { readonly ar: SparsePolynomial; readonly ma: SparsePolynomial } {
  const { p, q, seasonalP, seasonalQ, season } = order;
  const phi = coefficients.subarray(0, p).map((value) => -value);
  const theta = coefficients.subarray(p, p + q);
  const seasonalPhi = coefficients.subarray(p + q, p + q + seasonalP).map((value) => -value);
  const seasonalTheta = coefficients.subarray(p + q + seasonalP, p + q + seasonalP + seasonalQ);
  return { ar: product(phi, seasonalPhi, season), ma: product(theta, seasonalTheta, season) };
}

function product(plain: Float64Array, seasonal: Float64Array, season: number): SparsePolynomial {
  const degree = plain.length + season * seasonal.length;
  const dense = new Float64Array(degree + 1);
  for (let i = 0; i <= seasonal.length; i++) {
    const outer = i === 0 ? 1 : seasonal[i - 1]!;
    for (let j = 0; j <= plain.length; j++) {
      dense[i * season + j] = dense[i * season + j]! + outer * (j === 0 ? 1 : plain[j - 1]!);
    }
  }
  return sparse(dense);
}

/** (1 - B)^d (1 - B^m)^D. */
export function differencing(d: number, seasonalD: number, season: number): SparsePolynomial {
  let dense = Float64Array.of(1);
  for (let k = 0; k < d + seasonalD; k++) {
    const lag = k < d ? 1 : season;
    const next = new Float64Array(dense.length + lag);
    dense.forEach((weight, j) => {
      next[j] = next[j]! + weight;
      next[j + lag] = next[j + lag]! - weight;
    });
    dense = next;
  }
  return sparse(dense);
}

function sparse(dense: Float64Array): SparsePolynomial {
  const lags: number[] = [];
  const weights: number[] = [];
  for (let j = 1; j < dense.length; j++) {
    if (dense[j] === 0) continue;
    lags.push(j);
    weights.push(dense[j]!);
  }
  return {
    lags: Int32Array.from(lags),
    weights: Float64Array.from(weights),
    degree: lags.length === 0 ? 0 : lags[lags.length - 1]!,
  };
}

/** The polynomial applied to `values` from position `degree` on: `values.length - degree` numbers, NaN beside a gap. */
export function applyPolynomial(values: Float64Array, polynomial: SparsePolynomial): Float64Array {
  const { lags, weights, degree } = polynomial;
  const out = new Float64Array(Math.max(0, values.length - degree));
  for (let t = 0; t < out.length; t++) {
    let sum = values[t + degree]!;
    for (let k = 0; k < lags.length; k++) sum += weights[k]! * values[t + degree - lags[k]!]!;
    out[t] = sum;
  }
  return out;
}
