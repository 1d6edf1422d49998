import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BoostingOptions,
  BoostingRefusal,
  binFeatures,
  boostingFromBytes,
  type FeatureTable,
  type ObjectiveName,
  permutationImportance,
  trainBoosting,
} from '../index.ts';
import { randomFrom } from './random.ts';

interface Made {
  readonly table: FeatureTable;
  readonly target: Float64Array;
}

/** Four columns: a number with missing values, a number, a category and noise. */
function made(rows: number, seed: number): Made {
  const random = randomFrom(seed);
  const column = (value: () => number): Float64Array => Float64Array.from({ length: rows }, value);
  const columns = [
    column(() => (random() < 0.1 ? Number.NaN : random() * 10)),
    column(() => random() * 4 - 2),
    column(() => Math.floor(random() * 9)),
    column(random),
  ];
  const target = Float64Array.from({ length: rows }, (_, row) => {
    const [a, b, kind] = columns.map((values) => values[row]!) as [number, number, number];
    return (Number.isNaN(a) ? 3 : Math.sin(a) * 2) + b * b * b + (kind % 3) * 2 + (random() - 0.5);
  });
  return { table: { names: ['a', 'b', 'kind', 'noise'], columns, categorical: ['kind'] }, target };
}

function reordered({ table, target }: Made, order: readonly number[]): Made {
  const take = (values: Float32Array | Float64Array): Float64Array =>
    Float64Array.from(order, (row) => values[row]!);
  return { table: { ...table, columns: table.columns.map(take) }, target: take(target) };
}

function farthest(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at]!)), 0);
}

const objectives: readonly ObjectiveName[] = [
  { kind: 'l2' },
  { kind: 'l1' },
  { kind: 'huber', delta: 1 },
  { kind: 'quantile', q: 0.9 },
  { kind: 'poisson' },
  { kind: 'binary' },
];

/** The target as the objective can hold it. */
function targetFor({ kind }: ObjectiveName, target: Float64Array): Float64Array {
  if (kind === 'poisson') return target.map((value) => Math.max(0, Math.round(value)));
  return kind === 'binary' ? target.map((value) => (value > 2 ? 1 : 0)) : target;
}

const small: BoostingOptions = { trees: 20, leaves: 8 };

