import type { FeatureBins } from './bins.ts';
import { CategorySearch } from './category-search.ts';
import type { GrownNode } from './forest.ts';
import { CATEGORICAL, FEATURE_BYTES, FEATURE_NOTE_BYTES, JOB, SPLIT_BYTES } from './job.ts';
import { type LeafBounds, leafTerms, leafValue, type Split } from './split.ts';
import type { TrainerMemory } from './trainer-memory.ts';

/** A leaf of the growing tree: a stretch of the row list. */
export interface Leaf extends LeafBounds {
  readonly node: number;
  readonly start: number;
  readonly count: number;
  /** Address of its histograms; 0 when it will not be split. */
  readonly histogram: number;
  readonly split?: Split;
}

/** A split that was made: `leaf` keeps the left part, a new leaf at the end of the list takes the right one. */
export interface MadeSplit {
  readonly leaf: number;
  readonly feature: number;
}

export interface GrownTree {
  readonly nodes: GrownNode[];
  readonly leaves: readonly Leaf[];
  readonly splits: readonly MadeSplit[];
}

export interface GrowSettings {
  readonly leaves: number;
  readonly minRowsPerLeaf: number;
  readonly lambdaL2: number;
}

/** Below so many bin updates, waking threads costs more than they save. */
const WORTH_HELP = 60_000;

/** Grows trees leaf by leaf, the leaf with the largest gain first (Shi 2007). */
export class TreeGrower {
  private readonly memory: TrainerMemory;
  private readonly features: readonly FeatureBins[];
  private readonly monotone: Int8Array;
  private readonly rows: number;
  private readonly settings: GrowSettings;
  private readonly words: Int32Array;
  private readonly doubles: Float64Array;
  private readonly pairs: Float32Array;
  private readonly rowList: Uint32Array;
  private readonly bytes: Uint8Array;
  private readonly categories = new CategorySearch();
  private free: number[] = [];

  constructor(
    memory: TrainerMemory,
    features: readonly FeatureBins[],
    monotone: Int8Array,
    rows: number,
    settings: GrowSettings,
  ) {
    this.memory = memory;
    this.features = features;
    this.monotone = monotone;
    this.rows = rows;
    this.settings = settings;
    const { buffer } = memory;
    this.words = new Int32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.bytes = new Uint8Array(buffer);
    this.pairs = new Float32Array(buffer, memory.pairs, 2 * rows);
    this.rowList = new Uint32Array(buffer, memory.rows, rows);
  }

  /** Grows one tree on the first `count` rows of the row list, with the features `inPlay` (1 or 0 each). */
  grow(count: number, inPlay: Uint8Array): GrownTree {
    const { memory, settings } = this;
    this.free = Array.from(
      { length: settings.leaves },
      (_, at) => memory.histograms + at * memory.histogramBytes,
    );
    this.note(inPlay);
    const nodes: GrownNode[] = [];
    const leaves: Leaf[] = [this.root(count, nodes)];
    const splits: MadeSplit[] = [];
    while (leaves.length < settings.leaves) {
      let best = -1;
      for (let at = 0; at < leaves.length; at++) {
        if (leaves[at]!.split && (best < 0 || leaves[at]!.split!.gain > leaves[best]!.split!.gain)) best = at;
      }
      if (best < 0) break;
      splits.push({ leaf: best, feature: leaves[best]!.split!.feature });
      const [left, right] = this.part(
        leaves[best]!,
        nodes,
        splits.length,
        leaves.length + 1 < settings.leaves,
      );
      leaves[best] = left;
      leaves.push(right);
    }
    for (const leaf of leaves) {
      nodes[leaf.node]!.value = leafValue(
        leaf.gradient,
        leaf.hessian,
        settings.lambdaL2,
        leaf.low,
        leaf.high,
      );
    }
    return { nodes, leaves, splits };
  }

  /** Sends other rows the tree's way: fills `starts` and `counts` with each leaf's stretch of that row list. */
  route(
    tree: GrownTree,
    set: { readonly bins: number; readonly rows: number; readonly rowCount: number },
    first: number,
    count: number,
  ): { readonly starts: Int32Array; readonly counts: Int32Array } {
    const starts = new Int32Array(tree.leaves.length);
    const counts = new Int32Array(tree.leaves.length);
    starts[0] = first;
    counts[0] = count;
    tree.splits.forEach(({ leaf, feature }, at) => {
      const left = this.memory.kernel.partition(
        set.rows + 4 * starts[leaf]!,
        this.memory.spare,
        set.bins + feature * set.rowCount,
        counts[leaf]!,
        this.memory.sides + 256 * at,
      );
      starts[at + 1] = starts[leaf]! + left;
      counts[at + 1] = counts[leaf]! - left;
      counts[leaf] = left;
    });
    return { starts, counts };
  }

