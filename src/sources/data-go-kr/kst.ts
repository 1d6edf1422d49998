/** Korea is nine hours ahead of UTC and knows no daylight saving. */
export const KST_OFFSET_MINUTES = 540;

/**
 * SQL for an instant that is written in Korean time, `2025-11-18 18:28:21` or `20240115120000`, as UTC; NULL for
 * anything else. `text` is an SQL expression without outer blanks.
 */
export function kstInstant(text: string): string {
  const spaced = `try_cast(replace(substr(${text}, 1, 19), 'T', ' ') AS TIMESTAMP)`;
  const run = `try_strptime(${text}, '%Y%m%d%H%M%S')`;
  return `(CASE WHEN regexp_full_match(${text}, '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?') THEN ${spaced}
    WHEN regexp_full_match(${text}, '[0-9]{14}') THEN ${run} END - INTERVAL (${KST_OFFSET_MINUTES}) MINUTE)`;
}

/**
 * SQL for when a row could be known through a service that passes on, `lagHours` after the day begins, what was recorded
 * elsewhere: never before that service published, later when the row was recorded later. NULL when no time is stated.
 */
export function recordedNotBefore(instant: string, day: string, lagHours: number): string {
  const published = `CAST(${day} AS TIMESTAMP) - INTERVAL (${KST_OFFSET_MINUTES}) MINUTE + INTERVAL (${lagHours}) HOUR`;
  return `CASE WHEN ${instant} IS NOT NULL THEN greatest(${instant}, ${published}) END`;
}

/** SQL for `YYYYMMDD`; NULL for a day that the calendar does not have. */
export function compactDay(text: string): string {
  return `CASE WHEN regexp_full_match(${text}, '[0-9]{8}') THEN try_cast(substr(${text}, 1, 4) || '-' || substr(${text}, 5, 2) || '-' || substr(${text}, 7, 2) AS DATE) END`;
}
