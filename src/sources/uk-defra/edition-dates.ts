/** How the column of dates of one edition is to be read. */
export type DateForm = 'iso' | 'day-first';

/** Why an edition's dates cannot be read for certain. */
export type DateDoubt = 'mixed' | 'ambiguous' | 'month-first' | 'unreadable' | 'none';

const ISO = /^\d{4}-\d{2}-\d{2}$/;
const SLASHED = /^(\d{2})\/(\d{2})\/\d{4}$/;

/**
 * The form of a whole column of dates, blank cells left out. `03/04/2023` alone says nothing: only a day above 12
 * somewhere in the column shows which part is the day, and one in each place shows two forms in one column.
 */
export function dateForm(cells: readonly string[]): DateForm | DateDoubt {
  const dates = cells.map((cell) => cell.trim()).filter((cell) => cell !== '');
  if (dates.length === 0) return 'none';
  if (dates.every((date) => ISO.test(date))) return 'iso';
  const slashed = dates.map((date) => SLASHED.exec(date));
  if (slashed.some((match) => match === null)) {
    return dates.every((date) => ISO.test(date) || SLASHED.test(date)) ? 'mixed' : 'unreadable';
  }
  const dayIsFirst = slashed.some((match) => Number(match?.[1]) > 12);
  const dayIsSecond = slashed.some((match) => Number(match?.[2]) > 12);
  if (dayIsFirst && dayIsSecond) return 'mixed';
  if (dayIsFirst) return 'day-first';
  return dayIsSecond ? 'month-first' : 'ambiguous';
}
