import type { FeedProfile } from '../domain/index.ts';
import type { DerivedTable } from '../lake/index.ts';
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

/** SQL of the first day of which `board_ready` holds every row, as `day`. */
export const LATELY_SINCE = `select min(day) as day from (select day from day_counts where series > 0 order by day desc limit ${LATELY_DAYS})`;

/**
 * What the pages ask most, ready to be read: `board_ready` has the board's rows of the last twenty market days and those
 * of the headline series on any day, with the sparkline and whether a row's series stands for its item in its market
 * (`stands`) and in all of them (`headline`); `newest_row` has the last row of each series, with whether anything that its
 * comparisons reach to rests on an assumed time. Read `daily`, `day_counts`, `priced`, `representative` and `board`.
 */
export function readyTables(granularity: FeedProfile['granularity']): readonly DerivedTable[] {
  const standing = 'r.series_id is not null as stands, coalesce(r.headline, false) as headline';
  return [
    { name: 'sparked_row', sql: sparkedRowSql(SPARK_DAYS[granularity]), temporary: true },
    {
      name: 'board_ready',
      sql: `select w.* exclude (newest), ${standing} from sparked_row w left join representative r using (series_id)
        where w.day >= (${LATELY_SINCE}) or r.headline order by w.day, w.series_id`,
    },
    {
      name: 'newest_row',
      sql: `with assumed as (
          select d.series_id, max(d.day) as day from daily d join sparked_row w on w.newest and w.series_id = d.series_id and d.day <= w.day
          where d.known_to = timestamp 'infinity' and not d.observed group by d.series_id)
        select w.* exclude (newest), coalesce(a.day > w.day - interval ${REACH_YEARS} year, false) as assumed
        from sparked_row w left join assumed a using (series_id) where w.newest order by w.series_id`,
    },
  ];
}

/** The rows of both tables, each once, with their sparklines; `newest` marks the last of its series. */
function sparkedRowSql(days: number): string {
  return `
    with last as (select series_id, max(day) as day from board group by series_id),
    wanted as (
      select b.*, b.day = last.day as newest from board b join last using (series_id)
      where b.day = last.day or b.day >= (${LATELY_SINCE})
        or b.series_id in (select series_id from representative where headline)),
    first as (select series_id, min(day) as day from wanted group by series_id),
    around as (
      select p.series_id, p.day,
             list(cast(p.price as real)) over (partition by p.series_id order by p.day - date '1970-01-01' range between ${days - 1} preceding and current row) as prices
      from priced p join first f on f.series_id = p.series_id and p.day > f.day - ${days})
    select w.*, array_to_string(list_slice(a.prices, -${SPARK_POINTS}, -1), ',') as spark
    from wanted w join around a on a.series_id = w.series_id and a.day = w.day`;
}
