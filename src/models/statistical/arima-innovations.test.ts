import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterWithGaps } from './arima-gaps.ts';
import { filterArma, stateLength } from './arima-innovations.ts';
import {
  type ArimaOrder,
  armaCount,
  armaPolynomials,
  coefficientsOf,
  differencing,
  rootsBeyond,
} from './arima-polynomials.ts';

const order = fc.record({
  p: fc.integer({ min: 0, max: 3 }),
  d: fc.constant(0),
  q: fc.integer({ min: 0, max: 3 }),
  seasonalP: fc.integer({ min: 0, max: 2 }),
  seasonalD: fc.constant(0),
  seasonalQ: fc.integer({ min: 0, max: 2 }),
  season: fc.constantFrom(4, 7),
  constant: fc.constant(true),
}) satisfies fc.Arbitrary<ArimaOrder>;
const free = fc.array(fc.double({ min: -1.2, max: 1.2, noNaN: true }), { minLength: 10, maxLength: 10 });
const noise = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 40, maxLength: 120 });

describe('the innovations filter', () => {
  it('agrees with the Kalman filter, error by error, whatever the orders', () => {
    fc.assert(
      fc.property(order, free, noise, (orders, numbers, series) => {
        const coefficients = new Float64Array(armaCount(orders));
        coefficientsOf(Float64Array.from(numbers), orders, coefficients);
        const { ar, ma } = armaPolynomials(coefficients, orders);
        const values = Float64Array.from(series);
        const n = values.length;
        const main = innovations(n, stateLength(ar, ma));
        const ones = innovations(n, 1);
        expect(filterArma(values, ar, ma, main, ones)).toBe(true);
        const column = new Float64Array(n).fill(1);
        const slow = filterWithGaps(values, column, ar, ma, differencing(0, 0, 1), 1)!;
        expect(Math.abs(main.logDeterminant - slow.logDeterminant)).toBeLessThan(1e-5);
        for (let t = 0; t < n; t++) {
          expect(Math.abs(main.standardised[t]! - slow.standardised[t]!)).toBeLessThan(1e-5);
          expect(Math.abs(ones.standardised[t]! - slow.standardisedColumn[t]!)).toBeLessThan(1e-5);
        }
        expect(Math.abs(main.state[0]! - slow.mean[0]!)).toBeLessThan(1e-5);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the free numbers of an order', () => {
  it('always give stationary and invertible factors', () => {
    fc.assert(
      fc.property(order, free, (orders, numbers) => {
        const coefficients = new Float64Array(armaCount(orders));
        coefficientsOf(Float64Array.from(numbers), orders, coefficients);
        expect(rootsBeyond(coefficients, orders, 1)).toEqual([true, true, true, true]);
      }),
      { numRuns: 60 },
    );
  });

  it('know how far a root is', () => {
    const one: ArimaOrder = {
      p: 1,
      d: 0,
      q: 0,
      seasonalP: 0,
      seasonalD: 0,
      seasonalQ: 0,
      season: 1,
      constant: false,
    };
    expect(rootsBeyond(Float64Array.of(0.98), one, 1.01)[0]).toBe(true);
    expect(rootsBeyond(Float64Array.of(0.995), one, 1.01)[0]).toBe(false);
  });
});

function innovations(n: number, r: number) {
  return { standardised: new Float64Array(n), logDeterminant: 0, state: new Float64Array(r) };
}
