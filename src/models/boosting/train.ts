import { type BinnedTable, binFeatures, binWith } from './bins.ts';
import { type BoostingModel, modelOf } from './boosting-model.ts';
import { forestOf, type GrownNode } from './forest.ts';
import { type GrownTree, TreeGrower } from './grow.ts';
import { holdDirections } from './monotone.ts';
import { type Objective, objectiveOf, type Scale } from './objective.ts';
import { type BoostingOptions, checkWeights, settingsOf } from './options.ts';
import { chooseOf, randomFrom } from './random.ts';
import { BoostingRefusal } from './refusal.ts';
import type { FeatureTable } from './table.ts';
import { trainerMemory } from './trainer-memory.ts';
import { quantileOf } from './weighted-quantile.ts';

/**
 * Trains gradient boosted trees (Friedman 2001; histograms and leaf-wise growth as in Ke et al. 2017).
 *
 * `target`: one finite number a row. Deterministic for the options, for any number of threads. Throws
 * {@link BoostingRefusal}.
 */
export function trainBoosting(
  table: FeatureTable | BinnedTable,
  target: Float64Array,
  options: BoostingOptions = {},
): BoostingModel {
  const settings = settingsOf(options);
  const objective = objectiveOf(options.objective ?? { kind: 'l2' });
  const { validation, onProgress } = options;
  const binned = 'bins' in table ? table : binFeatures(table, { seed: settings.seed });
  const { rows, features, names } = binned;
  if (rows === 0) throw new BoostingRefusal('rows', 'there is no row to learn from');
  if (target.length !== rows) throw new BoostingRefusal('rows', `${target.length} targets for ${rows} rows`);
  objective.check(target);
  checkWeights(options.weights, rows);
  const directions = directionsOf(binned, options.monotone);
  const validationBins = validation && binWith(features, names, validation.table);
  const validationRows = validationBins?.rows ?? 0;
  if (validation) {
    if (validation.target.length !== validationRows || validationRows === 0) {
      throw new BoostingRefusal(
        'rows',
        `${validation.target.length} validation targets for ${validationRows} rows`,
      );
    }
    objective.check(validation.target);
    checkWeights(validation.weights, validationRows);
  } else if (options.earlyStoppingRounds !== undefined) {
    throw new BoostingRefusal('option', 'earlyStoppingRounds needs validation rows');
  }

  const memory = trainerMemory(
    { rows, validationRows, features: features.length, leaves: settings.leaves },
    options.kernel ?? 'wasm',
    options.threads,
  );
  try {
    const { buffer } = memory;
    new Uint8Array(buffer, memory.bins, binned.bins.length).set(binned.bins);
    layRows(binned, new Uint8Array(buffer, memory.binRows, rows * memory.rowBytes), memory.rowBytes);
    if (validationBins) {
      new Uint8Array(buffer, memory.validationBins, validationBins.bins.length).set(validationBins.bins);
    }
    const pairs = new Float32Array(buffer, memory.pairs, 2 * rows);
    const rowList = new Uint32Array(buffer, memory.rows, rows);
    const validationList = new Uint32Array(buffer, memory.validationRows, validationRows);
    const start = objective.start(target, options.weights);
    const scores = new Float64Array(rows).fill(start);
    const validationScores = new Float64Array(validationRows).fill(start);
    const scale = scaleOf(objective, target, start, options.weights);
    const grower = new TreeGrower(memory, features, directions, rows, {
      ...settings,
      lambdaL2: settings.lambdaL2 / scale.hessian,
    });
    const random = randomFrom(settings.seed);
    const bag = Math.max(1, Math.floor(settings.rowFraction * rows));
    const inBag = new Uint32Array(bag);
    const outOfBag = new Uint32Array(rows - bag);
    const inPlay = new Uint8Array(features.length);
    const trees: GrownNode[][] = [];
    let leastLoss = Infinity;
    let bestTrees = 0;
    let bestRound = 0;

    for (let round = 0; round < settings.trees; round++) {
      if (bag < rows && round % settings.rowFrequency === 0) chooseOf(rows, bag, random, inBag, outOfBag);
      if (bag < rows) {
        rowList.set(inBag);
        rowList.set(outOfBag, bag);
      } else for (let row = 0; row < rows; row++) rowList[row] = row;
      chooseFeatures(settings.columnFraction, random, inPlay);
      objective.gradients(scores, target, pairs, scale, options.weights);
      const tree = grower.grow(bag, inPlay);
      const grew = tree.leaves.length > 1;
      if (!grew && bag === rows && settings.columnFraction === 1) break;
      if (grew) {
        for (const node of tree.nodes) {
          node.value *= scale.gradient / scale.hessian;
          node.gain *= (scale.gradient / scale.hessian) * scale.gradient;
          node.cover *= scale.hessian;
        }
        if (objective.leafQuantile !== undefined) {
          renewLeaves(tree, objective.leafQuantile, rowList, scores, target, options.weights);
          holdDirections(tree.nodes, directions);
        }
        for (const node of tree.nodes) node.value *= settings.learningRate;
        for (const leaf of tree.leaves) {
          addTo(scores, rowList, leaf.start, leaf.count, tree.nodes[leaf.node]!.value);
        }
        const rest = { bins: memory.bins, rows: memory.rows, rowCount: rows };
        addRouted(grower, tree, rest, scores, rowList, bag, rows - bag);
        trees.push(tree.nodes);
      }
      if (!validation) {
        onProgress?.({ tree: round + 1, trees: settings.trees });
        continue;
      }
      if (grew) {
        for (let row = 0; row < validationRows; row++) validationList[row] = row;
        const held = { bins: memory.validationBins, rows: memory.validationRows, rowCount: validationRows };
        addRouted(grower, tree, held, validationScores, validationList, 0, validationRows);
      }
      const loss = meanLoss(objective.loss, validationScores, validation.target, validation.weights);
      onProgress?.({ tree: round + 1, trees: settings.trees, validationLoss: loss });
      if (loss < leastLoss) {
        leastLoss = loss;
        bestTrees = trees.length;
        bestRound = round;
      } else if (round - bestRound >= settings.earlyStoppingRounds) break;
    }
    const kept = validation ? trees.slice(0, bestTrees) : trees;
    return modelOf(
      forestOf(kept, { objective: options.objective ?? { kind: 'l2' }, names, features, start }),
    );
  } finally {
    memory.end();
  }
}

