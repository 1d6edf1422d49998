import type { Granularity } from '../domain/index.ts';

/** Until when a feed reaches, as the list of feeds tells it. */
export interface FeedReach {
  /** Last market day with a price, `YYYY-MM-DD`. */
  readonly lastDay: string | null;
  readonly granularity: Granularity;
  readonly utcOffsetMinutes: number;
  /** Market days known to follow the last one; empty where no calendar knows them. */
  readonly nextDays: readonly string[];
}

export interface ReachNow {
  /** Calendar days from the feed's last day to today in its zone. */
  readonly daysOld: number;
  /** The feed has been silent for longer than its rhythm explains. */
  readonly stopped: boolean;
  /** The market day to come, today included; null where it isn't known or the feed has stopped. */
  readonly nextDay: string | null;
}

const MS_PER_DAY = 86_400_000;

/** No closure of a daily market here lasts a week, and no weekly publication leaves out two in a row for long. */
const SILENT_DAYS: Readonly<Record<FeedReach['granularity'], number>> = {
  day: 7,
  week: 21,
  dekad: 35,
};

/** Where a feed stands at the moment `now` (milliseconds since 1970, UTC); null when it has no price at all. */
export function reachNow(feed: FeedReach, now: number): ReachNow | null {
  if (feed.lastDay === null) return null;
  const today = new Date(now + feed.utcOffsetMinutes * 60_000).toISOString().slice(0, 10);
  const daysOld = Math.round((Date.parse(today) - Date.parse(feed.lastDay)) / MS_PER_DAY);
  const stopped = daysOld > SILENT_DAYS[feed.granularity];
  return { daysOld, stopped, nextDay: stopped ? null : (feed.nextDays.find((day) => day >= today) ?? null) };
}
