import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RULE_CALENDARS } from '../calendars.ts';
import { addDays, dayNumber, localDate, weekday } from '../local-date.ts';
import { isMarketDay } from '../market-calendar.ts';
import { lookupIn } from './day-rule.ts';
import { parseSchedule } from './schedule-text.ts';
import { daysLeftOut, nextTicks, type Tick, ticksBetween } from './ticks.ts';
import { dayInZone } from './zone-time.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const GARAK = RULE_CALENDARS.named('garak-auction')!;
const named = lookupIn(RULE_CALENDARS);

function between(text: string, after: string, upTo: string): Tick[] {
  return [...ticksBetween(parseSchedule(text), new Date(after), new Date(upTo), named)];
}

const instants = (ticks: readonly Tick[]): string[] =>
  ticks.map(({ at }) => at.toISOString().replace(':00.000Z', 'Z'));

describe('ticks on market days', () => {
  it('follow every market day of a year on the morning after, Seollal, Chuseok and stated closures left out', () => {
    const ticks = between(
      '06:10 Asia/Seoul on days after a Garak market day',
      '2024-12-31T21:10:00Z',
      '2025-12-31T21:10:00Z',
    );
    // domain.md: 300 auction days in 2025
    expect(ticks).toHaveLength(300);
    for (const { at, day, marketDay } of ticks) {
      expect(at.toISOString()).toBe(`${marketDay}T21:10:00.000Z`);
      expect(day).toBe(addDays(marketDay!, 1));
      expect(isMarketDay(GARAK, marketDay!)).toBe(true);
    }
    const days = new Set(ticks.map(({ marketDay }) => marketDay));
    const closed = ['2025-01-29', '2025-01-30', '2025-01-31', '2025-02-12', '2025-10-06', '2025-10-08'];
    for (const day of closed) expect(days.has(localDate(day)), day).toBe(false);
    for (const day of ['2025-01-28', '2025-10-05', '2025-10-09'])
      expect(days.has(localDate(day)), day).toBe(weekday(localDate(day)) !== 0);
  });

  it('begin a week on its first open day, also where that is not a Monday', () => {
    const weekly = between(
      '07:00 Asia/Seoul on the first Garak market day of a week',
      '2025-09-27T15:00:00Z',
      '2025-10-19T15:00:00Z',
    );
    // Chuseok 2025 falls on Monday 6 October and closes the market until Wednesday
    expect(weekly.map(({ marketDay }) => marketDay)).toEqual(['2025-09-29', '2025-10-09', '2025-10-13']);
    const monthly = between(
      '07:00 Asia/Seoul on the last Garak market day of a month',
      '2025-01-01T00:00:00Z',
      '2025-03-01T00:00:00Z',
    );
    expect(monthly.map(({ marketDay }) => marketDay)).toEqual(['2025-01-28', '2025-02-28']);
  });

  it('say why a day has none', () => {
    const left = daysLeftOut(
      parseSchedule('06:10 Asia/Seoul on days after a Garak market day'),
      new Date('2025-10-03T15:00:00Z'),
      new Date('2025-10-09T15:00:00Z'),
      named,
    );
    expect(left.map(({ day, why }) => `${day} ${why.en}`)).toEqual([
      '2025-10-06 The day before: Closed on Sundays',
      '2025-10-07 The day before: Closed for Chuseok',
      '2025-10-08 The day before: Closed for Chuseok',
      '2025-10-09 The day before: Closed for Chuseok',
    ]);
  });

  it('name the calendar that nobody knows', () => {
    expect(() => between('06:10 Asia/Seoul on Atlantis market days', '2025-01-01', '2025-01-02')).toThrow(
      'no market calendar atlantis',
    );
  });
});

