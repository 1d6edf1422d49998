import type { FeedProfile } from '../domain/index.ts';
import { REACH_YEARS } from './known-basis.ts';

/**
 * Points of a sparkline, and how far back they may lie: a series that traded rarely shows fewer. Seven digits of a price
 * are more than its pixels tell apart, and half the work of sixteen.
 */
export const SPARK_POINTS = 30;
export const SPARK_DAYS: Readonly<Record<FeedProfile['granularity'], number>> = {
  day: 60,
  week: 366,
  dekad: 366,
};

/** The board is mostly asked for its last days. */
const LATELY_DAYS = 20;

/** SQL of the first day of which `board_lately` holds every row, as `day`. */
export const LATELY_SINCE = `select min(day) as day from (select day from day_counts where series > 0 order by day desc limit ${LATELY_DAYS})`;

/**
 * What the pages ask most, ready to be read: the board's rows of the last twenty market days, and of each series the
 * last one (`newest`), with the sparkline, whether its series stands for its item in its market (`stands`) and in all of
 * them (`headline`), and whether anything that its comparisons reach to rests on an assumed time.
 * Reads `daily`, `day_counts`, `priced`, `representative` and `board`.
 */
export function boardLatelySql(granularity: FeedProfile['granularity']): string {
  const days = SPARK_DAYS[granularity];
  return `
    with last as (select series_id, max(day) as day from board group by series_id),
    wanted as (
      select b.*, b.day = last.day as newest from board b join last using (series_id)
      where b.day = last.day or b.day >= (${LATELY_SINCE})),
    first as (select series_id, min(day) as day from wanted group by series_id),
    around as (
      select p.series_id, p.day,
             list(cast(p.price as real)) over (partition by p.series_id order by p.day - date '1970-01-01' range between ${days - 1} preceding and current row) as prices
      from priced p join first f on f.series_id = p.series_id and p.day > f.day - ${days}),
    assumed as (
      select d.series_id, max(d.day) as day from daily d join last on last.series_id = d.series_id and d.day <= last.day
      where d.known_to = timestamp 'infinity' and not d.observed group by d.series_id)
    select w.*, array_to_string(list_slice(a.prices, -${SPARK_POINTS}, -1), ',') as spark,
           r.series_id is not null as stands, coalesce(r.headline, false) as headline,
           coalesce(s.day > w.day - interval ${REACH_YEARS} year, false) as assumed
    from wanted w join around a on a.series_id = w.series_id and a.day = w.day left join assumed s on s.series_id = w.series_id
    left join representative r on r.series_id = w.series_id
    order by w.day, w.series_id`;
}
