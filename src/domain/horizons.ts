import type { DayNumber, LocalDate } from './local-date.ts';
import { dayNumber, fromDayNumber } from './local-date.ts';
import type { MarketCalendar } from './market-calendar.ts';

/** How far ahead users ask: the next market day, and one, two and four weeks (domain.md §8). */
export const HORIZONS = ['MD1', 'W1', 'W2', 'W4'] as const;
export type Horizon = (typeof HORIZONS)[number];

/** Calendar days ahead of the week horizons. */
const AHEAD_DAYS = { W1: 7, W2: 14, W4: 28 } as const;
/** A closed target day moves to the next market day, but no further than this. */
const SHIFT_LIMIT_DAYS = 3;
/** No market of ours pauses for so long; beyond it there is no "next" market day to speak of. */
const PAUSE_LIMIT_DAYS = 30;

/**
 * The day whose price a forecast made on `origin` foretells: for `MD1` the next market day (within 30 days), for the
 * weeks the calendar day `origin` + 7, 14 or 28, or the next market day within 3 days after it. undefined = no target.
 *
 * `isOpen` is a calendar's for the future, and membership in the known market days for the evaluation of the past.
 */
export function targetDay(
  horizon: Horizon,
  origin: DayNumber,
  isOpen: (day: DayNumber) => boolean,
): DayNumber | undefined {
  if (horizon === 'MD1') return firstOpen(origin + 1, PAUSE_LIMIT_DAYS - 1, isOpen);
  return firstOpen(origin + AHEAD_DAYS[horizon], SHIFT_LIMIT_DAYS, isOpen);
}

/** `targetDay` in dates, on a calendar. */
export function targetDate(
  horizon: Horizon,
  origin: LocalDate,
  calendar: MarketCalendar,
): LocalDate | undefined {
  const target = targetDay(horizon, dayNumber(origin), calendar.isOpen);
  return target === undefined ? undefined : fromDayNumber(target);
}

/** Market days after `origin` up to and including `target`: the steps that a model counts. */
export function horizonMarketDays(
  origin: DayNumber,
  target: DayNumber,
  isOpen: (day: DayNumber) => boolean,
): number {
  let steps = 0;
  for (let day = origin + 1; day <= target; day++) if (isOpen(day)) steps++;
  return steps;
}

function firstOpen(
  from: DayNumber,
  furtherDays: number,
  isOpen: (day: DayNumber) => boolean,
): DayNumber | undefined {
  for (let day = from; day <= from + furtherDays; day++) if (isOpen(day)) return day;
  return undefined;
}
