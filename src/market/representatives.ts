import type { Vintage } from './held-rows.ts';

/** How far back from an item's last day a series' weight is measured. */
export const REPRESENTATIVE_DAYS = 365;

/**
 * The representative series of each item, price kind and market: the one with most kg over the item's last 365 days,
 * most priced days where no volume is published, then the first by its text form. `headline` marks the first of all
 * markets. It is chosen on what the vintage knows, not day by day, so that a page and the forecasts behind it stay on
 * one specification. One row an item, price kind and market with a price in those days.
 */
export function representativesSql(rows: string, vintage: Vintage): string {
  const heaviest = 'order by volume_kg desc nulls last, days desc, series';
  // a year of rows is worth keeping for the second look, all of them are not
  const kept = vintage === 'as-of' ? 'materialized' : 'not materialized';
  return `
    with weighed as ${kept} (select series_id, day, volume_kg from ${rows} as held where price > 0),
    last as (
      select s.price_kind, s.item_code, max(ended.day) as day
      from (select series_id, max(day) as day from weighed group by series_id) ended
      join series s using (series_id) group by all),
    since as (
      select s.series_id, last.day - ${REPRESENTATIVE_DAYS} as day
      from series s join last on last.price_kind = s.price_kind and last.item_code = s.item_code),
    weight as (
      select w.series_id, sum(w.volume_kg) as volume_kg, count(*) as days
      from weighed w join since on since.series_id = w.series_id where w.day > since.day group by w.series_id)
    select series_id, s.price_kind, s.item_code, s.market_code,
           row_number() over (partition by s.price_kind, s.item_code ${heaviest}) = 1 as headline
    from weight join series s using (series_id)
    qualify row_number() over (partition by s.price_kind, s.item_code, s.market_code ${heaviest}) = 1
    order by series_id`;
}
