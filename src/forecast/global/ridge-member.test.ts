import { describe, expect, it } from 'vitest';
import { addCase, emptySums, fitRidges, predictRidge, ridgeInputs } from './ridge-member.ts';

const inputs = [{ column: 0, pull: 1 }];

/** Series whose move is `slopes[i]` times the feature. */
function seriesOf(slopes: readonly number[], cases: readonly number[]) {
  const feature: number[] = [];
  const move: number[] = [];
  const rowsOf = slopes.map((slope, i) => {
    const first = feature.length;
    for (let k = 0; k < cases[i]!; k++) {
      const x = Math.sin(1 + 2.7 * k);
      feature.push(x);
      move.push(slope * x);
    }
    return Int32Array.from({ length: cases[i]! }, (_, k) => first + k);
  });
  const columns = [Float32Array.from(feature)];
  const target = Float64Array.from(move);
  const sumsWith = (rows: Int32Array, weights = new Float64Array(rows.length).fill(1)) => {
    const sums = emptySums(inputs.length + 1);
    rows.forEach((row, k) => {
      addCase(sums, columns, inputs, row, target[row]!, weights[k]!);
    });
    return { sums, level: 1 };
  };
  return { series: rowsOf.map((rows) => sumsWith(rows)), sumsWith };
}

const slopesOf = (slopes: readonly number[], cases: readonly number[]) => {
  const { own, pooled } = fitRidges(inputs, seriesOf(slopes, cases).series, 1);
  return [...own, pooled].map(({ coefficients }) => coefficients[0]!);
};

describe('regressions near that of all series', () => {
  it('keep a series with many cases by itself and draw one with few to the others', () => {
    const [, , , many, few] = slopesOf([1, 1, 1, 3, 3], [400, 400, 400, 2000, 5]);
    expect(many).toBeGreaterThan(2.9);
    expect(few).toBeLessThan(2.5);
    const [all, alone] = slopesOf([1, 1, 1, 1], [400, 400, 400, 5]).slice(2);
    expect(all).toBeCloseTo(1, 1);
    expect(alone).toBeCloseTo(1, 1);
  });

  it('answer a series without a case by what all series say', () => {
    const [own, nothing, pooled] = slopesOf([2, 0], [300, 0]);
    expect(own).toBeCloseTo(2, 1);
    expect(nothing).toBe(pooled);
  });

  it('count newer cases more, as their weights say', () => {
    const { series, sumsWith } = seriesOf([1, 2], [200, 200]);
    const rows = Int32Array.from({ length: 400 }, (_, k) => k);
    const weights = Float64Array.from(rows, (row) => (row < 200 ? 0.01 : 1));
    const { own } = fitRidges(inputs, [sumsWith(rows, weights)], 1);
    expect(own[0]!.coefficients[0]).toBeGreaterThan(1.9);
    expect(series).toHaveLength(2);
  });

  it('take the product of two features, a missing one as no difference, and tell the shares of a prediction', () => {
    const product = [{ column: 0, times: 1, pull: 1 }];
    const columns = [Float32Array.of(1, 2, Number.NaN, 4), Float32Array.of(1, -1, 1, 0.5)];
    const fit = { coefficients: Float64Array.of(2, 0.25), sigma: 0, cases: 1 };
    const shares: number[] = [];
    const moves = [0, 1, 2, 3].map((row) =>
      predictRidge(fit, columns, product, row, (_, share) => shares.push(share)),
    );
    expect(moves).toEqual([2.25, -3.75, 0.25, 4.25]);
    expect(shares).toEqual([2, 0.25, -4, 0.25, 0, 0.25, 4, 0.25]);
  });

  it('look at what the panel has: each feature once, and its products where the calendar is known', () => {
    const names = ['against years', 'fresh 2 days', 'fresh 1 days', 'year sine there', 'market: move 1'];
    expect(ridgeInputs(names).map(({ column, times }) => [column, times])).toEqual([
      [0, undefined],
      [1, undefined],
      [2, undefined],
      [4, undefined],
      [0, 3],
    ]);
    expect(ridgeInputs(['newest 2', 'newest 20'])).toHaveLength(1);
  });
});
