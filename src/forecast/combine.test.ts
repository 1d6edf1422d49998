import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cell, CellCandidate } from './cell.ts';
import { combineAtOrigins } from './combine.ts';

const ORIGINS = 120;

/** Weekly origins a week ahead; the price is 1000 and each member errs by its own log error. */
function cellOf(errors: Record<string, (j: number) => number>): Cell {
  const originDay = Int32Array.from({ length: ORIGINS }, (_, j) => 7 * j);
  const actual = new Float64Array(ORIGINS).fill(1000);
  actual[ORIGINS - 1] = Number.NaN;
  const candidates = Object.entries(errors).map(
    ([name, error]): CellCandidate => ({
      name,
      role: name.startsWith('model') ? 'model' : 'baseline',
      mean: Float64Array.from({ length: ORIGINS }, (_, j) => 1000 * Math.exp(error(j))),
      sigma: new Float64Array(ORIGINS).fill(0.1),
    }),
  );
  return {
    horizon: 'W1',
    originDay,
    targetDay: originDay.map((day) => day + 7),
    actual,
    candidates,
    scale: 'log',
  };
}

const combine = (cell: Cell) => combineAtOrigins(cell, 'mix', 'baseline', cell.candidates);

describe('a combination', () => {
  it('begins at its prior, and uses what two members that err in opposite ways are worth together', () => {
    const cell = cellOf({ naive: (j) => 0.2 * Math.sin(j), 'normal-year': (j) => -0.2 * Math.sin(j) });
    const { parts, mean } = combine(cell);
    expect(parts[0]![0]!.weight).toBeCloseTo(0.8 / 0.95, 12);
    // Least squares with n outcomes (old ones counting less) and 20 cases of the prior p: (4 n + 80 p) / (8 n + 80).
    const n = Array.from({ length: ORIGINS - 1 }, (_, j) => 2 ** ((-7 * j) / 322)).reduce((a, b) => a + b);
    expect(parts.at(-1)![0]!.weight).toBeCloseTo((4 * n + (80 * 0.8) / 0.95) / (8 * n + 80), 6);
    expect(parts.at(-1)![0]!.weight).toBeLessThan(0.56);
    expect(Math.abs(Math.log(mean[100]! / 1000))).toBeLessThan(0.03);
  });

  it('leaves a member that is only ever worse', () => {
    const cell = cellOf({ naive: (j) => 0.2 * Math.sin(j), 'last-and-last-year': (j) => 0.1 * Math.sin(j) });
    const weights = combine(cell)
      .parts.at(-1)!
      .map(({ weight }) => weight);
    expect(weights[1]).toBeGreaterThan(0.99);
  });

  it('does without a member that refused, and is the value itself where members agree', () => {
    const cell = cellOf({ naive: () => 0, 'normal-year': () => 0 });
    cell.candidates[1]!.mean[50] = Number.NaN;
    const { parts, mean } = combine(cell);
    expect(parts[50]).toEqual([{ name: 'naive', role: 'baseline', weight: 1 }]);
    for (const value of mean) expect(value).toBeCloseTo(1000, 9);
  });

  it('has weights of at least 0 with sum 1, and stays between its members', () => {
    const error = fc.double({ min: -2, max: 2, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(error, error, error), { minLength: ORIGINS, maxLength: ORIGINS }),
        (all) => {
          const cell = cellOf({
            naive: (j) => all[j]![0],
            'normal-year': (j) => all[j]![1],
            'model-a': (j) => all[j]![2],
          });
          const { parts, mean } = combine(cell);
          for (const [j, members] of parts.entries()) {
            const weights = members.map(({ weight }) => weight);
            expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
            expect(Math.min(...weights)).toBeGreaterThanOrEqual(0);
            const values = cell.candidates.map((one) => one.mean[j]!);
            expect(mean[j]!).toBeGreaterThanOrEqual(Math.min(...values) * (1 - 1e-9));
            expect(mean[j]!).toBeLessThanOrEqual(Math.max(...values) * (1 + 1e-9));
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});
