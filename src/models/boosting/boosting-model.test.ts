import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BoostingModel, boostingFromBytes } from './boosting-model.ts';
import type { ObjectiveName } from './objective.ts';
import { randomFrom } from './random.ts';
import { BoostingRefusal } from './refusal.ts';
import type { FeatureTable } from './table.ts';
import { trainBoosting } from './train.ts';

const names = ['a', 'b', 'kind'];

function tableOf(rows: number, seed: number): FeatureTable {
  const random = randomFrom(seed);
  const column = (value: () => number): Float64Array => Float64Array.from({ length: rows }, value);
  return {
    names,
    columns: [
      column(() => (random() < 0.2 ? Number.NaN : random())),
      column(random),
      column(() => Math.floor(random() * 12)),
    ],
    categorical: ['kind'],
  };
}

function trained(objective: ObjectiveName, trees = 12): { table: FeatureTable; model: BoostingModel } {
  const table = tableOf(1500, 3);
  const target = Float64Array.from({ length: 1500 }, (_, row) => {
    const [a, b, kind] = table.columns.map((column) => column[row]!) as [number, number, number];
    const value = (Number.isNaN(a) ? 2 : 3 * a) * b + (kind % 4);
    return objective.kind === 'binary' ? (value > 2 ? 1 : 0) : value;
  });
  return { table, model: trainBoosting(table, target, { objective, trees, leaves: 8 }) };
}

describe('contributions', () => {
  it('add up to the score of every row', () => {
    for (const objective of [{ kind: 'l2' }, { kind: 'poisson' }, { kind: 'binary' }] as const) {
      const { table, model } = trained(objective);
      const parts = model.contributions(table);
      const score = {
        l2: (value: number) => value,
        poisson: Math.log,
        binary: (share: number) => Math.log(share / (1 - share)),
      }[objective.kind];
      const predicted = model.predict(table);
      expect(parts.length).toBe(1500 * 4);
      predicted.forEach((value, row) => {
        const sum = parts.subarray(row * 4, row * 4 + 4).reduce((total, part) => total + part, 0);
        expect(sum).toBeCloseTo(score(value), 9);
      });
    }
  });

  it('are the Shapley values: what a feature adds, averaged over all orders of learning the features', () => {
    // two features, one tree: a over 1 with b over 1 gives 8, else nothing
    const a = Float64Array.from({ length: 80 }, (_, row) => (row % 4 < 2 ? 2 : 0));
    const b = Float64Array.from({ length: 80 }, (_, row) => (row % 2 === 0 ? 2 : 0));
    const target = a.map((value, row) => (value > 1 && b[row]! > 1 ? 8 : 0));
    const table = { names: ['a', 'b'], columns: [a, b] };
    const model = trainBoosting(table, target, { trees: 1, learningRate: 1, minRowsPerLeaf: 1 });
    const [ofA, ofB, expected] = model.contributions({
      names: ['a', 'b'],
      columns: [Float64Array.of(2), Float64Array.of(2)],
    }) as unknown as [number, number, number];
    expect(expected).toBeCloseTo(2, 6);
    // from 2: knowing a gives 4, knowing both 8; the same for b
    expect(ofA).toBeCloseTo(3, 6);
    expect(ofB).toBeCloseTo(3, 6);
  });

  it('give nothing to a feature that no tree uses', () => {
    const { table, model } = trained({ kind: 'l2' });
    const wide = { ...table, names: [...names, 'x'], columns: [...table.columns, new Float64Array(1500)] };
    const target = model.predict(table);
    const parts = trainBoosting(wide, target, { trees: 5 }).contributions(wide);
    for (let row = 0; row < 1500; row++) expect(parts[row * 5 + 3]).toBe(0);
  });
});

describe('toBytes', () => {
  it('is read back to a model that answers the same, and writes the same bytes', () => {
    for (const objective of [{ kind: 'l2' }, { kind: 'huber', delta: 0.5 }, { kind: 'binary' }] as const) {
      const { table, model } = trained(objective);
      const bytes = model.toBytes();
      const again = boostingFromBytes(bytes);
      expect(again.trees).toBe(model.trees);
      expect(again.featureNames).toEqual(names);
      expect(again.predict(table)).toEqual(model.predict(table));
      expect(again.contributions(table)).toEqual(model.contributions(table));
      expect(again.gainImportance()).toEqual(model.gainImportance());
      expect(again.toBytes()).toEqual(bytes);
    }
  });

  it('holds a model without a single tree', () => {
    const table = tableOf(5, 1);
    const model = trainBoosting(table, new Float64Array(5).fill(3));
    expect(boostingFromBytes(model.toBytes()).predict(table)).toEqual(new Float64Array(5).fill(3));
  });

  it('refuses bytes that were cut, changed or never a model', () => {
    const bytes = trained({ kind: 'l2' }, 3).model.toBytes();
    const refused = (changed: Uint8Array): void => {
      expect(() => boostingFromBytes(changed)).toThrow(BoostingRefusal);
    };
    refused(new Uint8Array());
    refused(new TextEncoder().encode('{"trees": 3, "format": "something else"}'));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        refused(bytes.subarray(0, at));
        refused(bytes.map((byte, place) => (place === at ? byte ^ by : byte)));
      }),
      { numRuns: 150 },
    );
  });

  it('refuses or reads, and never throws anything else, when the checksum was made to fit', () => {
    const { table, model } = trained({ kind: 'l2' }, 3);
    const bytes = model.toBytes();
    fc.assert(
      fc.property(fc.nat(bytes.length - 5), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = bytes.map((byte, place) => (place === at ? byte ^ by : byte));
        new DataView(changed.buffer).setUint32(changed.length - 4, checksum(changed.subarray(0, -4)), true);
        try {
          const read = boostingFromBytes(changed);
          read.predict({ ...table, names: read.featureNames });
        } catch (error) {
          expect(error).toBeInstanceOf(BoostingRefusal);
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** CRC-32 once more, so that a mistake in it is not tested with itself. */
function checksum(bytes: Uint8Array): number {
  let remainder = 0xffffffff;
  for (const byte of bytes) {
    let low = (remainder ^ byte) & 0xff;
    for (let bit = 0; bit < 8; bit++) low = low & 1 ? (low >>> 1) ^ 0xedb88320 : low >>> 1;
    remainder = (remainder >>> 8) ^ low;
  }
  return (remainder ^ 0xffffffff) >>> 0;
}
