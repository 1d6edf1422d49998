import { describe, expect, it } from 'vitest';
import { calibrateAtOrigins } from './calibrate.ts';
import type { Cell } from './cell.ts';

const LEVELS = [0.5, 0.8, 0.95];

/** A price that walks with steps of a size of its own each week; the last price is the forecast. */
function walk(count: number, size: (j: number) => number): Cell {
  let state = 11;
  const chance = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const normal = () => Math.sqrt(-2 * Math.log(chance())) * Math.cos(2 * Math.PI * chance());
  const prices = [1000];
  for (let j = 0; j < count; j++) prices.push(prices[j]! * Math.exp(size(j) * normal()));
  const originDay = Int32Array.from({ length: count }, (_, j) => 7 * j);
  const naive = {
    name: 'naive',
    role: 'baseline' as const,
    mean: Float64Array.from(prices.slice(0, count)),
    sigma: new Float64Array(count).fill(0.3),
  };
  return {
    horizon: 'W1',
    originDay,
    targetDay: originDay.map((day) => day + 7),
    actual: Float64Array.from(prices.slice(1)),
    candidates: [naive],
    scale: 'log',
  };
}

function calibrated(cell: Cell) {
  const [naive] = cell.candidates;
  return calibrateAtOrigins(cell, naive!, naive!, naive!.sigma, LEVELS);
}

function coverage(cell: Cell, from: number, to: number): number[] {
  const { intervals } = calibrated(cell);
  return LEVELS.map((_, l) => {
    let inside = 0;
    for (let j = from; j < to; j++) {
      const { lo, hi } = intervals[j]![l]!;
      if (cell.actual[j]! >= lo && cell.actual[j]! <= hi) inside++;
    }
    return inside / (to - from);
  });
}

describe('intervals', () => {
  it('hold what they promise on a steady walk', () => {
    const [half, most, nearlyAll] = coverage(
      walk(1000, () => 0.05),
      30,
      1000,
    );
    expect(Math.abs(half! - 0.5)).toBeLessThan(0.04);
    expect(Math.abs(most! - 0.8)).toBeLessThan(0.03);
    expect(Math.abs(nearlyAll! - 0.95)).toBeLessThan(0.02);
  });

  it('follow a market that turns wild: most of what is lost is won back within the half year', () => {
    const cell = walk(240, (j) => (j < 120 ? 0.03 : 0.09));
    expect(coverage(cell, 146, 240)[1]).toBeGreaterThan(0.74);
  });

  it('rest on the counted history of the baseline until there are 20 errors', () => {
    const { own, intervals } = calibrated(walk(40, () => 0.05));
    expect(own.indexOf(true)).toBe(20);
    const { lo, hi } = intervals[19]![1]!;
    expect(Math.log(hi / lo) / 2).toBeCloseTo(1.2815515655 * 0.3, 6);
  });

  it('contain the narrower ones, at origins without any move too', () => {
    for (const levels of calibrated(walk(60, (j) => (j % 20 === 0 ? 0.2 : 0))).intervals) {
      for (let l = 1; l < LEVELS.length; l++) {
        expect(levels[l]!.lo).toBeLessThanOrEqual(levels[l - 1]!.lo);
        expect(levels[l]!.hi).toBeGreaterThanOrEqual(levels[l - 1]!.hi);
      }
    }
  });
});
