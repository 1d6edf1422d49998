import { addDays, isMarketDay, type LocalDate, localDate } from '../domain/index.ts';
import type { ServingReader } from '../lake/index.ts';
import { heldRows } from './held-rows.ts';
import { rowsOf, textOf } from './result-rows.ts';

/** Which days of which market are here, whole, late or gone? */

/**
 * `complete`, `partial` (far fewer series than usual on that weekday); without rows: `closed`, `not-yet` (its publication
 * is not due), `missing` (a later day is here, or it is late), `silent` (late beyond the feed's own limit, and nothing newer).
 */
export type DayState = 'complete' | 'partial' | 'closed' | 'not-yet' | 'missing' | 'silent';

export interface MarketDayState {
  readonly priceKind: string;
  readonly market: string;
  readonly day: string;
  readonly state: DayState;
  /** Series with a price. */
  readonly series: number;
  /** Median of the same weekday in the eight weeks before; null with fewer than four of them. */
  readonly usualSeries: number | null;
}

/** Below this part of the usual number of series a day is a part of a day. */
const PARTIAL_BELOW = 0.5;
const WEEKS = 8;
const FEWEST_WEEKS = 4;
const MS_PER_HOUR = 3_600_000;

/** A feed and its calendar. */
type Expecting = Pick<ServingReader, 'profile' | 'calendar'>;

/** What is known of one market's days. */
interface MarketDays {
  /** Days that have a price, with the number of series. */
  readonly counts: ReadonlyMap<string, number>;
  /** Days with rows that were judged a trickle. */
  readonly trickles: ReadonlySet<string>;
  /** What the market announced of a day; undefined where it announced nothing. */
  readonly rests: (day: LocalDate) => boolean | undefined;
}

/**
 * The state of one day of one market. It rests on market days alone, never on when something was received: bringing in
 * the past does not make today look fresh.
 */
export function dayState(
  feed: Expecting,
  market: MarketDays,
  day: LocalDate,
  now: Date,
): Pick<MarketDayState, 'state' | 'series' | 'usualSeries'> {
  const { profile } = feed;
  const { counts } = market;
  const before = Array.from({ length: WEEKS }, (_, week) => counts.get(addDays(day, -7 * (week + 1))) ?? 0);
  const traded = before.filter((series) => series > 0).toSorted((a, b) => a - b);
  const usualSeries = traded.length >= FEWEST_WEEKS ? traded[Math.floor(traded.length / 2)]! : null;
  const series = counts.get(day) ?? 0;
  const told = (state: DayState) => ({ state, series, usualSeries });
  if (market.trickles.has(day)) return told('closed');
  if (series > 0)
    return told(usualSeries !== null && series < PARTIAL_BELOW * usualSeries ? 'partial' : 'complete');
  if (!expected(feed, market, before, day)) return told('closed');
  const midnight = Date.parse(`${day}T00:00:00Z`) - profile.utcOffsetMinutes * 60_000;
  const dueAt = midnight + profile.publicationLagHours * MS_PER_HOUR;
  if (now.getTime() < dueAt) return told('not-yet');
  const newer = [...counts.keys()].some((other) => other > day);
  return told(
    !newer && now.getTime() > dueAt + profile.silentAfterHours * MS_PER_HOUR ? 'silent' : 'missing',
  );
}

/** Whether the market trades on a day, as far as its calendar, its announcements or its own last weeks can tell. */
function expected(
  { profile, calendar }: Expecting,
  { counts, rests }: MarketDays,
  before: readonly number[],
  day: LocalDate,
): boolean {
  if (profile.granularity !== 'day' || profile.calendar === 'weekly') {
    const period = profile.granularity === 'dekad' ? 11 : 7;
    for (let back = 1; back < period; back++) if (counts.has(addDays(day, -back))) return false;
    return true;
  }
  if (calendar) return isMarketDay(calendar, day);
  const announced = rests(day);
  if (announced !== undefined) return !announced;
  // a weekday on which it did not trade once in eight weeks is no market day of it, unless it did not trade at all
  if (before.some((series) => series > 0)) return true;
  const from = addDays(day, -7 * WEEKS);
  return ![...counts.keys()].some((other) => other >= from && other < day);
}

/** The last `days` days of every market of a feed, oldest first; a market that ended stays listed as silent. */
export async function freshness(reader: ServingReader, days: number, now: Date): Promise<MarketDayState[]> {
  const { profile } = reader;
  const today = localDate(
    new Date(now.getTime() + profile.utcOffsetMinutes * 60_000).toISOString().slice(0, 10),
  );
  const from = addDays(today, -days - 7 * WEEKS);
  const found = rowsOf(
    await reader.query(
      `with markets as (select distinct price_kind, market_code from series),
       priced_days as (select price_kind, market_code, day, count(*) as series
         from ${heldRows('newest', `d.price > 0 and d.day >= date '${from}'`)} group by all)
       select m.price_kind, m.market_code, cast(p.day as varchar) as day, p.series, o.is_open
       from markets m left join priced_days p using (price_kind, market_code)
       left join market_days o on o.price_kind = p.price_kind and o.market_code = p.market_code and o.day = p.day
       order by 1, 2, 3`,
    ),
  );
  const markets = new Map<
    string,
    { priceKind: string; market: string; counts: Map<string, number>; trickles: Set<string> }
  >();
  for (const row of found) {
    const [priceKind, market] = [textOf(row, 'price_kind'), textOf(row, 'market_code')];
    const key = `${priceKind} ${market}`;
    if (!markets.has(key)) markets.set(key, { priceKind, market, counts: new Map(), trickles: new Set() });
    if (row.day === null) continue;
    const one = markets.get(key)!;
    if (row.is_open === false) one.trickles.add(textOf(row, 'day'));
    else one.counts.set(textOf(row, 'day'), Number(row.series));
  }
  return [...markets.values()].flatMap(({ priceKind, market, counts, trickles }) => {
    const known = { counts, trickles, rests: (day: LocalDate) => reader.rests(market, day) };
    return Array.from({ length: days }, (_, at) => {
      const day = addDays(today, at - days + 1);
      return { priceKind, market, day, ...dayState(reader, known, day, now) };
    });
  });
}
