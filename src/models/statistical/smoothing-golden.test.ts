import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ForecastModel } from '../model.ts';
import { ces } from './ces.ts';
import { croston } from './croston.ts';
import { theta } from './theta.ts';
import { seasonalWindowAverage, windowAverage } from './window-average.ts';

interface Golden {
  readonly horizon: number;
  readonly series: Readonly<Record<string, { readonly values: number[]; readonly season: number }>>;
  readonly cases: readonly { readonly model: string; readonly series: string; readonly mean: number[] }[];
}

/** Forecasts of another implementation; bench/peers/golden-smoothing.py made them. */
const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures', 'smoothing.json'), 'utf8'),
) as Golden;

/**
 * How near ours come, as a share of the value. The rules without a fit agree to rounding; fits stop at slightly different
 * parameters; CES differs further, because the region of its parameters and what they minimise are not quite the same.
 */
const OURS: Readonly<Record<string, readonly [ForecastModel, number]>> = {
  theta: [theta({ variant: 'standard' }), 1e-3],
  'optimised-theta': [theta({ variant: 'optimised' }), 5e-3],
  'dynamic-standard-theta': [theta({ variant: 'dynamic-standard' }), 1e-3],
  'dynamic-theta': [theta(), 5e-3],
  'ces-none': [ces({ forms: ['none'] }), 0.015],
  'ces-simple': [ces({ forms: ['simple'] }), 0.015],
  'ces-partial': [ces({ forms: ['partial'] }), 0.015],
  'ces-full': [ces({ forms: ['full'] }), 0.015],
  'croston-classic': [croston({ variant: 'classic' }), 1e-6],
  sba: [croston(), 1e-6],
  'tsb-0.2-0.1': [croston({ variant: 'tsb', smoothing: [0.2, 0.1] }), 1e-6],
  'window-average-5': [windowAverage(5), 1e-6],
  'seasonal-window-average-3': [seasonalWindowAverage(3), 1e-6],
};

test.each(golden.cases)('$model of the $series', ({ model, series, mean }) => {
  const { values, season } = golden.series[series]!;
  const [ours, tolerance] = OURS[model]!;
  const known = Float64Array.from(values);
  const answer = ours.fit(known, { season }).forecast(known, golden.horizon).mean;
  mean.forEach((expected, k) => {
    expect(Math.abs(answer[k]! - expected) / Math.abs(expected)).toBeLessThan(tolerance);
  });
});

test('every reference is compared', () => {
  expect(new Set(golden.cases.map(({ model }) => model))).toEqual(new Set(Object.keys(OURS)));
});
