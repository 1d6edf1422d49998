import pg from 'pg';
import type { Records } from './records.ts';

/** What the connections of a step's process call themselves. */
export const STEP_SESSIONS = 'sihwang step';

export interface ConnectOptions {
  /** What the connections call themselves; default that of a step's. */
  readonly name?: string;
  /** The most at once; each is made when it is needed. Default 2. */
  readonly connections?: number;
}

/** Records that another process of this home, or another part of this one, has brought to the newest migration. */
export function connectRecords(
  url: string,
  { name = STEP_SESSIONS, connections = 2 }: ConnectOptions = {},
): Records {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 5_000,
    application_name: name,
  });
  // a server that restarts breaks idle connections; the next query takes a new one
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return { url, pool, close: () => pool.end() };
}

/** A connection string whose sessions begin with one more setting, `name=value`; what it sets itself stays. */
export function withSetting(url: string, setting: string): string {
  const option = encodeURIComponent(`-c ${setting}`);
  const given = /([?&]options=)/;
  if (given.test(url)) return url.replace(given, `$1${option}%20`);
  return `${url}${url.includes('?') ? '&' : '?'}options=${option}`;
}
