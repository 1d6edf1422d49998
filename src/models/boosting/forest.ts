import type { FeatureBins } from './bins.ts';
import type { ObjectiveName } from './objective.ts';

/**
 * A trained model's trees as flat arrays over all nodes; the nodes of one tree stand together, its root first and every
 * child after its parent.
 */
export interface Forest {
  readonly objective: ObjectiveName;
  readonly names: readonly string[];
  /** Of each feature the codes that have a bin, where it is categorical; else undefined. */
  readonly codes: readonly (Float64Array | undefined)[];
  /** The score that the trees' values are added to. */
  readonly start: number;
  /** The first node of each tree, and one more: the number of nodes. */
  readonly roots: Int32Array;
  /** The feature that splits a node; -1 at a leaf. */
  readonly feature: Int32Array;
  /** Values up to this one go left; a categorical split holds the place of its set in `sets` instead. */
  readonly threshold: Float64Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** 1 where missing values go left. */
  readonly missingLeft: Uint8Array;
  /** What a leaf adds to the score; 0 elsewhere. */
  readonly value: Float64Array;
  /** The weight of the training rows that came by. */
  readonly cover: Float32Array;
  /** By how much a split lowered the objective; 0 at leaves. */
  readonly gain: Float32Array;
  /** Eight words a set, one bit a bin: the categories that go left. */
  readonly sets: Uint32Array;
}

/** One tree's nodes as they grow, in the same words. */
export interface GrownNode {
  feature: number;
  threshold: number;
  set?: Uint8Array;
  left: number;
  right: number;
  missingLeft: number;
  value: number;
  cover: number;
  gain: number;
}

export function forestOf(
  trees: readonly (readonly GrownNode[])[],
  about: {
    objective: ObjectiveName;
    names: readonly string[];
    features: readonly FeatureBins[];
    start: number;
  },
): Forest {
  const roots = new Int32Array(trees.length + 1);
  trees.forEach((tree, at) => {
    roots[at + 1] = roots[at]! + tree.length;
  });
  const total = roots[trees.length]!;
  const sets: number[] = [];
  const forest = {
    objective: about.objective,
    names: about.names,
    codes: about.features.map((feature) => (feature.kind === 'categorical' ? feature.codes : undefined)),
    start: about.start,
    roots,
    feature: new Int32Array(total),
    threshold: new Float64Array(total),
    left: new Int32Array(total),
    right: new Int32Array(total),
    missingLeft: new Uint8Array(total),
    value: new Float64Array(total),
    cover: new Float32Array(total),
    gain: new Float32Array(total),
  };
  trees.forEach((tree, treeAt) => {
    const root = roots[treeAt]!;
    tree.forEach((node, nodeAt) => {
      const at = root + nodeAt;
      forest.feature[at] = node.feature;
      forest.threshold[at] = node.threshold;
      if (node.set) {
        forest.threshold[at] = sets.length / 8;
        const first = sets.length;
        for (let word = 0; word < 8; word++) sets.push(0);
        node.set.forEach((goesLeft, bin) => {
          if (goesLeft) sets[first + (bin >> 5)]! |= 1 << (bin & 31);
        });
      }
      forest.left[at] = node.feature < 0 ? 0 : root + node.left;
      forest.right[at] = node.feature < 0 ? 0 : root + node.right;
      forest.missingLeft[at] = node.missingLeft;
      forest.value[at] = node.feature < 0 ? node.value : 0;
      // kept inside single precision, whatever the units of weights and target
      forest.cover[at] = Math.max(1e-37, Math.min(1e38, node.cover));
      forest.gain[at] = Math.min(1e38, node.gain);
    });
  });
  return { ...forest, sets: Uint32Array.from(sets) };
}

/** Whether a value of the node's feature goes left; categories arrive as bins. */
export function goesLeft(forest: Forest, node: number, value: number, categorical: boolean): boolean {
  const threshold = forest.threshold[node]!;
  if (categorical) return ((forest.sets[threshold * 8 + (value >> 5)]! >>> (value & 31)) & 1) === 1;
  return value <= threshold || (Number.isNaN(value) && forest.missingLeft[node] === 1);
}
