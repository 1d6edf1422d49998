/**
 * The q-quantile of `values`, averaged over the two values where the weight below is exactly q of the whole (Hyndman
 * and Fan's definition 2), so that a weight of two is the same as a value given twice. Reorders both arrays.
 */
export function quantileOf(values: Float64Array, q: number, weights?: Float64Array): number {
  return weights ? weighted(values, q, weights) : unweighted(values, q);
}

/** So near to a whole number of values, a position is meant to be one. */
const EXACT = 1e-9;

function unweighted(values: Float64Array, q: number): number {
  const { length } = values;
  const position = q * length;
  const whole = Math.round(position);
  const exact = Math.abs(position - whole) < EXACT * length;
  const rank = Math.min(length, Math.max(1, exact ? whole : Math.ceil(position)));
  const low = select(values, rank - 1);
  if (!exact || rank === length) return low;
  let high = Infinity;
  for (let i = rank; i < length; i++) if (values[i]! < high) high = values[i]!;
  return low / 2 + high / 2;
}

/** Brings the value of rank `k` (0 = the lowest) to its place, lower ones before it and higher ones behind. */
function select(values: Float64Array, k: number): number {
  let from = 0;
  let to = values.length - 1;
  while (from < to) {
    const pivot = medianOfThree(values[from]!, values[(from + to) >> 1]!, values[to]!);
    let i = from - 1;
    let j = to + 1;
    for (;;) {
      do i++;
      while (values[i]! < pivot);
      do j--;
      while (values[j]! > pivot);
      if (i >= j) break;
      swap(values, i, j);
    }
    if (k <= j) to = j;
    else from = j + 1;
  }
  return values[k]!;
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

/** The same search, but a side is left out when its weight, not its number, does not reach. */
function weighted(values: Float64Array, q: number, weights: Float64Array): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const wanted = (q - EXACT) * total;
  let from = 0;
  let to = values.length - 1;
  let below = 0;
  while (from < to) {
    const pivot = medianOfThree(values[from]!, values[(from + to) >> 1]!, values[to]!);
    let i = from - 1;
    let j = to + 1;
    let passed = 0;
    for (;;) {
      do i++;
      while (values[i]! < pivot);
      do j--;
      while (values[j]! > pivot);
      if (i >= j) break;
      swap(values, i, j);
      swap(weights, i, j);
    }
    for (let at = from; at <= j; at++) passed += weights[at]!;
    if (below + passed >= wanted) to = j;
    else {
      below += passed;
      from = j + 1;
    }
  }
  const low = values[from]!;
  if (below + weights[from]! > (q + EXACT) * total) return low;
  let high = Infinity;
  for (let i = from + 1; i < values.length; i++) if (weights[i]! > 0 && values[i]! < high) high = values[i]!;
  return high === Infinity ? low : low / 2 + high / 2;
}

function swap(values: Float64Array, i: number, j: number): void {
  const kept = values[i]!;
  values[i] = values[j]!;
  values[j] = kept;
}
