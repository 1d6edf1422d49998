import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RULE_CALENDARS } from './calendars.ts';
import {
  forecastHorizons,
  HORIZONS,
  horizonMarketDays,
  targetDate,
  targetDay,
  targetDekad,
} from './horizons.ts';
import { dayNumber, localDate } from './local-date.ts';
import type { MarketCalendar } from './market-calendar.ts';

const garak = RULE_CALENDARS.named('garak-auction') as MarketCalendar;
const kamis = RULE_CALENDARS.named('kamis-survey') as MarketCalendar;

describe('targets on a calendar', () => {
  it('steps over Sunday for the next market day', () => {
    expect(targetDate('MD1', localDate('2025-12-20'), garak)).toBe('2025-12-22');
  });

  it('shifts a closed target to the next market day', () => {
    // One week before Seollal 2025, which Garak keeps from 29 to 31 January.
    expect(targetDate('W1', localDate('2025-01-22'), garak)).toBe('2025-02-01');
    // Two weeks before New Year's Day.
    expect(targetDate('W2', localDate('2024-12-18'), garak)).toBe('2025-01-03');
  });

  it('has no target when the market stays shut for longer than three days', () => {
    // Chuseok 2025: no survey from Friday 3 to Thursday 9 October.
    expect(targetDate('W4', localDate('2025-09-05'), kamis)).toBeUndefined();
    expect(targetDate('W4', localDate('2025-09-10'), kamis)).toBe('2025-10-10');
  });

  it('counts steps in market days', () => {
    const origin = dayNumber(localDate('2025-01-22'));
    expect(horizonMarketDays(origin, dayNumber(localDate('2025-02-01')), garak.isOpen)).toBe(6);
  });
});

describe('targets on an explicit list of market days', () => {
  const anyDays = fc.uniqueArray(fc.integer({ min: 0, max: 80 }), { minLength: 1 });

  it('is an open day in the window of its horizon, the first there, or none is', () => {
    fc.assert(
      fc.property(anyDays, fc.integer({ min: 0, max: 40 }), (list, origin) => {
        const open = new Set(list);
        const windows = { MD1: [1, 30], W1: [7, 10], W2: [14, 17], W4: [28, 31] } as const;
        for (const horizon of HORIZONS) {
          const [from, to] = windows[horizon];
          const first = list
            .filter((day) => day >= origin + from && day <= origin + to)
            .reduce((least, day) => Math.min(least, day), Number.POSITIVE_INFINITY);
          const target = targetDay(horizon, origin, (day) => open.has(day));
          expect(target ?? Number.POSITIVE_INFINITY).toBe(first);
        }
      }),
    );
  });

  it('is always one step ahead at MD1', () => {
    fc.assert(
      fc.property(anyDays, fc.integer({ min: 0, max: 60 }), (list, origin) => {
        const open = new Set(list);
        const isOpen = (day: number): boolean => open.has(day);
        const target = targetDay('MD1', origin, isOpen);
        if (target !== undefined) expect(horizonMarketDays(origin, target, isOpen)).toBe(1);
      }),
    );
  });
});

describe('the next three 순', () => {
  it('begin after the one that the origin lies in, the last of a month as long as the month makes it', () => {
    const at = (text: string) => dayNumber(localDate(text));
    expect(targetDekad('S1', at('2024-02-11'))).toEqual({ first: at('2024-02-21'), last: at('2024-02-29') });
    expect(targetDekad('S2', at('2024-02-20'))).toEqual({ first: at('2024-03-01'), last: at('2024-03-10') });
    expect(targetDekad('S3', at('2023-12-31'))).toEqual({ first: at('2024-01-21'), last: at('2024-01-31') });
  });

  it('stand beside days and weeks, and alone for prices by 순', () => {
    expect(forecastHorizons('day')).toEqual(['MD1', 'W1', 'W2', 'W4', 'S1', 'S2', 'S3']);
    expect(forecastHorizons('week')).toEqual(['W1', 'W2', 'W4', 'S1', 'S2', 'S3']);
    expect(forecastHorizons('dekad')).toEqual(['S1', 'S2', 'S3']);
  });
});
