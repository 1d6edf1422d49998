import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ETS_FORMS, type EtsForm, shapeOf } from './ets-form.ts';
import { type EtsParameters, etsRun } from './ets-kernel.ts';
import { runForm } from './ets-start.ts';
import { etsVariance } from './ets-variance.ts';

interface Golden {
  readonly values: number[];
  readonly given: EtsParameters;
  readonly horizon: number;
  readonly cases: readonly {
    readonly form: EtsForm;
    /** First states of the season, the oldest position first. */
    readonly season: number[];
    readonly llf: number;
    readonly mean: number[];
    readonly variance: number[];
    /** Variance of the error, or of its share, that the variances are for. */
    readonly mse: number;
  }[];
}

/** Values for given parameters from statsmodels and from the book's equations; bench/peers/golden-ets.py made them. */
const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', 'ets.json'), 'utf8')) as Golden;

describe.each(golden.cases)('$form', ({ form, season, llf, mean, variance, mse }) => {
  const shape = shapeOf(form);
  const y = Float64Array.from(golden.values);
  const n = y.length;
  const p: EtsParameters = {
    ...golden.given,
    beta: shape.trend ? golden.given.beta : 0,
    slope: shape.trend ? golden.given.slope : 0,
    phi: shape.damped ? golden.given.phi : 1,
  };
  const states = Float64Array.from(season);
  const m = states.length;
  const run = runForm(shape, y, n, p, states, etsRun());
  const trend = new Float64Array(golden.horizon);
  const seasonal = new Float64Array(golden.horizon);
  let damped = 0;
  for (let k = 0; k < golden.horizon; k++) {
    damped += p.phi ** (k + 1);
    trend[k] = run.level + damped * run.slope;
    if (m > 0) seasonal[k] = states[(run.at + k) % m]!;
  }

  test('has the likelihood and the forecasts of the reference', () => {
    const likelihood = -(n / 2) * (Math.log((2 * Math.PI * run.squares) / n) + 1) - run.logs;
    expect(likelihood).toBeCloseTo(llf, 8);
    mean.forEach((expected, k) => {
      const ours = shape.season === 'multiplicative' ? trend[k]! * seasonal[k]! : trend[k]! + seasonal[k]!;
      expect(ours).toBeCloseTo(expected, 8);
    });
  });

  test('has its variances, or nearly those of simulated paths', () => {
    const ours = etsVariance(shape, p, mse, m, trend, seasonal);
    const tolerance = shape.relative ? 0.02 : 1e-9;
    variance.forEach((expected, k) => {
      expect(Math.abs(ours[k]! / expected - 1)).toBeLessThan(tolerance);
    });
  });
});

test('every form is compared', () => {
  expect(golden.cases.map(({ form }) => form)).toEqual([...ETS_FORMS]);
});
