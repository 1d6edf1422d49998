import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KR_HOLIDAYS } from './kr-holidays.ts';
import { addDays, localDate, weekday } from './local-date.ts';
import type { MarketCalendar } from './market-calendar.ts';
import {
  closureReason,
  createMarketCalendar,
  isMarketDay,
  marketDaysBetween,
  nextMarketDay,
  previousMarketDay,
} from './market-calendar.ts';

const says = { ko: '쉼', en: 'Rest' };
const calendar = createMarketCalendar(
  {
    id: 'sample',
    rules: [
      { kind: 'weekday', weekday: 0, says },
      { kind: 'weekday', weekday: 3, says },
      { kind: 'month-day', monthDay: '12-31', says: { ko: '연말', en: 'Year end' } },
      { kind: 'first-weekday', month: 8, weekday: 6, says },
      { kind: 'lunar', holiday: 'seollal', from: -1, to: 1, says },
    ],
    overrides: [
      { date: localDate('2024-01-03'), open: true, says },
      { date: localDate('2024-01-05'), open: false, says: { ko: '태풍', en: 'Typhoon' } },
    ],
  },
  KR_HOLIDAYS,
);

const anyDate = fc.integer({ min: 0, max: 20_000 }).map((days) => addDays(localDate('1990-01-01'), days));

describe('a calendar made of rules', () => {
  it('lets overrides win both ways', () => {
    expect(isMarketDay(calendar, localDate('2024-01-03'))).toBe(true);
    expect(isMarketDay(calendar, localDate('2024-01-10'))).toBe(false);
    expect(closureReason(calendar, localDate('2024-01-05'))).toEqual({ ko: '태풍', en: 'Typhoon' });
  });

  it('counts the days around a lunar holiday and the first weekday of a month', () => {
    expect(
      ['02-08', '02-09', '02-10', '02-11', '02-12'].map((day) =>
        isMarketDay(calendar, localDate(`2024-${day}`)),
      ),
    ).toEqual([true, false, false, false, true]);
    expect(isMarketDay(calendar, localDate('2024-08-03'))).toBe(false);
    expect(isMarketDay(calendar, localDate('2024-08-10'))).toBe(true);
  });

  it('is closed exactly when it has a reason', () => {
    fc.assert(
      fc.property(anyDate, (date) => {
        expect(closureReason(calendar, date) === undefined).toBe(isMarketDay(calendar, date));
        if (weekday(date) === 0) expect(isMarketDay(calendar, date)).toBe(false);
      }),
    );
  });
});

describe('walking a calendar', () => {
  it('steps over closed days', () => {
    expect(nextMarketDay(calendar, localDate('2024-12-30'))).toBe('2025-01-02');
    expect(previousMarketDay(calendar, localDate('2025-01-02'))).toBe('2024-12-30');
    expect(marketDaysBetween(calendar, localDate('2024-12-30'), localDate('2025-01-02'))).toBe(1);
  });

  it('goes there and back: next then previous of a market day is that day', () => {
    fc.assert(
      fc.property(anyDate, (date) => {
        const next = nextMarketDay(calendar, date);
        if (!next) throw new Error('no market day followed');
        expect(next > date).toBe(true);
        expect(marketDaysBetween(calendar, date, next)).toBe(1);
        if (isMarketDay(calendar, date)) expect(previousMarketDay(calendar, next)).toBe(date);
      }),
    );
  });

  it('counts additively and changes sign with direction', () => {
    fc.assert(
      fc.property(anyDate, fc.nat(200), fc.nat(200), (from, first, second) => {
        const middle = addDays(from, first);
        const to = addDays(middle, second);
        const whole = marketDaysBetween(calendar, from, to);
        expect(whole).toBe(
          marketDaysBetween(calendar, from, middle) + marketDaysBetween(calendar, middle, to),
        );
        expect(marketDaysBetween(calendar, to, from) + whole).toBe(0);
      }),
    );
  });

  it('gives undefined, not an endless walk, when a market never opens', () => {
    const shut: MarketCalendar = { id: 'shut', isOpen: () => false };
    expect(nextMarketDay(shut, localDate('2024-01-01'))).toBeUndefined();
    expect(previousMarketDay(shut, localDate('2024-01-01'))).toBeUndefined();
    expect(closureReason(shut, localDate('2024-01-01'))).toEqual({ ko: '휴장', en: 'Market closed' });
  });
});
