import type { PastRule } from './past-rules.ts';
import type { Bilingual, Currency, PriceKind, RecordKind } from './words.ts';

/** What low and high mean in a feed: the day's extremes, or the means of its cheapest and dearest fifth by volume. */
export type RangeMeaning = 'extremes' | 'tier-means' | 'none';

/** How long a price stands for: a market day, a week, or a 순 (ten-day period). */
export type Granularity = 'day' | 'week' | 'dekad';

/** Which days trade: a market calendar of ours, or weekly publication, or learned from the data alone. */
export type CalendarId = 'garak-auction' | 'kamis-survey' | 'learned' | 'weekly';

/** Everything about a feed that the rest of the house needs to know: its capability record. */
export interface FeedProfile {
  /** Stable name in keys, folders and commands: lower case, digits, hyphens. */
  readonly id: string;
  readonly name: Bilingual;
  readonly recordKind: RecordKind;
  readonly priceKinds: readonly PriceKind[];
  readonly currency: Currency;
  /** What one price covers; the market day of a 순 (`dekad`) is its last day. */
  readonly granularity: Granularity;
  readonly utcOffsetMinutes: number;
  /**
   * Hours from the local midnight that begins the market day until the feed has published that day.
   * Bulk history is assumed known at that moment.
   */
  readonly publicationLagHours: number;
  /**
   * A row received within this many hours of its publication is live: known when received (observed).
   * One received later is bulk history: known when it would have been published (assumed).
   */
  readonly liveWindowHours: number;
  readonly calendar: CalendarId;
  readonly rangeMeaning: RangeMeaning;
  /** True for a market that never existed; marked on every page, export and answer. */
  readonly simulated: boolean;
  readonly licence: { readonly name: string; readonly attribution: Bilingual };
  /** How its data comes: files that a person gives, calls to its publisher, tables of one's own, or our simulator. */
  readonly ways: readonly ('file' | 'http' | 'database' | 'simulator')[];
  /** The first day that its publisher is known to hold; null = not known, or only the current day. */
  readonly historyFrom: string | null;
  /** How many days back the publisher still corrects; this window is fetched again every time. */
  readonly lateWindowDays: number;
  /** Hours after an expected publication at which a feed that said nothing is called silent. */
  readonly silentAfterHours: number;
  /** What only a price's past can show to be wrong, the first that meets decides; the standard ones when not stated. */
  readonly pastRules?: readonly PastRule[];
}
