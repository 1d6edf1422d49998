import type { ObjectiveName } from './objective.ts';
import { BoostingRefusal } from './refusal.ts';
import type { FeatureTable } from './table.ts';
import type { BoostingThreads } from './trainer-memory.ts';

export interface BoostingOptions {
  /** Default: least squares. */
  readonly objective?: ObjectiveName;
  /** Trees at most; default 100. */
  readonly trees?: number;
  /** Leaves of a tree at most, from 2; default 31. */
  readonly leaves?: number;
  /** Default 0.1. */
  readonly learningRate?: number;
  /** Default 20. Rows are told from the hessian, so with weights this is a share of the weight. */
  readonly minRowsPerLeaf?: number;
  /** Default 0. */
  readonly lambdaL2?: number;
  /** Every tree learns from so large a part of the rows, chosen at random; default 1. */
  readonly rowFraction?: number;
  /** Rows are chosen anew after so many trees; default 1. */
  readonly rowFrequency?: number;
  /** Every tree may use so large a part of the features; default 1. */
  readonly columnFraction?: number;
  /** One a row, not negative; default one each. */
  readonly weights?: Float64Array;
  /** By name: 1 = predictions never fall as the feature rises, -1 = never rise. Numeric features only. */
  readonly monotone?: Readonly<Record<string, 1 | -1>>;
  /** Rows that are not learnt from; with them the model keeps the trees up to the least loss on them. */
  readonly validation?: {
    readonly table: FeatureTable;
    readonly target: Float64Array;
    readonly weights?: Float64Array;
  };
  /** Stop when the validation loss has not fallen for so many trees; default: never. */
  readonly earlyStoppingRounds?: number;
  /** For row and feature sampling; default 1. */
  readonly seed?: number;
  readonly onProgress?: (progress: BoostingProgress) => void;
  /** Helpers for the histograms; their number does not change a bit of the model. Default: none. */
  readonly threads?: BoostingThreads;
  /** 'scalar' = plain loops instead of WebAssembly, bit for bit the same and a few times slower. */
  readonly kernel?: 'wasm' | 'scalar';
}

export interface BoostingProgress {
  /** Trees grown so far. */
  readonly tree: number;
  readonly trees: number;
  /** Mean loss on the validation rows, in the objective's terms. */
  readonly validationLoss?: number;
}

export interface TrainingSettings {
  readonly trees: number;
  readonly leaves: number;
  readonly learningRate: number;
  readonly minRowsPerLeaf: number;
  readonly lambdaL2: number;
  readonly rowFraction: number;
  readonly rowFrequency: number;
  readonly columnFraction: number;
  readonly earlyStoppingRounds: number;
  readonly seed: number;
}

/** The numbers of `options` with their defaults; throws {@link BoostingRefusal} at one outside its range. */
export function settingsOf(options: BoostingOptions): TrainingSettings {
  const settings: TrainingSettings = {
    trees: options.trees ?? 100,
    leaves: options.leaves ?? 31,
    learningRate: options.learningRate ?? 0.1,
    minRowsPerLeaf: options.minRowsPerLeaf ?? 20,
    lambdaL2: options.lambdaL2 ?? 0,
    rowFraction: options.rowFraction ?? 1,
    rowFrequency: options.rowFrequency ?? 1,
    columnFraction: options.columnFraction ?? 1,
    earlyStoppingRounds: options.earlyStoppingRounds ?? Infinity,
    seed: options.seed ?? 1,
  };
  const require = (name: keyof TrainingSettings, holds: boolean, range: string): void => {
    if (!holds) throw new BoostingRefusal('option', `${name} is ${settings[name]}; it must be ${range}`);
  };
  const { trees, leaves, learningRate, minRowsPerLeaf, lambdaL2, rowFrequency } = settings;
  require('trees', Number.isInteger(trees) && trees >= 1, 'a whole number from 1');
  require('leaves', Number.isInteger(leaves) &&
    leaves >= 2 &&
    leaves <= 4096, 'a whole number from 2 to 4096');
  require('learningRate', learningRate > 0 && learningRate < Infinity, 'above zero');
  require('minRowsPerLeaf', Number.isInteger(minRowsPerLeaf) && minRowsPerLeaf >= 1, 'a whole number from 1');
  require('lambdaL2', lambdaL2 >= 0 && lambdaL2 < Infinity, 'zero or more');
  require('rowFrequency', Number.isInteger(rowFrequency) && rowFrequency >= 1, 'a whole number from 1');
  for (const name of ['rowFraction', 'columnFraction'] as const) {
    require(name, settings[name] > 0 && settings[name] <= 1, 'above 0, up to 1');
  }
  require('earlyStoppingRounds', settings.earlyStoppingRounds >= 1, '1 or more');
  require('seed', Number.isInteger(settings.seed), 'a whole number');
  return settings;
}

/** Beyond it sums of weighed targets leave the range of a double. */
const LARGEST = 1e140;

/** Throws {@link BoostingRefusal} unless there is one weight a row, none of them negative, and not all zero. */
export function checkWeights(weights: Float64Array | undefined, rows: number): void {
  if (!weights) return;
  if (weights.length !== rows)
    throw new BoostingRefusal('rows', `${weights.length} weights for ${rows} rows`);
  const at = weights.findIndex((weight) => !(weight >= 0 && weight <= LARGEST));
  if (at >= 0) throw new BoostingRefusal('value', `the weight of row ${at} is ${weights[at]}`);
  if (rows > 0 && !weights.some((weight) => weight > 0))
    throw new BoostingRefusal('value', 'all weights are zero');
}
