import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SeriesKey } from './series-key.ts';
import { formatSeriesKey, parseSeriesKey } from './series-key.ts';
import { CURRENCIES, PRICE_KINDS } from './words.ts';

const anyText = fc.string({ unit: 'grapheme' });
const anyKey: fc.Arbitrary<SeriesKey> = fc.record({
  feed: fc.string({ unit: 'grapheme', minLength: 1 }),
  priceKind: fc.constantFrom(...PRICE_KINDS),
  currency: fc.constantFrom(...CURRENCIES),
  item: fc.string({ unit: 'grapheme', minLength: 1 }),
  variety: anyText,
  grade: anyText,
  package: anyText,
  unitValue: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  unit: anyText,
  market: anyText,
  method: anyText,
});

const cabbage: SeriesKey = {
  feed: 'demo',
  priceKind: 'auction',
  currency: 'KRW',
  item: '101',
  variety: '고랭지~배추',
  grade: '',
  package: '그물망 3포기',
  unitValue: 10,
  unit: 'kg',
  market: '9001',
  method: '경매/정가',
};

describe('the text form of a series key', () => {
  it('reads back what it writes, whatever is in the names', () => {
    expect(parseSeriesKey(formatSeriesKey(cabbage))).toEqual(cabbage);
    fc.assert(
      fc.property(anyKey, (key) => {
        expect(parseSeriesKey(formatSeriesKey(key))).toEqual(key);
      }),
    );
  });

  it('keeps different series apart', () => {
    fc.assert(
      fc.property(anyKey, anyKey, (a, b) => {
        const same = JSON.stringify(a) === JSON.stringify(b);
        expect(formatSeriesKey(a) === formatSeriesKey(b)).toBe(same);
      }),
    );
  });

  it('is safe in a path, a query and a file name', () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        expect(formatSeriesKey(key)).toMatch(/^[\w.!~*'()%+-]*$/);
      }),
    );
  });

  it('does not read other text, and never throws', () => {
    const text = formatSeriesKey(cabbage);
    for (const wrong of [
      '',
      'demo',
      `${text}~`,
      text.replace('~10~', '~ten~'),
      text.replace('~10~', '~~'),
      `%E0${text}`,
    ])
      expect(parseSeriesKey(wrong)).toBeUndefined();
    fc.assert(fc.property(fc.string(), (any) => void parseSeriesKey(any)));
  });
});
