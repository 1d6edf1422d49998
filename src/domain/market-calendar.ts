import type { KrHolidays } from './kr-holidays.ts';
import type { DayNumber, LocalDate } from './local-date.ts';
import { addDays, dayNumber, fromDayNumber, localDate, weekday } from './local-date.ts';
import { lunarHolidays } from './lunar.ts';
import type { Bilingual } from './words.ts';

/** On which days a market trades, or a survey is taken. */
export interface MarketCalendar {
  readonly id: string;
  isOpen(day: DayNumber): boolean;
  /** Why a day is closed; undefined on an open day, and where the calendar knows no reason. */
  reason?(day: DayNumber): Bilingual | undefined;
}

/** One kind of closed day; `since` and `until` are the first and last day in force. */
export type ClosingRule = {
  readonly says: Bilingual;
  readonly since?: LocalDate;
  readonly until?: LocalDate;
} & (
  | { readonly kind: 'weekday'; readonly weekday: number }
  /** `MM-DD` of every year. */
  | { readonly kind: 'month-day'; readonly monthDay: string }
  /** Days counted from the holiday itself, both ends included. */
  | {
      readonly kind: 'lunar';
      readonly holiday: 'seollal' | 'chuseok';
      readonly from: number;
      readonly to: number;
    }
  | { readonly kind: 'first-weekday'; readonly month: number; readonly weekday: number }
  /** Closed on every public holiday, for the holiday's own reason. */
  | { readonly kind: 'public-holiday' }
);

/** A day on which the rules are wrong, either way. */
export interface CalendarOverride {
  readonly date: LocalDate;
  readonly open: boolean;
  readonly says: Bilingual;
}

/** A market calendar as data: rules, then overrides that win over them. */
export interface CalendarDefinition {
  readonly id: string;
  readonly rules: readonly ClosingRule[];
  readonly overrides: readonly CalendarOverride[];
}

/** Makes a calendar of its definition; a year is worked out when first asked for and then remembered. */
export function createMarketCalendar(
  definition: CalendarDefinition,
  holidays: KrHolidays,
): MarketCalendar & { reason(day: DayNumber): Bilingual | undefined } {
  const years = new Map<number, ReadonlyMap<DayNumber, Bilingual>>();
  const reason = (day: DayNumber): Bilingual | undefined => {
    const year = new Date(day * 86_400_000).getUTCFullYear();
    let closed = years.get(year);
    if (!closed) {
      closed = closedDays(definition, year, holidays);
      years.set(year, closed);
    }
    return closed.get(day);
  };
  return { id: definition.id, isOpen: (day) => reason(day) === undefined, reason };
}

function closedDays(
  { rules, overrides }: CalendarDefinition,
  year: number,
  holidays: KrHolidays,
): ReadonlyMap<DayNumber, Bilingual> {
  const closed = new Map<DayNumber, Bilingual>();
  const close = (date: LocalDate, says: Bilingual): void => {
    const day = dayNumber(date);
    if (!closed.has(day)) closed.set(day, says);
  };
  for (const rule of rules)
    for (const { date, says } of closedBy(rule, year, holidays))
      if (date >= (rule.since ?? date) && date <= (rule.until ?? date)) close(date, says);
  for (const { date, open, says } of overrides) {
    if (!date.startsWith(`${year}-`)) continue;
    if (open) closed.delete(dayNumber(date));
    else close(date, says);
  }
  return closed;
}

function closedBy(
  rule: ClosingRule,
  year: number,
  holidays: KrHolidays,
): readonly { readonly date: LocalDate; readonly says: Bilingual }[] {
  const { says } = rule;
  switch (rule.kind) {
    case 'weekday':
      return everyWeekday(year, rule.weekday).map((date) => ({ date, says }));
    case 'month-day':
      return [{ date: localDate(`${year}-${rule.monthDay}`), says }];
    case 'lunar': {
      const holiday = lunarHolidays(year)[rule.holiday];
      return Array.from({ length: rule.to - rule.from + 1 }, (_, index) => ({
        date: addDays(holiday, rule.from + index),
        says,
      }));
    }
    case 'first-weekday': {
      const month = String(rule.month).padStart(2, '0');
      return everyWeekday(year, rule.weekday)
        .filter((date) => date.slice(5, 7) === month)
        .slice(0, 1)
        .map((date) => ({ date, says }));
    }
    case 'public-holiday':
      return holidays.ofYear(year).map(({ date, name }) => ({ date, says: name }));
  }
}

function everyWeekday(year: number, wanted: number): LocalDate[] {
  const newYear = localDate(`${year}-01-01`);
  const dates: LocalDate[] = [];
  let date = addDays(newYear, (wanted - weekday(newYear) + 7) % 7);
  for (; date.startsWith(`${year}-`); date = addDays(date, 7)) dates.push(date);
  return dates;
}

/** No market of ours stays shut as long as this; a calendar that shows no open day within it has none. */
const LONGEST_CLOSURE_DAYS = 60;

export function isMarketDay(calendar: MarketCalendar, date: LocalDate): boolean {
  return calendar.isOpen(dayNumber(date));
}

/** The first market day after `date`; undefined when none follows within 60 days. */
export function nextMarketDay(calendar: MarketCalendar, date: LocalDate): LocalDate | undefined {
  return walk(calendar, date, 1);
}

/** The last market day before `date`; undefined when none precedes within 60 days. */
export function previousMarketDay(calendar: MarketCalendar, date: LocalDate): LocalDate | undefined {
  return walk(calendar, date, -1);
}

function walk(calendar: MarketCalendar, date: LocalDate, step: 1 | -1): LocalDate | undefined {
  const start = dayNumber(date);
  for (let days = 1; days <= LONGEST_CLOSURE_DAYS; days++) {
    const day = start + step * days;
    if (calendar.isOpen(day)) return fromDayNumber(day);
  }
  return undefined;
}

/**
 * Market days passed on the way from one day to another: those after `from`, up to and including `to`;
 * negative when `to` is earlier. Between two market days it is the number of steps.
 */
export function marketDaysBetween(calendar: MarketCalendar, from: LocalDate, to: LocalDate): number {
  if (to < from) return -marketDaysBetween(calendar, to, from);
  const last = dayNumber(to);
  let count = 0;
  for (let day = dayNumber(from) + 1; day <= last; day++) if (calendar.isOpen(day)) count++;
  return count;
}

const CLOSED: Bilingual = { ko: '휴장', en: 'Market closed' };

/** Why there is no market on `date`, in both languages; undefined on a market day. */
export function closureReason(calendar: MarketCalendar, date: LocalDate): Bilingual | undefined {
  const day = dayNumber(date);
  if (calendar.isOpen(day)) return undefined;
  return calendar.reason?.(day) ?? CLOSED;
}

/** Whether a market trades on any of these days, both ends included: without it, a source has nothing to say. */
export function tradesWithin(calendar: MarketCalendar, first: LocalDate, last: LocalDate): boolean {
  const end = dayNumber(last);
  for (let day = dayNumber(first); day <= end; day++) if (calendar.isOpen(day)) return true;
  return false;
}
