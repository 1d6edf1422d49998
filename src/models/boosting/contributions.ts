import { type Forest, goesLeft } from './forest.ts';

/**
 * Explains rows one after the other: the function given back adds one row's exact Shapley values (TreeSHAP: Lundberg,
 * Erion and Lee 2018, algorithm 2) to `into`, one number a feature, and the expected score to `into[features]`.
 * `valueAt` gives a feature's value in that row, categories as bins.
 */
export function contributionsOf(
  forest: Forest,
): (valueAt: (feature: number) => number, into: Float64Array) => void {
  const expected = expectedScore(forest);
  const walk = new Walk(forest);
  return (valueAt, into) => {
    walk.row(valueAt, into);
    into[forest.names.length]! += expected;
  };
}

/** What the forest's score is before anything is known of a row: every node's value weighed by the covers. */
function expectedScore(forest: Forest): number {
  const { feature, left, right, cover, value, roots } = forest;
  const mean = new Float64Array(feature.length);
  for (let node = feature.length - 1; node >= 0; node--) {
    if (feature[node]! < 0) mean[node] = value[node]!;
    else {
      const [l, r] = [left[node]!, right[node]!];
      const share = cover[l]! / (cover[l]! + cover[r]!);
      mean[node] = share * mean[l]! + (1 - share) * mean[r]!;
    }
  }
  let score = forest.start;
  for (let tree = 0; tree + 1 < roots.length; tree++) score += mean[roots[tree]!]!;
  return score;
}

/**
 * The features met on the way to a node: `zero` is the share of rows that goes the same way not knowing the feature,
 * `one` is 1 where the row itself does, and `weight` sums over the subsets of features by their number.
 */
interface Path {
  length: number;
  readonly feature: Int32Array;
  readonly zero: Float64Array;
  readonly one: Float64Array;
  readonly weight: Float64Array;
}

class Walk {
  private readonly forest: Forest;
  private valueAt: (feature: number) => number = () => Number.NaN;
  private into: Float64Array = new Float64Array();
  /** One path for every depth, made when it is first reached. */
  private readonly paths: Path[] = [];

  constructor(forest: Forest) {
    this.forest = forest;
  }

  row(valueAt: (feature: number) => number, into: Float64Array): void {
    this.valueAt = valueAt;
    this.into = into;
    const { roots } = this.forest;
    for (let tree = 0; tree + 1 < roots.length; tree++) this.step(roots[tree]!, 0, undefined, 1, 1, -1);
  }

  private step(
    node: number,
    depth: number,
    parent: Path | undefined,
    zero: number,
    one: number,
    met: number,
  ): void {
    const { forest } = this;
    const path = this.pathAt(depth);
    path.length = 0;
    if (parent) copy(parent, path);
    extend(path, zero, one, met);
    const feature = forest.feature[node]!;
    if (feature < 0) {
      for (let i = 1; i < path.length; i++) {
        const share = unwoundSum(path, i) * (path.one[i]! - path.zero[i]!);
        this.into[path.feature[i]!]! += share * forest.value[node]!;
      }
      return;
    }
    const categorical = forest.codes[feature] !== undefined;
    const isLeft = goesLeft(forest, node, this.valueAt(feature), categorical);
    const own = isLeft ? forest.left[node]! : forest.right[node]!;
    const other = isLeft ? forest.right[node]! : forest.left[node]!;
    const whole = forest.cover[own]! + forest.cover[other]!;
    let knownZero = 1;
    let knownOne = 1;
    for (let i = 1; i < path.length; i++) {
      if (path.feature[i] !== feature) continue;
      knownZero = path.zero[i]!;
      knownOne = path.one[i]!;
      unwind(path, i);
      break;
    }
    this.step(own, depth + 1, path, (knownZero * forest.cover[own]!) / whole, knownOne, feature);
    this.step(other, depth + 1, path, (knownZero * forest.cover[other]!) / whole, 0, feature);
  }

  private pathAt(depth: number): Path {
    const made = this.paths[depth];
    if (made) return made;
    // a feature is met once in a path, however often on the way
    const room = Math.min(depth, this.forest.names.length) + 2;
    const path: Path = {
      length: 0,
      feature: new Int32Array(room),
      zero: new Float64Array(room),
      one: new Float64Array(room),
      weight: new Float64Array(room),
    };
    this.paths[depth] = path;
    return path;
  }
}

function copy(from: Path, to: Path): void {
  to.length = from.length;
  for (let i = 0; i < from.length; i++) {
    to.feature[i] = from.feature[i]!;
    to.zero[i] = from.zero[i]!;
    to.one[i] = from.one[i]!;
    to.weight[i] = from.weight[i]!;
  }
}

function extend(path: Path, zero: number, one: number, feature: number): void {
  const { weight, length } = path;
  path.feature[length] = feature;
  path.zero[length] = zero;
  path.one[length] = one;
  weight[length] = length === 0 ? 1 : 0;
  for (let i = length - 1; i >= 0; i--) {
    weight[i + 1]! += (one * weight[i]! * (i + 1)) / (length + 1);
    weight[i] = (zero * weight[i]! * (length - i)) / (length + 1);
  }
  path.length++;
}

/** Takes the i-th feature out again, as if it had never been met. */
function unwind(path: Path, i: number): void {
  const { weight } = path;
  const last = path.length - 1;
  const zero = path.zero[i]!;
  const one = path.one[i]!;
  let next = weight[last]!;
  for (let j = last - 1; j >= 0; j--) {
    if (one !== 0) {
      const kept = weight[j]!;
      weight[j] = (next * (last + 1)) / ((j + 1) * one);
      next = kept - (weight[j]! * zero * (last - j)) / (last + 1);
    } else weight[j] = (weight[j]! * (last + 1)) / (zero * (last - j));
  }
  for (let j = i; j < last; j++) {
    path.feature[j] = path.feature[j + 1]!;
    path.zero[j] = path.zero[j + 1]!;
    path.one[j] = path.one[j + 1]!;
  }
  path.length = last;
}

/** The sum of the weights that {@link unwind} would leave. */
function unwoundSum(path: Path, i: number): number {
  const { weight } = path;
  const last = path.length - 1;
  const zero = path.zero[i]!;
  const one = path.one[i]!;
  let next = weight[last]!;
  let sum = 0;
  for (let j = last - 1; j >= 0; j--) {
    if (one !== 0) {
      const part = (next * (last + 1)) / ((j + 1) * one);
      sum += part;
      next = weight[j]! - (part * zero * (last - j)) / (last + 1);
    } else sum += (weight[j]! * (last + 1)) / (zero * (last - j));
  }
  return sum;
}
