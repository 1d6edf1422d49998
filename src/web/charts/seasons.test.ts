import { expect, test } from 'vitest';
import type { Series } from '../../api/contract.ts';
import { dayOfYear, seasonsOf } from './seasons.ts';

test('a date has the same place in leap and common years', () => {
  expect(dayOfYear('2023-03-01')).toBe(dayOfYear('2024-03-01'));
  expect([dayOfYear('2023-01-01'), dayOfYear('2023-12-31')]).toEqual([1, 366]);
});

test('the last six years, oldest first, without closed days and with their gaps', () => {
  const years = Array.from({ length: 365 * 8 }, () => 1 as number | null);
  years[years.length - 2] = null;
  years[years.length - 3] = null;
  const seasons = seasonsOf({
    start: '2018-01-01',
    stepDays: 1,
    price: years,
    closed: [years.length - 3],
  } as unknown as Series);
  expect(seasons.map(({ year }) => year)).toEqual([2020, 2021, 2022, 2023, 2024, 2025]);
  const last = seasons.at(-1)?.points ?? [];
  expect(last.at(-2)?.price).toBeNull();
  expect(last).toHaveLength(363 - 1);
});
