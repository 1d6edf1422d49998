import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnnouncedHoliday, holidaysFrom } from './announced-holidays.ts';
import { KR_HOLIDAYS } from './kr-holidays.ts';
import { GARAK_AUCTION, KAMIS_SURVEY } from './kr-market-calendars.ts';
import { addDays, dayNumber, localDate } from './local-date.ts';
import { createMarketCalendar, isMarketDay } from './market-calendar.ts';

const rowsOf = (year: number): AnnouncedHoliday[] =>
  KR_HOLIDAYS.ofYear(year).map(({ date, name }) => ({ date, name: name.ko }));
const row = (date: string, name: string): AnnouncedHoliday => ({ date: localDate(date), name });

describe('announced holidays', () => {
  it('are the whole truth of a year that was announced in whole', () => {
    const said = rowsOf(2027).filter(({ date }) => date !== '2027-07-17');
    const holidays = holidaysFrom([...said, row('2027-03-15', '임시공휴일')], KR_HOLIDAYS);
    expect(holidays.on(dayNumber(localDate('2027-07-17')))).toBeUndefined();
    expect(holidays.on(dayNumber(localDate('2027-03-15')))).toEqual({
      date: '2027-03-15',
      kind: 'temporary',
      name: { ko: '임시공휴일', en: '임시공휴일' },
    });
    expect(holidays.ofYear(2027)).toHaveLength(said.length + 1);
    expect(holidays.ofYear(2028)).toEqual(KR_HOLIDAYS.ofYear(2028));
  });

  it('only add to a year of which a part came: a year not announced is no year without holidays', () => {
    const holidays = holidaysFrom(
      [row('2028-01-01', '1월1일'), row('2028-06-30', '임시공휴일')],
      KR_HOLIDAYS,
    );
    expect(holidays.ofYear(2028).map(({ date }) => date)).toEqual(
      [...KR_HOLIDAYS.ofYear(2028).map(({ date }) => date), '2028-06-30'].sort(),
    );
    expect(holidaysFrom([], KR_HOLIDAYS).ofYear(2028)).toEqual(KR_HOLIDAYS.ofYear(2028));
  });

  it('count a date once, under its first name, with the English name where one is known', () => {
    const holidays = holidaysFrom(
      [...rowsOf(2025), row('2025-05-05', '부처님오신날'), row('2025-05-05', '어린이날')],
      KR_HOLIDAYS,
    );
    expect(holidays.ofYear(2025).filter(({ date }) => date === '2025-05-05')).toHaveLength(1);
    expect(holidays.ofYear(2025)).toEqual(KR_HOLIDAYS.ofYear(2025));
  });

  it('change the survey days and leave the auction days alone', () => {
    const holidays = holidaysFrom([row('2028-06-30', '임시공휴일')], KR_HOLIDAYS);
    const day = localDate('2028-06-30');
    expect(isMarketDay(createMarketCalendar(KAMIS_SURVEY, holidays), day)).toBe(false);
    expect(isMarketDay(createMarketCalendar(GARAK_AUCTION, holidays), day)).toBe(true);
  });

  it('answer by day and by year alike, whatever is announced', () => {
    const dates = fc.integer({ min: 0, max: 1095 }).map((days) => addDays(localDate('2025-01-01'), days));
    fc.assert(
      fc.property(
        fc.array(fc.record({ date: dates, name: fc.string() }), { maxLength: 30 }),
        dates,
        (rows, date) => {
          const holidays = holidaysFrom(rows, KR_HOLIDAYS);
          const listed = holidays.ofYear(Number(date.slice(0, 4))).find((holiday) => holiday.date === date);
          expect(holidays.on(dayNumber(date))).toEqual(listed);
        },
      ),
    );
  });
});
