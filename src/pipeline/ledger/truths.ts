import type { FeedProfile } from '../../domain/index.ts';
import { type Home, openServingLibrary, type ServingReader } from '../../lake/index.ts';
import type { Truth } from '../../records/index.ts';

/*
 * The prices that forecasts are scored with, from the published conditions, in the very way of the backtest (`actualOf` of
 * the price-forecast task): a day's price as it stands; of a 순 Σ amount ÷ Σ units where the units of all its days are
 * known, else the mean of their prices, and none when fewer than half of its market days traded.
 */

const DEKAD = (day: string) =>
  `cast(date_trunc('month', ${day}) as date) + cast(case when day(${day}) > 20 then 20 when day(${day}) > 10 then 10 else 0 end as integer)`;

/** Each priced day with the moment at which its price became known; those of the window, and those corrected since. */
const PRICED = `
  priced_now as (
    select p.series_id, s.series, s.price_kind, s.market_code, p.day, p.price, p.units, d.known_from
    from priced p join series s using (series_id)
    join daily d on d.series_id = p.series_id and d.day = p.day and d.known_to = timestamp 'infinity')`;

/** Periods that hold a day of the window or one corrected since. */
const TOUCHED = (period: string) => `
  touched as (
    select distinct series_id, ${period} as start from priced_now
    where day >= cast($from as date) or known_from > cast($after as timestamp))`;

const PERIOD_PRICE = `case when count(units) = count(*) and sum(units) > 0 then sum(price * units) / sum(units) else avg(price) end`;

const QUESTIONS = {
  day: [
    `with ${PRICED} select series, 'day' as span, day, price, known_from from priced_now
     where day >= cast($from as date) or known_from > cast($after as timestamp)`,
    `with ${PRICED}, ${TOUCHED(DEKAD('day'))},
     open_days as (
       select price_kind, market_code, ${DEKAD('day')} as start, count(*) as days from market_days where is_open group by all),
     own as (
       select p.*, ${DEKAD('p.day')} as start, coalesce(m.is_open, false) as is_open
       from priced_now p left join market_days m on m.price_kind = p.price_kind and m.market_code = p.market_code and m.day = p.day)
     select own.series, 'dekad' as span, own.start as day, ${PERIOD_PRICE} as price, max(known_from) as known_from
     from own semi join touched using (series_id, start) left join open_days using (price_kind, market_code, start)
     group by own.series_id, own.series, own.start, open_days.days
     having count(*) >= 0.5 * (coalesce(open_days.days, 0) + count(*) filter (not is_open))`,
  ],
  week: [
    `with ${PRICED} select series, 'week' as span, cast(date_trunc('week', day) as date) as day, arg_max(price, day) as price,
            arg_max(known_from, day) as known_from
     from priced_now where day >= cast($from as date) or known_from > cast($after as timestamp) group by series, date_trunc('week', day)`,
    `with ${PRICED}, ${TOUCHED(DEKAD('day'))},
     week as (
       select series_id, series, cast(date_trunc('week', day) as date) as monday, arg_max(price, day) as price,
              arg_max(units, day) as units, arg_max(known_from, day) as known_from
       from priced_now group by all),
     dated as (
       select dates.day as date, ${DEKAD('dates.day')} as start, isodow(dates.day) as weekday
       from (select distinct cast(start + i as date) as day from touched, range(11) r(i)) dates),
     positions as (select start, weekday, count(*) as days from dated group by all)
     select w.series, 'dekad-' || d.weekday as span, d.start as day, ${PERIOD_PRICE} as price, max(known_from) as known_from
     from touched t join dated d on d.start = t.start
     join week w on w.series_id = t.series_id and w.monday = cast(date_trunc('week', d.date) as date)
     join positions n on n.start = d.start and n.weekday = d.weekday
     group by w.series_id, w.series, d.start, d.weekday, n.days having count(*) >= 0.5 * n.days`,
  ],
  dekad: [
    `with ${PRICED} select series, 'dekad' as span, ${DEKAD('day')} as day, arg_max(price, day) as price, arg_max(known_from, day) as known_from
     from priced_now where day >= cast($from as date) or known_from > cast($after as timestamp) group by series, ${DEKAD('day')}`,
  ],
} as const;

/**
 * What came true on days from `from` on, and what was corrected after an instant, however old the day. Days are
 * `YYYY-MM-DD`.
 */
export async function readTruths(
  reader: ServingReader,
  from: string,
  correctedAfter: string,
): Promise<Truth[]> {
  const truths: Truth[] = [];
  for (const question of QUESTIONS[reader.profile.granularity]) {
    const { rowCount, columns } = await reader.query(question, {
      from,
      after: correctedAfter.replace('Z', ''),
    });
    for (let row = 0; row < rowCount; row++)
      truths.push({
        series: String(columns.series![row]),
        span: String(columns.span![row]),
        day: String(columns.day![row]).slice(0, 10),
        price: Number(columns.price![row]),
        knownFrom: String(columns.known_from![row]),
      });
  }
  return truths;
}

/** The last day on which the feed's markets traded; null without any. */
export async function lastMarketDay(reader: ServingReader): Promise<string | null> {
  const { columns } = await reader.query('select max(day) as day from market_days where is_open');
  const day = columns.day?.[0];
  return day === null || day === undefined ? null : String(day).slice(0, 10);
}

/** The last market day of what is published of a feed; null without any. */
export async function publishedThrough(home: Home, profile: FeedProfile): Promise<string | null> {
  const library = await openServingLibrary(home, [profile]);
  try {
    return library.feeds().includes(profile.id) ? await library.read(profile.id, lastMarketDay) : null;
  } finally {
    await library.close();
  }
}
