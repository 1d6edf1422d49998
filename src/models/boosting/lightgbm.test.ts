import { describe, expect, it } from 'vitest';
import golden from './fixtures/lightgbm.json' with { type: 'json' };
import { type ObjectiveName, objectiveOf } from './objective.ts';
import type { BoostingOptions } from './options.ts';
import type { FeatureTable } from './table.ts';
import { trainBoosting } from './train.ts';

const names = ['a', 'b', 'c', 'd', 'e'];

function rows(from: number, to: number, categorical: readonly number[]): FeatureTable {
  const columns = golden.columns.map((column) =>
    Float64Array.from(column.slice(from, to), (value) => value ?? Number.NaN),
  );
  return { names, columns, categorical: categorical.map((at) => names[at]!) };
}

/**
 * Ours in LightGBM's words; how near the predictions come after 3 trees, on average, and the mean loss on the unseen
 * rows after 40, when ties and rows told from hessians have led the two to other splits.
 */
const cases: Record<
  string,
  { objective: ObjectiveName; options?: BoostingOptions; after3: number; loss: number }
> = {
  l2: { objective: { kind: 'l2' }, after3: 1e-6, loss: 0.002 },
  'l2 with a category': { objective: { kind: 'l2' }, after3: 0.02, loss: 0.03 },
  l1: { objective: { kind: 'l1' }, after3: 0.02, loss: 0.01 },
  quantile: { objective: { kind: 'quantile', q: 0.9 }, after3: 0.2, loss: 0.01 },
  huber: { objective: { kind: 'huber', delta: 2 }, after3: 1e-6, loss: 0.002 },
  poisson: { objective: { kind: 'poisson' }, after3: 1e-3, loss: 0.01 },
  binary: { objective: { kind: 'binary' }, after3: 1e-6, loss: 0.01 },
  monotone: {
    objective: { kind: 'l2' },
    options: { monotone: { a: 1, c: -1 } },
    after3: 1e-6,
    loss: 0.01,
  },
};

/** The score that a prediction belongs to. */
const scoreOf: Record<string, (value: number) => number> = {
  poisson: Math.log,
  binary: (share) => Math.log(share / (1 - share)),
};

describe('beside LightGBM', () => {
  for (const { name, target, categorical, after3, after40 } of golden.cases) {
    it(`learns what it learns: ${name}`, () => {
      const { objective, options, ...near } = cases[name]!;
      const all = Float64Array.from(golden.targets[target as keyof typeof golden.targets]);
      const { trained } = golden;
      const held = rows(trained, all.length, categorical);
      const heldTarget = all.subarray(trained);
      const train = (trees: number) =>
        trainBoosting(rows(0, trained, categorical), all.subarray(0, trained), {
          objective,
          trees,
          leaves: 12,
          minRowsPerLeaf: 10,
          lambdaL2: 0.5,
          ...options,
        });
      const first = train(3).predict(held);
      const off = after3.reduce((sum, value, row) => sum + Math.abs(value - first[row]!), 0) / after3.length;
      expect(off).toBeLessThan(near.after3);
      const { loss } = objectiveOf(objective);
      const theirs = after40.reduce(
        (sum, value, row) => sum + loss(scoreOf[objective.kind]?.(value) ?? value, heldTarget[row]!),
        0,
      );
      const ours = train(golden.trees).meanLoss(held, heldTarget);
      expect(Math.abs(ours - theirs / after40.length)).toBeLessThan(near.loss * Math.max(1, Math.abs(ours)));
    });
  }
});
