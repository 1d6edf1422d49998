import { type Horizon, learnOpenDays, type MarketCalendar, targetDay } from '../../domain/index.ts';
import { type YearPositions, yearPositionsByDate } from '../../models/index.ts';
import type { PriceSeries, PriceSnapshot } from './snapshot.ts';

/** W4's target lies 28 to 31 days ahead; the rest is room for paths as long as those of busier months. */
const REACH_DAYS = 45;
/** Half a year: the rhythm of the market now. */
const RECENT_DAYS = 182;

/** A series without a price for longer than this has left the market for now: daily data, then weekly. */
const STALE_DAYS = 28;
const STALE_WEEKLY_DAYS = 42;

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

/**
 * A series on its market's own days: one position a market day (weekly data: a week), the positions known at the
 * origin first, then those to come within four weeks.
 */
export interface MarketAxis {
  /** The known positions, oldest first; NaN = the market traded, this series did not. */
  readonly values: Float64Array;
  /** Day of each position, known and to come, rising. */
  readonly days: Int32Array;
  /** Positions in one week: 6 for an auction week, 5 for a survey week, 1 for weekly data. */
  readonly stepsPerWeek: number;
  readonly years: YearPositions;
}

/** Lays a series on its market's days, from its first price on. */
export function layOut(series: PriceSeries, time: MarketTime): MarketAxis {
  const past = time.granularity === 'week' ? weeksOf(series, time) : daysOf(series, time);
  const values = new Float64Array(past.length).fill(Number.NaN);
  const toPosition = time.granularity === 'week' ? weekPosition(past) : dayPosition(past);
  for (let i = 0; i < series.days.length; i++) values[toPosition(series.days[i]!)] = series.prices[i]!;
  const days = Int32Array.from([...past, ...time.daysAhead]);
  return { values, days, stepsPerWeek: stepsPerWeek(past, time), years: yearPositionsByDate(days) };
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

/** The target of a horizon from an origin: its day, and how many market days (weeks) ahead; step 0 = no target. */
export function targetOn(
  axis: MarketAxis,
  horizon: Horizon,
  originDay: number,
): { readonly day: number; readonly step: number } {
  const isOpen = (day: number): boolean => axis.days[positionsKnown(axis, day) - 1] === day;
  const day = targetDay(horizon, originDay, isOpen);
  if (day === undefined) return { day: originDay, step: 0 };
  return { day, step: positionsKnown(axis, day) - positionsKnown(axis, originDay) };
}

/** The price that came true on a day, NaN when it is not known or did not trade. */
export function actualOn(axis: MarketAxis, day: number): number {
  const position = positionsKnown(axis, day) - 1;
  return axis.days[position] === day ? (axis.values[position] ?? Number.NaN) : Number.NaN;
}

/** Whether the last price known at an origin is so old that nothing can be said from it. */
export function isStale(
  { values, days, stepsPerWeek }: MarketAxis,
  originDay: number,
  known: number,
): boolean {
  let last = known - 1;
  while (last >= 0 && Number.isNaN(values[last])) last--;
  const limit = stepsPerWeek === 1 ? STALE_WEEKLY_DAYS : STALE_DAYS;
  return last < 0 || originDay - days[last]! > limit;
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

/** Day 0, 1970-01-01, was a Thursday. */
function weekOf(day: number): number {
  return Math.floor((day + 3) / 7);
}

function stepsPerWeek(past: readonly number[], { granularity, originDay }: MarketTime): number {
  if (granularity === 'week') return 1;
  const since = Math.max(originDay - RECENT_DAYS, past[0]! - 1);
  const weeks = Math.max(1, (originDay - since) / 7);
  const recent = past.filter((day) => day > since).length;
  return Math.max(2, Math.min(7, Math.round(recent / weeks)));
}
