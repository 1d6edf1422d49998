import { parseLocalDate } from '../../domain/index.ts';

/** Years of the Republic of China are counted from 1912. */
const YEAR_ZERO = 1911;

/** `2026-05-27` as the source writes it: `115.05.27`. */
export function rocDayText(isoDay: string): string {
  const [year = '', month = '', day = ''] = isoDay.split('-');
  return `${String(Number(year) - YEAR_ZERO).padStart(3, '0')}.${month}.${day}`;
}

/** `115.05.27` or `104/01/01` as an ISO day; undefined for a day that the calendar does not have. */
export function isoDayOfRoc(text: string): string | undefined {
  const match = /^(\d{2,3})[./-](\d{2})[./-](\d{2})$/.exec(text.trim());
  return match ? parseLocalDate(`${Number(match[1]) + YEAR_ZERO}-${match[2]}-${match[3]}`) : undefined;
}

/** The first day of a month written `11512` (December 2026); undefined for another form. */
export function isoMonthOfRoc(text: string): string | undefined {
  const match = /^(\d{3})(0[1-9]|1[0-2])$/.exec(text.trim());
  return match ? `${Number(match[1]) + YEAR_ZERO}-${match[2]}` : undefined;
}
