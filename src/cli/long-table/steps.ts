import { type CivilDay, civilOf, daysOf, lastDayOf } from './civil.ts';
import { type DsForm, MS_PER_DAY, MS_PER_HOUR, type Stamp } from './ds.ts';
import type { LongTable } from './read.ts';

/** Hour, day, week, month, quarter, year, ten-day period, or the whole numbers. */
export type FrequencyCode = 'H' | 'D' | 'W' | 'M' | 'Q' | 'Y' | '순' | 'integer';

/** The equal steps on which all series of a table stand; months, quarters and years are the calendar's. */
export interface Frequency {
  readonly code: FrequencyCode;
  /** What one step adds to an integer `ds`; 1 for every other code. */
  readonly step: number;
}

const FIXED_MS: Partial<Record<FrequencyCode, number>> = { H: MS_PER_HOUR, D: MS_PER_DAY, W: 7 * MS_PER_DAY };
/** Calendar months in one step. */
export const MONTHS: Partial<Record<FrequencyCode, number>> = { M: 1, Q: 3, Y: 12 };

/** `W`, `순`, `integer`, or `integer, step 5`. */
export function describeFrequency(frequency: Frequency): string {
  return frequency.step === 1 ? frequency.code : `${frequency.code}, step ${frequency.step}`;
}

/** Whole steps from `from` to the later `to`; NaN when they are not a whole number of steps apart. */
export function stepsBetween(form: DsForm, frequency: Frequency, from: Stamp, to: Stamp): number {
  const { code, step } = frequency;
  if (code === 'integer' || form.kind === 'dekad') return whole((to - from) / step);
  const ms = FIXED_MS[code];
  if (ms !== undefined) return whole((to - from) / ms);
  const months = MONTHS[code];
  return months === undefined ? dekadsBetween(from, to) : whole(monthsBetween(from, to) / months);
}

function whole(steps: number): number {
  return Number.isInteger(steps) ? steps : Number.NaN;
}

/** The last day of a month stands for its end: 31 January, 28 February and 31 March are a month apart. */
function monthsBetween(from: Stamp, to: Stamp): number {
  const a = splitDay(from);
  const b = splitDay(to);
  const sameDay =
    a.day === b.day ||
    (a.day === lastDayOf(a.year, a.month) && b.day >= a.day) ||
    (b.day === lastDayOf(b.year, b.month) && a.day >= b.day);
  return sameDay && a.ms === b.ms ? (b.year - a.year) * 12 + b.month - a.month : Number.NaN;
}

function dekadsBetween(from: Stamp, to: Stamp): number {
  const a = dekadPlace(splitDay(from));
  const b = dekadPlace(splitDay(to));
  return a && b && a.edge === b.edge && a.ms === b.ms ? b.dekad - a.dekad : Number.NaN;
}

/** The 순 that a day opens (1, 11, 21) or closes (10, 20, the last of the month). */
function dekadPlace(day: CivilDay & { ms: number }) {
  const month = day.year * 12 + day.month - 1;
  const { ms } = day;
  if (day.day % 10 === 1 && day.day < 31) {
    return { dekad: month * 3 + (day.day - 1) / 10, edge: 'first' as const, ms };
  }
  const isLast = day.day === lastDayOf(day.year, day.month);
  if (day.day !== 10 && day.day !== 20 && !isLast) return undefined;
  return { dekad: month * 3 + (isLast ? 2 : day.day / 10 - 1), edge: 'last' as const, ms };
}

/** A stamp's day, and the milliseconds since it began. */
export function splitDay(stamp: Stamp): CivilDay & { ms: number } {
  const days = Math.floor(stamp / MS_PER_DAY);
  return { ...civilOf(days), ms: stamp - days * MS_PER_DAY };
}

/** The frequency of which two stamps are exactly one step apart; no two frequencies share such a pair. */
export function exactStep(from: Stamp, to: Stamp): FrequencyCode | undefined {
  const ms = to - from;
  if (ms === MS_PER_DAY) return 'D';
  if (ms === MS_PER_HOUR) return 'H';
  if (ms === 7 * MS_PER_DAY) return 'W';
  if (ms < 8 * MS_PER_DAY) return undefined;
  if (ms <= 11 * MS_PER_DAY) return dekadsBetween(from, to) === 1 ? '순' : undefined;
  const months = monthsBetween(from, to);
  if (months === 1) return 'M';
  if (months === 3) return 'Q';
  return months === 12 ? 'Y' : undefined;
}

/**
 * The stamps after a series' last row: k counts from 1. A series whose rows are all month ends
 * stays on month ends; else it keeps its day of the month, or the month's last day where that day does not exist.
 */
export function stampsAhead(table: LongTable, frequency: Frequency, series: number): (k: number) => Stamp {
  const { code, step } = frequency;
  const last = table.stamps[table.offsets[series + 1]! - 1]!;
  if (code === 'integer' || table.form.kind === 'dekad') return (k) => last + k * step;
  const ms = FIXED_MS[code];
  if (ms !== undefined) return (k) => last + k * ms;
  const end = splitDay(last);
  const months = MONTHS[code];
  if (months === undefined) {
    const place = dekadPlace(end)!;
    return (k) => dekadDay(place.dekad + k, place.edge) * MS_PER_DAY + end.ms;
  }
  const anchor = monthDay(table, series);
  return (k) => {
    const index = end.year * 12 + end.month - 1 + k * months;
    const year = Math.floor(index / 12);
    const month = index - year * 12 + 1;
    return daysOf(year, month, Math.min(anchor, lastDayOf(year, month))) * MS_PER_DAY + end.ms;
  };
}

/** The day on which a series' months stand: 31 when all its rows are month ends, else the highest day that it has. */
export function monthDay(table: LongTable, series: number): number {
  let highest = 0;
  let monthEnds = true;
  for (let row = table.offsets[series]!; row < table.offsets[series + 1]!; row++) {
    const { year, month, day } = splitDay(table.stamps[row]!);
    if (day > highest) highest = day;
    if (day !== lastDayOf(year, month)) monthEnds = false;
  }
  return monthEnds ? 31 : highest;
}

function dekadDay(dekad: number, edge: 'first' | 'last'): number {
  const month = Math.floor(dekad / 3);
  const part = dekad - month * 3;
  const year = Math.floor(month / 12);
  const monthOfYear = month - year * 12 + 1;
  if (edge === 'first') return daysOf(year, monthOfYear, part * 10 + 1);
  return daysOf(year, monthOfYear, part === 2 ? lastDayOf(year, monthOfYear) : part * 10 + 10);
}
