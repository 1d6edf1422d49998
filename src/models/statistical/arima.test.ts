import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ForecastModel, forecastQuantile } from '../model.ts';
import { ForecastRefusal } from '../refusal.ts';
import { arima } from './arima.ts';

const HORIZON = 9;
const season = 6;

const models: readonly (readonly [string, ForecastModel])[] = [
  ['automatic', arima()],
  ['automatic, exact', arima({ search: 'exact' })],
  ['ARIMA(1,1,1)(0,1,1)', arima({ order: [1, 1, 1], seasonalOrder: [0, 1, 1] })],
  ['ARIMA(2,0,1) with a mean', arima({ order: [2, 0, 1] })],
];

const value = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
  { weight: 2, arbitrary: fc.constantFrom(0, 1, -1, Number.NaN) },
  { weight: 1, arbitrary: fc.constantFrom(1e300, -1e300, 5e-324, Number.MAX_VALUE, Infinity) },
);
const anySeries = fc.oneof(
  fc.array(value, { maxLength: 50 }),
  fc.tuple(value, fc.integer({ min: 1, max: 50 })).map(([one, n]) => new Array<number>(n).fill(one)),
  fc
    .tuple(fc.double({ min: -3, max: 3, noNaN: true }), fc.integer({ min: 4, max: 50 }))
    .map(([growth, n]) => Array.from({ length: n }, (_, t) => growth ** t)),
);

/** Levels that wander, with a season and now and then a gap. */
const prices = fc
  .record({
    steps: fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 40, maxLength: 70 }),
    swing: fc.double({ min: 0, max: 80, noNaN: true }),
    gaps: fc.array(fc.integer({ min: 0, max: 69 }), { maxLength: 6 }),
  })
  .map(({ steps, swing, gaps }) => {
    let level = 1000;
    return Float64Array.from(steps, (step, t) => {
      level += step;
      return gaps.includes(t) ? Number.NaN : level + swing * Math.sin((t * Math.PI) / 3);
    });
  });

describe.each(models)('%s', (name, model) => {
  it('answers any numbers with a finite forecast that widens, or with a typed refusal', () => {
    fc.assert(
      fc.property(anySeries, fc.boolean(), (series, log) => {
        const values = Float64Array.from(series);
        try {
          const answer = model.fit(values, { season, log }).forecast(values, HORIZON);
          for (let k = 0; k < HORIZON; k++) {
            expect(Number.isFinite(answer.mean[k])).toBe(true);
            expect(answer.sigma[k]).toBeGreaterThanOrEqual(k > 0 ? answer.sigma[k - 1]! * (1 - 1e-9) : 0);
            expect(forecastQuantile(answer, k, 0.1)).toBeLessThanOrEqual(forecastQuantile(answer, k, 0.9));
          }
        } catch (error) {
          expect(error).toBeInstanceOf(ForecastRefusal);
        }
      }),
      { numRuns: 80 },
    );
  });

  it('follows a change of unit to the last bit, gaps or not', () => {
    fc.assert(
      fc.property(prices, (values) => {
        const scaled = values.map((price) => price * 1024);
        const one = model.fit(values, { season }).forecast(values, HORIZON);
        const other = model.fit(scaled, { season }).forecast(scaled, HORIZON);
        expect(other.mean).toEqual(one.mean.map((mean) => mean * 1024));
        expect(other.sigma).toEqual(one.sigma.map((sigma) => sigma * 1024));
      }),
      { numRuns: 12 },
    );
  });

  it('is the same twice and leaves its input alone', () => {
    const values = wave(90);
    const copy = Float64Array.from(values);
    const one = model.fit(values, { season }).forecast(values, HORIZON);
    expect(model.fit(values, { season }).forecast(values, HORIZON)).toEqual(one);
    expect(values).toEqual(copy);
  });

  it('sees nothing beyond the values it is given to forecast from', () => {
    const values = wave(90);
    const fitted = model.fit(values.subarray(0, 70), { season });
    const before = fitted.forecast(values.subarray(0, 80), 3);
    values[80] = 1e6;
    expect(fitted.forecast(values.subarray(0, 80), 3)).toEqual(before);
    expect(fitted.forecast(values.subarray(0, 81), 3).mean).not.toEqual(before.mean);
  });

  it('goes on beyond missing last values as if it had been asked for more steps', () => {
    const values = wave(90);
    const asked = model.fit(values, { season }).forecast(values, HORIZON + 2);
    const longer = new Float64Array(92).fill(Number.NaN);
    longer.set(values);
    const answer = model.fit(values, { season }).forecast(longer, HORIZON);
    expect(answer.mean).toEqual(asked.mean.subarray(2));
    if (!name.startsWith('automatic')) expect(answer.sigma).toEqual(asked.sigma.subarray(2));
  });

  it('refuses a series without a value, an infinity and two values', () => {
    for (const values of [[], [Number.NaN], [1, 2], [1, 2, 3, Infinity, 5, 6, 7, 8]]) {
      const series = Float64Array.from(values);
      expect(() => model.fit(series, { season }).forecast(series, 2)).toThrow(ForecastRefusal);
    }
  });
});

