import {
  type CalendarLookup,
  learnOpenDays,
  type MarketCalendar,
  type Schedule,
} from '../../domain/index.ts';
import { calendarsOf, type Home, openServingLibrary } from '../../lake/index.ts';
import { feedsOf } from '../platform-mappings.ts';

/** Finds the calendar that a schedule names, as it is known now; undefined where there is none. */
export type ReadCalendar = (id: string) => Promise<MarketCalendar | undefined>;

/** The calendars of a home: its own two by their names, and every feed's by the name of the feed. */
export function calendarReader(home: Home): ReadCalendar {
  return async (id) => {
    const feed = feedsOf(home).find(({ profile }) => profile.id === id);
    const calendars = await calendarsOf(home);
    // a calendar that is no feed's name is one of ours
    const own = calendars.named(feed?.profile.calendar ?? (id as 'garak-auction'));
    if (own || !feed) return own;
    const library = await openServingLibrary(home, [feed.profile]);
    try {
      if (!library.feeds().includes(id)) return undefined;
      return await library.read(id, async (reader) => {
        const { columns } = await reader.query(
          "select distinct cast(day - date '1970-01-01' as integer) as day from market_days where is_open",
        );
        return learnOpenDays((columns.day ?? []).map(Number), id);
      });
    } finally {
      await library.close();
    }
  };
}

/** What a schedule needs to know of calendars, read once. */
export async function calendarsFor({ days }: Schedule, readCalendar: ReadCalendar): Promise<CalendarLookup> {
  if (!('calendar' in days)) return () => undefined;
  const calendar = await readCalendar(days.calendar);
  return (id) => (id === days.calendar ? calendar : undefined);
}
