import { HOLDS, type Vintage } from './held-rows.ts';

/**
 * The kg of every market (price kind × market code) and day, in every version that was ever true, beside the daily mart:
 * a hundredth of its rows, so that a look back learns openness without summing millions. A version holds from
 * `known_from` until `known_to`. `total_kg` is NULL where no row states kg; `prices` counts rows with a price, `assumed`
 * those that rest on an assumed time of publication.
 *
 * Each row of the mart comes in when it becomes known and goes out when it is replaced; the running sum of what came and
 * went is exact because kg are summed as decimals, to a microgram.
 */
export function marketTotalsSql(): string {
  return `
    with change as (
      select series_id, day, known_from as moment, 1 as came, volume_kg, price, observed from daily
      union all
      select series_id, day, known_to, -1, volume_kg, price, observed from daily where known_to < timestamp 'infinity'),
    at_once as (
      select s.price_kind, s.market_code, day, moment, sum(came) as held,
             sum(came * cast(volume_kg as decimal(38, 9))) as kg, coalesce(sum(came) filter (volume_kg is not null), 0) as stated,
             coalesce(sum(came) filter (price > 0), 0) as prices, coalesce(sum(came) filter (not observed), 0) as assumed
      from change join series s using (series_id) group by all),
    so_far as (
      select price_kind, market_code, day, moment as known_from, coalesce(lead(moment) over along, timestamp 'infinity') as known_to,
             sum(held) over along as held, sum(coalesce(kg, 0)) over along as kg, sum(stated) over along as stated,
             sum(prices) over along as prices, sum(assumed) over along as assumed
      from at_once window along as (partition by price_kind, market_code, day order by moment))
    select price_kind, market_code, day, known_from, known_to, case when stated > 0 then cast(kg as double) end as total_kg,
           cast(prices as integer) as prices, cast(assumed as integer) as assumed
    from so_far where held > 0 order by price_kind, market_code, day, known_from`;
}

/** The totals that hold, one row a market and day, as a parenthesised SELECT; `where` is SQL over `d`. */
export function heldTotals(vintage: Vintage, where = 'true'): string {
  return `(select price_kind, market_code, day, total_kg, prices, assumed from market_totals d where ${HOLDS[vintage]} and (${where}))`;
}
