/**
 * One row a day: how many series had a price on a market that was open, and whether any row of the day rests on an
 * assumed time of publication. A few thousand rows that spare every board a look at millions. Reads `market_days`.
 */
export function dayCountsSql(totals: string): string {
  return `
    select day, cast(coalesce(sum(held.prices) filter (is_open), 0) as integer) as series, sum(assumed) > 0 as assumed
    from ${totals} as held join market_days using (price_kind, market_code, day) group by day order by day`;
}
