import pg from 'pg';
import type { Records } from './records.ts';

/** Records that another process of this home has opened and brought to the newest migration: few connections, made when needed. */
export function connectRecords(url: string, connections = 2): Records {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 5_000,
    application_name: 'sihwang step',
  });
  // a server that restarts breaks idle connections; the next query takes a new one
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return { url, pool, close: () => pool.end() };
}
