import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  addMonths,
  dayNumber,
  fromDayNumber,
  localDate,
  parseLocalDate,
  weekday,
} from './local-date.ts';

const anyDay = fc.integer({
  min: dayNumber(localDate('1900-01-01')),
  max: dayNumber(localDate('2199-12-31')),
});

describe('calendar days', () => {
  it.each([
    '2023-02-29',
    '2024-13-01',
    '2024-00-10',
    '2024-1-1',
    '24-01-01',
    '2024-01-01T00:00',
    ' 2024-01-01',
    '',
  ])('refuses %j', (text) => {
    expect(parseLocalDate(text)).toBeUndefined();
    expect(() => localDate(text)).toThrow(RangeError);
  });

  it('goes to a day number and back', () => {
    expect(dayNumber(localDate('1970-01-01'))).toBe(0);
    fc.assert(
      fc.property(anyDay, (day) => {
        const date = fromDayNumber(day);
        expect(parseLocalDate(date)).toBe(date);
        expect(dayNumber(date)).toBe(day);
      }),
    );
  });

  it('orders as text the way it orders as days', () => {
    fc.assert(
      fc.property(anyDay, anyDay, (a, b) => {
        expect(fromDayNumber(a) < fromDayNumber(b)).toBe(a < b);
      }),
    );
  });

  it('adds days, and its weekday moves along', () => {
    expect(addDays(localDate('2024-02-28'), 2)).toBe('2024-03-01');
    expect(weekday(localDate('2024-02-10'))).toBe(6);
    fc.assert(
      fc.property(anyDay, fc.integer({ min: -999, max: 999 }), (day, days) => {
        const moved = addDays(fromDayNumber(day), days);
        expect(dayNumber(moved)).toBe(day + days);
        expect(weekday(moved)).toBe((((weekday(fromDayNumber(day)) + days) % 7) + 7) % 7);
      }),
    );
  });

  it('shifts months and stays in the month it reached', () => {
    expect(addMonths(localDate('2024-03-31'), -1)).toBe('2024-02-29');
    expect(addMonths(localDate('2023-03-31'), -1)).toBe('2023-02-28');
    expect(addMonths(localDate('2024-12-31'), 2)).toBe('2025-02-28');
    fc.assert(
      fc.property(anyDay, fc.integer({ min: -60, max: 60 }), (day, months) => {
        const [year, month, dayOfMonth] = fromDayNumber(day).split('-').map(Number) as [
          number,
          number,
          number,
        ];
        const shifted = addMonths(fromDayNumber(day), months).split('-').map(Number) as [
          number,
          number,
          number,
        ];
        expect(shifted[0] * 12 + shifted[1]).toBe(year * 12 + month + months);
        expect(shifted[2]).toBeLessThanOrEqual(dayOfMonth);
        if (dayOfMonth <= 28) expect(shifted[2]).toBe(dayOfMonth);
      }),
    );
  });
});
