import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { SihwangError, type Told } from '../domain/index.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { addressOf } from './open.ts';
import { serverUrl, whoAnswers } from './server/ask-server.ts';
import { readPassword } from './server/password.ts';
import { readPostmaster, servesHere } from './server/postmaster.ts';
import { shippedPrograms } from './server/programs.ts';
import { serverFolder } from './server/server-folder.ts';
import { dataVersion } from './server/server-version.ts';
import type { Session } from './server/stop-server.ts';

/** How the records are, told without starting or changing anything. */
export interface RecordsStatus {
  /** Whose PostgreSQL: the home's own, or that of DATABASE_URL. */
  readonly server: 'own' | 'DATABASE_URL';
  /** `unused` = nothing needed them yet; `stopped` = the next use starts them; `unavailable` = see `problem`. */
  readonly state: 'unused' | 'stopped' | 'running' | 'unavailable';
  /** In English, and beside it in Korean. */
  readonly problem: (Told & { readonly ko: Told }) | null;
  /** Host, port and database; null while nothing runs. */
  readonly address: string | null;
  /** The process of the own server. */
  readonly pid: number | null;
  /** PostgreSQL's version, such as 18.4, of a stopped one the major alone; null when unknown. */
  readonly version: string | null;
  /** Of the database while it runs, of the own server's folder while it rests; null when unknown. */
  readonly sizeBytes: number | null;
  /** The newest migration applied; null when unknown or none. */
  readonly migration: string | null;
  /** Migrations that the next opening applies; null when unknown. */
  readonly missingMigrations: readonly string[] | null;
  /** Programs that are connected, this one left out. */
  readonly sessions: readonly Session[];
}

const NOTHING = {
  problem: null,
  address: null,
  pid: null,
  version: null,
  sizeBytes: null,
  migration: null,
  missingMigrations: null,
  sessions: [],
} as const;

export interface StatusOptions {
  readonly databaseUrl?: string | undefined;
}

export async function recordsStatus(homePath: string, options: StatusOptions = {}): Promise<RecordsStatus> {
  const url = options.databaseUrl ?? process.env.DATABASE_URL;
  if (url) return lookedAt(url, { ...NOTHING, server: 'DATABASE_URL', state: 'unavailable' });
  const folder = serverFolder(homePath);
  const own = { ...NOTHING, server: 'own' } as const;
  if (!existsSync(folder.data)) {
    if (shippedPrograms() !== null) return { ...own, state: 'unused' };
    const machine = `${process.platform}-${process.arch}`;
    return {
      ...own,
      state: 'unavailable',
      problem: {
        message: `npm brought no PostgreSQL for this machine (${machine})`,
        hint: 'Set DATABASE_URL to a PostgreSQL database of this home before you use schedules and models.',
        ko: {
          message: `이 컴퓨터(${machine})용 PostgreSQL이 npm으로 오지 않았습니다`,
          hint: '예약과 모델을 쓰려면 DATABASE_URL로 이 홈의 PostgreSQL을 주세요.',
        },
      },
    };
  }
  const resting = { ...own, sizeBytes: sizeOf(folder.server), version: String(dataVersion(folder.data)) };
  try {
    const password = readPassword(folder);
    const found = readPostmaster(folder.data);
    if (found === null || !servesHere(found, folder.data)) return { ...resting, state: 'stopped' };
    const answer = await whoAnswers(found.port, password, folder.data);
    if (answer !== 'ours')
      return {
        ...resting,
        state: 'unavailable',
        pid: found.pid,
        problem:
          answer === 'not-yet'
            ? {
                message: 'the server starts, recovers or stops',
                hint: 'Look again in a moment.',
                ko: {
                  message: '서버가 시작, 복구, 또는 종료하는 중입니다',
                  hint: '잠시 뒤에 다시 보세요.',
                },
              }
            : {
                message: `the server does not answer us (${answer})`,
                hint: `Its log is ${folder.log}.`,
                ko: {
                  message: `서버가 답하지 않습니다 (${answer})`,
                  hint: `로그는 ${folder.log}에 있습니다.`,
                },
              },
      };
    return lookedAt(serverUrl(found.port, password), { ...resting, state: 'unavailable', pid: found.pid });
  } catch (error) {
    if (!(error instanceof SihwangError)) throw error;
    return { ...resting, state: 'unavailable', problem: { ...error.in('en'), ko: error.ko } };
  }
}

async function lookedAt(url: string, before: RecordsStatus): Promise<RecordsStatus> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5000,
    application_name: 'sihwang status',
  });
  client.on('error', () => undefined);
  const address = addressOf(url);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string; size: string; migrated: boolean }>(
      `select current_setting('server_version') as version, pg_database_size(current_database()) as size,
         to_regclass('sihwang.migrations') is not null as migrated`,
    );
    const { version, size, migrated } = rows[0]!;
    const applied = migrated
      ? (await client.query<{ id: string }>('select id from sihwang.migrations order by id')).rows.map(
          ({ id }) => id,
        )
      : [];
    const sessions = await client.query<Session>(
      `select application_name as name, count(*)::int as connections from pg_stat_activity
       where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
       group by 1 order by 1`,
    );
    return {
      ...before,
      state: 'running',
      address,
      version: version.split(' ', 1)[0]!,
      sizeBytes: Number(size),
      migration: applied.at(-1) ?? null,
      missingMigrations: MIGRATIONS.map(({ id }) => id).filter((id) => !applied.includes(id)),
      sessions: sessions.rows,
    };
  } catch (error) {
    return {
      ...before,
      state: 'unavailable',
      address,
      problem: {
        message: `${address} does not answer: ${(error as Error).message}`,
        hint: 'Check that it runs and that DATABASE_URL names it.',
        ko: {
          message: `${address}: 답하지 않습니다: ${(error as Error).message}`,
          hint: '돌고 있는지, DATABASE_URL이 맞는지 확인하세요.',
        },
      },
    };
  } finally {
    await client.end().catch(() => undefined);
  }
}

function sizeOf(path: string): number | null {
  let bytes = 0;
  try {
    for (const entry of readdirSync(path, { withFileTypes: true, recursive: true }))
      if (entry.isFile())
        bytes += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
    return bytes;
  } catch {
    // another user's, or a file that went away meanwhile
    return null;
  }
}
