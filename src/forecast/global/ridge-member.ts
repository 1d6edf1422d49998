import { solveSymmetric } from '../../models/index.ts';

/** One number that the regression looks at: a feature, or the product of two. */
export interface RidgeInput {
  readonly column: number;
  readonly times?: number;
  /** How strongly a series' own coefficient is drawn to that of all series, against the other inputs. */
  readonly pull: number;
}

interface Wanted {
  /** The first of them that the panel has and that is not taken yet; a name stands for all that begin with it. */
  readonly any: readonly string[];
  readonly times?: string;
  readonly pull: number;
}

/** What a series says best about itself is pulled least. Chosen on Japanese wholesale prices of 2020 to 2023. */
const CORE = 0.5;
const OTHER = 1.5;
const SEASONAL = 5;

const WANTED: readonly Wanted[] = [
  { any: ['close move of earlier years', 'move of earlier years'], pull: CORE },
  { any: ['wide move of earlier years'], pull: CORE },
  { any: ['move from fresh in earlier years'], pull: CORE },
  { any: ['against years'], pull: CORE },
  { any: ['fresh', 'last against week', 'newest 2'], pull: CORE },
  { any: ['fresh'], pull: CORE },
  { any: ['same place of seasons'], pull: OTHER },
  { any: ['day of earlier years'], pull: OTHER },
  { any: ['against mean 4'], pull: OTHER },
  { any: ['against mean 52'], pull: OTHER },
  { any: ['volume against years'], pull: OTHER },
  { any: ['volume move of earlier years'], pull: OTHER },
  { any: ['volume against mean 4'], pull: OTHER },
  { any: ['newest volume'], pull: OTHER },
  { any: ['market: fresh', 'market: move 1'], pull: OTHER },
  { any: ['market: against years'], pull: OTHER },
  // how fast a price comes back to its usual level depends on the time of the year
  { any: ['against years'], times: 'year cosine there', pull: SEASONAL },
  { any: ['against years'], times: 'year sine there', pull: SEASONAL },
];

/** Weight of what all series say in a series' own coefficients, in cases, for one season ahead. */
const PULL_CASES = 30;
/** The same of "no move from the anchor" in those of all series, as a share of their cases. */
const POOL_PRIOR = 0.002;
const CONSTANT_PULL = OTHER;

/** The inputs that the features allow for, in a fixed order; one constant comes behind them. */
export function ridgeInputs(names: readonly string[]): RidgeInput[] {
  const inputs: RidgeInput[] = [];
  for (const { any, times, pull } of WANTED) {
    const other = times === undefined ? undefined : names.indexOf(times);
    if (other === -1) continue;
    const free = (at: number) => !inputs.some((input) => input.column === at && input.times === other);
    for (const one of any) {
      const column = names.findIndex((name, at) => (name === one || name.startsWith(`${one} `)) && free(at));
      if (column < 0) continue;
      inputs.push({ column, pull, ...(other === undefined ? {} : { times: other }) });
      break;
    }
  }
  return inputs;
}

/** Coefficients, the constant last, and the residuals' root mean square; `cases` is the weight they rest on. */
export interface RidgeFit {
  readonly coefficients: Float64Array;
  readonly sigma: number;
  readonly cases: number;
}

/** What one series says of one lead. */
export interface RidgeSeries {
  readonly sums: RidgeSums;
  /** How much the series counts among all. */
  readonly level: number;
}

/**
 * Least squares of moves on few features, each series for itself and drawn towards what all series say together, which
 * is drawn towards "no move from the anchor"; `pooled` stands for a series without a case.
 *
 * `seasonsAhead` is how far ahead the lead lies: overlapping leads repeat their shocks, so the further, the more what all
 * series say weighs.
 * Source: D. V. Lindley, A. F. M. Smith, "Bayes Estimates for the Linear Model", 1972.
 */
export function fitRidges(
  inputs: readonly RidgeInput[],
  series: readonly RidgeSeries[],
  seasonsAhead: number,
): { readonly own: RidgeFit[]; readonly pooled: RidgeFit } {
  const p = inputs.length + 1;
  const all = emptySums(p);
  for (const { sums, level } of series) addSums(all, sums, level);
  const pooled = solve(all, new Float64Array(p), new Float64Array(p).fill(POOL_PRIOR));
  const pull = PULL_CASES * Math.sqrt(seasonsAhead);
  const own = series.map(({ sums }) => {
    const shares = Float64Array.from(
      { length: p },
      (_, i) => ((inputs[i]?.pull ?? CONSTANT_PULL) * pull) / sums.cases,
    );
    return sums.cases > 0 ? solve(sums, pooled.coefficients, shares) : { ...pooled, cases: 0 };
  });
  return { own, pooled };
}

