import type { Db } from './db.ts';
import { SHOWN_TASK } from './ledger-reads.ts';

/** What the first forecasts from each origin of one cell have earned since they were issued. */
export interface LiveCell {
  readonly series: string;
  readonly horizon: string;
  /** Forecasts scored, and the weeks that their targets lie in: neighbouring days are no independent cases. */
  readonly scored: number;
  readonly weeks: number;
  readonly coverage80: number;
  /** 1 - own errors over those of the last price; null where the last price never erred. */
  readonly skill: number | null;
  readonly firstTargetDay: string;
  readonly lastTargetDay: string;
}

export interface LiveCellsOf {
  readonly feed: string;
  /** Whose forecasts; absent = those that the pages show. */
  readonly task?: string;
  /** Only these; absent = every series of the feed. */
  readonly series?: readonly string[];
  readonly horizon?: string;
  /** The last target day looked at; absent = as far as the feed was scored. */
  readonly through?: string;
  /** An instant: the scores as they stood then. */
  readonly asOf?: string;
}

/** Weeks that live figures look back over: half a year, as the backtested ones. */
const LIVE_WEEKS = 26;
/** No forecast reaches further ahead, in days; bounds the months that are looked through. */
const FURTHEST_DAYS = 62;
/** Weeks of live outcomes before a cell is judged by them: a quarter. */
export const FEWEST_LIVE_WEEKS = 13;

/**
 * What cells have earned live with targets in the 26 weeks up to a day; first vintages alone. A cell without a score has no
 * row.
 */
export async function liveCells(db: Db, of: LiveCellsOf): Promise<LiveCell[]> {
  const { rows } = await db.query<LiveCell>(
    `with reach as (
       select least(coalesce($4::date, (select max(through) from sihwang.ledger_scorings where feed = $1)), $6::timestamptz::date) as day)
     select n.series, s.horizon, count(*)::int as scored, count(distinct date_trunc('week', s.target_day))::int as weeks,
            avg(s.inside80::int)::float8 as coverage80,
            1 - sum(s.error) filter (where s.naive_error is not null) / nullif(sum(s.naive_error), 0) as skill,
            min(s.target_day)::text as "firstTargetDay", max(s.target_day)::text as "lastTargetDay"
     from sihwang.ledger_series n
     join sihwang.forecast_scores s on s.series_id = n.id
     join sihwang.forecast_issues i on i.id = s.issue_id and i.task = $2
     where n.feed = $1 and ($3::text[] is null or n.series = any($3)) and ($5::text is null or s.horizon = $5)
       and s.vintage = 1 and s.known_from <= coalesce($6::timestamptz, 'infinity')
       and case when $6::timestamptz is null then s.known_to = 'infinity' else s.known_to > $6 end
       and s.target_day > (select day from reach) - ${7 * LIVE_WEEKS} and s.target_day <= (select day from reach)
       and s.origin_day > (select day from reach) - ${7 * LIVE_WEEKS + FURTHEST_DAYS}
     group by 1, 2 order by 1, 2`,
    [
      ...[of.feed, of.task ?? SHOWN_TASK, of.series ?? null, of.through ?? null],
      ...[of.horizon ?? null, of.asOf ?? null],
    ],
  );
  return rows;
}
