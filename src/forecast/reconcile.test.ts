import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reconcile, reconcilePrices } from './reconcile.ts';

/** A forest of up to 24 nodes with a forecast and a variance each. */
const hierarchy = fc
  .array(
    fc.record({
      parent: fc.nat(),
      alone: fc.integer({ min: 0, max: 9 }),
      mean: fc.double({ min: 1, max: 1e4, noNaN: true }),
      variance: fc.double({ min: 0.1, max: 100, noNaN: true }),
    }),
    { minLength: 1, maxLength: 24 },
  )
  .map((nodes) => ({
    parents: nodes.map(({ parent, alone }, i) => (i === 0 || alone === 0 ? -1 : parent % i)),
    mean: Float64Array.from(nodes, ({ mean }) => mean),
    variance: Float64Array.from(nodes, ({ variance }) => variance),
  }));

const partsOf = (parents: readonly number[], i: number) =>
  Array.from(parents.keys()).filter((k) => parents[k] === i);

function expectSums(parents: readonly number[], values: Float64Array) {
  for (const i of parents.keys()) {
    const parts = partsOf(parents, i);
    if (parts.length === 0) continue;
    const sum = parts.reduce((total, k) => total + values[k]!, 0);
    expect(Math.abs(sum - values[i]!)).toBeLessThan(1e-8 * Math.max(1, ...values.map(Math.abs)));
  }
}

describe('reconciled totals', () => {
  it('add up at every node, whatever was forecast', () => {
    fc.assert(
      fc.property(hierarchy, ({ parents, ...totals }) => expectSums(parents, reconcile(parents, totals))),
    );
  });

  it('leave forecasts that add up as they are', () => {
    fc.assert(
      fc.property(hierarchy, ({ parents, mean, variance }) => {
        const exact = Float64Array.from(mean);
        for (let i = parents.length - 1; i >= 0; i--) {
          const parts = partsOf(parents, i);
          if (parts.length > 0) exact[i] = parts.reduce((total, k) => total + exact[k]!, 0);
        }
        reconcile(parents, { mean: exact, variance }).forEach((value, i) => {
          expect(value / exact[i]!).toBeCloseTo(1, 9);
        });
      }),
    );
  });

  it('are the nearest ones in least squares: the normal equations of total = a + b, and any step away is dearer', () => {
    // the total says 100, its parts 30 and 50: equal trust in all three moves each by a third of the gap of 20
    const mean = Float64Array.of(100, 30, 50);
    const even = reconcile([-1, 0, 0], { mean, variance: Float64Array.of(1, 1, 1) });
    expect(even[0]).toBeCloseTo(100 - 20 / 3, 9);
    expect(even[1]).toBeCloseTo(30 + 20 / 3, 9);
    // a part that is four times as uncertain takes four times as much
    const uneven = reconcile([-1, 0, 0], { mean, variance: Float64Array.of(1, 1, 4) });
    expect([uneven[1]! - 30, uneven[2]! - 50, 100 - uneven[0]!].map((move) => move * 6)).toEqual(
      [20, 80, 20].map((move) => expect.closeTo(move, 9)),
    );
    fc.assert(
      fc.property(hierarchy, fc.nat(), fc.double({ min: -5, max: 5, noNaN: true }), (tree, pick, step) => {
        const { parents, mean, variance } = tree;
        const best = reconcile(parents, tree);
        fc.pre(best.every((value) => value > 0));
        const leaves = Array.from(parents.keys()).filter((i) => partsOf(parents, i).length === 0);
        const moved = best.slice();
        for (let i = leaves[pick % leaves.length]!; i >= 0; i = parents[i]!) moved[i] = moved[i]! + step;
        const cost = (values: Float64Array) =>
          values.reduce((sum, value, i) => sum + (value - mean[i]!) ** 2 / variance[i]!, 0);
        expect(cost(moved)).toBeGreaterThanOrEqual(cost(best) * (1 - 1e-9) - 1e-9);
      }),
    );
  });

  it('stay at 0 or above where nothing below 0 was forecast, and still add up', () => {
    const parents = [-1, 0, 0, 0];
    const mean = Float64Array.of(10, 100, 5, 5);
    const out = reconcile(parents, { mean, variance: Float64Array.of(0.001, 100, 100, 1) });
    expect(Math.min(...out)).toBeGreaterThanOrEqual(0);
    expectSums(parents, out);
  });

  it('refuse a total after its part and a variance of nothing', () => {
    const mean = Float64Array.of(1, 1);
    expect(() => reconcile([1, -1], { mean, variance: Float64Array.of(1, 1) })).toThrow(RangeError);
    expect(() => reconcile([-1, 0], { mean, variance: Float64Array.of(1, 0) })).toThrow(RangeError);
  });
});

describe('reconciled prices', () => {
  it('are amount by kg at every node, and a total lies between its parts', () => {
    fc.assert(
      fc.property(hierarchy, fc.array(fc.double({ min: 100, max: 9000, noNaN: true })), (tree, some) => {
        const { parents, mean: kg, variance } = tree;
        const amount = kg.map((mass, i) => mass * (some[i] ?? 1000));
        const money = { mean: amount, variance: variance.map((one, i) => one * (some[i] ?? 1000) ** 2) };
        const { price, ...totals } = reconcilePrices(parents, money, { mean: kg, variance });
        expectSums(parents, totals.amount);
        expectSums(parents, totals.kg);
        for (const i of parents.keys()) {
          if (!(totals.kg[i]! > 0)) continue;
          expect(price[i]).toBe(totals.amount[i]! / totals.kg[i]!);
          const parts = partsOf(parents, i);
          if (parts.length === 0 || parts.some((k) => !(totals.kg[k]! > 1e-6))) continue;
          // sums round by the largest amount of the tree, which is much to a total of next to nothing
          const rounding = 1e-9 * Math.max(...totals.amount.map(Math.abs));
          const of = parts.map((k) => price[k]!);
          expect(totals.amount[i]!).toBeGreaterThanOrEqual(Math.min(...of) * totals.kg[i]! - rounding);
          expect(totals.amount[i]!).toBeLessThanOrEqual(Math.max(...of) * totals.kg[i]! + rounding);
        }
      }),
    );
  });
});
