import type { Pool, PoolClient } from 'pg';
import { copyRows } from './copy-rows.ts';
import { inTransaction } from './db.ts';

/*
 * The ledger of forecasts: what was said, when, resting on what. Days are `YYYY-MM-DD`, instants ISO, prices in the
 * series' own currency and unit; NaN or null = none.
 */

/** What a batch of forecasts rests on. Issuing the same again is issuing once: the first record stays. */
export interface ForecastIssue {
  readonly task: string;
  readonly feed: string;
  readonly modelVersion: string;
  /** '' where a forecast was made straight from the published conditions. */
  readonly snapshotSha256: string;
  readonly conditionsVersion: string;
  /** The run that made it; '' outside of runs. */
  readonly run: string;
}

/** One forecast as issued. */
export interface IssuedRow {
  readonly series: string;
  readonly horizon: string;
  readonly originDay: string;
  readonly targetDay: string | null;
  readonly issuedAt: string;
  readonly status: string;
  readonly reason: string | null;
  /** What the cell shows: a candidate's or combination's name. */
  readonly model: string | null;
  readonly mean: number | null;
  /** lo and hi at 50, 80 and 95%. */
  readonly quantiles: readonly (number | null)[];
  /** The last price at the origin: the forecast that costs nothing. */
  readonly naive: number | null;
}

const COLUMNS = `series text, horizon text, origin_day date, target_day date, issued_at timestamptz, status text, reason text,
  model text, mean float8, lo50 float8, hi50 float8, lo80 float8, hi80 float8, lo95 float8, hi95 float8, naive float8`;

/**
 * Keeps forecasts as they were issued, by COPY, in one transaction. Gives how many were new: those recorded before (same
 * issue, series, horizon, origin) are left as they are.
 */
export async function recordForecasts(
  pool: Pool,
  issue: ForecastIssue,
  rows: readonly IssuedRow[],
): Promise<{ readonly recorded: number }> {
  if (rows.length === 0) return { recorded: 0 };
  return inTransaction(pool, async (client) => {
    await holdLedger(client, issue);
    const issueId = await issueIdOf(client, issue);
    await client.query(`create temp table issued (${COLUMNS}) on commit drop`);
    await copyRows(client, 'issued', rows.map(asFields));
    await client.query('analyze issued');
    await addSeries(client, issue.feed, 'issued');
    await client.query(
      "select sihwang.ledger_month(day) from (select distinct date_trunc('month', origin_day)::date as day from issued) m order by day",
    );
    const { rowCount } = await client.query(
      `insert into sihwang.forecast_ledger (series_id, horizon, origin_day, issue_id, vintage, target_day, issued_at, status, reason,
         model, mean, lo50, hi50, lo80, hi80, lo95, hi95, naive)
       select s.id, i.horizon, i.origin_day, $2,
              1 + (select count(*) from sihwang.forecast_ledger l join sihwang.forecast_issues e on e.id = l.issue_id
                   where l.series_id = s.id and l.horizon = i.horizon and l.origin_day = i.origin_day and e.task = $3),
              i.target_day, i.issued_at, i.status, i.reason, i.model, i.mean, i.lo50, i.hi50, i.lo80, i.hi80, i.lo95, i.hi95, i.naive
       from issued i join sihwang.ledger_series s on s.feed = $1 and s.series = i.series
       on conflict do nothing`,
      [issue.feed, issueId, issue.task],
    );
    return { recorded: rowCount ?? 0 };
  });
}

/** One at a time records or scores the forecasts of a task and feed, until its transaction ends. */
export async function holdLedger(
  client: PoolClient,
  { task, feed }: Pick<ForecastIssue, 'task' | 'feed'>,
): Promise<void> {
  await client.query("select pg_advisory_xact_lock(hashtextextended('ledger ' || $1 || ' ' || $2, 0))", [
    task,
    feed,
  ]);
}

async function issueIdOf(client: PoolClient, issue: ForecastIssue): Promise<number> {
  const key = [issue.task, issue.feed, issue.modelVersion, issue.snapshotSha256, issue.conditionsVersion];
  await client.query(
    `insert into sihwang.forecast_issues (task, feed, model_version, snapshot_sha256, conditions_version, run)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    [...key, issue.run],
  );
  const { rows } = await client.query<{ id: number }>(
    `select id from sihwang.forecast_issues
     where task = $1 and feed = $2 and model_version = $3 and snapshot_sha256 = $4 and conditions_version = $5`,
    key,
  );
  return rows[0]!.id;
}

/** Gives every series of a temporary table its number. */
export async function addSeries(client: PoolClient, feed: string, table: string): Promise<void> {
  await client.query(
    `insert into sihwang.ledger_series (feed, series)
     select $1, series from (select distinct series from ${table}) t
     where not exists (select from sihwang.ledger_series s where s.feed = $1 and s.series = t.series)
     order by series on conflict do nothing`,
    [feed],
  );
}

function asFields(row: IssuedRow) {
  return [
    ...[
      row.series,
      row.horizon,
      row.originDay,
      row.targetDay,
      row.issuedAt,
      row.status,
      row.reason,
      row.model,
    ],
    row.mean,
    ...Array.from({ length: 6 }, (_, index) => row.quantiles[index] ?? null),
    row.naive,
  ];
}
