import { addDays, localDate } from '../domain/index.ts';
import type { DayRange } from './fetch/connector.ts';

/** The days cut at the ends of calendar years, oldest first; none when the last day is before the first. */
export function byYear(firstDay: string, lastDay: string): DayRange[] {
  const parts: DayRange[] = [];
  for (let from = localDate(firstDay); from <= lastDay; ) {
    const yearEnd = localDate(`${from.slice(0, 4)}-12-31`);
    const to = yearEnd < lastDay ? yearEnd : localDate(lastDay);
    parts.push({ firstDay: from, lastDay: to });
    from = addDays(to, 1);
  }
  return parts;
}
