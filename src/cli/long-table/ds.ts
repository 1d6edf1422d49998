import { formatDekad, parseDekad } from '../../domain/index.ts';
import { civilOf, daysOf, lastDayOf } from './civil.ts';

/**
 * How the `ds` column of a table is written; its first row decides, and what is printed for the future has the
 * same form.
 * - `integer`: a whole number of up to 15 digits.
 * - `date`: `2024-01-31`, or `20240131` with an empty separator. `month`: `2024-01` or `202401`.
 * - `date-time`: ISO 8601 with `T` or a blank, to minutes, seconds or a fraction; without a zone it is local time
 *   and every day has 24 hours. Moments in other zones of the same file are printed in the first row's.
 * - `dekad`: `202401상순`, or `2024년 1월 상순` when `compact` is false.
 */
export type DsForm =
  | { readonly kind: 'integer' }
  | { readonly kind: 'month'; readonly separator: '-' | '' }
  | { readonly kind: 'date'; readonly separator: '-' | '' }
  | {
      readonly kind: 'date-time';
      readonly separator: string;
      readonly seconds: boolean;
      readonly fractionDigits: number;
      readonly zone: string;
      readonly offsetMs: number;
    }
  | { readonly kind: 'dekad'; readonly compact: boolean };

/**
 * A `ds` as a number: the integer itself, the 순 as its index through time, or milliseconds since 1970-01-01
 * on the calendar of the file's zone.
 */
export type Stamp = number;

const MS_PER_MINUTE = 60_000;
export const MS_PER_HOUR = 60 * MS_PER_MINUTE;
export const MS_PER_DAY = 24 * MS_PER_HOUR;

const DATE_TIME =
  /^\d{4}-\d{2}-\d{2}([Tt ])\d{2}:\d{2}(:\d{2}(?:[.,](\d{1,9}))?)?([Zz]|[+-]\d{2}(?::?\d{2})?)?$/;

/** The form of one value; undefined when it is neither an integer nor a date in a form that is read. */
export function formOf(text: string): DsForm | undefined {
  const form = shapeOf(text);
  const bytes = Buffer.from(text);
  return form && !Number.isNaN(parseDs(form, bytes, 0, bytes.length)) ? form : undefined;
}

function shapeOf(text: string): DsForm | undefined {
  // Eight digits that name a day of the calendar are that day: 20240131 is followed by 20240201.
  if (/^(1[89]|2[01])\d{6}$/.test(text) && !Number.isNaN(compactDay(Buffer.from(text), 0))) {
    return { kind: 'date', separator: '' };
  }
  // So are six that name a month: as integers, 202312 and 202401 would lie 89 steps apart.
  if (/^(1[89]|2[01])\d{2}(0[1-9]|1[0-2])$/.test(text)) return { kind: 'month', separator: '' };
  if (/^[+-]?\d{1,15}$/.test(text)) return { kind: 'integer' };
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return { kind: 'date', separator: '-' };
  if (/^\d{4}-\d{2}$/.test(text)) return { kind: 'month', separator: '-' };
  const time = DATE_TIME.exec(text);
  if (time) {
    const [, separator = 'T', seconds, fraction = '', zone = ''] = time;
    return {
      kind: 'date-time',
      separator,
      seconds: seconds !== undefined,
      fractionDigits: fraction.length,
      zone,
      offsetMs: zoneOffsetMs(zone),
    };
  }
  return parseDekad(text) === undefined ? undefined : { kind: 'dekad', compact: !text.includes('년') };
}

/** Reads `bytes[start .. end)`; NaN when it is not in the given form or not a real day or time. */
export function parseDs(form: DsForm, bytes: Buffer, start: number, end: number): Stamp {
  switch (form.kind) {
    case 'integer':
      return parseInteger(bytes, start, end);
    case 'date': {
      if (end - start !== (form.separator === '' ? 8 : 10)) return Number.NaN;
      return MS_PER_DAY * (form.separator === '' ? compactDay(bytes, start) : isoDay(bytes, start));
    }
    case 'month': {
      const gap = form.separator.length;
      if (end - start !== 6 + gap || (gap === 1 && bytes[start + 4] !== 45)) return Number.NaN;
      return MS_PER_DAY * realDay(digits(bytes, start, 4), digits(bytes, start + 4 + gap, 2), 1);
    }
    case 'date-time':
      return parseDateTime(form.zone !== '', form.offsetMs, bytes, start, end);
    case 'dekad': {
      const dekad = parseDekad(bytes.toString('utf8', start, end));
      return dekad === undefined ? Number.NaN : dekad;
    }
  }
}

