import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ces,
  croston,
  drift,
  ets,
  type ForecastModel,
  ForecastRefusal,
  forecastQuantile,
  lastAndLastYear,
  type ModelContext,
  mstl,
  naive,
  normalQuantile,
  normalYear,
  panelOf,
  seasonalNaive,
  seasonalWindowAverage,
  seriesOf,
  theta,
  usableYears,
  windowAverage,
  yearPositionsByLength,
} from './index.ts';

const HORIZON = 7;
const SEASON = 6;

function context(length: number, log = false): ModelContext {
  return { season: SEASON, log, years: yearPositionsByLength(length + HORIZON, 8) };
}

const every: readonly ForecastModel[] = [
  naive,
  drift,
  seasonalNaive,
  lastAndLastYear(),
  normalYear({ halfWindow: 1 }),
  ets({ maxIterations: 60 }),
  theta({ maxIterations: 60 }),
  theta({ variant: 'optimised', maxIterations: 60 }),
  theta({ variant: 'standard', maxIterations: 60 }),
  theta({ variant: 'automatic', maxIterations: 60 }),
  ces({ maxIterations: 60 }),
  ces({ forms: ['full'], maxIterations: 60 }),
  croston(),
  croston({ variant: 'optimised' }),
  croston({ variant: 'tsb' }),
  windowAverage(5),
  seasonalWindowAverage(3),
  mstl(),
];

const value = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
  { weight: 2, arbitrary: fc.constantFrom(0, 1, -1, Number.NaN) },
  { weight: 1, arbitrary: fc.constantFrom(1e300, -1e300, 5e-324, Number.MAX_VALUE, Infinity) },
);
const anySeries = fc.oneof(
  fc.array(value, { maxLength: 60 }),
  fc.tuple(value, fc.integer({ min: 1, max: 60 })).map(([one, n]) => new Array<number>(n).fill(one)),
);
const prices = fc.array(fc.double({ min: 100, max: 5000, noNaN: true }), { minLength: 30, maxLength: 60 });

