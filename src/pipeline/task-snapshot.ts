import type { FeedProfile, Json, MarketCalendar, SnapshotReader } from '../domain/index.ts';
import {
  calendarsOf,
  type Home,
  type ServingReader,
  type TakenSnapshot,
  takeSnapshot,
} from '../lake/index.ts';
import { parseAsOf, servingSnapshot, snapshotGround, snapshotTables } from '../market/index.ts';
import type { Store } from '../store/index.ts';
import { computedBy, taskNamed } from '../tasks/index.ts';
import { openDaysAhead } from '../tasks/price-forecast/index.ts';

/** What is drawn for a task, and of which moment. */
export interface SnapshotRequest {
  readonly task: string;
  readonly params: Json;
  /** A day or an instant; null = everything that is published. */
  readonly asOf: string | null;
}

/**
 * Draws what a task wants to learn from out of a feed's published conditions, and keeps it.
 * @throws SihwangError `TASK_UNKNOWN`, `TASK_PARAMS_UNREADABLE`, `AS_OF_UNREADABLE`
 */
export async function drawSnapshot(
  home: Home,
  store: Store,
  profile: FeedProfile,
  { task, params, asOf }: SnapshotRequest,
): Promise<TakenSnapshot> {
  const { query, readParams } = await taskNamed(task);
  const wanted = query(readParams(params));
  const calendars = await calendarsOf(home);
  return takeSnapshot(
    home,
    store,
    profile,
    {
      query: wanted,
      tables: snapshotTables(wanted),
      ground: { newest: snapshotGround(profile, 'newest'), 'as-of': snapshotGround(profile, 'as-of') },
      openDaysAhead: daysAheadBy(profile, calendars.named(profile.calendar)),
      codeVersion: computedBy().codeVersion,
    },
    parseAsOf(asOf, profile),
  );
}

/** A published version as the snapshot that would be drawn of it now. */
export function snapshotOf(reader: ServingReader): SnapshotReader {
  return servingSnapshot(reader, daysAheadBy(reader.profile, reader.calendar));
}

/** Of a feed without a named calendar, or whose prices stand for more than a day, none: they are foretold from its past. */
function daysAheadBy({ granularity }: FeedProfile, calendar: MarketCalendar | undefined) {
  return (originDay: number): Iterable<number> =>
    calendar && granularity === 'day' ? openDaysAhead(calendar, originDay) : [];
}
