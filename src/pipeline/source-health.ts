import { join } from 'node:path';
import type { Bilingual, FeedProfile } from '../domain/index.ts';
import { calendarsOf, type Home, readCommits } from '../lake/index.ts';
import { inspectJournal } from '../store/index.ts';
import { readFetchState } from './fetch-journal.ts';
import { silentSince } from './source-events.ts';

/** Records, bytes and bytes of an unfinished record of the fetch journal; null while nothing was ever fetched. */
export function journalHealth(home: Home): ReturnType<typeof inspectJournal> {
  return inspectJournal(join(home.path, 'fetch', 'journal'));
}

/** A feed that was fetched before and owes something now. */
export interface SourceSilence {
  readonly feed: string;
  readonly lastDay: string | null;
  /** ISO instant at which its next day was expected; null when it is not late. */
  readonly since: string | null;
  /** What stands of it, oldest first. */
  readonly events: readonly Bilingual[];
}

/** The feeds that are late beyond their own limit, or of which something stands. One that is only ever read from files owes nothing. */
export async function silentSources(
  home: Home,
  profiles: readonly FeedProfile[],
  now: Date,
): Promise<SourceSilence[]> {
  const state = readFetchState(home);
  const calendars = await calendarsOf(home);
  const events = await state.events();
  const found: SourceSilence[] = [];
  for (const profile of profiles) {
    if ((await state.ledger(profile.id)).size === 0) continue;
    const days = readCommits(home, profile.id).flatMap(({ lastDay }) => lastDay ?? []);
    const lastDay = days.sort().at(-1) ?? null;
    const since = silentSince(profile, calendars, lastDay, now)?.toISOString() ?? null;
    const standing = events.filter(({ feed }) => feed === profile.id).map(({ said }) => said);
    if (since !== null || standing.length > 0)
      found.push({ feed: profile.id, lastDay, since, events: standing });
  }
  return found;
}
