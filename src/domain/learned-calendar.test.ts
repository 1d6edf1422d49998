import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learnOpenDays } from './learned-calendar.ts';
import type { DayNumber } from './local-date.ts';
import { dayNumber, fromDayNumber, localDate, parseLocalDate, weekday } from './local-date.ts';
import { lunarHolidays } from './lunar.ts';

const day = (text: string): DayNumber => dayNumber(localDate(text));

function daysWhere(
  from: string,
  to: string,
  trades: (text: string, weekday: number) => boolean,
): DayNumber[] {
  const days: DayNumber[] = [];
  for (let at = day(from); at <= day(to); at++) {
    const date = fromDayNumber(at);
    if (trades(date, weekday(date))) days.push(at);
  }
  return days;
}

describe('learnOpenDays', () => {
  it('is the record itself up to its last day, whatever the rhythm', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 18_000, max: 18_400 }), { minLength: 1 }), (days) => {
        const calendar = learnOpenDays(days);
        const last = Math.max(...days);
        for (let at = 17_990; at <= last; at++) expect(calendar.isOpen(at)).toBe(days.includes(at));
      }),
    );
  });

  it('needs nothing after its last day, and opens at least once in the week that follows', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 18_000, max: 18_400 }), { minLength: 1 }), (days) => {
        const calendar = learnOpenDays(days);
        const last = Math.max(...days);
        expect([1, 2, 3, 4, 5, 6, 7].some((ahead) => calendar.isOpen(last + ahead))).toBe(true);
      }),
    );
  });

  it('expects the weekdays that traded in half of the recent weeks', () => {
    // Open Monday to Saturday until 2023, without Wednesdays since.
    const calendar = learnOpenDays(
      daysWhere('2022-01-01', '2024-06-30', (date, on) => on !== 0 && (date < '2023-01-01' || on !== 3)),
    );
    expect(
      ['07-01', '07-02', '07-03', '07-06', '07-07'].map((md) => calendar.isOpen(day(`2024-${md}`))),
    ).toEqual([true, true, false, true, false]);
    expect(calendar.reason(day('2024-07-03'))?.en).toContain('weekday');
  });

  it('expects the New Year closure once two years have shown it', () => {
    const trades = (date: string, on: number): boolean => on !== 0 && !/-01-0[1-4]$/.test(date);
    const twice = learnOpenDays(daysWhere('2019-06-01', '2022-12-30', trades));
    expect(['2023-01-02', '2023-01-03', '2023-01-04'].map((date) => twice.isOpen(day(date)))).toEqual([
      false,
      false,
      false,
    ]);
    expect(twice.isOpen(day('2023-01-05'))).toBe(true);
    expect(twice.reason(day('2023-01-03'))?.ko).toBe('해마다 휴장(추정)');
    const once = learnOpenDays(daysWhere('2021-06-01', '2022-12-30', trades));
    expect(once.isOpen(day('2023-01-03'))).toBe(true);
  });

  it('expects a closure that moves with the lunar year', () => {
    const closed = new Set<DayNumber>();
    for (const year of [2020, 2021, 2022, 2023, 2024])
      for (const offset of [0, 1, 2]) closed.add(dayNumber(lunarHolidays(year).seollal) + offset);
    const record = daysWhere('2019-06-01', '2024-01-31', () => true).filter((at) => !closed.has(at));
    const calendar = learnOpenDays(record);
    const seollal = dayNumber(lunarHolidays(2024).seollal);
    expect([-1, 0, 1, 2, 3].map((offset) => calendar.isOpen(seollal + offset))).toEqual([
      true,
      false,
      false,
      false,
      true,
    ]);
  });

  it('finds the day of a weekly publication, and of one that comes every third week', () => {
    const fridays = daysWhere('2023-01-01', '2024-06-30', (_, on) => on === 5);
    for (const published of [fridays, fridays.filter((_, index) => index % 3 === 0)]) {
      const calendar = learnOpenDays(published);
      expect(daysWhere('2024-07-01', '2024-07-21', (date) => calendar.isOpen(day(date)))).toEqual(
        ['2024-07-05', '2024-07-12', '2024-07-19'].map(day),
      );
    }
  });

  it('never opens without a record', () => {
    expect(learnOpenDays([]).isOpen(day('2024-07-05'))).toBe(false);
  });
});

const japan = `${process.env.SIHWANG_TEST_DATA ?? '../shared/data'}/japan-maff/dev_2016_2024.csv`;

describe.skipIf(!existsSync(japan))('on the Japanese market (skipped without the real data)', () => {
  it('foretells at least 94 % of the next 14 days, and every 1 to 4 January, from 2020 to 2024', () => {
    const volumes: number[] = [];
    const open: DayNumber[] = [];
    for (const line of readFileSync(japan, 'utf8').split('\n')) {
      const [date = '', item, , volumeKg] = line.split(',');
      const parsed = parseLocalDate(date);
      if (!parsed || item !== '30000') continue;
      volumes.push(Number(volumeKg));
      const recent = volumes.slice(-60).sort((a, b) => a - b);
      if (Number(volumeKg) >= 0.05 * (recent[recent.length >> 1] ?? 0)) open.push(dayNumber(parsed));
    }
    const traded = new Set(open);
    let right = 0;
    let asked = 0;
    for (let origin = day('2019-12-26'); origin <= day('2024-12-12'); origin += 14) {
      const calendar = learnOpenDays(open.filter((at) => at <= origin));
      for (let at = origin + 1; at <= origin + 14; at++) {
        asked++;
        if (calendar.isOpen(at) === traded.has(at)) right++;
        if (/-01-0[1-4]$/.test(fromDayNumber(at)))
          expect([fromDayNumber(at), calendar.isOpen(at)]).toEqual([fromDayNumber(at), false]);
      }
    }
    expect(right / asked).toBeGreaterThan(0.94);
  });
});