  private note(inPlay: Uint8Array): void {
    this.features.forEach((feature, at) => {
      const word = (this.memory.notes + at * FEATURE_NOTE_BYTES) / 4;
      this.words[word] = inPlay[at] === 1 ? feature.bins : 0;
      this.words[word + 1] = feature.kind === 'categorical' ? CATEGORICAL : this.monotone[at]!;
    });
  }

  private root(count: number, nodes: GrownNode[]): Leaf {
    let gradient = 0;
    let hessian = 0;
    for (let i = 0; i < count; i++) {
      const row = this.rowList[i]!;
      gradient += this.pairs[2 * row]!;
      hessian += this.pairs[2 * row + 1]!;
    }
    nodes.push(emptyNode(hessian));
    const leaf = { node: 0, start: 0, count, gradient, hessian, low: -Infinity, high: Infinity };
    const bounded = { ...leaf, least: this.least(count, hessian), histogram: 0 };
    if (count < 2 * this.settings.minRowsPerLeaf || !(hessian > 0)) return bounded;
    const histogram = this.free.pop()!;
    this.run(bounded, histogram);
    const split = this.best(bounded, histogram, this.memory.smallSplits);
    return { ...bounded, histogram, ...(split && { split }) };
  }

  private part(leaf: Leaf, nodes: GrownNode[], splitNumber: number, searchOn: boolean): [Leaf, Leaf] {
    const { memory, settings } = this;
    const split = leaf.split!;
    const feature = this.features[split.feature]!;
    const sides = memory.sides + 256 * (splitNumber - 1);
    if (split.set) this.bytes.set(split.set, sides);
    else {
      this.bytes.fill(0, sides, sides + 256).fill(1, sides + 1, sides + 1 + split.bin);
      this.bytes[sides] = split.missingLeft ? 1 : 0;
    }
    const leftCount = memory.kernel.partition(
      memory.rows + 4 * leaf.start,
      memory.spare,
      memory.bins + split.feature * this.rows,
      leaf.count,
      sides,
    );
    const node = nodes[leaf.node]!;
    node.feature = split.feature;
    node.gain = split.gain;
    node.missingLeft = split.missingLeft ? 1 : 0;
    if (split.set) node.set = split.set;
    else if (feature.kind === 'numeric') node.threshold = feature.edges[split.bin - 1] ?? Infinity;
    node.left = nodes.length;
    node.right = nodes.length + 1;

    const { leftGradient, leftHessian } = split;
    const rightGradient = leaf.gradient - leftGradient;
    const rightHessian = leaf.hessian - leftHessian;
    nodes.push(emptyNode(leftHessian), emptyNode(rightHessian));
    let leftBounds = { low: leaf.low, high: leaf.high };
    let rightBounds = leftBounds;
    const direction = this.monotone[split.feature]!;
    if (direction !== 0) {
      const between =
        (leafValue(leftGradient, leftHessian, settings.lambdaL2, leaf.low, leaf.high) +
          leafValue(rightGradient, rightHessian, settings.lambdaL2, leaf.low, leaf.high)) /
        2;
      const below = { low: leaf.low, high: between };
      const above = { low: between, high: leaf.high };
      [leftBounds, rightBounds] = direction > 0 ? [below, above] : [above, below];
    }
    const left = {
      node: node.left,
      start: leaf.start,
      count: leftCount,
      gradient: leftGradient,
      hessian: leftHessian,
      least: this.least(leftCount, leftHessian),
      ...leftBounds,
    };
    const right = {
      node: node.right,
      start: leaf.start + leftCount,
      count: leaf.count - leftCount,
      gradient: rightGradient,
      hessian: rightHessian,
      least: this.least(leaf.count - leftCount, rightHessian),
      ...rightBounds,
    };
    const [small, large] = left.count <= right.count ? [left, right] : [right, left];
    if (!searchOn || large.count < 2 * settings.minRowsPerLeaf) {
      this.free.push(leaf.histogram);
      return [
        { ...left, histogram: 0 },
        { ...right, histogram: 0 },
      ];
    }
    const smallHistogram = this.free.pop()!;
    const searchSmall = small.count >= 2 * settings.minRowsPerLeaf;
    this.run(small, smallHistogram, large, leaf.histogram, searchSmall);
    const smallSplit = searchSmall ? this.best(small, smallHistogram, memory.smallSplits) : undefined;
    const largeSplit = this.best(large, leaf.histogram, memory.largeSplits);
    if (!smallSplit) this.free.push(smallHistogram);
    if (!largeSplit) this.free.push(leaf.histogram);
    const smallLeaf = { ...small, histogram: smallHistogram, ...(smallSplit && { split: smallSplit }) };
    const largeLeaf = { ...large, histogram: leaf.histogram, ...(largeSplit && { split: largeSplit }) };
    return small === left ? [smallLeaf, largeLeaf] : [largeLeaf, smallLeaf];
  }

