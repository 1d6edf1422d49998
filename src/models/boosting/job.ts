/** Features are kept in groups of so many, a byte each, so that one load brings a row's bins of a group. */
export const GROUP = 8;

/** Bytes of one bin: the sums of gradient and hessian as two doubles. */
export const BIN_BYTES = 16;
/** Bytes of one feature's bins, and of one group of features. */
export const FEATURE_BYTES = 256 * BIN_BYTES;
export const GROUP_BYTES = GROUP * FEATURE_BYTES;
/** Bytes of a split found for a feature: gain, gradient and hessian on the left (f64), bin, missing left (i32). */
export const SPLIT_BYTES = 32;
/** Bytes of what the kernel knows about a feature: bins (0 = not in play), its kind (i32 each). */
export const FEATURE_NOTE_BYTES = 8;
/** A feature's kind in its note: rising 1, falling -1, free 0, or left to the categorical search. */
export const CATEGORICAL = 2;

/**
 * A job: histograms of one leaf (the smaller child) and, by subtraction from the parent in place, of its sibling (the
 * larger child), and the best numeric split of every feature in both. Its groups are cut into shares, each done by
 * whoever is free; what is written for a feature depends on that feature alone, so that threads cannot change a bit.
 *
 * Byte offsets in the job's block. `small` and `large` begin the bounds of a leaf: five doubles, in this order:
 * gradient, hessian, the least hessian of a child, lowest and highest value of a leaf below.
 */
export const JOB = {
  next: 0,
  done: 4,
  shares: 8,
  rows: 12,
  pairs: 16,
  count: 20,
  smallHistogram: 24,
  largeHistogram: 28,
  bins: 32,
  rowBytes: 36,
  notes: 40,
  smallSplits: 44,
  largeSplits: 48,
  turn: 52,
  over: 56,
  groups: 60,
  lambda: 64,
  small: 72,
  large: 112,
  block: 152,
  words: 156,
  bytes: 192,
} as const;

/**
 * What the trainer's inner loops do, on one memory; every argument but a count is a byte address.
 *
 * Two implementations give the same bits: WebAssembly, and plain loops for the tests and for reading.
 */
export interface BoostingKernel {
  /** Copies the (gradient, hessian) pairs of `rows`, two floats each, into their order. */
  gather(target: number, pairs: number, rows: number, count: number): void;
  /**
   * Brings the rows whose bin `goesLeft` marks (256 bytes, 1 or 0) before the others, both in their old order, and
   * gives their number. `bins` holds the feature's bins by row; `spare` holds `count` rows.
   */
  partition(rows: number, spare: number, bins: number, count: number, goesLeft: number): number;
  /** Does what is left of a job and waits until those who help are through. */
  run(job: number, helped: number): void;
}