describe.each(every.map((model) => [model.name, model] as const))('%s', (_name, model) => {
  it('answers any numbers with a finite forecast or a typed refusal', () => {
    fc.assert(
      fc.property(anySeries, fc.boolean(), (series, log) => {
        const values = Float64Array.from(series);
        try {
          const answer = model.fit(values, context(values.length, log)).forecast(values, HORIZON);
          expect(answer.mean).toHaveLength(HORIZON);
          for (let k = 0; k < HORIZON; k++) {
            expect(Number.isFinite(answer.mean[k])).toBe(true);
            let before = -Infinity;
            for (const p of [0.025, 0.25, 0.5, 0.75, 0.975]) {
              const quantile = forecastQuantile(answer, k, p);
              expect(quantile).toBeGreaterThanOrEqual(before);
              before = quantile;
            }
          }
        } catch (error) {
          expect(error).toBeInstanceOf(ForecastRefusal);
        }
      }),
      { numRuns: 120 },
    );
  });

  it('follows a change of unit', () => {
    fc.assert(
      fc.property(prices, (series) => {
        const values = Float64Array.from(series);
        const scaled = values.map((price) => price * 1024);
        const one = model.fit(values, context(values.length)).forecast(values, HORIZON);
        const other = model.fit(scaled, context(values.length)).forecast(scaled, HORIZON);
        for (let k = 0; k < HORIZON; k++) {
          expect(other.mean[k]).toBeCloseTo(one.mean[k]! * 1024, 3);
          expect(other.sigma[k]).toBeCloseTo(one.sigma[k]! * 1024, 3);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('widens with the horizon, is the same twice, and leaves its input alone', () => {
    const values = wave(80);
    const copy = Float64Array.from(values);
    const one = model.fit(values, context(80)).forecast(values, HORIZON);
    const two = model.fit(values, context(80)).forecast(values, HORIZON);
    expect(two).toEqual(one);
    expect(values).toEqual(copy);
    if (!model.name.includes('theta')) {
      // errors that are shares of the forecast widen as shares: where the season falls, so does the width
      const shares = one.sigma.map((sigma, k) => sigma / Math.abs(one.mean[k]!));
      expect(
        [one.sigma, shares].some((widths) => widths.every((width, k) => k === 0 || width >= widths[k - 1]!)),
      ).toBe(true);
    }
  });

  it('refuses a series without a value, and an infinity', () => {
    for (const values of [Float64Array.of(), Float64Array.of(Number.NaN, Number.NaN)]) {
      expect(() => model.fit(values, context(values.length)).forecast(values, 2)).toThrow(ForecastRefusal);
    }
    const infinite = wave(40);
    infinite[3] = Infinity;
    expect(() => model.fit(infinite, context(40)).forecast(infinite, 2)).toThrow('infinite');
  });
});

describe('the baselines', () => {
  const values = Float64Array.of(10, 20, 30, 12, 22, Number.NaN);

  it('repeat the last value, the line, the season', () => {
    expect([...naive.fit(values).forecast(values, 2).mean]).toEqual([22, 22]);
    const line = Float64Array.of(1, 2, 4);
    expect([...drift.fit(line).forecast(line, 2).mean]).toEqual([5.5, 7]);
    const season = seasonalNaive.fit(values, { season: 3 }).forecast(values, 4).mean;
    expect([...season]).toEqual([12, 22, 30, 12]);
  });

  it('halve the last value and the one a year ago', () => {
    const years = yearPositionsByLength(8, 4, 1);
    const known = Float64Array.of(100, 200, 300, 400, 500, 600);
    expect([...lastAndLastYear().fit(known, { years }).forecast(known, 2).mean]).toEqual([450, 500]);
  });

  it('drop the highest and the lowest of five years, and refuse without earlier years', () => {
    const years = yearPositionsByLength(6, 1);
    const known = Float64Array.of(5, 1, 100, 3, 4);
    expect(normalYear().fit(known, { years }).forecast(known, 1).mean[0]).toBe(4);
    const three = Float64Array.of(5, 1, 100);
    expect(normalYear().fit(three, { years }).forecast(three, 1).mean[0]).toBeCloseTo(106 / 3, 12);
    const two = Float64Array.of(5, 1);
    expect(() => normalYear().fit(two, { years }).forecast(two, 1)).toThrow(ForecastRefusal);
  });

  it('know how many years they can refer to', () => {
    const years = yearPositionsByLength(12, 2);
    const known = Float64Array.of(5, 1, Number.NaN, 3, 4, 6, 7, 8, 9, 10, 11);
    expect(usableYears(known, years, 11, { halfWindow: 0 })).toBe(5);
    expect(usableYears(known, years, 10, { halfWindow: 0 })).toBe(4);
    expect(usableYears(known, years, 10, { halfWindow: 1 })).toBe(5);
    expect(usableYears(known, years, 3, { halfWindow: 0 })).toBe(1);
  });

  it('count their spread on the past: a walk of +-2 has a one-step error of 2', () => {
    const walk = Float64Array.from({ length: 40 }, (_, t) => (t % 4 < 2 ? (t % 2) * 2 : 2 - (t % 2) * 2));
    const steps = walk.map((now, t) => (t === 0 ? 0 : now - walk[t - 1]!));
    const expected = Math.sqrt(steps.reduce((sum, step) => sum + step * step, 0) / 39);
    expect(naive.fit(walk).forecast(walk, 1).sigma[0]).toBeCloseTo(expected, 12);
  });
});

describe('ets', () => {
  it('finds the season and the trend of a clean series', () => {
    const clean = Float64Array.from({ length: 72 }, (_, t) => 100 + 2 * t + [5, -3, 8, 0, -6, -4][t % 6]!);
    const { mean } = ets().fit(clean, { season: 6 }).forecast(clean, 12);
    for (let k = 0; k < 12; k++) {
      expect(Math.abs(mean[k]! - (100 + 2 * (72 + k) + [5, -3, 8, 0, -6, -4][(72 + k) % 6]!))).toBeLessThan(
        1,
      );
    }
  });

  it('has the smoothed mean of a noisy constant, not its last value', () => {
    const noisy = Float64Array.from({ length: 200 }, (_, t) => 50 + 10 * Math.sin(t * t * 1.7));
    expect(Math.abs(ets().fit(noisy).forecast(noisy, 1).mean[0]! - 50)).toBeLessThan(2.5);
  });

  it('rolls on with fitted parameters: a later value moves the forecast, an unseen one does not', () => {
    const values = wave(90);
    const fitted = ets().fit(values.subarray(0, 60), { season: 6 });
    const before = fitted.forecast(values.subarray(0, 70), 3).mean;
    values[70] = 1e6;
    expect(fitted.forecast(values.subarray(0, 70), 3).mean).toEqual(before);
    expect(fitted.forecast(values.subarray(0, 71), 3).mean).not.toEqual(before);
  });

  it('passes over gaps', () => {
    const full = wave(90);
    const gaps = full.map((one, t) => (t % 11 === 4 ? Number.NaN : one));
    const a = ets().fit(full, { season: 6 }).forecast(full, 6).mean;
    const b = ets().fit(gaps, { season: 6 }).forecast(gaps, 6).mean;
    for (let k = 0; k < 6; k++) expect(Math.abs(a[k]! / b[k]! - 1)).toBeLessThan(0.1);
  });
});

describe('theta', () => {
  it('of a straight line goes on with at least half of its slope', () => {
    const line = Float64Array.from({ length: 50 }, (_, t) => 10 + 3 * t);
    const { mean } = theta().fit(line).forecast(line, 5);
    const slope = (mean[4]! - mean[0]!) / 4;
    expect(slope).toBeGreaterThan(1.4);
    expect(slope).toBeLessThan(3.1);
  });
});

describe('normalQuantile', () => {
  it('has the tabled values', () => {
    expect(normalQuantile(0.5)).toBe(0);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 9);
    expect(normalQuantile(0.9)).toBeCloseTo(1.2815515655446004, 9);
    expect(normalQuantile(1e-6)).toBeCloseTo(-4.753424308822899, 7);
  });
});

describe('the panel', () => {
  it('gives back what was put in', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.double(), { maxLength: 8 }), { maxLength: 8 }), (lists) => {
        const panel = panelOf(lists);
        lists.forEach((list, i) => {
          expect([...seriesOf(panel, i)]).toEqual(list);
        });
      }),
    );
  });
});

function wave(n: number): Float64Array {
  return Float64Array.from(
    { length: n },
    (_, t) => 1000 + 80 * Math.sin((t * Math.PI) / 3) + 40 * Math.sin(t * t * 0.37) + t,
  );
}