describe('ticks where clocks change', () => {
  it('come once a day in London, in summer and winter', () => {
    const day = instants(between('01:30 Europe/London', '2025-03-28T12:00:00Z', '2025-03-31T12:00:00Z'));
    // 01:30 does not exist on 30 March: the first moment after the gap is 02:00 BST
    expect(day).toEqual(['2025-03-29T01:30Z', '2025-03-30T01:00Z', '2025-03-31T00:30Z']);
    // 01:30 comes twice on 26 October: the first counts
    expect(instants(between('01:30 Europe/London', '2025-10-25T12:00:00Z', '2025-10-27T12:00:00Z'))).toEqual([
      '2025-10-26T00:30Z',
      '2025-10-27T01:30Z',
    ]);
  });

  it('are left out with a day that the zone leaves out', () => {
    // Samoa had no 30 December 2011
    expect(instants(between('06:10 Pacific/Apia', '2011-12-29T00:00:00Z', '2012-01-01T00:00:00Z'))).toEqual([
      '2011-12-29T16:10Z',
      '2011-12-30T16:10Z',
      '2011-12-31T16:10Z',
    ]);
  });

  it('agree with a walk over every minute of the zone’s clock', () => {
    const zones = [
      'Europe/London',
      'America/New_York',
      'Australia/Lord_Howe',
      'America/Havana',
      'Asia/Seoul',
    ];
    const anyDay = fc.integer({
      min: dayNumber(localDate('2024-01-01')),
      max: dayNumber(localDate('2025-12-31')),
    });
    // half of the days near a change of clocks
    const changes = ['2024-03-10', '2024-03-31', '2024-10-27', '2024-11-03', '2025-04-06', '2025-10-05'];
    const nearChange = fc.constantFrom(...changes).map((day) => dayNumber(localDate(day)) - 1);
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.oneof(anyDay, nearChange),
        fc.integer({ min: 0, max: 1439 }),
        (zone, first, minute) => {
          const [after, upTo] = [first * DAY_MS, (first + 3) * DAY_MS];
          const clock = `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`;
          const found = [
            ...ticksBetween(parseSchedule(`${clock} ${zone}`), new Date(after), new Date(upTo), named),
          ];
          expect(found.map(({ at }) => at.getTime())).toEqual(
            walked(zone, minute).filter((at) => after < at && at <= upTo),
          );
          function walked(inZone: string, wanted: number): number[] {
            const hits = new Map<string, number>();
            for (let at = after - DAY_MS; at <= upTo + DAY_MS; at += MINUTE_MS) {
              const [day, shown] = shows(inZone, at);
              if (shown >= wanted && !hits.has(day)) hits.set(day, at);
            }
            return [...hits.values()].slice(1);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

const shownFormats = new Map<string, Intl.DateTimeFormat>();
/** The day and the minute of it that clocks show. */
function shows(zone: string, at: number): [string, number] {
  const format =
    shownFormats.get(zone) ??
    new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  shownFormats.set(zone, format);
  const [day = '', time = ''] = format.format(at).split(' ');
  const [hour, minute] = time.split(':').map(Number) as [number, number];
  return [day, hour * 60 + minute];
}

describe('ticks of any schedule', () => {
  const texts = [
    '06:10 Asia/Seoul on days after a Garak market day',
    '06:10, 14:00 Europe/London on Garak market days',
    '02:30, 02:45, 03:00 America/New_York',
    '07:00 Asia/Seoul on the first Garak market day of a week',
    '0 */6 * * * America/New_York',
    '30 1,2 * * * Europe/London on KAMIS market days',
    '15 9 * * 1-5 Asia/Seoul',
    '05:00 UTC on Tue, Sat',
  ];
  const start = Date.parse('2024-01-01T00:00:00Z');
  const anyMoment = fc.integer({ min: 0, max: 730 * 1440 }).map((minutes) => start + minutes * MINUTE_MS);

  it('are the same whether a time is walked in one stride or in many, in order and none twice', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        anyMoment,
        fc.array(fc.integer({ min: 1, max: 9 * 1440 }), { minLength: 1, maxLength: 12 }),
        (text, from, strides) => {
          const schedule = parseSchedule(text);
          const parts: number[] = [];
          let at = from;
          for (const minutes of strides) {
            const to = at + minutes * MINUTE_MS;
            for (const tick of ticksBetween(schedule, new Date(at), new Date(to), named))
              parts.push(tick.at.getTime());
            at = to;
          }
          const whole = [...ticksBetween(schedule, new Date(from), new Date(at), named)];
          expect(parts).toEqual(whole.map((tick) => tick.at.getTime()));
          expect(parts).toEqual([...new Set(parts)].sort((a, b) => a - b));
          for (const tick of whole) {
            expect(tick.at.getTime()).toBeGreaterThan(from);
            expect(dayInZone(schedule.zone, tick.at.getTime())).toBe(tick.day);
          }
        },
      ),
    );
  });

  it('are none where time stands still or runs backwards', () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), anyMoment, fc.nat(DAY_MS), (text, at, back) => {
        expect([...ticksBetween(parseSchedule(text), new Date(at), new Date(at - back), named)]).toEqual([]);
      }),
    );
  });

  it('end where a schedule has no more', () => {
    expect(nextTicks(parseSchedule('0 6 30 2 * UTC'), new Date(start), 3, named)).toEqual([]);
    expect(nextTicks(parseSchedule(texts[0]!), new Date(start), 3, named)).toHaveLength(3);
  });
});
