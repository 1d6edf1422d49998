import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RULE_CALENDARS } from './calendars.ts';
import { KR_HOLIDAYS } from './kr-holidays.ts';
import { GARAK_ANNOUNCED, GARAK_AUCTION } from './kr-market-calendars.ts';
import { addDays, dayNumber, localDate } from './local-date.ts';
import { lunarHolidays } from './lunar.ts';
import type { MarketCalendar } from './market-calendar.ts';
import { closureReason, createMarketCalendar, isMarketDay, marketDaysBetween } from './market-calendar.ts';

const garak = RULE_CALENDARS.named('garak-auction') as MarketCalendar;
const kamis = RULE_CALENDARS.named('kamis-survey') as MarketCalendar;

function openDaysByYear(calendar: MarketCalendar): number[] {
  return Array.from({ length: 11 }, (_, index) =>
    marketDaysBetween(calendar, localDate(`${2014 + index}-12-31`), localDate(`${2015 + index}-12-31`)),
  );
}

describe('the Korean calendars against the measured day counts of 2015 to 2025', () => {
  it('Garak auctions on 3,348 days', () => {
    const days = openDaysByYear(garak);
    expect(days).toEqual([305, 305, 304, 305, 305, 306, 304, 305, 304, 305, 300]);
    expect(days.reduce((sum, count) => sum + count)).toBe(3348);
  });

  it('KAMIS surveys on 2,700 days', () => {
    const days = openDaysByYear(kamis);
    expect(days).toEqual([248, 246, 243, 244, 246, 248, 248, 246, 245, 244, 242]);
    expect(days.reduce((sum, count) => sum + count)).toBe(2700);
  });
});

describe('Garak', () => {
  it('auctions on the eves of Seollal and Chuseok unless an irregular closure says otherwise', () => {
    for (const year of [2019, 2020, 2023, 2024, 2025])
      for (const holiday of [lunarHolidays(year).seollal, lunarHolidays(year).chuseok]) {
        const eve = addDays(holiday, -1);
        expect([eve, isMarketDay(garak, eve)]).toEqual([eve, new Date(eve).getUTCDay() !== 0]);
        expect(isMarketDay(garak, holiday)).toBe(false);
      }
    expect(isMarketDay(garak, localDate('2022-01-31'))).toBe(false);
  });

  it('says why it is closed', () => {
    expect(closureReason(garak, localDate('2025-01-29'))).toEqual({
      ko: '설 휴장',
      en: 'Closed for Seollal',
    });
    expect(closureReason(garak, localDate('2025-08-02'))?.ko).toBe('하계 휴장');
    expect(closureReason(garak, localDate('2025-12-13'))?.en).toBe('Irregular closure');
    expect(closureReason(garak, localDate('2025-12-15'))).toBeUndefined();
  });

  it('does not close on an announced day until it is made an override', () => {
    const confirmed = createMarketCalendar(
      { ...GARAK_AUCTION, overrides: [...GARAK_AUCTION.overrides, ...GARAK_ANNOUNCED] },
      KR_HOLIDAYS,
    );
    for (const { date } of GARAK_ANNOUNCED) {
      expect(isMarketDay(garak, date)).toBe(true);
      expect(isMarketDay(confirmed, date)).toBe(false);
    }
  });
});

const onionSurvey = `${process.env.SIHWANG_TEST_DATA ?? '../shared/data'}/kamis-onion/kamis_daily_2000_2020.csv`;

describe('KAMIS', () => {
  it.skipIf(!existsSync(onionSurvey))(
    'surveyed on exactly these days of 2015 to 2019, and of 2006 to 2014 but for 7 (skipped without the real data)',
    () => {
      const surveyed = new Set<string>();
      for (const line of readFileSync(onionSurvey, 'utf8').split('\n')) {
        const fields = line.split(',');
        if (fields[6] !== '평년' && fields[8]) surveyed.add(fields[0] ?? '');
      }
      const differing = (from: string, to: string): string[] => {
        const days: string[] = [];
        for (let date = localDate(from); date <= to; date = addDays(date, 1))
          if (isMarketDay(kamis, date) !== surveyed.has(date)) days.push(date);
        return days;
      };
      expect(differing('2015-01-01', '2019-12-31')).toEqual([]);
      expect(differing('2006-01-01', '2014-12-31')).toHaveLength(7);
    },
  );

  it('rests on the holiday, for the holiday', () => {
    expect(closureReason(kamis, localDate('2015-08-14'))?.ko).toBe('임시공휴일');
    expect(closureReason(kamis, localDate('2025-05-01'))?.ko).toBe('근로자의 날');
    expect(closureReason(kamis, localDate('2025-12-05'))?.ko).toBe('조사 없음');
    expect(kamis.isOpen(dayNumber(localDate('2025-12-12')))).toBe(true);
  });
});

it('knows no calendar for feeds that are learned', () => {
  expect(RULE_CALENDARS.named('learned')).toBeUndefined();
  expect(RULE_CALENDARS.named('weekly')).toBeUndefined();
});
