import { parseSchedule } from '../domain/index.ts';
import type { Home } from '../lake/index.ts';
import { calendarReader, calendarsFor } from '../pipeline/runs/index.ts';
import { type FreshMornings, freshMornings, listSchedules, type Records } from '../records/index.ts';
import { type Language, scheduleTextOf } from '../show/index.ts';

/** Whether the daily numbers were there in time over the last 30 days; null where no schedule runs the daily plan. */
export async function dailyMornings(
  home: Home,
  { pool }: Records,
  now = new Date(),
): Promise<FreshMornings | null> {
  const daily = (await listSchedules(pool)).find(({ plan }) => plan === 'daily');
  if (!daily) return null;
  const calendars = await calendarsFor(parseSchedule(daily.text), calendarReader(home));
  return freshMornings(pool, daily.name, calendars, { now });
}

/** The same in a line. */
export function morningsLine(
  { schedule, withinMinutes, judged, inTime }: FreshMornings,
  language: Language,
): string {
  return scheduleTextOf(language).inTime(schedule, inTime, judged, withinMinutes);
}
