import { dekadOf, dekadRange } from './dekad.ts';
import type { Granularity } from './feed-profile.ts';
import type { DayNumber, LocalDate } from './local-date.ts';
import { dayNumber, fromDayNumber } from './local-date.ts';
import type { MarketCalendar } from './market-calendar.ts';

/** How far ahead users ask: the next market day, and one, two and four weeks (domain.md §8). */
export const HORIZONS = ['MD1', 'W1', 'W2', 'W4'] as const;
export type Horizon = (typeof HORIZONS)[number];

/** The three 순 after the one that the origin lies in; the price of a 순 is that of its market days together. */
export const DEKAD_HORIZONS = ['S1', 'S2', 'S3'] as const;
export type DekadHorizon = (typeof DEKAD_HORIZONS)[number];

export type ForecastHorizon = Horizon | DekadHorizon;

/**
 * The horizons that prices of a granularity are forecast for. Weekly data has no next market day apart from next week;
 * of a mean over a 순 neither days nor weeks ahead mean anything.
 */
export function forecastHorizons(granularity: Granularity): readonly ForecastHorizon[] {
  if (granularity === 'dekad') return DEKAD_HORIZONS;
  return [...HORIZONS.filter((horizon) => granularity === 'day' || horizon !== 'MD1'), ...DEKAD_HORIZONS];
}

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

/** First and last calendar day of the 순 that a forecast made on `origin` foretells, both included. */
export function targetDekad(
  horizon: DekadHorizon,
  origin: DayNumber,
): { readonly first: DayNumber; readonly last: DayNumber } {
  const { first, last } = dekadRange(dekadOf(fromDayNumber(origin)) + 1 + DEKAD_HORIZONS.indexOf(horizon));
  return { first: dayNumber(first), last: dayNumber(last) };
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
