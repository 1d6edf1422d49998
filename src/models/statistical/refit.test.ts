import { expect, test } from 'vitest';
import type { ForecastModel, ModelContext } from '../model.ts';
import { ets } from './ets.ts';
import { mstl } from './mstl.ts';
import { theta } from './theta.ts';

const SEASON = 12;
const SHORTER = 132;
const HORIZON = 12;

/** Ten years and more of months that grow past a power of two after the shorter sample, with noise of a fixed seed. */
function months(): Float64Array {
  let seed = 7;
  return Float64Array.from({ length: 168 }, (_, t) => {
    seed = (seed * 48271) % 2147483647;
    const noise = seed / 2147483647 - 0.5;
    return (60 + 0.5 * t) * (1 + 0.2 * Math.sin((2 * Math.PI * t) / SEASON)) + 4 * noise;
  });
}

const models: readonly (readonly [string, ForecastModel, ModelContext])[] = [
  ['ets', ets(), { season: SEASON }],
  ['ets without a season', ets(), {}],
  ['ets of logs', ets(), { season: SEASON, log: true }],
  ['theta', theta(), { season: SEASON }],
  ['theta of logs', theta(), { season: SEASON, log: true }],
  ['standard theta', theta({ variant: 'standard' }), { season: SEASON }],
  ['mstl', mstl(), { season: SEASON }],
  ['mstl of logs', mstl(), { season: SEASON, log: true }],
];

test.each(models)('%s fitted again ends where a fit from nothing does', (_name, model, context) => {
  const values = months();
  const fresh = model.fit(values, context).forecast(values, HORIZON);
  const again = model.fit(values.subarray(0, SHORTER), context).refit!(values).forecast(values, HORIZON);
  fresh.mean.forEach((mean, k) => {
    expect(Math.abs(again.mean[k]! - mean) / mean).toBeLessThan(0.01);
  });
  expect(Math.abs(again.sigma[0]! / fresh.sigma[0]! - 1)).toBeLessThan(0.05);
});

test.each(models)('%s fitted again means the same whatever the unit', (_name, model, context) => {
  const values = months();
  const inWon = values.map((value) => value * 1400);
  const ahead = (of: Float64Array) =>
    model.fit(of.subarray(0, SHORTER), context).refit!(of).forecast(of, HORIZON).mean;
  const won = ahead(inWon);
  ahead(values).forEach((mean, k) => {
    expect(won[k]! / 1400 / mean).toBeCloseTo(1, 3);
  });
});

test('ets begins anew where the longer sample has other forms: a value of zero', () => {
  const values = months();
  values[150] = 0;
  const again = ets().fit(values.subarray(0, SHORTER), { season: SEASON }).refit!(values).forecast(
    values,
    HORIZON,
  );
  expect(again.mean).toEqual(ets().fit(values, { season: SEASON }).forecast(values, HORIZON).mean);
});
