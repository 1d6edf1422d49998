import type { FeedProfile } from '../domain/index.ts';

/** The previous market day of a series that was away longer than this belongs to another season: no comparison. */
const PREVIOUS_WITHIN_DAYS = 31;

/** A calendar shift that meets a closed day takes the nearest earlier market day, at most so many days back. */
const SHIFT_WITHIN_DAYS: Readonly<Record<FeedProfile['granularity'], number>> = {
  day: 3,
  week: 10,
  dekad: 10,
};

/**
 * The board: one row a series and market day, with what its price is compared with and the day each comparison
 * stands for (`domain.md` §6). previous = the series' previous market day within 31 days; week and year = 7 days and
 * 1 year back, then the nearest earlier market day within 3 days (feeds by week or 순: the nearest earlier publication
 * within 10); normal_… from `normals`. Missing comparisons are NULL. Reads `priced`, `normals`; with `day` the rows of that day alone.
 */
export function boardSql(granularity: FeedProfile['granularity'], day?: string): string {
  const within = SHIFT_WITHIN_DAYS[granularity];
  const yearBack = 'cast(p.day - to_years(1) as date)';
  const kept = (column: string, day: string, condition: string) =>
    `case when ${condition} then ${column} end as ${day}`;
  const previous = `p.day - p.last_day <= ${PREVIOUS_WITHIN_DAYS}`;
  const week = `p.day - 7 - w.day <= ${within}`;
  const year = `${yearBack} - y.day <= ${within}`;
  return `
    with axis as (
      select *, lag(day) over along as last_day, lag(price) over along as last_price, lag(volume_kg) over along as last_volume_kg
      from priced window along as (partition by series_id order by day))
    select p.day, p.series_id, p.price, p.low, p.high, p.volume_kg, p.lots, p.observed, p.position,
           ${kept('p.last_day', 'previous_day', previous)}, ${kept('p.last_price', 'previous_price', previous)},
           ${kept('p.last_volume_kg', 'previous_volume_kg', previous)},
           ${kept('w.day', 'week_day', week)}, ${kept('w.price', 'week_price', week)},
           ${kept('y.day', 'year_day', year)}, ${kept('y.price', 'year_price', year)},
           n.years as normal_years, n.price as normal_price, n.low as normal_low, n.high as normal_high
    from axis p
    asof left join priced w on w.series_id = p.series_id and w.day <= p.day - 7
    asof left join priced y on y.series_id = p.series_id and y.day <= ${yearBack}
    left join normals n on n.series_id = p.series_id and n.day = p.day
    ${day === undefined ? '' : `where p.day = date '${day}'`}
    order by p.day, p.series_id`;
}
