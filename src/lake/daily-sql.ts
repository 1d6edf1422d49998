import { SERIES_COLUMNS } from '../domain/index.ts';

/**
 * The daily mart: one price a series and market day, in every version that was ever true.
 * A version holds from `known_from` until `known_to`; `asOf T` is `known_from <= T and T < known_to`.
 */

const FOREVER = `timestamp 'infinity'`;

/**
 * The series of the relation `clean_row` and how many rows each has; text parts not stated are ''. Their text form is added
 * by the caller.
 */
export function seriesSql(): string {
  const parts = SERIES_COLUMNS.map((name) =>
    name === 'unit_value' ? name : `coalesce(${name}, '') as ${name}`,
  );
  return `select ${parts.join(', ')}, arg_max(item_name, market_day) as item_name, arg_max(market_name, market_day) as market_name, count(*) as row_count
    from clean_row group by ${SERIES_COLUMNS.map((_, index) => index + 1).join(', ')} order by all`;
}

const WITH_SERIES = `clean_row r join series s on ${SERIES_COLUMNS.map((name) =>
  name === 'unit_value' ? `r.${name} = s.${name}` : `coalesce(r.${name}, '') = s.${name}`,
).join(' and ')}`;

/** Quotes: each row of a key is a version, the next row of the key ends it. Flagged rows hold their place without a price. */
export function quotesDailySql(): string[] {
  return [
    `create table daily as
       select series_id, market_day as day, known_at as known_from,
              coalesce(lead(known_at) over (partition by series_id, market_day order by known_at, commit_number, place), ${FOREVER}) as known_to,
              observed,
              case when outcome = 'accepted' then price / r.unit_value end as price,
              case when outcome = 'accepted' then low / r.unit_value end as low,
              case when outcome = 'accepted' then high / r.unit_value end as high,
              case when outcome = 'accepted' then volume_kg end as volume_kg,
              case when outcome = 'accepted' then price / r.unit_value * volume_kg end as amount,
              case when outcome = 'accepted' then volume_kg end as units,
              cast(null as integer) as lots, 0 as unpaired
       from ${WITH_SERIES} order by series_id, day, known_from`,
  ];
}

/**
 * Trades: price = Σ amount ÷ Σ units over the accepted lots that hold at a moment. A lot holds from when it is known until
 * a row of the same key takes its place. Of the rows that hold, a cancellation (quantity below 0) and a lot alike in
 * series, corporation, origin, price and quantity are a pair: both are out. A cancellation left over lowers the volume,
 * never the price, and is counted (domain.md §3). What holds at a moment rests on rows known by then and on no others.
 * Nearly all days are known at one moment and summed at once; only the rows of the others are looked at moment by moment.
 */
export function tradesDailySql(): string[] {
  const alike = 'series_id, day, known_from, corporation, origin, price, units_abs';
  return [
    `create temp table lot as
       select series_id, market_day as day, known_at as known_from, observed, commit_number, place, s.unit = 'kg' as is_kg,
              hash(market_day, r.market_code, corporation, lot) as key_hash, quantity < 0 as is_cancellation,
              case when outcome = 'accepted' and quantity <> 0 then quantity * r.unit_value end as units,
              case when units is not null then coalesce(amount, price * quantity) end as amount,
              case when units is not null then price / r.unit_value end as unit_price
       from ${WITH_SERIES}`,
    // A hash that two keys share only brings in a day that then proves to be settled.
    `create temp table unsettled as
       select series_id, day from lot group by all having min(known_from) <> max(known_from) or bool_or(is_cancellation)
       union select series_id, day from lot
       where key_hash in (select key_hash from lot group by all having count(*) > 1)`,
    `create temp table unsettled_lot as
       select l.*, corporation, origin, price, abs(quantity) * unit_value as units_abs, r.lot, r.market_code
       from (from lot semi join unsettled using (series_id, day)) l join clean_row r using (commit_number, place)`,
    `create temp table held as
       select *, coalesce(lead(known_from) over (partition by day, market_code, corporation, lot order by known_from, commit_number, place), ${FOREVER}) as known_to
       from unsettled_lot`,
    `create temp table moment as
       select series_id, day, known_from, coalesce(lead(known_from) over (partition by series_id, day order by known_from), ${FOREVER}) as known_to
       from (select distinct series_id, day, unnest([known_from, known_to]) as known_from from held) where known_from < ${FOREVER}`,
    `create table daily as
       with version as (
         select h.* exclude (known_from, known_to), m.known_from, m.known_to, h.known_from as since,
                m.known_from < h.known_to and units is not null as holds
         from moment m join held h on h.series_id = m.series_id and h.day = m.day and h.known_from <= m.known_from),
       numbered as (
         select *, row_number() over (partition by ${alike}, holds, is_cancellation order by since, lot, commit_number, place) as nth,
                count(*) filter (holds and is_cancellation) over (partition by ${alike}) as cancellations,
                count(*) filter (holds and not is_cancellation) over (partition by ${alike}) as lots
         from version),
       counted as (select *, holds and nth > least(cancellations, lots) as counts from numbered)
       select series_id, day, known_from, ${FOREVER} as known_to, observed, amount / units as price, low, high,
              case when is_kg then units end as volume_kg, amount, units, lots, 0 as unpaired
       from (select series_id, day, min(known_from) as known_from, bool_and(observed) as observed, sum(amount) as amount,
                    sum(units) as units, min(unit_price) as low, max(unit_price) as high, bool_and(is_kg) as is_kg,
                    cast(count(units) as integer) as lots
             from lot anti join unsettled using (series_id, day) group by all)
       union all
       select series_id, day, known_from, known_to, bool_and(observed),
              sum(amount) filter (counts and not is_cancellation) / sum(units) filter (counts and not is_cancellation),
              min(unit_price) filter (counts and not is_cancellation), max(unit_price) filter (counts and not is_cancellation),
              -- nothing left of what was sold is a volume of 0; nothing priced at all is none
              case when count(units) > 0 then coalesce(sum(units) filter (counts and is_kg), case when bool_and(is_kg) then 0 end) end,
              sum(amount) filter (counts and not is_cancellation), sum(units) filter (counts and not is_cancellation),
              cast(count(*) filter (counts and not is_cancellation) as integer), cast(count(*) filter (counts and is_cancellation) as integer)
       from counted group by all
       order by series_id, day, known_from`,
  ];
}
