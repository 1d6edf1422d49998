import { addDays, type FeedProfile, type LocalDate, localDate } from '../domain/index.ts';
import {
  type Chunk,
  type Connector,
  type DayRange,
  type FetchScope,
  isGood,
  type LedgerEntry,
} from '../sources/index.ts';

/** Which chunks of a range are asked for and which need not be. */
export interface FetchPlan {
  readonly ask: readonly Chunk[];
  /** Good already, and no longer corrected by the publisher. */
  readonly skipped: number;
  /** The source itself said not before a later moment. */
  readonly postponed: number;
}

/** The day it is where the source is. */
export function sourceDay(profile: FeedProfile, instant: Date): LocalDate {
  return localDate(
    new Date(instant.getTime() + profile.utcOffsetMinutes * 60_000).toISOString().slice(0, 10),
  );
}

/** The instant at which the source's next day begins. */
export function nextSourceDay(profile: FeedProfile, instant: Date): Date {
  const midnight = Date.parse(`${addDays(sourceDay(profile, instant), 1)}T00:00:00Z`);
  return new Date(midnight - profile.utcOffsetMinutes * 60_000);
}

/** The days that the publisher may still correct, today included. */
export function trailingWindow(profile: FeedProfile, now: Date): DayRange {
  const lastDay = sourceDay(profile, now);
  return { firstDay: addDays(lastDay, -profile.lateWindowDays), lastDay };
}

/** Decides chunk by chunk by what the ledger says. */
export function planFetch(
  profile: FeedProfile,
  connector: Connector,
  asked: { readonly range: DayRange; readonly scope?: FetchScope | undefined },
  ledger: ReadonlyMap<string, LedgerEntry>,
  now: Date,
): FetchPlan {
  const ask: Chunk[] = [];
  let skipped = 0;
  let postponed = 0;
  for (const chunk of connector.plan(asked.range, asked.scope, now)) {
    const entry = ledger.get(chunk.id);
    if (entry && isFinal(profile, chunk, entry)) skipped += 1;
    else if (entry && isPostponed(entry, now)) postponed += 1;
    else ask.push(chunk);
  }
  return { ask, skipped, postponed };
}

/** What was good when the publisher no longer corrected it stays good; before, it is asked for again every time. */
function isFinal(profile: FeedProfile, chunk: Chunk, entry: LedgerEntry): boolean {
  const settledOn = sourceDay(profile, new Date(entry.at));
  return isGood(entry.status) && settledOn > addDays(localDate(chunk.lastDay), profile.lateWindowDays);
}

/** An entry of the future is one of a clock that was put back since: it postpones nothing. */
function isPostponed(entry: LedgerEntry, now: Date): boolean {
  return (
    entry.retryAt !== undefined &&
    Date.parse(entry.at) <= now.getTime() &&
    now.getTime() < Date.parse(entry.retryAt)
  );
}
