import { describe, expect, it } from 'vitest';
import { dayNumber, localDate } from '../../domain/index.ts';
import { backtestPrices } from './backtest-prices.ts';
import { globalPaths } from './global-paths.ts';

const MONDAY = dayNumber(localDate('2019-01-07'));
const WEEKS = 200;
const days = Int32Array.from({ length: WEEKS }, (_, week) => MONDAY + 7 * week);

/** Prices of several items that share a year and a common shock, each with its own noise. */
function market(count: number) {
  let state = 7;
  const chance = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647 - 0.5;
  };
  const shared = Array.from(days, () => 0.1 * chance());
  return Array.from({ length: count }, (_, k) => ({
    series: `item-${k}`,
    days,
    prices: Float64Array.from(
      days,
      (day, t) =>
        100 *
        (k + 1) *
        Math.exp(0.4 * Math.sin((2 * Math.PI * day) / 365.25 + k) + shared[t]! + 0.05 * chance()),
    ),
  }));
}

const question = (series: ReturnType<typeof market>) => ({
  granularity: 'week' as const,
  daysAhead: null,
  marketDays: days,
  originDay: days.at(-1)!,
  series,
  horizons: ['W1', 'W4'] as const,
  origins: 40,
});

describe('one model over the series of a market', () => {
  const series = market(4);
  const given = globalPaths(question(series));

  it('gives each series a row an origin, and is a candidate like any other', () => {
    const { originDays, steps, mean, sigma } = given[0]!;
    expect([given.length, originDays.length, steps, mean.length]).toEqual([4, 40, 4, 160]);
    expect(mean.every((value) => value > 0) && sigma.every((value) => value > 0)).toBe(true);
    const { scores } = backtestPrices({
      ...question([{ ...series[0]!, given: [given[0]!] } as (typeof series)[number]]),
      weeks: 26,
    })[0]!;
    const wape = (model: string) => scores.find((one) => one.horizon === 'W4' && one.model === model)!.wape;
    expect(wape('global')).toBeLessThan(wape('naive'));
  });

  it('sees nothing after an origin: a planted future changes no bit of an earlier row', () => {
    const { originDays, steps } = given[0]!;
    const last = 25;
    const planted = series.map((one) => ({
      ...one,
      prices: one.prices.map((price, t) => (days[t]! > originDays[last]! ? price * (3 + (t % 5)) : price)),
    }));
    const after = globalPaths(question(planted));
    for (const [k, { mean, sigma }] of given.map((one) => one!).entries()) {
      const until = (last + 1) * steps;
      expect(after[k]!.mean.slice(0, until)).toEqual(mean.slice(0, until));
      expect(after[k]!.sigma.slice(0, until)).toEqual(sigma.slice(0, until));
      expect(after[k]!.mean.slice(until)).not.toEqual(mean.slice(until));
    }
  });

  it('has nothing to say of a market that is two years young', () => {
    const young = series.map((one) => ({ ...one, days: days.slice(-100), prices: one.prices.slice(-100) }));
    expect(globalPaths(question(young))).toEqual([]);
  });
});
