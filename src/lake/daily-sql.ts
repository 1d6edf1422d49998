import { SERIES_COLUMNS } from '../domain/index.ts';

/**
 * The daily mart: one price a series and market day, in every version that was ever true.
 * A version holds from `known_from` until `known_to`; `asOf T` is `known_from <= T and T < known_to`.
 */

const FOREVER = `timestamp 'infinity'`;

/** The series of the relation `clean_row`; text parts not stated are ''. Their text form is added by the caller. */
export function seriesSql(): string {
  const parts = SERIES_COLUMNS.map((name) =>
    name === 'unit_value' ? name : `coalesce(${name}, '') as ${name}`,
  );
  return `select ${parts.join(', ')}, arg_max(item_name, market_day) as item_name, arg_max(market_name, market_day) as market_name
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
 * Trades: price = Σ amount ÷ Σ units over accepted lots that are not cancelled.
 * A cancellation (quantity below 0) is paired with its lot by everything they share; from the moment it is known both
 * are out of the price. One without a lot lowers the volume, never the price, and is counted (domain.md §3).
 */
export function tradesDailySql(): string[] {
  const shared = ['day', 'series_id', 'corporation', 'origin', 'price', 'units_abs'];
  return [
    `create temp table lot as
       select series_id, market_day as day, corporation, lot, origin, price, quantity, amount, observed,
              quantity * r.unit_value as units, abs(quantity) * r.unit_value as units_abs,
              price / r.unit_value as unit_price, outcome = 'accepted' as priced, known_at as known_from, commit_number, place,
              r.unit = 'kg' as is_kg, ${FOREVER} as known_to
       from ${WITH_SERIES}`,
    `create temp table revised_lot as
       select day, series_id, corporation, lot, rowid as row_id,
              lead(known_from) over (partition by day, market_code, corporation, lot order by known_from, commit_number, place) as next_known
       from (select l.*, l.rowid, s.market_code from lot l join series s using (series_id))
       qualify count(*) over (partition by day, market_code, corporation, lot) > 1`,
    `update lot set known_to = next_known from revised_lot v where lot.rowid = v.row_id and next_known is not null`,
    `create temp table cancelling as
       select rowid as row_id, *, row_number() over (partition by ${shared.join(', ')} order by known_from, lot) as nth
       from lot where priced and quantity < 0`,
    `create temp table cancellable as
       select rowid as row_id, *, row_number() over (partition by ${shared.join(', ')} order by known_from, lot) as nth
       from lot l where priced and quantity > 0
         and exists (from cancelling c where ${shared.map((name) => `c.${name} is not distinct from l.${name}`).join(' and ')})`,
    `create temp table pair as
       select c.row_id as cancel_row, p.row_id as lot_row, greatest(c.known_from, p.known_from) as cancelled_at
       from cancelling c join cancellable p on ${[...shared, 'nth'].map((name) => `c.${name} is not distinct from p.${name}`).join(' and ')}`,
    `update lot set known_to = least(known_to, cancelled_at) from pair where lot.rowid = pair.lot_row`,
    `delete from lot where rowid in (select cancel_row from pair)`,
    `create temp table settled as
       select series_id, day from lot group by all having min(known_from) = max(known_from) and min(known_to) = ${FOREVER}`,
    `create temp table moment as
       with edges as (
         select distinct series_id, day, unnest([known_from, known_to]) as known_from
         from lot where not exists (from settled s where s.series_id = lot.series_id and s.day = lot.day))
       select *, coalesce(lead(known_from) over (partition by series_id, day order by known_from), ${FOREVER}) as known_to
       from edges where known_from < ${FOREVER}`,
    `create table daily as
       with version as (
         select l.*, l.known_from as version_from, ${FOREVER} as version_to from lot l semi join settled s using (series_id, day)
         union all
         select l.* , m.known_from, m.known_to from moment m
         join lot l on l.series_id = m.series_id and l.day = m.day and l.known_from <= m.known_from and m.known_from < l.known_to),
       summed as (
         select series_id, day, version_from as known_from, version_to as known_to, bool_and(observed) as observed,
                sum(amount) filter (priced and quantity > 0) / sum(units) filter (priced and quantity > 0) as price,
                min(unit_price) filter (priced and quantity > 0) as low, max(unit_price) filter (priced and quantity > 0) as high,
                sum(units) filter (priced and is_kg) as volume_kg, sum(amount) filter (priced and quantity > 0) as amount,
                sum(units) filter (priced and quantity > 0) as units,
                cast(count(*) filter (priced and quantity > 0) as integer) as lots, cast(count(*) filter (priced and quantity < 0) as integer) as unpaired
         from version group by all),
       emptied as (
         select series_id, day, known_from, known_to, true as observed, null as price, null as low, null as high,
                0 as volume_kg, null as amount, null as units, 0 as lots, 0 as unpaired
         from moment m anti join version v on v.series_id = m.series_id and v.day = m.day and v.version_from = m.known_from)
       select * from summed union all by name select * from emptied order by series_id, day, known_from`,
  ];
}