describe('trainBoosting', () => {
  it('learns: half of the loss that the start has is gone on rows it has not seen', () => {
    const train = made(3000, 1);
    const test = made(1000, 2);
    for (const objective of objectives) {
      const lossAfter = (trees: number, learningRate: number): number =>
        trainBoosting(train.table, targetFor(objective, train.target), {
          objective,
          trees,
          learningRate,
        }).meanLoss(test.table, targetFor(objective, test.target));
      const [none, some] = [lossAfter(1, 1e-12), lossAfter(60, 0.2)];
      if (objective.kind === 'poisson') expect(some).toBeLessThan(none - 1);
      else expect(some).toBeLessThan(none / 2);
    }
  });

  it('does not change a bit with the kernel, whatever the objective and the sampling', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.constantFrom(...objectives),
        fc.constantFrom(0.6, 1),
        fc.boolean(),
        (seed, objective, fraction, monotone) => {
          const { table, target } = made(1 + (seed % 700), seed);
          const options: BoostingOptions = {
            trees: 5,
            objective,
            seed,
            rowFraction: fraction,
            columnFraction: fraction,
            lambdaL2: seed % 3,
            minRowsPerLeaf: 1 + (seed % 20),
            ...(monotone && { monotone: { b: 1, noise: -1 } }),
          };
          const own = targetFor(objective, target);
          if (objective.kind === 'poisson' && !own.some((value) => value > 0)) return;
          const bytes = (kernel: 'wasm' | 'scalar'): Uint8Array =>
            trainBoosting(table, own, { ...options, kernel }).toBytes();
          expect(bytes('scalar')).toEqual(bytes('wasm'));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('does not change a bit with the kernel where rows fill several blocks and features several groups', () => {
    const random = randomFrom(23);
    const names = Array.from({ length: 77 }, (_, at) => `x${at}`);
    const columns = names.map(() => Float32Array.from({ length: 9000 }, () => Math.floor(random() * 300)));
    const target = Float64Array.from(columns[0]!, (value, row) => value * columns[75]![row]! + random());
    for (const columnFraction of [1, 0.5]) {
      const bytes = (kernel: 'wasm' | 'scalar'): Uint8Array =>
        trainBoosting({ names, columns }, target, { trees: 2, leaves: 6, columnFraction, kernel }).toBytes();
      expect(bytes('scalar')).toEqual(bytes('wasm'));
    }
  });

  it('does not mind the order of the rows', () => {
    const before = made(800, 3);
    const random = randomFrom(5);
    const order = Array.from({ length: 800 }, (_, row) => ({ row, key: random() }))
      .sort((a, b) => a.key - b.key)
      .map(({ row }) => row);
    const after = reordered(before, order);
    const one = trainBoosting(before.table, before.target, small).predict(before.table);
    const two = trainBoosting(after.table, after.target, small).predict(before.table);
    expect(farthest(one, two)).toBeLessThan(1e-4);
  });

  it('takes a weight of two for a row given twice', () => {
    const once = made(500, 7);
    const order = Array.from({ length: 500 }, (_, row) => (row % 3 === 0 ? [row, row] : [row])).flat();
    const twice = reordered(once, order);
    const weights = Float64Array.from({ length: 500 }, (_, row) => (row % 3 === 0 ? 2 : 1));
    // few values, so that the bins are the same; without categories and at one row a leaf, whose rules count rows
    const plain = ({ table: { names, columns } }: Made): FeatureTable => ({
      names: names.slice(0, 2),
      columns: columns.slice(0, 2).map((column) => column.map((value) => Math.round(value * 10))),
    });
    for (const kind of ['l2', 'l1'] as const) {
      const options: BoostingOptions = { trees: 4, leaves: 6, objective: { kind }, minRowsPerLeaf: 1 };
      const weighted = trainBoosting(plain(twice), twice.target, options);
      const repeated = trainBoosting(plain(once), once.target, { ...options, weights });
      expect(farthest(weighted.predict(plain(once)), repeated.predict(plain(once)))).toBeLessThan(1e-4);
    }
  });

  it('follows the units of the target and of the weights, however large or small', () => {
    const { table, target } = made(600, 9);
    const plain = trainBoosting(table, target, small).predict(table);
    for (const unit of [2 ** 300, 2 ** -300]) {
      const scaled = trainBoosting(
        table,
        target.map((value) => value * unit),
        { ...small, weights: new Float64Array(600).fill(unit) },
      );
      expect(
        farthest(
          scaled.predict(table).map((value) => value / unit),
          plain,
        ),
      ).toBeLessThan(1e-9);
      expect(boostingFromBytes(scaled.toBytes()).predict(table)).toEqual(scaled.predict(table));
    }
  });

  it('never turns against a direction that was asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.constantFrom(...objectives),
        fc.constantFrom<1 | -1>(1, -1),
        (seed, objective, direction) => {
          const { table, target } = made(400, seed);
          const model = trainBoosting(table, targetFor(objective, target), {
            trees: 15,
            objective,
            minRowsPerLeaf: 5,
            monotone: { a: direction, b: direction },
          });
          for (const feature of [0, 1]) {
            const steps = Float64Array.from({ length: 60 }, (_, at) => at * 0.2 - 3);
            const columns = table.columns.map((column, at) =>
              at === feature ? steps : new Float64Array(60).fill(column[seed % 400]!),
            );
            const path = model.predict({ names: table.names, columns });
            for (let at = 1; at < path.length; at++) {
              expect(direction * (path[at]! - path[at - 1]!)).toBeGreaterThanOrEqual(-1e-9);
            }
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it('is the same for a seed, and another with sampling for another seed', () => {
    const { table, target } = made(400, 11);
    const bytes = (seed: number): Uint8Array =>
      trainBoosting(table, target, {
        ...small,
        seed,
        rowFraction: 0.5,
        rowFrequency: 3,
        columnFraction: 0.5,
      }).toBytes();
    expect(bytes(1)).toEqual(bytes(1));
    expect(bytes(1)).not.toEqual(bytes(2));
  });

  it('stops at the least loss on validation rows', () => {
    const { table, target } = made(300, 13);
    const validation = made(300, 14);
    const losses: number[] = [];
    const model = trainBoosting(table, target, {
      trees: 400,
      learningRate: 0.3,
      minRowsPerLeaf: 2,
      validation,
      earlyStoppingRounds: 10,
      onProgress: ({ validationLoss }) => losses.push(validationLoss!),
    });
    const least = Math.min(...losses);
    expect(losses.length).toBeLessThan(400);
    expect(losses.length - model.trees).toBe(10);
    expect(model.meanLoss(validation.table, validation.target)).toBeCloseTo(least, 9);
  });

  it('answers with the constant for a constant target, for one row, and for a feature without values', () => {
    const { table } = made(200, 15);
    expect(new Set(trainBoosting(table, new Float64Array(200).fill(7.5)).predict(table))).toEqual(
      new Set([7.5]),
    );
    const one = { names: ['a'], columns: [Float64Array.of(3)] };
    expect(Array.from(trainBoosting(one, Float64Array.of(4)).predict(one))).toEqual([4]);
    const empty = { names: ['a'], columns: [new Float64Array(50).fill(Number.NaN)] };
    const target = Float64Array.from({ length: 50 }, (_, row) => row);
    expect(trainBoosting(empty, target).predict(empty)[0]).toBeCloseTo(24.5, 12);
  });

  it('parts infinities and the neighbours of a double', () => {
    const values = [-Infinity, -1e308, 1, 1 + Number.EPSILON, 1e308, Infinity];
    const column = Float64Array.from({ length: 60 }, (_, row) => values[row % 6]!);
    const table = { names: ['a'], columns: [column] };
    const target = Float64Array.from({ length: 60 }, (_, row) => (row % 6) ** 2);
    const model = trainBoosting(table, target, { trees: 1, learningRate: 1, minRowsPerLeaf: 1 });
    expect(farthest(model.predict(table), target)).toBeLessThan(1e-5);
  });

  it('sends missing values to the side that suits them, also where training had none', () => {
    const a = Float64Array.from({ length: 300 }, (_, row) => (row % 3 === 0 ? Number.NaN : row % 50));
    const target = a.map((value) => (Number.isNaN(value) ? 30 : value));
    const model = trainBoosting({ names: ['a'], columns: [a] }, target, { trees: 80 });
    const asked = { names: ['a'], columns: [Float64Array.of(Number.NaN, 30, 2)] };
    const [missing, high, low] = model.predict(asked) as unknown as [number, number, number];
    expect(missing).toBeCloseTo(30, 0);
    expect(high).toBeCloseTo(30, 0);
    expect(low).toBeLessThan(5);
    const whole = a.map((value) => (Number.isNaN(value) ? 1 : value));
    const never = trainBoosting({ names: ['a'], columns: [whole] }, target).predict(asked);
    expect(Number.isFinite(never[0])).toBe(true);
  });

  it('puts a category that training did not have with the missing ones', () => {
    const { table, target } = made(600, 17);
    const model = trainBoosting(table, target, small);
    const ask = (kind: number): number =>
      model.predict({ ...table, columns: [1, 1, kind, 0.5].map((value) => Float64Array.of(value)) })[0]!;
    expect(ask(77)).toBe(ask(Number.NaN));
    expect(ask(2)).toBeGreaterThan(ask(0) + 2);
  });

  it('finds what matters, by gain and by permutation', () => {
    const { table, target } = made(1500, 19);
    const model = trainBoosting(table, target);
    for (const importance of [model.gainImportance(), permutationImportance(model, table, target, 1)]) {
      expect(importance.indexOf(Math.min(...importance))).toBe(3);
      expect(importance.indexOf(Math.max(...importance))).toBe(1);
    }
    expect(permutationImportance(model, table, target, 4)).toEqual(
      permutationImportance(model, table, target, 4),
    );
  });

  it('refuses, in words and with a reason, what it cannot learn from', () => {
    const { table, target } = made(50, 21);
    const refused = (reason: string, run: () => unknown): void => {
      try {
        run();
      } catch (error) {
        expect(error).toBeInstanceOf(BoostingRefusal);
        expect((error as BoostingRefusal).reason).toBe(reason);
        return;
      }
      throw new Error(`${reason}: not refused`);
    };
    refused('rows', () => trainBoosting(table, target.subarray(1)));
    refused('rows', () => trainBoosting({ names: ['a'], columns: [new Float64Array()] }, new Float64Array()));
    refused('rows', () =>
      trainBoosting({ names: ['a', 'b'], columns: [target, target.subarray(1)] }, target),
    );
    refused('value', () => trainBoosting(table, target.with(3, Number.NaN)));
    refused('value', () => trainBoosting(table, target.with(3, 1e200)));
    refused('value', () => trainBoosting(table, target, { objective: { kind: 'binary' } }));
    refused('value', () => trainBoosting(table, target.with(0, -1), { objective: { kind: 'poisson' } }));
    refused('value', () => trainBoosting(table, target, { weights: new Float64Array(50) }));
    refused('value', () => trainBoosting({ ...table, categorical: ['noise'] }, target));
    refused('feature', () => trainBoosting({ ...table, names: ['a', 'a', 'b', 'c'] }, target));
    refused('feature', () => trainBoosting(table, target, { monotone: { z: 1 } }));
    refused('option', () => trainBoosting(table, target, { monotone: { kind: 1 } }));
    refused('option', () => trainBoosting(table, target, { leaves: 1 }));
    refused('option', () => trainBoosting(table, target, { objective: { kind: 'quantile', q: 1 } }));
    refused('option', () => trainBoosting(table, target, { earlyStoppingRounds: 5 }));
    refused('option', () => binFeatures(table, { maxBins: 256 }));
    const model = trainBoosting(table, target, small);
    refused('feature', () => model.predict({ names: ['a'], columns: [target] }));
    refused('rows', () => model.predict(table, new Float64Array(3)));
  });
});
