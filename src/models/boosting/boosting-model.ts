import { binOfCode } from './bins.ts';
import { contributionsOf } from './contributions.ts';
import { type Forest, goesLeft } from './forest.ts';
import { bytesOf, forestFromBytes } from './forest-bytes.ts';
import { objectiveOf } from './objective.ts';
import { BoostingRefusal } from './refusal.ts';
import { columnsNamed, type FeatureTable } from './table.ts';

/** A trained model; it holds no training data. Tables are read by feature name, whatever their order. */
export interface BoostingModel {
  readonly trees: number;
  readonly featureNames: readonly string[];
  /**
   * One prediction a row in the target's units (poisson: the mean, binary: the probability of 1), into `out` when
   * given. Throws {@link BoostingRefusal} when a feature is not in the table.
   */
  predict(table: FeatureTable, out?: Float64Array): Float64Array;
  /** The split gains of each feature, in the order of `featureNames`. */
  gainImportance(): Float64Array;
  /**
   * What each feature adds to each row's score, exact Shapley values against the training rows: rows x (features + 1),
   * the last column the score expected before anything is known. A row's numbers add up to its score, which is the
   * prediction itself, but its logarithm for poisson and its log odds for binary.
   */
  contributions(table: FeatureTable): Float64Array;
  /** The mean of the objective's loss over the rows; throws {@link BoostingRefusal}. */
  meanLoss(table: FeatureTable, target: Float64Array): number;
  toBytes(): Uint8Array;
}

/** Rows that are predicted together, so that their values and a tree stay in the nearest memory. */
const BLOCK = 512;

/** Reads `toBytes` back; throws {@link BoostingRefusal} `bytes` at anything else. */
export function boostingFromBytes(bytes: Uint8Array): BoostingModel {
  return modelOf(forestFromBytes(bytes));
}

export function modelOf(forest: Forest): BoostingModel {
  const objective = objectiveOf(forest.objective);
  const scoresOf = (table: FeatureTable, out?: Float64Array): Float64Array => {
    const values = blocksOf(forest, table);
    const scores = out ?? new Float64Array(values.rows);
    if (scores.length !== values.rows) {
      throw new BoostingRefusal('rows', `${values.rows} rows do not fit ${scores.length} predictions`);
    }
    scores.fill(forest.start);
    values.forEach((block, first, count) => {
      addTrees(forest, block, scores, first, count);
    });
    return scores;
  };
  return {
    trees: forest.roots.length - 1,
    featureNames: forest.names,
    predict: (table, out) => {
      const scores = scoresOf(table, out);
      for (let row = 0; row < scores.length; row++) scores[row] = objective.respond(scores[row]!);
      return scores;
    },
    gainImportance: () => {
      const importance = new Float64Array(forest.names.length);
      forest.feature.forEach((feature, node) => {
        if (feature >= 0) importance[feature]! += forest.gain[node]!;
      });
      return importance;
    },
    contributions: (table) => {
      const values = blocksOf(forest, table);
      const width = forest.names.length + 1;
      const answer = new Float64Array(values.rows * width);
      const explain = contributionsOf(forest);
      values.forEach((block, first, count) => {
        for (let i = 0; i < count; i++) {
          const row = answer.subarray((first + i) * width, (first + i + 1) * width);
          explain((feature) => block[feature * BLOCK + i]!, row);
        }
      });
      return answer;
    },
    meanLoss: (table, target) => {
      const scores = scoresOf(table);
      if (target.length !== scores.length || target.length === 0) {
        throw new BoostingRefusal('rows', `${target.length} targets for ${scores.length} rows`);
      }
      objective.check(target);
      return scores.reduce((sum, score, row) => sum + objective.loss(score, target[row]!), 0) / scores.length;
    },
    toBytes: () => bytesOf(forest),
  };
}

interface Blocks {
  readonly rows: number;
  /** `block[feature * BLOCK + i]` is the value of row `first + i`; categories as bins. */
  forEach(visit: (block: Float64Array, first: number, count: number) => void): void;
}

function blocksOf(forest: Forest, table: FeatureTable): Blocks {
  const columns = columnsNamed(table, forest.names);
  const rows = columns[0]!.length;
  const binOf = forest.codes.map((codes) => codes && binOfCode(codes));
  return {
    rows,
    forEach: (visit) => {
      const block = new Float64Array(BLOCK * columns.length);
      for (let first = 0; first < rows; first += BLOCK) {
        const count = Math.min(BLOCK, rows - first);
        columns.forEach((column, feature) => {
          block.set(column.subarray(first, first + count), feature * BLOCK);
          const bin = binOf[feature];
          if (!bin) return;
          for (let at = feature * BLOCK; at < feature * BLOCK + count; at++) block[at] = bin(block[at]!);
        });
        visit(block, first, count);
      }
    },
  };
}

function addTrees(
  forest: Forest,
  block: Float64Array,
  scores: Float64Array,
  first: number,
  count: number,
): void {
  const { roots, feature, threshold, left, right, missingLeft, value } = forest;
  const categorical = Uint8Array.from(forest.codes, (codes) => (codes ? 1 : 0));
  for (let tree = 0; tree + 1 < roots.length; tree++) {
    for (let i = 0; i < count; i++) {
      let node = roots[tree]!;
      for (let at = feature[node]!; at >= 0; at = feature[node]!) {
        const x = block[at * BLOCK + i]!;
        if (categorical[at] === 1) node = goesLeft(forest, node, x, true) ? left[node]! : right[node]!;
        else
          node =
            x <= threshold[node]! || (Number.isNaN(x) && missingLeft[node] === 1)
              ? left[node]!
              : right[node]!;
      }
      scores[first + i]! += value[node]!;
    }
  }
}
