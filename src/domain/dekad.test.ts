import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEKADS_PER_YEAR, dekadOf, dekadRange, formatDekad, parseDekad } from './dekad.ts';
import { addDays, dayNumber, localDate } from './local-date.ts';

const anyDekad = fc.integer({ min: 1900 * DEKADS_PER_YEAR, max: 2100 * DEKADS_PER_YEAR - 1 });

describe('순', () => {
  it('counts as the definition does', () => {
    expect(dekadOf(localDate('2024-01-10'))).toBe((2024 * 12 + 0) * 3);
    expect(dekadOf(localDate('2024-01-11'))).toBe((2024 * 12 + 0) * 3 + 1);
    expect(dekadOf(localDate('2024-12-31'))).toBe((2024 * 12 + 11) * 3 + 2);
  });

  it('ends its last part with the month: 8 to 11 days', () => {
    expect(dekadRange(dekadOf(localDate('2023-02-25')))).toEqual({ first: '2023-02-21', last: '2023-02-28' });
    expect(dekadRange(dekadOf(localDate('2024-02-25'))).last).toBe('2024-02-29');
    expect(dekadRange(dekadOf(localDate('2024-12-25'))).last).toBe('2024-12-31');
  });

  it('has the three text forms', () => {
    const dekad = dekadOf(localDate('2024-01-05'));
    expect(formatDekad(dekad, 'compact')).toBe('202401상순');
    expect(formatDekad(dekad, 'ko')).toBe('2024년 1월 상순');
    expect(formatDekad(dekad + 2, 'en')).toBe('late Jan 2024');
  });

  it.each(['202413상순', '202400하순', '2024년 13월 상순', '2024-01', '상순', '', '202401순'])(
    'does not read %j',
    (text) => expect(parseDekad(text)).toBeUndefined(),
  );

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(anyDekad, (dekad) => {
        expect(parseDekad(formatDekad(dekad, 'compact'))).toBe(dekad);
        expect(parseDekad(formatDekad(dekad, 'ko'))).toBe(dekad);
      }),
    );
  });

  it('tiles the calendar: each range holds its own days and the next begins the day after', () => {
    fc.assert(
      fc.property(anyDekad, (dekad) => {
        const { first, last } = dekadRange(dekad);
        expect([dekadOf(first), dekadOf(last)]).toEqual([dekad, dekad]);
        expect(dekadRange(dekad + 1).first).toBe(addDays(last, 1));
        const days = dayNumber(last) - dayNumber(first) + 1;
        expect(days).toBeGreaterThanOrEqual(8);
        expect(days).toBeLessThanOrEqual(11);
      }),
    );
  });
});
