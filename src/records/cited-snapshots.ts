import type { Db } from './db.ts';

/**
 * Every snapshot that something in the records rests on: models, issued forecasts, whatever names one in a column
 * `snapshot_sha256`, tables that come later included.
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
  return cited;
}
