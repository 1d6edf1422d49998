import { type AnnouncedHoliday, holidaysFrom } from './announced-holidays.ts';
import { type CalendarEdits, editedCalendar } from './calendar-edits.ts';
import type { CalendarId } from './feed-profile.ts';
import { KR_HOLIDAYS } from './kr-holidays.ts';
import { GARAK_AUCTION, KAMIS_SURVEY } from './kr-market-calendars.ts';
import type { LocalDate } from './local-date.ts';
import { createMarketCalendar, type MarketCalendar } from './market-calendar.ts';

/** A row of a calendar feed. */
export interface AnnouncedDay extends AnnouncedHoliday {
  /** A country (`KR`) or a market (`taiwan-amis/N04/109`: its feed, then its code). */
  readonly scope: string;
  /** `holiday` or `closure`. */
  readonly kind: string;
}

/** What is known of the days on which markets trade: rules, what authorities announced, and what a person stated. */
export interface Calendars {
  /** The calendar that a feed names, or undefined when it is learned from the feed's own days (`learnOpenDays`). */
  named(id: CalendarId): MarketCalendar | undefined;
  /**
   * Whether all markets of a feed rest on a day, of those that announced rest days in its month; undefined where none
   * did, because nothing can then be said.
   */
  allRest(feed: string, date: LocalDate): boolean | undefined;
  /** Whether one market rests on a day, by its own announcement; undefined where it announced none in the month. */
  rests(feed: string, market: string, date: LocalDate): boolean | undefined;
}

/** The calendars with the rows of the calendar feeds and a person's edits, which win over everything. */
export function createCalendars(
  announced: readonly AnnouncedDay[],
  edits: readonly CalendarEdits[],
): Calendars {
  const holidays = holidaysFrom(
    announced.filter(({ scope, kind }) => scope === 'KR' && kind === 'holiday'),
    KR_HOLIDAYS,
  );
  const named = new Map<CalendarId, MarketCalendar>(
    [GARAK_AUCTION, KAMIS_SURVEY].map((definition) => [
      definition.id,
      createMarketCalendar(editedCalendar(definition, edits), holidays),
    ]),
  );
  // markets by feed and day, and by feed and month
  const resting = new Map<string, Set<string>>();
  for (const { date, scope, kind } of announced) {
    if (kind !== 'closure') continue;
    const [feed = ''] = scope.split('/');
    for (const span of [date, date.slice(0, 7)]) {
      const key = `${feed} ${span}`;
      resting.set(key, (resting.get(key) ?? new Set()).add(scope));
    }
  }
  return {
    named: (id) => named.get(id),
    allRest: (feed, date) => {
      const ofMonth = resting.get(`${feed} ${date.slice(0, 7)}`);
      return ofMonth && resting.get(`${feed} ${date}`)?.size === ofMonth.size;
    },
    rests: (feed, market, date) => {
      const scope = `${feed}/${market}`;
      if (!resting.get(`${feed} ${date.slice(0, 7)}`)?.has(scope)) return undefined;
      return resting.get(`${feed} ${date}`)?.has(scope) ?? false;
    },
  };
}

/** The calendars as their rules alone know them. */
export const RULE_CALENDARS: Calendars = createCalendars([], []);
