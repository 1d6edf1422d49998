import { describe, expect, it } from 'vitest';
import type { CandidatePaths } from '../../forecast/index.ts';
import { combinedBefore, damped, onSameTargets } from './said-before.ts';

function paths(name: string, role: CandidatePaths['role'], mean: readonly number[]): CandidatePaths {
  const values = Float64Array.from(mean);
  return { name, role, mean: values, sigma: values.map(() => 0.1), scale: 'log' };
}

describe('what was said before', () => {
  it('is laid on the same days: the first steps of an earlier origin have passed', () => {
    const [one] = onSameTargets([paths('a', 'model', [1, 2, 3, 4, 5, 6])], 2, 1);
    expect([...one!.mean]).toEqual([2, 3, 5, 6]);
  });

  it('is held on to by models in its share, and never by baselines', () => {
    const now = [paths('naive', 'baseline', [100, 100]), paths('a', 'model', [100, 100])];
    const before = [paths('naive', 'baseline', [400, 400]), paths('a', 'model', [400, Number.NaN])];
    const [naive, model] = damped(now, before, 0.5);
    expect(naive).toBe(now[0]);
    expect(model!.mean[0]).toBeCloseTo(200, 9);
    expect(model!.mean[1]).toBe(100);
  });

  it('of a combination is that of its members with its weights', () => {
    const sigma = Float64Array.of(0.1, 0.1);
    const cells = [
      { name: 'a', role: 'model' as const, mean: Float64Array.of(100, Number.NaN), sigma },
      { name: 'b', role: 'model' as const, mean: Float64Array.of(400, 400), sigma },
    ];
    const half = ['a', 'b'].map((name) => ({ name, role: 'model' as const, weight: 0.5 }));
    const said = combinedBefore([half, half, []], cells);
    expect(said[0]).toBeCloseTo(200, 9);
    expect(said[1]).toBeNaN();
    expect(said[2]).toBeNaN();
  });
});
