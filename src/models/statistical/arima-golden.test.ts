import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fitOrder } from './arima-estimate.ts';
import { likelihoodOf, projectArima, trimmed } from './arima-likelihood.ts';
import type { ArimaOrder } from './arima-polynomials.ts';

interface Golden {
  readonly name: string;
  readonly order: readonly [number, number, number];
  readonly seasonalOrder: readonly [number, number, number];
  readonly season: number;
  readonly constant: boolean;
  readonly values: readonly (number | null)[];
  readonly given: Readonly<Record<string, number>>;
  readonly givenLogLikelihood: number;
  readonly fitted: Readonly<Record<string, number>>;
  readonly fittedLogLikelihood: number;
  readonly mean: readonly number[];
  readonly sigma: readonly number[];
}

// Made by bench/peers/golden-arima.py.
const file = new URL('fixtures/arima.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Golden[] };

describe.each(cases.map((one) => [one.name, one] as const))('%s', (_name, golden) => {
  const values = Float64Array.from(golden.values, (value) => value ?? Number.NaN);
  const [p, d, q] = golden.order;
  const [seasonalP, seasonalD, seasonalQ] = golden.seasonalOrder;
  const { season } = golden;
  const order: ArimaOrder = { p, d, q, seasonalP, seasonalD, seasonalQ, season, constant: golden.constant };

  it('has the likelihood of statsmodels at given parameters', () => {
    const { given } = golden;
    const level = given.const ?? 0;
    const known = values.map((value, t) => value - level * (d + seasonalD === 0 ? 1 : t));
    const at = likelihoodOf(trimmed(known), { ...order, constant: false })(coefficients(order, given))!;
    const n = at.standardised.length;
    const logLikelihood =
      -0.5 * (n * Math.log(2 * Math.PI * given.sigma2!) + at.logDeterminant + at.squares / given.sigma2!);
    expect(Math.abs(logLikelihood - golden.givenLogLikelihood)).toBeLessThan(2e-3);
  });

  it('reaches the likelihood of statsmodels, with the same parameters', () => {
    const fit = fitOrder(trimmed(values), order, 'exact')!;
    expect(fit.logLikelihood).toBeGreaterThan(golden.fittedLogLikelihood - 2e-3);
    const theirs = coefficients(order, golden.fitted);
    for (let k = 0; k < theirs.length; k++) {
      expect(Math.abs(fit.coefficients[k]! - theirs[k]!)).toBeLessThan(5e-3);
    }
    if (golden.constant) {
      expect(Math.abs(fit.mean - meanOf(order, golden.fitted))).toBeLessThan(1e-2);
    }
  });

  it('forecasts what statsmodels forecasts, with its variances', () => {
    const input = trimmed(values);
    const { mean, sigma } = projectArima(
      input,
      {
        order,
        coefficients: coefficients(order, golden.fitted),
        mean: meanOf(order, golden.fitted),
        sigma2: golden.fitted.sigma2!,
      },
      golden.mean.length,
    )!;
    golden.mean.forEach((theirs, h) => {
      expect(Math.abs(mean[h]! - theirs)).toBeLessThan(2e-4 * golden.sigma[h]!);
      // The weights of past errors take the errors before the first value for known; a moving average forgets them.
      expect(Math.abs(sigma[h]! / golden.sigma[h]! - 1)).toBeLessThan(2e-3);
    });
  });
});

function coefficients(order: ArimaOrder, named: Readonly<Record<string, number>>): Float64Array {
  const out: number[] = [];
  const take = (prefix: string, count: number, step: number) => {
    for (let k = 1; k <= count; k++) out.push(named[`${prefix}${k * step}`]!);
  };
  take('ar.L', order.p, 1);
  take('ma.L', order.q, 1);
  take('ar.S.L', order.seasonalP, order.season);
  take('ma.S.L', order.seasonalQ, order.season);
  return Float64Array.from(out);
}

/** statsmodels' regressor is 1 or t; its difference over a season is the season's length. */
function meanOf(order: ArimaOrder, named: Readonly<Record<string, number>>): number {
  return (named.const ?? 0) * (order.seasonalD === 1 && order.d === 0 ? order.season : 1);
}