describe('arima', () => {
  it('moves with a level that is added, gaps or not', () => {
    fc.assert(
      fc.property(prices, (values) => {
        const model = arima({ order: [1, 1, 1] });
        const whole = values.map(Math.round);
        const shifted = whole.map((price) => price + 4096);
        const one = model.fit(whole).forecast(whole, HORIZON);
        const other = model.fit(shifted).forecast(shifted, HORIZON);
        for (let k = 0; k < HORIZON; k++) {
          expect(Math.abs(other.mean[k]! - 4096 - one.mean[k]!)).toBeLessThan(1e-4);
        }
        expect(other.sigma).toEqual(one.sigma);
      }),
      { numRuns: 12 },
    );
  });

  it('of a random walk with a drift goes on with the drift', () => {
    const values = Float64Array.of(1, 3, 4, 7, 8, 10, 13, 14);
    const { mean, sigma } = arima({ order: [0, 1, 0], drift: true })
      .fit(values)
      .forecast(values, 2);
    expect(mean[0]).toBeCloseTo(14 + 13 / 7, 12);
    expect(mean[1]).toBeCloseTo(14 + 26 / 7, 12);
    expect(sigma[1]! / sigma[0]!).toBeCloseTo(Math.SQRT2, 12);
  });

  it('of a constant and of a straight line is exact, and certain', () => {
    const flat = new Float64Array(30).fill(7);
    expect([...arima().fit(flat, { season }).forecast(flat, 3).mean]).toEqual([7, 7, 7]);
    const line = Float64Array.from({ length: 40 }, (_, t) => 10 + 3 * t);
    const answer = arima().fit(line, { season }).forecast(line, 3);
    for (let k = 0; k < 3; k++) expect(answer.mean[k]).toBeCloseTo(10 + 3 * (40 + k), 6);
    expect(answer.sigma[2]).toBeLessThan(1e-6);
  });

  it('finds the season and the trend of a clean series', () => {
    const season12 = Float64Array.from({ length: 120 }, (_, t) => {
      const noise = Math.sin(t * t * 1.7);
      return 100 + t + 20 * Math.sin((t * Math.PI) / 6) + noise;
    });
    const { mean } = arima().fit(season12, { season: 12 }).forecast(season12, 12);
    for (let k = 0; k < 12; k++) {
      const t = 120 + k;
      expect(Math.abs(mean[k]! - (100 + t + 20 * Math.sin((t * Math.PI) / 6)))).toBeLessThan(3);
    }
  });

  it('with gaps stays near what it says without them', () => {
    const full = wave(120);
    const gaps = full.map((one, t) => (t % 11 === 4 ? Number.NaN : one));
    const a = arima().fit(full, { season }).forecast(full, 6);
    const b = arima().fit(gaps, { season }).forecast(gaps, 6);
    for (let k = 0; k < 6; k++) expect(Math.abs(a.mean[k]! / b.mean[k]! - 1)).toBeLessThan(0.05);
  });

  it('names what is wrong with an order', () => {
    const values = wave(40);
    expect(() => arima({ order: [1, -1, 0] }).fit(values)).toThrow(RangeError);
    expect(() => arima({ order: [0, 2, 1], drift: true }).fit(values)).toThrow('drift');
    expect(() => arima({ seasonalOrder: [0, 1, 1] }).fit(values)).toThrow('season');
    expect(() => arima({ order: [5, 1, 5] }).fit(values.subarray(0, 12))).toThrow('known values');
  });
});

function wave(n: number): Float64Array {
  return Float64Array.from(
    { length: n },
    (_, t) => 1000 + 80 * Math.sin((t * Math.PI) / 3) + 40 * Math.sin(t * t * 0.37) + t,
  );
}
