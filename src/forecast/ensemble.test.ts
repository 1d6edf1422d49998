import { describe, expect, it } from 'vitest';
import type { Candidate } from './candidates.ts';
import { ensemble } from './ensemble.ts';

/** Says the same number for every step. */
function always(value: number): Candidate {
  const forecast = (_values: Float64Array, horizon: number) => ({
    model: `always ${value}`,
    mean: new Float64Array(horizon).fill(value),
    sigma: new Float64Array(horizon).fill(1),
    scale: 'linear' as const,
  });
  const model = {
    name: `always ${value}`,
    wholeHistory: false,
    fit: () => ({ model: `always ${value}`, forecast }),
  };
  return { name: model.name, model, context: {} };
}

describe('the errors that intervals of an ensemble rest on', () => {
  const values = Float64Array.of(...new Array<number>(20).fill(0.5), 0, 0, 0, 1);
  const { mean, tailErrors } = ensemble(values, 1, [always(0), always(1)]);

  it('are those of weights that have not seen the outcome', () => {
    // The last tail's 1 comes after three zeros: from them "always 0" gets everything, and errs by 1. For each zero the
    // other three cost it 1 and "always 1" 2, by which that one has a share of 1 / (1 + 2^3).
    expect([...tailErrors].map((error) => Number(error.toFixed(9)))).toEqual([
      ...new Array<number>(3).fill(Number((1 / 9).toFixed(9))),
      1,
    ]);
  });

  it('while the forecast itself weighs by all of them: 1 against 3, to the power of four', () => {
    expect(mean[0]).toBeCloseTo(1 / (1 + 3 ** 4), 12);
  });
});
