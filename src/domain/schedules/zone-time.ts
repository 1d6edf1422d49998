import { dayNumber, type LocalDate, localDate } from '../local-date.ts';

const MS_PER_MINUTE = 60_000;
const MS_PER_DAY = 86_400_000;

const formatters = new Map<string, Intl.DateTimeFormat>();

/** The zone's name as the runtime spells it; undefined for what is not a time zone with a name. */
export function timeZoneNamed(text: string): string | undefined {
  if (!/^[A-Za-z]/.test(text)) return undefined;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** What clocks in the zone show at an instant (ms since 1970), written as if it were UTC, to the second. */
function wallMs(zone: string, at: number): number {
  let formatter = formatters.get(zone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-u-ca-gregory', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(zone, formatter);
  }
  const part: Record<string, number> = {};
  for (const { type, value } of formatter.formatToParts(at)) part[type] = Number(value);
  return Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute, part.second);
}

function offsetMs(zone: string, at: number): number {
  return wallMs(zone, at) - Math.floor(at / 1000) * 1000;
}

/** The calendar day that it is in the zone at an instant (ms since 1970). */
export function dayInZone(zone: string, at: number): LocalDate {
  return localDate(new Date(wallMs(zone, at)).toISOString().slice(0, 10));
}

/**
 * The instant (ms since 1970) at which clocks in the zone first show a time of a day. A time that is left out when
 * clocks are put forward is the first moment after the gap; undefined when the zone leaves out the whole day.
 */
export function instantInZone(zone: string, day: LocalDate, minuteOfDay: number): number | undefined {
  const wall = dayNumber(day) * MS_PER_DAY + minuteOfDay * MS_PER_MINUTE;
  const before = offsetMs(zone, wall - MS_PER_DAY);
  const behind = offsetMs(zone, wall + MS_PER_DAY);
  // the larger offset gives the earlier instant
  const candidates = [wall - Math.max(before, behind), wall - Math.min(before, behind)];
  const first = candidates.find((at) => wallMs(zone, at) === wall);
  if (first !== undefined) return first;
  const end = endOfGap(zone, candidates[0]!, candidates[1]!);
  return dayInZone(zone, end) === day ? end : undefined;
}

/** The moment between two instants at which the zone's offset changes, to the second. */
function endOfGap(zone: string, from: number, to: number): number {
  const after = offsetMs(zone, to);
  let [low, high] = [from, to];
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
    if (offsetMs(zone, middle) === after) high = middle;
    else low = middle;
  }
  return high;
}
