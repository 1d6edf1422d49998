/**
 * A hierarchy of totals, such as market ← item ← series: `parents[i]` is the position of the node that node i is a part
 * of, always an earlier one, or -1 for a total of its own. Nodes without parts are the leaves.
 */
export type Hierarchy = ArrayLike<number>;

/** Forecasts of a quantity that adds up, node by node, with the variances of their errors (> 0). */
export interface Totals {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** Totals that add up, and the prices that follow from them. */
export interface ReconciledPrices {
  readonly amount: Float64Array;
  readonly kg: Float64Array;
  /** amount ÷ kg at each node, a total's being the weighted mean of its parts'; NaN where no kg are expected. */
  readonly price: Float64Array;
}

/**
 * Forecasts that add up along a hierarchy and change as little as possible: the sum over all nodes of (new - old)² ÷
 * variance is the least that any forecasts with exact sums can have. Equal variances give ordinary least squares; the
 * variances of past errors weigh each node by how far it can be trusted.
 *
 * In a tree this takes two passes: upwards, each total joins what it says itself with what its parts sum to, by
 * precision; downwards, what is left between a total and its parts is shared among them by their variance. A part
 * never falls below 0 where neither it nor its total was below 0: its siblings give up shares of theirs instead.
 * @throws RangeError when a parent does not come before its part, or a variance is not above 0
 * Source: S. Wickramasuriya, G. Athanasopoulos, R. Hyndman, "Optimal Forecast Reconciliation", 2019 (diagonal weights).
 */
export function reconcile(parents: Hierarchy, { mean, variance }: Totals): Float64Array {
  const count = parents.length;
  const sum = new Float64Array(count);
  const spread = new Float64Array(count);
  const parts: number[][] = Array.from({ length: count }, () => []);
  for (let i = 0; i < count; i++) {
    const parent = parents[i]!;
    if (parent >= i) throw new RangeError(`node ${i} comes before its total ${parent}`);
    if (!(variance[i]! > 0)) throw new RangeError(`the variance of node ${i} must be above 0`);
    if (parent >= 0) parts[parent]!.push(i);
  }
  const out = new Float64Array(count);
  const width = new Float64Array(count);
  for (let i = count - 1; i >= 0; i--) {
    out[i] = mean[i]!;
    width[i] = variance[i]!;
    if (parts[i]!.length > 0) {
      const own = spread[i]! / (spread[i]! + variance[i]!);
      out[i] = sum[i]! + own * (mean[i]! - sum[i]!);
      width[i] = own * variance[i]!;
    }
    const parent = parents[i]!;
    if (parent < 0) continue;
    sum[parent] = sum[parent]! + out[i]!;
    spread[parent] = spread[parent]! + width[i]!;
  }
  for (let i = 0; i < count; i++) if (parts[i]!.length > 0) share(out[i]!, parts[i]!, out, width, mean);
  return out;
}

/** Moves the parts so that they sum to their total, the rest shared by variance. */
function share(
  total: number,
  parts: readonly number[],
  out: Float64Array,
  width: Float64Array,
  mean: Float64Array,
) {
  let free = parts;
  for (;;) {
    let rest = total;
    let spread = 0;
    for (const i of parts) if (!free.includes(i)) rest -= out[i]!;
    for (const i of free) {
      rest -= out[i]!;
      spread += width[i]!;
    }
    for (const i of free) out[i] = out[i]! + (rest * width[i]!) / spread;
    const fallen = total < 0 ? [] : free.filter((i) => out[i]! < 0 && mean[i]! >= 0);
    if (fallen.length === 0 || fallen.length === free.length) return;
    for (const i of fallen) out[i] = 0;
    free = free.filter((i) => !fallen.includes(i));
  }
}

/**
 * Reconciles amount and kg each by itself and lets the price follow: a price is a ratio, does not add up, and must not be
 * reconciled as if it did.
 */
export function reconcilePrices(parents: Hierarchy, amount: Totals, kg: Totals): ReconciledPrices {
  const money = reconcile(parents, amount);
  const mass = reconcile(parents, kg);
  const price = money.map((won, i) => (mass[i]! > 0 ? won / mass[i]! : Number.NaN));
  return { amount: money, kg: mass, price };
}
