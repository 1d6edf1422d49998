import {
  addDays,
  type Bilingual,
  type Calendars,
  type FeedProfile,
  type LocalDate,
  localDate,
  nextMarketDay,
} from '../domain/index.ts';
import { type FetchState, isGood, type LedgerEntry } from '../sources/index.ts';

const MS_PER_HOUR = 3_600_000;
const MS_PER_DAY = 24 * MS_PER_HOUR;
/** A day that its market traded and that has not come for so long is more than late. */
const OPEN_DAYS = 3;

/** Raises and clears what a person should know of a feed: that it says nothing, or that pieces of it do not come. */
export async function noteEvents(
  state: FetchState<unknown>,
  profile: FeedProfile,
  calendars: Calendars,
  lastDay: string | null,
  now: Date,
): Promise<void> {
  const feed = profile.id;
  const since = silentSince(profile, calendars, lastDay, now);
  if (since) {
    await state.raise({ feed, id: 'silent', at: now.toISOString(), said: silenceSaid(lastDay, since) });
  } else await state.clear(feed, 'silent');
  const standing = new Set((await state.events()).filter((event) => event.feed === feed).map(({ id }) => id));
  for (const entry of (await state.ledger(feed)).values()) {
    const id = `open/${entry.id}`;
    if (isGood(entry.status)) {
      if (standing.has(id)) await state.clear(feed, id);
    } else if (now.getTime() - Date.parse(entry.failingSince ?? entry.at) > OPEN_DAYS * MS_PER_DAY) {
      if (!standing.has(id)) await state.raise({ feed, id, at: now.toISOString(), said: openSaid(entry) });
    }
  }
}

/** That a feed owes its next day, in words. */
export function silenceSaid(lastDay: string | null, since: Date): Bilingual {
  return {
    ko: `${lastDay === null ? '한 번도' : `${lastDay} 뒤로`} 오지 않음. 다음 장은 ${since.toISOString()}까지 왔어야 함`,
    en: `nothing newer than ${lastDay ?? 'ever'}; the next was expected by ${since.toISOString()}`,
  };
}

/** In Korean, how a piece stands that does not come. */
const STANDS = { missing: '오지 않음', partial: '일부만 옴', failed: '실패' } as Readonly<
  Record<string, string>
>;

function openSaid({ id, status, failingSince, detail }: LedgerEntry): Bilingual {
  return {
    ko: `${id} ${failingSince}부터 ${STANDS[status] ?? status}: ${detail ?? '장은 섰으나 아무것도 오지 않음'}`,
    en: `${id} is ${status} since ${failingSince}: ${detail ?? 'its market traded, but nothing came'}`,
  };
}

/** Since when a feed owes its next day, ISO instant; undefined while it may still come, or nothing ever came. */
export function silentSince(
  profile: FeedProfile,
  calendars: Calendars,
  lastDay: string | null,
  now: Date,
): Date | undefined {
  if (lastDay === null) return undefined;
  const midnight =
    Date.parse(`${nextExpected(profile, calendars, localDate(lastDay))}T00:00:00Z`) -
    profile.utcOffsetMinutes * 60_000;
  const expected = midnight + profile.publicationLagHours * MS_PER_HOUR;
  return now.getTime() > expected + profile.silentAfterHours * MS_PER_HOUR ? new Date(expected) : undefined;
}

function nextExpected(profile: FeedProfile, calendars: Calendars, lastDay: LocalDate): LocalDate {
  if (profile.calendar === 'weekly') return addDays(lastDay, 7);
  const calendar = calendars.named(profile.calendar);
  return (calendar && nextMarketDay(calendar, lastDay)) ?? addDays(lastDay, 1);
}