/** Prints a stamp in the given form; undefined when it lies beyond the year 9999 or the safe integers. */
export function formatDs(form: DsForm, stamp: Stamp): string | undefined {
  if (form.kind === 'integer') return Number.isSafeInteger(stamp) ? String(stamp) : undefined;
  if (form.kind === 'dekad') {
    if (stamp < 0 || stamp >= 10_000 * 36) return undefined;
    return formatDekad(stamp, form.compact ? 'compact' : 'ko');
  }
  const days = Math.floor(stamp / MS_PER_DAY);
  const { year, month, day } = civilOf(days);
  if (year < 0 || year > 9999) return undefined;
  const yyyy = String(year).padStart(4, '0');
  if (form.kind === 'month') return `${yyyy}${form.separator}${two(month)}`;
  if (form.kind === 'date') return `${yyyy}${form.separator}${two(month)}${form.separator}${two(day)}`;
  const ms = stamp - days * MS_PER_DAY;
  const hourAndMinute = `${two(Math.floor(ms / MS_PER_HOUR))}:${two(Math.floor(ms / MS_PER_MINUTE) % 60)}`;
  const seconds = form.seconds ? `:${two(Math.floor(ms / 1000) % 60)}` : '';
  const fraction =
    form.fractionDigits === 0
      ? ''
      : `.${String(ms % 1000)
          .padStart(3, '0')
          .padEnd(9, '0')
          .slice(0, form.fractionDigits)}`;
  return `${yyyy}-${two(month)}-${two(day)}${form.separator}${hourAndMinute}${seconds}${fraction}${form.zone}`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/** The number of `length` digits, NaN when one of them is none. */
function digits(bytes: Buffer, start: number, length: number): number {
  let value = 0;
  for (let i = start; i < start + length; i++) {
    const digit = (bytes[i] ?? 0) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

function parseInteger(bytes: Buffer, start: number, end: number): number {
  const signed = bytes[start] === 45 || bytes[start] === 43;
  const first = signed ? start + 1 : start;
  if (end - first < 1 || end - first > 15) return Number.NaN;
  const value = digits(bytes, first, end - first);
  return bytes[start] === 45 && value !== 0 ? -value : value;
}

function realDay(year: number, month: number, day: number): number {
  return month >= 1 && month <= 12 && day >= 1 && day <= lastDayOf(year, month)
    ? daysOf(year, month, day)
    : Number.NaN;
}

function compactDay(bytes: Buffer, start: number): number {
  return realDay(digits(bytes, start, 4), digits(bytes, start + 4, 2), digits(bytes, start + 6, 2));
}

function isoDay(bytes: Buffer, start: number): number {
  if (bytes[start + 4] !== 45 || bytes[start + 7] !== 45) return Number.NaN;
  return realDay(digits(bytes, start, 4), digits(bytes, start + 5, 2), digits(bytes, start + 8, 2));
}

function parseDateTime(zoned: boolean, offsetMs: number, bytes: Buffer, start: number, end: number): number {
  const text = bytes.toString('latin1', start, end);
  const match = DATE_TIME.exec(text);
  if (!match || (match[4] !== undefined) !== zoned) return Number.NaN;
  const hour = digits(bytes, start + 11, 2);
  const minute = digits(bytes, start + 14, 2);
  const second = match[2] === undefined ? 0 : digits(bytes, start + 17, 2);
  if (hour > 23 || minute > 59 || second > 59) return Number.NaN;
  const ms = Number((match[3] ?? '').padEnd(3, '0').slice(0, 3));
  const local = isoDay(bytes, start) * MS_PER_DAY + hour * MS_PER_HOUR + minute * MS_PER_MINUTE;
  return local + second * 1000 + ms + (zoned ? offsetMs - zoneOffsetMs(match[4]!) : 0);
}

function zoneOffsetMs(zone: string): number {
  if (zone === '' || zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || 0);
  return (zone.startsWith('-') ? -1 : 1) * (hours * MS_PER_HOUR + minutes * MS_PER_MINUTE);
}
