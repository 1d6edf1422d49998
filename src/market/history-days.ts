/**
 * What the page of a series reads, in one place and in the order of series: one row for each day that has a price, its
 * normal beside it, and one for each price that a rule left out (`reason`, everything else NULL).
 * Reads `priced`, `normals` and `left_out`.
 */
export const HISTORY_SQL = `
    select p.series_id, p.day, p.price, p.low, p.high, p.volume_kg, n.years as normal_years, n.price as normal_price,
           n.low as normal_low, n.high as normal_high, cast(null as varchar) as reason
    from priced p left join normals n on n.series_id = p.series_id and n.day = p.day
    union all
    select series_id, day, null, null, null, null, null, null, null, null, reason from left_out
    order by series_id, day`;
