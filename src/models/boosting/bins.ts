import { chooseOf, randomFrom } from './random.ts';
import { BoostingRefusal } from './refusal.ts';
import { columnsNamed, type FeatureTable, rowsOf } from './table.ts';

/**
 * How one feature becomes bins: bin 0 is missing (NaN, or a category that has no bin), 1..bins hold values.
 *
 * Numbers: a value x lies in bin 1 + the count of edges below x. Categories: `codes[bin - 1]`, most frequent first.
 */
export type FeatureBins =
  | { readonly kind: 'numeric'; readonly bins: number; readonly edges: Float64Array }
  | { readonly kind: 'categorical'; readonly bins: number; readonly codes: Float64Array };

/** A table whose values are bins; made once, used for any number of trainings. */
export interface BinnedTable {
  readonly names: readonly string[];
  readonly rows: number;
  readonly features: readonly FeatureBins[];
  /** [feature][row] */
  readonly bins: Uint8Array;
}

export interface BinOptions {
  /** Bins for the values of a feature, 2 to 255; default 255. */
  readonly maxBins?: number;
  /** Edges are laid by so many rows chosen at random; default 200,000. */
  readonly sampleRows?: number;
  readonly seed?: number;
}

/** Lays the edges of every feature and sorts the rows into bins; throws {@link BoostingRefusal}. */
export function binFeatures(table: FeatureTable, options: BinOptions = {}): BinnedTable {
  const { maxBins = 255, sampleRows = 200_000, seed = 1 } = options;
  if (!Number.isInteger(maxBins) || maxBins < 2 || maxBins > 255) {
    throw new BoostingRefusal('option', `maxBins is ${maxBins}; it can be 2 to 255`);
  }
  if (!(sampleRows >= 1))
    throw new BoostingRefusal('option', `sampleRows is ${sampleRows}; it must be positive`);
  const rows = rowsOf(table);
  const sample = new Uint32Array(Math.min(rows, Math.floor(sampleRows)));
  chooseOf(rows, sample.length, randomFrom(seed), sample);
  const features = table.columns.map((column, at): FeatureBins => {
    const name = table.names[at]!;
    if (table.categorical?.includes(name)) return categoriesOf(column, name, maxBins);
    const edges = edgesOf(column, sample, maxBins);
    return { kind: 'numeric', bins: edges.length + 1, edges };
  });
  return binWith(features, table.names, table);
}

/** Sorts the rows of another table into the bins of features laid before. */
export function binWith(
  features: readonly FeatureBins[],
  names: readonly string[],
  table: FeatureTable,
): BinnedTable {
  const columns = columnsNamed(table, names);
  const rows = columns[0]!.length;
  const bins = new Uint8Array(features.length * rows);
  features.forEach((feature, at) => {
    const column = columns[at]!;
    const into = bins.subarray(at * rows, (at + 1) * rows);
    if (feature.kind === 'categorical') {
      const binOf = binOfCode(feature.codes);
      for (let row = 0; row < rows; row++) into[row] = binOf(column[row]!);
    } else binNumbers(column, feature.edges, into);
  });
  return { names: [...names], rows, features, bins };
}

/** Looks the bin of a category up; 0 when it has none. */
export function binOfCode(codes: Float64Array): (code: number) => number {
  let highest = 0;
  for (const code of codes) highest = Math.max(highest, code);
  const table = new Uint8Array(highest + 1);
  codes.forEach((code, at) => {
    table[code] = at + 1;
  });
  return (code) => table[code] ?? 0;
}

/** Codes are indexes of a table, so they have a limit. */
export const MAX_CODE = 1_048_575;

function categoriesOf(column: Float32Array | Float64Array, name: string, maxBins: number): FeatureBins {
  const counts = new Map<number, number>();
  for (const code of column) {
    if (Number.isNaN(code)) continue;
    if (!Number.isInteger(code) || code < 0 || code > MAX_CODE) {
      throw new BoostingRefusal(
        'value',
        `${name} is categorical: ${code} is no integer from 0 to ${MAX_CODE}`,
      );
    }
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  const codes = [...counts]
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, maxBins)
    .map(([code]) => code);
  return { kind: 'categorical', bins: codes.length, codes: Float64Array.from(codes) };
}

