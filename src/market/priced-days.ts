/**
 * What every comparison stands on: days with a price that no rule left out. `position` counts them along the series,
 * from 1: the series' own market-day axis. Reads `left_out`.
 */
export function pricedSql(rows: string): string {
  return `
    select held.series_id, held.day, held.price, held.low, held.high, held.volume_kg, held.amount, held.units, held.lots,
           held.observed, cast(row_number() over (partition by held.series_id order by held.day) as integer) as position
    from ${rows} as held anti join left_out l on l.series_id = held.series_id and l.day = held.day
    where held.price > 0
    order by held.series_id, held.day`;
}