  private least(count: number, hessian: number): number {
    return ((this.settings.minRowsPerLeaf - 0.5) * hessian) / Math.max(count, 1);
  }

  private run(
    small: Omit<Leaf, 'histogram'>,
    histogram: number,
    large?: LeafBounds,
    largeHistogram = 0,
    searchSmall = true,
  ): void {
    const { memory, words, doubles } = this;
    const { job } = memory;
    const whole = small.count === this.rows;
    // the first leaf of all rows reads their pairs where they are
    const pairs = whole ? memory.pairs : memory.gathered;
    if (!whole) memory.kernel.gather(pairs, memory.pairs, memory.rows + 4 * small.start, small.count);
    const put = (offset: number, value: number): void => {
      words[(job + offset) / 4] = value;
    };
    // the same for every job of a training: a helper that comes late must find all shares of the last job taken
    put(JOB.shares, Math.min(memory.helpers + 1, memory.groups));
    put(JOB.groups, memory.groups);
    put(JOB.rows, memory.rows + 4 * small.start);
    put(JOB.pairs, pairs);
    put(JOB.count, small.count);
    put(JOB.smallHistogram, histogram);
    put(JOB.largeHistogram, largeHistogram);
    put(JOB.bins, memory.binRows);
    put(JOB.rowBytes, memory.rowBytes);
    put(JOB.block, memory.block);
    put(JOB.words, memory.words);
    put(JOB.notes, memory.notes);
    put(JOB.smallSplits, searchSmall ? memory.smallSplits : 0);
    put(JOB.largeSplits, memory.largeSplits);
    doubles[(job + JOB.lambda) / 8] = this.settings.lambdaL2;
    const bounds = (leaf: LeafBounds): number[] => [
      leaf.gradient,
      leaf.hessian,
      leaf.least,
      leaf.low,
      leaf.high,
    ];
    doubles.set(bounds(small), (job + JOB.small) / 8);
    if (large) doubles.set(bounds(large), (job + JOB.large) / 8);
    Atomics.store(words, (job + JOB.done) / 4, 0);
    // last: whoever takes a share from here on sees all of the above
    Atomics.store(words, (job + JOB.next) / 4, 0);
    const helped = memory.helpers > 0 && small.count * this.features.length > WORTH_HELP;
    memory.kernel.run(job, helped ? 1 : 0);
  }

  /** The best of the features' splits that gains anything; the first of equals. */
  private best(leaf: Omit<Leaf, 'histogram'>, histogram: number, splits: number): Split | undefined {
    const { words, doubles, memory, settings } = this;
    const own = leafTerms(leaf.gradient, leaf.hessian, settings.lambdaL2, leaf.low, leaf.high);
    // below this a gain is the rounding of its terms
    let bestGain = 1e-12 * Math.abs(own);
    let best: Split | undefined;
    this.features.forEach((feature, at) => {
      if (words[(memory.notes + at * FEATURE_NOTE_BYTES) / 4] === 0) return;
      if (feature.kind === 'categorical') {
        const place = (histogram + at * FEATURE_BYTES) / 8;
        const rowsPerHessian = leaf.count / leaf.hessian;
        const found = this.categories.best(
          doubles,
          place,
          feature.bins,
          leaf,
          settings.lambdaL2,
          rowsPerHessian,
        );
        if (!found || found.terms - own <= bestGain) return;
        bestGain = found.terms - own;
        const { terms: _, ...split } = found;
        best = { ...split, feature: at, gain: bestGain };
        return;
      }
      const place = splits + at * SPLIT_BYTES;
      const gain = doubles[place / 8]! - own;
      if (!(gain > bestGain)) return;
      bestGain = gain;
      best = {
        feature: at,
        gain,
        leftGradient: doubles[place / 8 + 1]!,
        leftHessian: doubles[place / 8 + 2]!,
        bin: words[place / 4 + 6]!,
        missingLeft: words[place / 4 + 7] === 1,
      };
    });
    return best;
  }
}

function emptyNode(cover: number): GrownNode {
  return { feature: -1, threshold: 0, left: 0, right: 0, missingLeft: 0, value: 0, cover, gain: 0 };
}
