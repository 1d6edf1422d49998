/** Days of trade that a rule looks back on: calendar days before the day it judges, that day left out. */
export const LOOK_BACK_DAYS = 60;

/** A market trades at least this share of its usual kg, or it was closed and what arrived is a trickle. */
const OPEN_SHARE = 0.05;

/** With fewer earlier days than this nothing is usual yet, and the market counts as open. */
const FEWEST_DAYS = 5;

/**
 * Learned openness (`domain.md` §5): one row a market (price kind × market code) and day with rows, how many of them
 * have a price, and open when its kg reach 5% of the median of the 60 calendar days before. A market that publishes no volume is open whenever quoted.
 * Looks back only, so a later day never closes an earlier one.
 */
export function marketDaysSql(totals: string): string {
  return `
    with usual as (
      select *, case when count(total_kg) over earlier >= ${FEWEST_DAYS} then median(total_kg) over earlier end as trailing_median_kg
      from ${totals} as held
      window earlier as (partition by price_kind, market_code order by day - date '1970-01-01'
                         range between ${LOOK_BACK_DAYS} preceding and 1 preceding))
    select price_kind, market_code, day, total_kg, prices, trailing_median_kg,
           coalesce(total_kg >= ${OPEN_SHARE} * trailing_median_kg, true) as is_open
    from usual order by price_kind, market_code, day`;
}
