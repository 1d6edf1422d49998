import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatPrice, formatVolume } from './numbers.ts';
import { type DenseSeries, packSeries, unpackSeries } from './packed-series.ts';

const price = fc.oneof(
  fc.double({ min: 0.01, max: 20, noNaN: true }),
  fc.double({ min: 80, max: 120, noNaN: true }),
  fc.double({ min: 99.9, max: 100.1, noNaN: true }),
  fc.double({ min: 9.99, max: 10.01, noNaN: true }),
  fc.double({ min: 100, max: 90_000, noNaN: true }),
);
const volume = fc.option(
  fc.oneof(
    fc.double({ min: -500, max: 2_000_000, noNaN: true }),
    fc.double({ min: 999, max: 1001, noNaN: true }),
    fc.double({ min: 99_900, max: 100_100, noNaN: true }),
  ),
);

/** Any pattern of missing days and figures; figures stand only on days with a price. */
const series: fc.Arbitrary<DenseSeries<{ readonly start: string }>> = fc
  .array(
    fc.option(
      fc.record({
        price,
        low: fc.option(price),
        high: fc.option(price),
        volumeKg: volume,
        normal: fc.option(price),
        years: fc.integer({ min: 0, max: 5 }),
      }),
    ),
    { maxLength: 60 },
  )
  .map((days) => ({
    start: '2024-01-01',
    price: days.map((day) => day?.price ?? null),
    low: days.map((day) => day?.low ?? null),
    high: days.map((day) => day?.high ?? null),
    volumeKg: days.map((day) => day?.volumeKg ?? null),
    normal: days.map((day) => day?.normal ?? null),
    normalLow: days.map((day) => day?.low ?? null),
    normalHigh: days.map((day) => day?.high ?? null),
    normalYears: days.map((day) => day?.years ?? 0),
    closed: days.flatMap((day, index) => (day === null ? [index] : [])),
  }));

test('what was packed reads on the page as it did before, whatever is missing', () => {
  fc.assert(
    fc.property(series, (before) => {
      const after = unpackSeries(JSON.parse(JSON.stringify(packSeries(before))));
      const read = (each: typeof before) => ({
        ...each,
        ...Object.fromEntries(
          (['price', 'low', 'high', 'normal', 'normalLow', 'normalHigh'] as const).map((name) => [
            name,
            each[name].map((value) => value !== null && formatPrice(value, 'en')),
          ]),
        ),
        volumeKg: each.volumeKg.map((value) => value !== null && formatVolume(value, 'en')),
      });
      expect(read(after)).toEqual(read(before));
    }),
  );
});

test('packing again changes nothing: the figures stay what they were rounded to', () => {
  fc.assert(
    fc.property(series, (before) => {
      const once = unpackSeries(packSeries(before));
      expect(unpackSeries(packSeries(once))).toEqual(once);
    }),
  );
});

test('a column is whole numbers: the first, then differences to the last present one', () => {
  const none = [null, null, null, null];
  const packed = packSeries({
    price: [85.34, null, 1234.4, 90.26],
    low: [80, null, null, 90],
    high: none,
    volumeKg: [12_345, null, 950.4, 123_456],
    normal: none,
    normalLow: none,
    normalHigh: none,
    normalYears: [0, 0, 5, 5],
    closed: [1],
  });
  expect(packed).toMatchObject({
    length: 4,
    priced: [0, 2, 1],
    price: { decimals: 1, steps: [853, 11_487, -11_437] },
    low: { decimals: 1, steps: [800, null, 100] },
    high: { decimals: 0, steps: [null, null, null] },
    volumeKg: { decimals: 0, steps: [12_300, -11_350, 122_050] },
    closed: [1],
  });
});
