import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KR_HOLIDAYS } from './kr-holidays.ts';
import { dayNumber, localDate, weekday } from './local-date.ts';

const almanac = `${process.env.SIHWANG_TEST_DATA ?? '../shared/data'}/../reference/codes/kr_public_holidays.csv`;

function datesOf(kind: string, from: number, to: number): string[] {
  const dates: string[] = [];
  for (let year = from; year <= to; year++)
    for (const holiday of KR_HOLIDAYS.ofYear(year)) if (holiday.kind === kind) dates.push(holiday.date);
  return dates;
}

describe('Korean public holidays by rule', () => {
  it('gives exactly the substitute holidays of 2014 to 2025', () => {
    expect(datesOf('substitute', 2014, 2025)).toEqual(
      (
        '2014-09-10 2015-09-29 2016-02-10 2017-01-30 2017-10-06 2018-05-07 2018-09-26 2019-05-06 2020-01-27 ' +
        '2021-08-16 2021-10-04 2021-10-11 2022-09-12 2022-10-10 2023-01-24 2023-05-29 2024-02-12 2024-05-06 ' +
        '2025-03-03 2025-05-06 2025-10-08'
      ).split(' '),
    );
  });

  it('gives exactly the election days of 2006 to 2026', () => {
    expect(datesOf('election', 2006, 2026)).toEqual(
      (
        '2006-05-31 2007-12-19 2008-04-09 2010-06-02 2012-04-11 2012-12-19 2014-06-04 2016-04-13 2017-05-09 ' +
        '2018-06-13 2020-04-15 2022-03-09 2022-06-01 2024-04-10 2025-06-03 2026-06-03'
      ).split(' '),
    );
  });

  it('names a day in both languages', () => {
    expect(KR_HOLIDAYS.on(dayNumber(localDate('2025-10-08')))?.name).toEqual({
      ko: '대체공휴일(추석 연휴)',
      en: 'Substitute holiday (Chuseok holiday)',
    });
    expect(KR_HOLIDAYS.on(dayNumber(localDate('2025-10-10')))).toBeUndefined();
  });

  it('keeps substitutes off weekends and holidays, and dates unique, in every year', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2000, max: 2049 }), (year) => {
        const holidays = KR_HOLIDAYS.ofYear(year);
        expect(new Set(holidays.map((holiday) => holiday.date)).size).toBe(holidays.length);
        for (const { date, kind } of holidays)
          if (kind === 'substitute') expect([1, 2, 3, 4, 5]).toContain(weekday(date));
      }),
    );
  });

  it.skipIf(!existsSync(almanac))(
    'equals the almanac table of 2015 to 2027 (skipped where it is absent)',
    () => {
      const expected = readFileSync(almanac, 'utf8')
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',')[0]);
      const ours: string[] = [];
      for (let year = 2015; year <= 2027; year++)
        ours.push(...KR_HOLIDAYS.ofYear(year).map((holiday) => holiday.date));
      expect(ours).toEqual(expected);
    },
  );
});
