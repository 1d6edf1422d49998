import { type Language, LOCALE } from './language.ts';

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(
  language: Language,
  name: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${language}${name}`;
  let found = formatters.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(LOCALE[language], options);
    formatters.set(key, found);
  }
  return found;
}

/** A calendar day is shown as itself: read and printed in UTC, so no zone can move it. */
function asDate(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}

const KOREAN_WEEKDAYS = '일월화수목금토';

/**
 * `2026년 11월 21일 (토)` / `Sat, 21 Nov 2026`. `day` is `YYYY-MM-DD`.
 * Korean is composed here: versions of Intl disagree on the brackets around the weekday.
 */
export function formatDay(day: string, language: Language): string {
  if (language === 'ko') {
    const [year, month, date] = day.split('-').map(Number);
    return `${year}년 ${month}월 ${date}일 (${KOREAN_WEEKDAYS[asDate(day).getUTCDay()]})`;
  }
  return formatter(language, 'day', {
    timeZone: 'UTC',
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    weekday: 'short',
  }).format(asDate(day));
}

/** Month and day beside a number: `11/21` / `21 Nov`; with the year where `withYear`: `2025/11/21` / `21 Nov 2025`. */
export function formatDayShort(day: string, language: Language, withYear = false): string {
  if (language === 'ko') {
    const [year, month, date] = day.split('-').map(Number);
    return withYear ? `${year}/${month}/${date}` : `${month}/${date}`;
  }
  return formatter(language, withYear ? 'short-year' : 'short', {
    timeZone: 'UTC',
    month: 'short',
    day: 'numeric',
    ...(withYear ? { year: 'numeric' } : {}),
  }).format(asDate(day));
}

/** A moment, to the minute, in `timeZone` (the reader's own by default), with the zone's name. */
export function formatInstant(instant: string, language: Language, timeZone?: string): string {
  return formatter(language, `instant${timeZone ?? ''}`, {
    ...(timeZone === undefined ? {} : { timeZone }),
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  }).format(new Date(instant));
}
