import { realpathSync } from 'node:fs';
import pg from 'pg';

/** The server's only user, and the database of the records. */
export const SERVER_USER = 'sihwang';
export const DATABASE = 'sihwang';

/** What listens at a port: our server, one that starts or stops, one that refuses our password, another, or nothing. */
export type Answer = 'ours' | 'not-yet' | 'password-refused' | 'another' | 'silent';

const PATIENCE_MS = 5000;

export function serverUrl(port: number, password: string, database = DATABASE): string {
  return `postgresql://${SERVER_USER}:${password}@127.0.0.1:${port}/${database}`;
}

/** Runs a question on a connection of its own to one of the server's databases. */
export async function askServer<Row extends pg.QueryResultRow>(
  url: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
    application_name: 'sihwang supervisor',
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Row>(sql, [...values])).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Who answers at a port of this machine. */
export async function whoAnswers(port: number, password: string, dataFolder: string): Promise<Answer> {
  try {
    const rows = await askServer<{ folder: string }>(
      serverUrl(port, password, 'postgres'),
      "select current_setting('data_directory') as folder",
    );
    return rows[0]?.folder === realpathSync(dataFolder) ? 'ours' : 'another';
  } catch (error) {
    const { code } = error as { code?: string };
    // cannot connect now: it starts, recovers or stops
    if (code === '57P03') return 'not-yet';
    if (code === '28P01' || code === '28000') return 'password-refused';
    return 'silent';
  }
}
