import type { Calendars } from '../calendars.ts';
import { EXIT, SihwangError } from '../errors.ts';
import type { CalendarId } from '../feed-profile.ts';
import { addDays, type LocalDate, localDate, weekday } from '../local-date.ts';
import { closureReason, isMarketDay, type MarketCalendar } from '../market-calendar.ts';
import type { Bilingual } from '../words.ts';
import type { ScheduleDays } from './schedule.ts';

/** Finds a market's calendar by its name; undefined where none has it. */
export type CalendarLookup = (id: string) => MarketCalendar | undefined;

/** The calendars that rules, announcements and a person's edits make; those that are learned have none here. */
export function lookupIn(calendars: Calendars): CalendarLookup {
  return (id) => calendars.named(id as CalendarId);
}

/** What a schedule's rule says of one day. */
export type DayVerdict =
  /** The market day that a run of this day is about: itself or the day before; null where no market is named. */
  | { readonly runs: true; readonly marketDay: LocalDate | null }
  | { readonly runs: false; readonly why: Bilingual };

/**
 * The rule by which a schedule takes or leaves days of its zone.
 * @throws SihwangError `SCHEDULE_CALENDAR_UNKNOWN`
 */
export function dayRule(days: ScheduleDays, calendars: CalendarLookup): (day: LocalDate) => DayVerdict {
  if (days.kind === 'every') return () => ({ runs: true, marketDay: null });
  if (days.kind === 'weekdays')
    return (day) =>
      days.weekdays.includes(weekday(day)) ? { runs: true, marketDay: null } : leftOut(OTHER_WEEKDAY);
  const calendar = calendars(days.calendar);
  if (!calendar)
    throw new SihwangError(
      'SCHEDULE_CALENDAR_UNKNOWN',
      { ko: `없는 시장 달력: ${days.calendar}`, en: `there is no market calendar ${days.calendar}` },
      {
        exit: EXIT.configuration,
        hint: {
          ko: 'Garak, KAMIS, 또는 거래일이 공표된 홈의 자료를 쓰세요.',
          en: 'Write Garak, KAMIS, or a feed of this home that has published market days.',
        },
      },
    );
  const open = (day: LocalDate): DayVerdict => {
    const why = closureReason(calendar, day);
    return why ? leftOut(why) : { runs: true, marketDay: day };
  };
  switch (days.kind) {
    case 'market':
      return open;
    case 'after-market':
      return (day) => {
        const before = open(addDays(day, -1));
        return before.runs ? before : leftOut(dayBefore(before.why));
      };
    case 'edge':
      return (day) => {
        const today = open(day);
        if (!today.runs || isEdge(calendar, day, days)) return today;
        return leftOut(NOT_THE_EDGE[days.edge][days.of]);
      };
  }
}

/** Whether no other market day of the same week or month comes before (or, for the last, behind) this one. */
function isEdge(
  calendar: MarketCalendar,
  day: LocalDate,
  { edge, of }: { readonly edge: 'first' | 'last'; readonly of: 'week' | 'month' },
): boolean {
  const step = edge === 'first' ? -1 : 1;
  const span = of === 'week' ? weekOf : (one: LocalDate) => one.slice(0, 7);
  for (let other = addDays(day, step); span(other) === span(day); other = addDays(other, step))
    if (isMarketDay(calendar, other)) return false;
  return true;
}

/** The Monday with which a day's week begins. */
function weekOf(day: LocalDate): string {
  return addDays(localDate(day), -((weekday(day) + 6) % 7));
}

function leftOut(why: Bilingual): DayVerdict {
  return { runs: false, why };
}

function dayBefore({ ko, en }: Bilingual): Bilingual {
  return { ko: `전날: ${ko}`, en: `The day before: ${en}` };
}

const OTHER_WEEKDAY: Bilingual = { ko: '정해진 요일이 아님', en: 'Not one of its weekdays' };

const NOT_THE_EDGE: Readonly<Record<'first' | 'last', Readonly<Record<'week' | 'month', Bilingual>>>> = {
  first: {
    week: { ko: '그 주의 첫 장날이 아님', en: 'Not the first market day of its week' },
    month: { ko: '그달의 첫 장날이 아님', en: 'Not the first market day of its month' },
  },
  last: {
    week: { ko: '그 주의 마지막 장날이 아님', en: 'Not the last market day of its week' },
    month: { ko: '그달의 마지막 장날이 아님', en: 'Not the last market day of its month' },
  },
};
