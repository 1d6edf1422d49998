import {
  DEKADS_PER_YEAR,
  dayNumber,
  dekadOf,
  dekadRange,
  fromDayNumber,
  learnOpenDays,
  type MarketCalendar,
} from '../../domain/index.ts';
import { type YearPositions, yearPositionsByDate, yearPositionsByLength } from '../../models/index.ts';
import type { PriceSeries, PriceSnapshot } from './snapshot.ts';

/** W4's target lies 28 to 31 days ahead, the end of the third 순 up to 41; the rest is room for busier months. */
const REACH_DAYS = 45;
/** Half a year: the rhythm of the market now. */
const RECENT_DAYS = 182;

/** A series without a price for longer than this has left the market for now. */
const STALE_DAYS = { day: 28, week: 42, dekad: 62 } as const;
/** Weeks, or 순, in a year on an axis that has one position for each. */
const PERIODS_PER_YEAR = { day: null, week: 52, dekad: DEKADS_PER_YEAR } as const;

/** What every series of a market shares: when it trades, in the past as it was and ahead as its calendar foretells. */
export interface MarketTime {
  readonly granularity: PriceSnapshot['granularity'];
  readonly originDay: number;
  readonly pastDays: Int32Array;
  readonly daysAhead: readonly number[];
}

export function marketTime({ granularity, daysAhead, marketDays, originDay }: PriceSnapshot): MarketTime {
  const ahead =
    granularity === 'week'
      ? within(originDay, (day) => (day - originDay) % 7 === 0)
      : granularity === 'dekad'
        ? within(originDay, (day) => lastDayOf(dekadOn(day)) === day)
        : (daysAhead ?? within(originDay, learnOpenDays(marketDays).isOpen));
  return { granularity, originDay, pastDays: marketDays, daysAhead: [...ahead] };
}

/** The days that a calendar opens as far ahead as forecasts reach, rising: what a snapshot carries of it. */
export function openDaysAhead(calendar: MarketCalendar, originDay: number): Int32Array {
  return Int32Array.from(within(originDay, calendar.isOpen));
}

function within(originDay: number, isOpen: MarketCalendar['isOpen']): number[] {
  return Array.from({ length: REACH_DAYS }, (_, index) => originDay + 1 + index).filter((day) => isOpen(day));
}

/** Origins up to the newest, rising: a week apart, or one a 순 where prices are means over one. */
export function originsUpTo({ granularity, originDay }: MarketTime, count: number): Int32Array {
  const back = (j: number) => count - 1 - j;
  if (granularity !== 'dekad') return Int32Array.from({ length: count }, (_, j) => originDay - 7 * back(j));
  const newest = dekadOn(originDay);
  return Int32Array.from({ length: count }, (_, j) =>
    back(j) === 0 ? originDay : lastDayOf(newest - back(j)),
  );
}

/**
 * A series on its market's own days: one position a market day (weekly data: a week, prices by 순: a 순), the positions
 * known at the origin first, then those to come within six weeks.
 */
export interface MarketAxis {
  readonly granularity: MarketTime['granularity'];
  /** The known positions, oldest first; NaN = the market traded, this series did not. */
  readonly values: Float64Array;
  /** What was sold at each known position, in the price's unit; NaN = not known. */
  readonly units: Float64Array;
  /** Day of each position, known and to come, rising. */
  readonly days: Int32Array;
  /** Positions in one week: 6 for an auction week, 5 for a survey week, 1 for weekly data and prices by 순. */
  readonly stepsPerWeek: number;
  /** Positions in a year where every year has as many; `null` on market days. */
  readonly periodsPerYear: number | null;
  readonly years: YearPositions;
}

/** Lays a series on its market's days, from its first price on. */
export function layOut(series: PriceSeries, time: MarketTime): MarketAxis {
  const { granularity } = time;
  const past = { day: daysOf, week: weeksOf, dekad: dekadsOf }[granularity](series, time);
  const toPosition = { day: dayPosition, week: weekPosition, dekad: dekadPosition }[granularity](past);
  const values = new Float64Array(past.length).fill(Number.NaN);
  const units = new Float64Array(past.length).fill(Number.NaN);
  for (const [i, day] of series.days.entries()) {
    values[toPosition(day)] = series.prices[i]!;
    units[toPosition(day)] = series.units?.[i] ?? Number.NaN;
  }
  const days = Int32Array.from([...past, ...time.daysAhead]);
  return {
    granularity,
    values,
    units,
    days,
    stepsPerWeek: stepsPerWeek(past, time),
    periodsPerYear: PERIODS_PER_YEAR[granularity],
    years:
      granularity === 'dekad'
        ? yearPositionsByLength(days.length, DEKADS_PER_YEAR)
        : yearPositionsByDate(days),
  };
}

/** Positions known at the end of `day`. */
export function positionsKnown({ days }: MarketAxis, day: number): number {
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (days[middle]! <= day) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether the last price known at an origin is so old that nothing can be said from it. */
export function isStale(
  { values, days, granularity }: MarketAxis,
  originDay: number,
  known: number,
): boolean {
  let last = known - 1;
  while (last >= 0 && Number.isNaN(values[last])) last--;
  return last < 0 || originDay - days[last]! > STALE_DAYS[granularity];
}

function daysOf(series: PriceSeries, time: MarketTime): number[] {
  const first = series.days[0] ?? time.originDay;
  const market = time.pastDays.filter((day) => day >= first && day <= time.originDay);
  return [...new Set([...market, ...series.days])].sort((a, b) => a - b);
}

function dayPosition(past: readonly number[]): (day: number) => number {
  const positions = new Map(past.map((day, position) => [day, position]));
  return (day) => positions.get(day)!;
}

/** Publications drift by days and skip weeks; a week (Monday to Sunday) is one position, dated like the origin. */
function weeksOf(series: PriceSeries, time: MarketTime): number[] {
  const first = weekOf(series.days[0] ?? time.originDay);
  const last = weekOf(time.originDay);
  return Array.from({ length: last - first + 1 }, (_, index) => time.originDay - 7 * (last - first - index));
}

function weekPosition(past: readonly number[]): (day: number) => number {
  const first = weekOf(past[0]!);
  return (day) => weekOf(day) - first;
}

/** Every 순 from the first price's to the origin's, dated by its last day; the origin's by the origin. */
function dekadsOf(series: PriceSeries, time: MarketTime): number[] {
  const last = dekadOn(time.originDay);
  const first = series.days.length === 0 ? last : dekadOn(series.days[0]!);
  return Array.from({ length: last - first + 1 }, (_, index) =>
    first + index === last ? time.originDay : lastDayOf(first + index),
  );
}

function dekadPosition(past: readonly number[]): (day: number) => number {
  const first = dekadOn(past[0]!);
  return (day) => dekadOn(day) - first;
}

function dekadOn(day: number): number {
  return dekadOf(fromDayNumber(day));
}

function lastDayOf(dekad: number): number {
  return dayNumber(dekadRange(dekad).last);
}

/** Day 0, 1970-01-01, was a Thursday. */
function weekOf(day: number): number {
  return Math.floor((day + 3) / 7);
}

function stepsPerWeek(past: readonly number[], { granularity, originDay }: MarketTime): number {
  if (granularity !== 'day') return 1;
  const since = Math.max(originDay - RECENT_DAYS, past[0]! - 1);
  const weeks = Math.max(1, (originDay - since) / 7);
  const recent = past.filter((day) => day > since).length;
  return Math.max(2, Math.min(7, Math.round(recent / weeks)));
}
