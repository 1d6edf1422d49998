import type { Db } from './db.ts';
import { iso } from './models.ts';

/** Whose forecasts the pages show; programs of users' own are watched, and not shown. */
export const SHOWN_TASK = 'price-forecast';

/** One forecast beside what came of it; the score is the one that held at the moment asked about. */
export interface SaidAndCame {
  readonly horizon: string;
  readonly originDay: string;
  readonly targetDay: string | null;
  readonly issuedAt: string;
  readonly vintage: number;
  readonly status: string;
  readonly modelVersion: string;
  readonly model: string | null;
  readonly snapshotSha256: string;
  readonly conditionsVersion: string;
  readonly run: string;
  readonly mean: number | null;
  readonly lo80: number | null;
  readonly hi80: number | null;
  readonly naive: number | null;
  /** null = its day has not come, or it did not trade. */
  readonly actual: number | null;
  readonly inside80: boolean | null;
  readonly knownAt: string | null;
}

/**
 * The newest forecasts of a series, target by target, at most `limit` a horizon. `asOf`: as they stood then; `task`: of whom, by
 * default what the pages show.
 */
export async function saidAndCame(
  db: Db,
  feed: string,
  series: string,
  options: {
    readonly task?: string;
    readonly horizon?: string;
    readonly limit?: number;
    readonly asOf?: string;
  } = {},
): Promise<SaidAndCame[]> {
  const { rows } = await db.query<SaidAndCame>(
    `select horizon, origin_day::text as "originDay", target_day::text as "targetDay", ${iso('issued_at')} as "issuedAt", vintage, status,
            model_version as "modelVersion", model, snapshot_sha256 as "snapshotSha256", conditions_version as "conditionsVersion", run,
            mean, lo80, hi80, naive, actual, inside80, ${iso('known_from')} as "knownAt"
     from (
       select l.*, i.model_version, i.snapshot_sha256, i.conditions_version, i.run, s.actual, s.inside80, s.known_from,
              row_number() over (partition by l.horizon order by l.origin_day desc, l.vintage desc) as nth
       from sihwang.ledger_series n
       join sihwang.forecast_ledger l on l.series_id = n.id
       join sihwang.forecast_issues i on i.id = l.issue_id and i.task = $6
       left join sihwang.forecast_scores s on s.series_id = l.series_id and s.horizon = l.horizon and s.origin_day = l.origin_day
         and s.issue_id = l.issue_id and s.known_from <= coalesce($5::timestamptz, 'infinity') and s.known_to > coalesce($5::timestamptz, now())
       where n.feed = $1 and n.series = $2 and ($3::text is null or l.horizon = $3)
         and l.issued_at <= coalesce($5::timestamptz, 'infinity')
     ) newest
     where nth <= $4 order by horizon, origin_day, vintage`,
    [
      feed,
      series,
      options.horizon ?? null,
      options.limit ?? 60,
      options.asOf ?? null,
      options.task ?? SHOWN_TASK,
    ],
  );
  return rows;
}

/** How far the ledger of a task and feed reaches; null while it is empty. */
export async function ledgerReach(
  db: Db,
  task: string,
  feed: string,
): Promise<{
  readonly firstOriginDay: string;
  readonly scoredThrough: string | null;
  readonly scoredAt: string | null;
} | null> {
  const { rows } = await db.query<{ first: string | null; through: string | null; at: string | null }>(
    `select (select min(l.origin_day)::text from sihwang.forecast_ledger l
             join sihwang.forecast_issues i on i.id = l.issue_id and i.task = $1 and i.feed = $2
             where s.through is null) as first,
            s.through::text, ${iso('s.scored_at')} as at
     from (select 1) one left join sihwang.ledger_scorings s on s.task = $1 and s.feed = $2`,
    [task, feed],
  );
  const { first, through, at } = rows[0]!;
  if (first === null && through === null) return null;
  return { firstOriginDay: first ?? through!, scoredThrough: through, scoredAt: at };
}

/** Live scores of one version by week of issue, every series of the feed together. */
export interface LiveWeek {
  readonly horizon: string;
  /** Monday of the week in which the forecasts were issued. */
  readonly week: string;
  readonly cases: number;
  /** Means of error ÷ price. */
  readonly error: number;
  readonly naiveError: number;
  readonly missed80: number;
}

/**
 * How a version did live, by week of issue since a day; weeks with a target still to come are left out, so that late
 * horizons enter when their days have come.
 */
export async function liveWeeks(
  db: Db,
  of: {
    readonly task: string;
    readonly feed: string;
    readonly modelVersion: string;
    readonly since: string;
    readonly through: string;
  },
): Promise<LiveWeek[]> {
  const { rows } = await db.query<LiveWeek>(
    `select horizon, week::text, cases::int, error, "naiveError", "missed80" from (
       select l.horizon, date_trunc('week', l.origin_day)::date as week, count(s.actual) as cases,
              avg(s.error / s.actual) as error, avg(s.naive_error / s.actual) as "naiveError",
              1 - avg(s.inside80::int)::float8 as "missed80", max(l.target_day) as last_target
       from sihwang.forecast_ledger l
       join sihwang.forecast_issues i on i.id = l.issue_id and i.task = $1 and i.feed = $2 and i.model_version = $3
       left join sihwang.forecast_scores s on s.series_id = l.series_id and s.horizon = l.horizon and s.origin_day = l.origin_day
         and s.issue_id = l.issue_id and s.known_to = 'infinity' and s.naive_error is not null and s.origin_day >= $4::date
       where l.origin_day >= $4::date and l.vintage = 1 and l.mean is not null
       group by 1, 2) by_week
     where cases > 0 and last_target <= $5::date order by horizon, week`,
    [of.task, of.feed, of.modelVersion, of.since, of.through],
  );
  return rows;
}
