import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ForecastRefusal } from '../refusal.ts';
import { yearPositionsByLength } from './year-positions.ts';
import { yearRegression } from './year-regression.ts';

const YEAR = 50;
const model = yearRegression({ halfWindow: 0, stepsPerWeek: 5 });
const years = (length: number) => yearPositionsByLength(length, YEAR);

/** Prices with a strong year and a level that wanders from year to year. */
function yearly(n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, t) => {
    const level = 6 + 0.1 * Math.sin(t / 37);
    return Math.exp(level + 0.5 * Math.sin((2 * Math.PI * t) / YEAR) + 0.02 * Math.sin(t * t));
  });
}

describe('year-regression', () => {
  it('moves with the season where the last value stays: under half of naive error ten steps ahead', () => {
    const values = yearly(400);
    let own = 0;
    let naive = 0;
    const fitted = model.fit(values.subarray(0, 300), { log: true, years: years(410) });
    for (let origin = 300; origin + 10 <= 400; origin++) {
      const { mean } = fitted.forecast(values.subarray(0, origin), 10);
      own += Math.abs(mean[9]! - values[origin + 9]!);
      naive += Math.abs(values[origin - 1]! - values[origin + 9]!);
    }
    expect(own).toBeLessThan(naive / 2);
  });

  it('keeps to the last value of a walk without a year', () => {
    let state = 7;
    let level = 0;
    const walk = Float64Array.from({ length: 400 }, () => {
      state = (state * 16807) % 2147483647;
      level += (state / 2147483647 - 0.5) * 0.1;
      return 1000 * Math.exp(level);
    });
    const { mean } = model.fit(walk, { log: true, years: years(405) }).forecast(walk, 5);
    for (const one of mean) expect(Math.abs(one / walk[399]! - 1)).toBeLessThan(0.1);
  });

  it('refuses without years, without enough of them, and when they end before the horizon', () => {
    const values = yearly(200);
    const reason = (run: () => unknown) => {
      try {
        run();
      } catch (error) {
        return (error as ForecastRefusal).reason;
      }
      return 'none';
    };
    expect(reason(() => model.fit(values))).toBe('no-season');
    expect(reason(() => model.fit(values, { years: years(200) }).forecast(values, 1))).toBe('no-season');
    const short = values.subarray(0, 90);
    expect(reason(() => model.fit(short, { years: years(95) }).forecast(short, 5))).toBe('too-short');
  });

  it('answers any numbers with a finite forecast or a typed refusal', () => {
    const value = fc.oneof(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.constantFrom(0, 1, Number.NaN, 1e300, 5e-324),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 150, maxLength: 200 }), fc.boolean(), (series, log) => {
        const values = Float64Array.from(log ? series.map((one) => Math.abs(one) + 1e-9) : series);
        try {
          const answer = model.fit(values, { log, years: years(210) }).forecast(values, 5);
          expect([...answer.mean, ...answer.sigma].every(Number.isFinite)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(ForecastRefusal);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('follows a change of unit', () => {
    const values = yearly(250);
    const one = model.fit(values, { log: true, years: years(255) }).forecast(values, 5);
    const scaled = values.map((price) => price * 1000);
    const other = model.fit(scaled, { log: true, years: years(255) }).forecast(scaled, 5);
    for (let k = 0; k < 5; k++) expect(other.mean[k]! / one.mean[k]!).toBeCloseTo(1000, 6);
  });
});