function edgesOf(column: Float32Array | Float64Array, sample: Uint32Array, maxBins: number): Float64Array {
  const values =
    column instanceof Float32Array ? new Float32Array(sample.length) : new Float64Array(sample.length);
  let count = 0;
  for (let i = 0; i < sample.length; i++) {
    const value = column[sample[i]!]!;
    // the sum makes one zero of the two, which no edge can part
    if (!Number.isNaN(value)) values[count++] = value + 0;
  }
  const sorted = values.subarray(0, count).sort();
  const distinct = new Float64Array(count);
  const counts = new Uint32Array(count);
  let kinds = 0;
  for (let i = 0; i < count; i++) {
    if (kinds === 0 || sorted[i]! !== distinct[kinds - 1]) distinct[kinds++] = sorted[i]!;
    counts[kinds - 1]!++;
  }
  const edges: number[] = [];
  const edgeAfter = (at: number): void => {
    const low = distinct[at]!;
    const high = distinct[at + 1]!;
    const middle = low / 2 + high / 2;
    edges.push(middle >= low && middle < high ? middle : low);
  };
  if (kinds <= maxBins) for (let at = 0; at + 1 < kinds; at++) edgeAfter(at);
  else for (const at of equalShares(counts.subarray(0, kinds), count, maxBins)) edgeAfter(at);
  return Float64Array.from(edges);
}

/** After which distinct values a bin ends: equal counts, but a value that alone fills a bin gets one of its own. */
function equalShares(counts: Uint32Array, total: number, maxBins: number): number[] {
  const full = total / maxBins;
  let ordinaryBins = maxBins;
  let ordinary = total;
  for (const count of counts) {
    if (count < full) continue;
    ordinaryBins--;
    ordinary -= count;
  }
  const ends: number[] = [];
  let held = 0;
  for (let at = 0; at + 1 < counts.length && ends.length < maxBins - 1; at++) {
    const alone = counts[at]! >= full;
    if (!alone) ordinary -= counts[at]!;
    held += counts[at]!;
    const share = ordinaryBins > 0 ? (ordinary + (alone ? 0 : held)) / ordinaryBins : full;
    const nextAlone = counts[at + 1]! >= full;
    if (!alone && held < share && !(nextAlone && held >= share / 2)) continue;
    ends.push(at);
    if (!alone) ordinaryBins--;
    held = 0;
  }
  return ends;
}

const CELLS = 4096;

/**
 * Bins by a grid over the range of the edges. The cell of a value never falls as the value rises, so that only the
 * edges in a value's own cell are left to compare.
 */
function binNumbers(column: Float32Array | Float64Array, edges: Float64Array, bins: Uint8Array): void {
  const low = edges[0] ?? 0;
  const range = (edges[edges.length - 1] ?? 0) - low;
  const scale = range > 0 && Number.isFinite(range) && CELLS / range < Infinity ? CELLS / range : 0;
  const cellOf = (value: number): number => {
    const cell = (value - low) * scale;
    return cell >= CELLS ? CELLS : cell > 0 ? Math.floor(cell) : 0;
  };
  const before = new Int32Array(CELLS + 2);
  for (const edge of edges) before[cellOf(edge) + 1]!++;
  for (let cell = 0; cell <= CELLS; cell++) before[cell + 1]! += before[cell]!;
  for (let row = 0; row < column.length; row++) {
    const value = column[row]!;
    if (Number.isNaN(value)) continue;
    const cell = cellOf(value);
    let from = before[cell]!;
    let to = before[cell + 1]!;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (edges[middle]! < value) from = middle + 1;
      else to = middle;
    }
    bins[row] = from + 1;
  }
}