/** The predicted move of one row; tells each input's share, the constant's last, when asked. */
export function predictRidge(
  { coefficients }: RidgeFit,
  columns: readonly Float32Array[],
  inputs: readonly RidgeInput[],
  row: number,
  say?: (input: number, share: number) => void,
): number {
  const x = new Float64Array(coefficients.length);
  readRow(columns, inputs, row, x);
  let move = 0;
  for (let i = 0; i < x.length; i++) {
    const share = coefficients[i]! * x[i]!;
    move += share;
    say?.(i, share);
  }
  return move;
}

/** Weighted sums of products: `gram` lower triangle in a square by rows. */
export interface RidgeSums {
  readonly gram: Float64Array;
  readonly right: Float64Array;
  total: number;
  cases: number;
}

export function emptySums(p: number): RidgeSums {
  return { gram: new Float64Array(p * p), right: new Float64Array(p), total: 0, cases: 0 };
}

/** Adds `weight` times the one to the other. */
export function addSums(into: RidgeSums, sums: RidgeSums, weight: number): void {
  for (let at = 0; at < into.gram.length; at++) into.gram[at] = into.gram[at]! + weight * sums.gram[at]!;
  for (let i = 0; i < into.right.length; i++) into.right[i] = into.right[i]! + weight * sums.right[i]!;
  into.total += weight * sums.total;
  into.cases += weight * sums.cases;
}

/** Makes everything summed so far count `share` times as much. */
export function fade(sums: RidgeSums, share: number): void {
  for (let at = 0; at < sums.gram.length; at++) sums.gram[at] = sums.gram[at]! * share;
  for (let i = 0; i < sums.right.length; i++) sums.right[i] = sums.right[i]! * share;
  sums.total *= share;
  sums.cases *= share;
}

/** Adds a row that counts by its weight. A missing feature counts as 0, no difference. */
export function addCase(
  sums: RidgeSums,
  columns: readonly Float32Array[],
  inputs: readonly RidgeInput[],
  row: number,
  move: number,
  weight: number,
): void {
  const { gram, right } = sums;
  const p = right.length;
  const x = new Float64Array(p);
  readRow(columns, inputs, row, x);
  sums.total += weight * move * move;
  sums.cases += weight;
  for (let i = 0; i < p; i++) {
    const weighted = weight * x[i]!;
    right[i] = right[i]! + weighted * move;
    for (let j = 0; j <= i; j++) gram[i * p + j] = gram[i * p + j]! + weighted * x[j]!;
  }
}

/** Coefficients near `prior`: each is drawn there by `shares[i]` of its own sum of squares. */
function solve(
  { gram, right, total, cases }: RidgeSums,
  prior: Float64Array,
  shares: Float64Array,
): RidgeFit {
  const p = right.length;
  const penalised = Float64Array.from(gram);
  const coefficients = Float64Array.from(right);
  for (let i = 0; i < p; i++) {
    const size = gram[i * p + i]!;
    const penalty = shares[i]! * size + 1e-12 * (1 + size);
    penalised[i * p + i] = size + penalty;
    coefficients[i] = coefficients[i]! + penalty * prior[i]!;
  }
  if (!solveSymmetric(penalised, coefficients, p)) coefficients.set(prior);
  let squares = total;
  for (let i = 0; i < p; i++) {
    squares -= 2 * coefficients[i]! * right[i]!;
    for (let j = 0; j < p; j++)
      squares += coefficients[i]! * coefficients[j]! * gram[Math.max(i, j) * p + Math.min(i, j)]!;
  }
  return { coefficients, sigma: cases > 0 ? Math.sqrt(Math.max(0, squares) / cases) : 0, cases };
}

function readRow(
  columns: readonly Float32Array[],
  inputs: readonly RidgeInput[],
  row: number,
  x: Float64Array,
): void {
  for (let i = 0; i < inputs.length; i++) {
    const { column, times } = inputs[i]!;
    const value =
      times === undefined ? columns[column]![row]! : columns[column]![row]! * columns[times]![row]!;
    x[i] = Number.isNaN(value) ? 0 : value;
  }
  x[inputs.length] = 1;
}
