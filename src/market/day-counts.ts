/**
 * One row a day: how many series had a price that no rule left out, and whether any of its rows rests on an assumed
 * time of publication. A few thousand rows that spare every board a look at millions. Reads `priced`.
 */
export function dayCountsSql(rows: string): string {
  return `
    select day, coalesce(p.series, 0) as series, h.assumed
    from (select day, not bool_and(observed) as assumed from ${rows} as held group by day) h
    left join (select day, count(*) as series from priced group by day) p using (day)
    order by day`;
}
