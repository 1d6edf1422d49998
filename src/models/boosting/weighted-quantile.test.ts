import fc from 'fast-check';
import { expect, it } from 'vitest';
import { quantileOf } from './weighted-quantile.ts';

/** By the definition, over the sorted values. */
function bySorting(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = q * sorted.length;
  const whole = Math.round(position);
  if (Math.abs(position - whole) > 1e-6) return sorted[Math.ceil(position) - 1]!;
  return (sorted[Math.max(whole - 1, 0)]! + sorted[Math.min(Math.max(whole, 0), sorted.length - 1)]!) / 2;
}

const some = fc.array(fc.tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: 0, max: 3 })), {
  minLength: 1,
  maxLength: 60,
});
const share = fc.constantFrom(0.1, 0.25, 0.5, 0.9);

it('gives the quantile of the definition', () => {
  fc.assert(
    fc.property(some, share, (pairs, q) => {
      const values = pairs.map(([value]) => value);
      expect(quantileOf(Float64Array.from(values), q)).toBe(bySorting(values, q));
    }),
  );
});

it('takes a weight for so many equal values', () => {
  fc.assert(
    fc.property(some, share, (pairs, q) => {
      const repeated = pairs.flatMap(([value, weight]) => new Array<number>(weight).fill(value));
      fc.pre(repeated.length > 0);
      const values = Float64Array.from(pairs, ([value]) => value);
      const weights = Float64Array.from(pairs, ([, weight]) => weight);
      expect(quantileOf(values, q, weights)).toBe(bySorting(repeated, q));
    }),
  );
});
