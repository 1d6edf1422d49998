import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Schedule, ScheduleDays } from './schedule.ts';
import { formatSchedule, parseSchedule } from './schedule-text.ts';
import { timeZoneNamed } from './zone-time.ts';

const zones = ['Asia/Seoul', 'Europe/London', 'America/New_York', 'UTC', 'Pacific/Apia'].map(
  (zone) => timeZoneNamed(zone)!,
);
const calendars = ['garak-auction', 'kamis-survey', 'taiwan-amis', 'my-market2'];
const anyDays: fc.Arbitrary<ScheduleDays> = fc.oneof(
  fc.constant({ kind: 'every' } as const),
  fc.uniqueArray(fc.constantFrom(1, 2, 3, 4, 5, 6, 0), { minLength: 1 }).map((weekdays) => ({
    kind: 'weekdays' as const,
    weekdays: weekdays.sort((a, b) => ((a + 6) % 7) - ((b + 6) % 7)),
  })),
  fc.record({
    kind: fc.constantFrom('market' as const, 'after-market' as const),
    calendar: fc.constantFrom(...calendars),
  }),
  fc.record({
    kind: fc.constant('edge' as const),
    edge: fc.constantFrom('first' as const, 'last' as const),
    of: fc.constantFrom('week' as const, 'month' as const),
    calendar: fc.constantFrom(...calendars),
  }),
);
const anySchedule: fc.Arbitrary<Schedule> = fc.record({
  clock: fc.oneof(
    fc.uniqueArray(fc.integer({ min: 0, max: 1439 }), { minLength: 1, maxLength: 4 }).map((minutes) => ({
      kind: 'times' as const,
      minutes: minutes.sort((a, b) => a - b),
    })),
    fc
      .constantFrom('10 6 * * *', '*/15 9-12 * * MON-FRI', '0,30 4 1 JAN *', '5 5 L * *')
      .map((pattern) => ({ kind: 'cron' as const, pattern })),
  ),
  zone: fc.constantFrom(...zones),
  days: anyDays,
});

/** A text as a person might type it: other case, more spaces. */
function carelessly(text: string): string {
  return `  ${text.replaceAll(' ', '  ').replace(/Garak|Mon|on/g, (word) => word.toLowerCase())} `;
}

describe('the text of a schedule', () => {
  it('is read back as the schedule that it was written from, however it is typed', () => {
    fc.assert(
      fc.property(anySchedule, (schedule) => {
        const text = formatSchedule(schedule);
        expect(parseSchedule(text)).toEqual(schedule);
        expect(formatSchedule(parseSchedule(carelessly(text)))).toBe(text);
      }),
    );
  });

  it.each([
    [
      '06:10 Asia/Seoul on days after a Garak market day',
      '06:10 Asia/Seoul on days after a Garak market day',
    ],
    ['6:10 asia/seoul on market days of garak-auction', '06:10 Asia/Seoul on Garak market days'],
    ['14:00,06:10 Asia/Seoul', '06:10, 14:00 Asia/Seoul every day'],
    [
      '07:00 Asia/Seoul on the first market day of the week of KAMIS',
      '07:00 Asia/Seoul on the first KAMIS market day of a week',
    ],
    ['18:30 Europe/London on thu, Mon, thu', '18:30 Europe/London on Mon, Thu'],
    [
      '*/30 9-12 * * mon Asia/Seoul on Garak market days',
      '*/30 9-12 * * MON Asia/Seoul on Garak market days',
    ],
    [
      '05:00 Asia/Taipei on days after a market day of taiwan-amis',
      '05:00 Asia/Taipei on days after a taiwan-amis market day',
    ],
  ])('%s has one form', (typed, form) => {
    expect(formatSchedule(parseSchedule(typed))).toBe(form);
  });

  it.each([
    ['', 'neither times nor five cron fields'],
    ['whenever', 'neither times nor five cron fields'],
    ['06:10', 'neither times nor five cron fields'],
    ['24:00 Asia/Seoul', '24:00 is not a time of day'],
    ['06:10, 7:5 Asia/Seoul', '7:5 is not a time of day'],
    ['06:10 Asia/Soul', 'Asia/Soul is not a time zone'],
    ['06:10 on Garak market days', 'on is not a time zone'],
    ['06:10 +09:00', '+09:00 is not a time zone'],
    ['06:10 Asia/Seoul on market days', '"on market days" does not say on which days'],
    ['06:10 Asia/Seoul on Funday', '"on Funday" does not say on which days'],
    ['61 6 * * * Asia/Seoul', 'is not five cron fields'],
    ['? 6 * * * Asia/Seoul', 'has a ?'],
  ])('%s is refused with the part that is wrong', (text, fault) => {
    expect(() => parseSchedule(text)).toThrow(fault);
    try {
      parseSchedule(text);
    } catch (error) {
      expect(error).toMatchObject({ code: 'SCHEDULE_UNREADABLE', exit: 2 });
      expect((error as { hint: string }).hint).not.toBe('');
    }
  });

  it('never fails otherwise than with its own error', () => {
    const pieces = fc.constantFrom(
      '06:10',
      '*',
      '5',
      'Asia/Seoul',
      'on',
      'Garak',
      'market',
      'days',
      ',',
      'L',
      '#2',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((words) => words.join(' ')),
        ),
        (text) => {
          try {
            expect(parseSchedule(formatSchedule(parseSchedule(text)))).toEqual(parseSchedule(text));
          } catch (error) {
            expect(error).toMatchObject({ code: 'SCHEDULE_UNREADABLE' });
          }
        },
      ),
    );
  });
});
