/** What a leaf is to the split search: sums over its rows and bounds for the values below it. */
export interface LeafBounds {
  readonly gradient: number;
  readonly hessian: number;
  /** The least hessian of a child. */
  readonly least: number;
  readonly low: number;
  readonly high: number;
}

export interface Split {
  readonly feature: number;
  /** By how much it lowers the objective; above zero. */
  readonly gain: number;
  readonly leftGradient: number;
  readonly leftHessian: number;
  /** Bins up to this one go left, unless `set` says which (256 bytes, 1 = left). */
  readonly bin: number;
  readonly missingLeft: boolean;
  readonly set?: Uint8Array;
}

/** The value that lowers a leaf's second-order objective most, within its bounds. */
export function leafValue(
  gradient: number,
  hessian: number,
  lambda: number,
  low: number,
  high: number,
): number {
  return Math.max(low, Math.min(high, -gradient / (hessian + lambda)));
}

/** By how much that value lowers it, doubled as in every gain here. */
export function leafTerms(
  gradient: number,
  hessian: number,
  lambda: number,
  low: number,
  high: number,
): number {
  if (low === -Infinity && high === Infinity) return (gradient * gradient) / (hessian + lambda);
  const value = leafValue(gradient, hessian, lambda, low, high);
  return -(2 * gradient * value + (hessian + lambda) * value * value);
}
