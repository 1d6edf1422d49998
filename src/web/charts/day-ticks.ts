import { formatDayShort, type Language, LOCALE } from '../../show/index.ts';

const DAY = 86_400;

/**
 * Labels under the axis of days. `splits` are seconds (days × 86,400, read in UTC), `step` the seconds between two:
 * years from a year's step on, months from a month's (January carries its year), days below.
 */
export function dayTicks(splits: readonly number[], step: number, language: Language): string[] {
  const month = new Intl.DateTimeFormat(LOCALE[language], { timeZone: 'UTC', month: 'short' });
  return splits.map((seconds) => {
    const date = new Date(seconds * 1000);
    if (step >= 360 * DAY) return String(date.getUTCFullYear());
    if (step < 28 * DAY) return formatDayShort(date.toISOString().slice(0, 10), language);
    return date.getUTCMonth() === 0 ? String(date.getUTCFullYear()) : month.format(date);
  });
}