function directionsOf(table: BinnedTable, monotone: BoostingOptions['monotone'] = {}): Int8Array {
  const directions = new Int8Array(table.names.length);
  for (const [name, direction] of Object.entries(monotone)) {
    const at = table.names.indexOf(name);
    if (at < 0) throw new BoostingRefusal('feature', `monotone names ${name}, which is no feature`);
    if (table.features[at]!.kind === 'categorical') {
      throw new BoostingRefusal('option', `${name} is categorical, so predictions cannot be monotone in it`);
    }
    directions[at] = direction;
  }
  return directions;
}

function chooseFeatures(fraction: number, random: () => number, inPlay: Uint8Array): void {
  const take = Math.max(1, Math.round(fraction * inPlay.length));
  if (take === inPlay.length) {
    inPlay.fill(1);
    return;
  }
  const chosen = new Uint32Array(take);
  chooseOf(inPlay.length, take, random, chosen);
  inPlay.fill(0);
  for (const at of chosen) inPlay[at] = 1;
}

/** Gives each leaf the quantile of its rows' residuals. */
function renewLeaves(
  tree: GrownTree,
  q: number,
  rowList: Uint32Array,
  scores: Float64Array,
  target: Float64Array,
  weights?: Float64Array,
): void {
  for (const { node, start, count } of tree.leaves) {
    const residuals = new Float64Array(count);
    const residualWeights = weights && new Float64Array(count);
    for (let i = 0; i < count; i++) {
      const row = rowList[start + i]!;
      residuals[i] = target[row]! - scores[row]!;
      if (residualWeights) residualWeights[i] = weights[row]!;
    }
    tree.nodes[node]!.value = quantileOf(residuals, q, residualWeights);
  }
}

function addTo(
  scores: Float64Array,
  rowList: Uint32Array,
  start: number,
  count: number,
  value: number,
): void {
  for (let i = start; i < start + count; i++) scores[rowList[i]!]! += value;
}

/** Adds a tree to the scores of rows that it was not grown on. */
function addRouted(
  grower: TreeGrower,
  tree: GrownTree,
  set: { readonly bins: number; readonly rows: number; readonly rowCount: number },
  scores: Float64Array,
  rowList: Uint32Array,
  first: number,
  count: number,
): void {
  if (count === 0) return;
  const { starts, counts } = grower.route(tree, set, first, count);
  tree.leaves.forEach(({ node }, at) => {
    addTo(scores, rowList, starts[at]!, counts[at]!, tree.nodes[node]!.value);
  });
}

function meanLoss(
  loss: (score: number, target: number) => number,
  scores: Float64Array,
  target: Float64Array,
  weights?: Float64Array,
): number {
  let sum = 0;
  let weight = 0;
  for (let i = 0; i < scores.length; i++) {
    const rowWeight = weights ? weights[i]! : 1;
    sum += rowWeight * loss(scores[i]!, target[i]!);
    weight += rowWeight;
  }
  return sum / weight;
}

/** Lays the bins of each row side by side. */
function layRows({ bins, rows, names }: BinnedTable, into: Uint8Array, rowBytes: number): void {
  const BLOCK_ROWS = 512;
  for (let first = 0; first < rows; first += BLOCK_ROWS) {
    const end = Math.min(rows, first + BLOCK_ROWS);
    for (let feature = 0; feature < names.length; feature++) {
      for (let row = first; row < end; row++) into[row * rowBytes + feature] = bins[feature * rows + row]!;
    }
  }
}

/**
 * Powers of two that gradients and hessians are divided by, which changes no digit of them, so that single precision
 * holds them whatever the units of target and weights.
 */
function scaleOf(objective: Objective, target: Float64Array, start: number, weights?: Float64Array): Scale {
  const weight = weights ? weights.reduce((most, value) => Math.max(most, value), 0) : 1;
  const reach = objective.reach(target, start);
  const power = (value: number): number => (value > 0 ? 2 ** Math.ceil(Math.log2(value)) : 1);
  return { gradient: power(reach.gradient * weight), hessian: power(reach.hessian * weight) };
}
