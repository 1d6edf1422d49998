import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayNumber, fromDayNumber, localDate } from './local-date.ts';
import { lunarDate, lunarHolidays } from './lunar.ts';

describe('lunarHolidays', () => {
  // Vectors: domain.md §5, equal to the KASI almanac for 2018–2026.
  it.each([
    [2024, '2024-02-10', '2024-09-17'],
    [2025, '2025-01-29', '2025-10-06'],
    [2026, '2026-02-17', '2026-09-25'],
    [2027, '2027-02-07', '2027-09-15'],
    [2028, '2028-01-27', '2028-10-03'],
  ])('knows Seollal and Chuseok of %i', (year, seollal, chuseok) => {
    expect(lunarHolidays(year)).toMatchObject({ seollal, chuseok });
  });

  it("knows Buddha's birthday where the Chinese calendar is a day off", () => {
    expect(lunarHolidays(2023).buddha).toBe('2023-05-27');
  });

  it('finds each holiday in every year from 1950 to 2050, in order', () => {
    for (let year = 1950; year <= 2050; year++) {
      const { seollal, buddha, chuseok } = lunarHolidays(year);
      expect([seollal, buddha, chuseok].map((date) => date.slice(0, 4))).toEqual(Array(3).fill(String(year)));
      expect(seollal < buddha && buddha < chuseok).toBe(true);
    }
  });
});

describe('lunarDate', () => {
  it('keeps leap months apart as text', () => {
    expect(lunarDate(localDate('2025-07-25'))).toEqual({ year: 2025, month: '6bis', day: 1 });
    expect(lunarDate(localDate('2025-08-22')).month).toBe('6bis');
    expect(lunarDate(localDate('2023-03-22')).month).toBe('2bis');
  });

  it('walks from one day to the next, or to the first of another month', () => {
    const days = fc.integer({
      min: dayNumber(localDate('1960-01-01')),
      max: dayNumber(localDate('2049-12-31')),
    });
    fc.assert(
      fc.property(days, (day) => {
        const today = lunarDate(fromDayNumber(day));
        const tomorrow = lunarDate(fromDayNumber(day + 1));
        if (tomorrow.month === today.month) expect(tomorrow.day).toBe(today.day + 1);
        else expect([29, 30, 1]).toEqual(expect.arrayContaining([today.day, tomorrow.day]));
      }),
    );
  });
});
