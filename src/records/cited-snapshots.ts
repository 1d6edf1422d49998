import type { Db } from './db.ts';

/**
 * Every snapshot that something in the records rests on: models, issued forecasts, whatever names one in a column
 * `snapshot_sha256`, tables that come later included. And every one that jobs under way or steps of an open run name: a
 * snapshot that is drawn once more, as the data are the same, is as old as it was.
 */
export async function citedSnapshots(db: Db): Promise<ReadonlySet<string>> {
  const { rows: tables } = await db.query<{ name: string }>(
    `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.columns
     where table_schema = 'sihwang' and column_name = 'snapshot_sha256' order by 1`,
  );
  const cited = new Set<string>();
  for (const { name } of tables) {
    const { rows } = await db.query<{ sha256: string }>(
      `select distinct snapshot_sha256 as sha256 from ${name} where snapshot_sha256 <> ''`,
    );
    for (const { sha256 } of rows) cited.add(sha256);
  }
  const { rows: named } = await db.query<{ sha256: string }>(
    `select spec #>> '{job,snapshotSha256}' as sha256 from sihwang.jobs
       where state not in ('SUCCEEDED', 'FAILED', 'CANCELLED', 'LOST') and spec #>> '{job,snapshotSha256}' is not null
     union select (regexp_matches(output::text, '[0-9a-f]{64}', 'g'))[1] from sihwang.run_steps
       join sihwang.runs on runs.id = run_id where runs.ended_at is null`,
  );
  for (const { sha256 } of named) cited.add(sha256);
  return cited;
}
