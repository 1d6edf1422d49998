import pg from 'pg';
import { type Bilingual, EXIT, SihwangError } from '../domain/index.ts';
import { takeRestored } from './backup/take-restored.ts';
import { migrate } from './migrate.ts';
import type { Records } from './records.ts';
import { useOwnServer } from './server/own-server.ts';
import { serverFolder } from './server/server-folder.ts';

/** The oldest PostgreSQL whose SQL our tables use. */
const OLDEST_SERVER = 14;

export interface OpenRecordsOptions {
  /** A server of the user's own; unset = DATABASE_URL, else the home's own server, which is started when it rests. */
  readonly databaseUrl?: string | undefined;
  /** Makes records of another home this one's. */
  readonly adopt?: boolean;
  /** A line for people about what takes time. */
  readonly onProgress?: (line: Bilingual) => void;
  /** Leaves the home's own server running for the user to stop; unset = it ends with its last user. */
  readonly keep?: boolean;
  /** The folder of PostgreSQL's programs for the home's own server; unset = those that npm brought. */
  readonly programs?: string | undefined;
}

let openings = 0;

/** Openings of the own server that may find it just being stopped by its last user. */
const ATTEMPTS = 3;

/**
 * Opens the home's records at the newest migration; those that a restored backup left beside them are taken in first.
 * @throws SihwangError `RECORDS_MISSING`, `RECORDS_ADDRESS_UNREADABLE`, `RECORDS_UNREACHABLE`, `RECORDS_TOO_OLD`, those of `migrate`, of
 * `takeRestored` and of `adoptOrStart`
 */
export async function openRecords(
  home: { readonly path: string; readonly id: string },
  options: OpenRecordsOptions = {},
): Promise<Records> {
  const url = options.databaseUrl ?? process.env.DATABASE_URL;
  if (url) {
    refuseUnreadable(url);
    return openAt(url, home, options, async () => {});
  }
  for (let attempt = 1; ; attempt++) {
    const server = await useOwnServer(home.path, options);
    try {
      return await openAt(server.url, home, options, server.release);
    } catch (error) {
      if ((error as SihwangError).code !== 'RECORDS_UNREACHABLE' || attempt === ATTEMPTS) throw error;
    }
  }
}

async function openAt(
  url: string,
  home: { readonly path: string; readonly id: string },
  options: OpenRecordsOptions,
  release: (ownName: string) => Promise<void>,
): Promise<Records> {
  const ownName = `sihwang ${process.pid}.${++openings}`;
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 10_000,
    application_name: ownName,
  });
  // a server that restarts breaks idle connections; the next query takes a new one
  pool.on('error', () => undefined);
  // and one that stops tells connections that are just being closed, which the pool hears no more
  pool.on('connect', (client) => client.on('error', () => undefined));
  const close = async () => {
    await pool.end();
    await release(ownName);
  };
  try {
    await refuseOldServer(pool, url);
    const owner = { homeId: home.id, adopt: options.adopt === true };
    await takeRestored(pool, serverFolder(home.path).restored, owner);
    await migrate(pool, owner);
  } catch (error) {
    await close();
    throw error;
  }
  return { url, pool, close };
}

/** What is no address at all would be looked up as a host of a strange name. The text itself may hold a password. */
function refuseUnreadable(url: string): void {
  if (/^(postgres(ql)?|socket):/.test(url) || url.startsWith('/')) return;
  throw new SihwangError(
    'RECORDS_ADDRESS_UNREADABLE',
    { ko: 'DATABASE_URL이 PostgreSQL 주소가 아닙니다', en: 'DATABASE_URL is no address of a PostgreSQL' },
    {
      exit: EXIT.configuration,
      hint: {
        ko: 'DATABASE_URL=postgresql://USER:PASSWORD@HOST:5432/DATABASE로 쓰거나, 지우고 홈 자체 서버를 쓰세요.',
        en: 'Write DATABASE_URL=postgresql://USER:PASSWORD@HOST:5432/DATABASE, or unset it for the home’s own server.',
      },
    },
  );
}

async function refuseOldServer(pool: pg.Pool, url: string): Promise<void> {
  let version: number;
  try {
    const { rows } = await pool.query<{ version: number }>(
      "select current_setting('server_version_num')::int / 10000 as version",
    );
    version = rows[0]!.version;
  } catch (cause) {
    throw new SihwangError(
      'RECORDS_UNREACHABLE',
      {
        ko: `기록의 PostgreSQL(${addressOf(url)})이 답하지 않습니다: ${(cause as Error).message}`,
        en: `the PostgreSQL of the records (${addressOf(url)}) does not answer: ${(cause as Error).message}`,
      },
      {
        exit: EXIT.tryAgain,
        hint: {
          ko: '돌고 있는지, DATABASE_URL이 맞는지 확인하세요.',
          en: 'Check that it runs and that DATABASE_URL names it.',
        },
        cause,
      },
    );
  }
  if (version < OLDEST_SERVER)
    throw new SihwangError(
      'RECORDS_TOO_OLD',
      {
        ko: `기록의 PostgreSQL 버전이 낮습니다: ${version}`,
        en: `the records' PostgreSQL is version ${version}`,
      },
      {
        exit: EXIT.configuration,
        hint: {
          ko: `PostgreSQL ${OLDEST_SERVER} 이상을 쓰세요.`,
          en: `Use PostgreSQL ${OLDEST_SERVER} or later.`,
        },
      },
    );
}

/** A connection string without its secrets. */
export function addressOf(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `${host}${pathname}`;
  } catch {
    return 'DATABASE_URL';
  }
}
