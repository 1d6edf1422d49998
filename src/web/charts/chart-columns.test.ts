import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Forecast, Series } from '../../api/contract.ts';
import { chartColumns, dayNumberOf, dayOf, isolated, windowOf } from './chart-columns.ts';

type Shape = Pick<Series, 'start' | 'stepDays' | 'price' | 'closed' | 'leftOut'>;

function series(shape: Partial<Shape>): Series {
  const price = shape.price ?? [];
  const empty = price.map(() => null);
  return {
    start: '2024-01-01',
    stepDays: 1,
    closed: [],
    leftOut: [],
    low: empty,
    high: empty,
    volumeKg: empty,
    normal: empty,
    normalLow: empty,
    normalHigh: empty,
    normalYears: [],
    siblings: [],
    ...shape,
    price,
  } as unknown as Series;
}

function fan(days: string[]): Forecast {
  const at = (value: number) => days.map(() => value);
  const levels = {
    mean: at(5),
    lo50: at(4),
    hi50: at(6),
    lo80: at(3),
    hi80: at(7),
    lo95: at(2),
    hi95: at(8),
  };
  return { fan: { days, ...levels } } as unknown as Forecast;
}

test('a closed day leaves the axis, a market day without a price stays a gap', () => {
  const columns = chartColumns(series({ price: [10, null, 12, null, 14], closed: [1] }), undefined);
  expect(columns.days.map(dayOf)).toEqual(['2024-01-01', '2024-01-03', '2024-01-04', '2024-01-05']);
  expect(columns.price).toEqual([10, 12, null, 14]);
  expect(columns.lastPriced).toBe(3);
});

test('the fan follows the last price and starts at it', () => {
  const columns = chartColumns(series({ price: [10, 12] }), fan(['2024-01-03', '2024-01-05']));
  expect(columns.days.map(dayOf)).toEqual(['2024-01-01', '2024-01-02', '2024-01-03', '2024-01-05']);
  expect(columns.mean).toEqual([null, 12, 5, 5]);
  expect(columns.lo80).toEqual([null, 12, 3, 3]);
  expect(columns.price).toEqual([10, 12, null, null]);
});

test('a fan that does not follow directly on a price is not joined to one', () => {
  const columns = chartColumns(series({ price: [10, null] }), fan(['2024-01-03']));
  expect(columns.mean).toEqual([null, null, 5]);
});

test('weeks step by seven days and left-out days keep their reason', () => {
  const columns = chartColumns(
    series({ price: [1, null, 3], stepDays: 7, leftOut: [{ index: 1, reason: 'trickle' }] }),
    undefined,
  );
  expect(columns.days.map(dayOf)).toEqual(['2024-01-01', '2024-01-08', '2024-01-15']);
  expect([...columns.leftOut]).toEqual([[1, 'trickle']]);
});

test('what was left out on a closed day is known by its day, without a place on the axis', () => {
  const columns = chartColumns(
    series({ price: [1, null, 3], closed: [1], leftOut: [{ index: 1, reason: 'trickle' }] }),
    undefined,
  );
  expect(columns.leftOut.size).toBe(0);
  expect(columns.leftOutDays.map(dayOf)).toEqual(['2024-01-02']);
});

test('every column is as long as the axis, the axis rises, and no price is lost or made up', () => {
  fc.assert(
    fc.property(
      fc.array(fc.option(fc.integer({ min: 1, max: 9 }), { nil: null }), { maxLength: 40 }),
      fc.uniqueArray(fc.nat(39)),
      (price, closed) => {
        const columns = chartColumns(series({ price, closed }), undefined);
        for (const name of ['price', 'low', 'volumeKg', 'normal', 'mean', 'hi95'] as const)
          expect(columns[name]).toHaveLength(columns.days.length);
        expect(columns.days.every((day, at) => at === 0 || day > (columns.days[at - 1] ?? day))).toBe(true);
        expect(columns.price.filter((value) => value !== null)).toEqual(
          price.filter((value) => value !== null),
        );
      },
    ),
  );
});

test('a price between two gaps is isolated', () => {
  expect(isolated([1, null, 2, null, 3, 4])).toEqual([0, 2]);
});

test('a range looks back from the last price and never before the first', () => {
  const columns = chartColumns(
    series({ start: '2024-03-01', price: Array.from({ length: 60 }, () => 1) }),
    undefined,
  );
  expect(dayOf(windowOf(columns, '1M').from)).toBe('2024-03-29');
  expect(windowOf(columns, '10Y').from).toBe(dayNumberOf('2024-03-01'));
});
