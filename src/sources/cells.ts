import { sqlName } from './rules/sql-text.ts';

/**
 * SQL that reads one cell of a published table. Every cell arrives as text; an expression gives NULL for what it
 * cannot read and never makes the query fail, whatever the bytes.
 */

/** The cell without its outer blanks (ideographic ones too) and quotation marks; NULL when nothing is left. */
export function cell(header: string): string {
  return `nullif(trim(${sqlName(header)}, ${OUTER_MARKS}), '')`;
}

const OUTER_MARKS = `' "' || chr(9) || chr(13) || chr(160) || chr(12288)`;

/** Digits as they are, or in groups: threes, and pairs before the last three as India writes them. */
const WHOLE = '(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{2,3}){0,3},[0-9]{3})';

/**
 * A plain decimal number, group commas allowed where groups end; words for no number (nan, inf) and exponents are not
 * numbers, nor is `12,50`, whose comma is a decimal sign elsewhere. However many decimals: a database writes a quotient
 * with sixteen.
 */
export function decimal(text: string): string {
  return `CASE WHEN regexp_full_match(${text}, '[-+]?${WHOLE}(?:\\.[0-9]*)?') THEN try_cast(replace(${text}, ',', '') AS DOUBLE) END`;
}

/** `YYYY-MM-DD`; NULL for a day that the calendar does not have. */
export function isoDay(text: string): string {
  return `CASE WHEN regexp_full_match(${text}, '[0-9]{4}-[0-9]{2}-[0-9]{2}') THEN try_cast(${text} AS DATE) END`;
}

/** `DD/MM/YYYY`, day first. */
export function dayFirstDay(text: string): string {
  return `CASE WHEN regexp_full_match(${text}, '[0-9]{2}/[0-9]{2}/[0-9]{4}') THEN try_cast(substr(${text}, 7, 4) || '-' || substr(${text}, 4, 2) || '-' || substr(${text}, 1, 2) AS DATE) END`;
}

/** A day of the Republic of China's calendar, `104/01/01` or `104.01.01` = 2015-01-01 (year + 1911). */
export function rocDay(text: string): string {
  const part = (index: number): string =>
    `regexp_extract(${text}, '^([0-9]{2,3})[./-]([0-9]{2})[./-]([0-9]{2})$', ${index})`;
  const year = `(try_cast(${part(1)} AS INTEGER) + 1911)::VARCHAR`;
  return `try_cast(${year} || '-' || ${part(2)} || '-' || ${part(3)} AS DATE)`;
}
