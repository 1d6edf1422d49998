import type { BoostingModel } from './boosting-model.ts';
import { randomFrom } from './random.ts';
import { columnsNamed, type FeatureTable } from './table.ts';

/**
 * By how much the mean loss rises when one feature's values are shuffled among the rows (Breiman 2001), for each feature
 * in the order of `model.featureNames`; deterministic for the seed. Throws what `model.meanLoss` throws.
 */
export function permutationImportance(
  model: BoostingModel,
  table: FeatureTable,
  target: Float64Array,
  seed: number,
): Float64Array {
  const columns = columnsNamed(table, model.featureNames);
  const loss = model.meanLoss(table, target);
  const random = randomFrom(seed);
  return Float64Array.from(columns, (column, feature) => {
    const shuffled = column.slice();
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      const kept = shuffled[i]!;
      shuffled[i] = shuffled[j]!;
      shuffled[j] = kept;
    }
    const names = model.featureNames;
    return model.meanLoss({ names, columns: columns.with(feature, shuffled) }, target) - loss;
  });
}
