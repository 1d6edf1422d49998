/** How far back from an item's last day a series' weight is measured. */
export const REPRESENTATIVE_DAYS = 365;

/**
 * The representative series of each item, price kind and market: the one with most kg over the item's last 365 days,
 * most priced days where no volume is published, then the first by its text form. `headline` marks the first of all
 * markets. It is chosen on what the vintage knows, not day by day, so that a page and the forecasts behind it stay on
 * one specification. One row an item, price kind and market with a price in those days.
 */
export function representativesSql(rows: string): string {
  const heaviest = 'order by volume_kg desc nulls last, days desc, series';
  return `
    with last as (
      select s.price_kind, s.item_code, max(ended.day) as day
      from (select series_id, max(day) as day from ${rows} as held where price > 0 group by series_id) ended
      join series s using (series_id) group by all),
    weight as (
      select s.price_kind, s.item_code, s.market_code, s.series, series_id, sum(held.volume_kg) as volume_kg, count(*) as days
      from ${rows} as held join series s using (series_id)
      join last on last.price_kind = s.price_kind and last.item_code = s.item_code
      where held.price > 0 and held.day > last.day - ${REPRESENTATIVE_DAYS} group by all)
    select series_id, price_kind, item_code, market_code,
           row_number() over (partition by price_kind, item_code ${heaviest}) = 1 as headline
    from weight
    qualify row_number() over (partition by price_kind, item_code, market_code ${heaviest}) = 1
    order by series_id`;
}
