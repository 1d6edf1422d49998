import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { migrate } from '../../src/records/migrate.ts';
import { openRecords } from '../../src/records/open.ts';
import type { Records } from '../../src/records/records.ts';
import { shippedPrograms } from '../../src/records/server/programs.ts';
import { answering, makeCluster, postgresPrograms, runSql } from './postgres-server.ts';

/** A records database of one test, empty but for its tables. */
export interface RecordsDatabase {
  readonly records: Records;
  /** For `DATABASE_URL` of processes that the test starts. */
  readonly url: string;
  /** The id of the home that the records belong to. */
  readonly homeId: string;
  /** Closes the records and deletes the database, whoever is still connected. */
  drop(): Promise<void>;
}

/** PostgreSQL's programs for tests: those that npm brought, else Debian's; null where there are none (skip then). */
export function recordsPrograms(): string | null {
  return shippedPrograms() ?? postgresPrograms() ?? null;
}

/**
 * A database with the tables of the records, in ~0.1 s: a whole run shares one server, and each database is copied from
 * a migrated one. `homeId`: for a home that exists already; unset = a random one.
 */
export async function withRecords(homeId: string = randomUUID()): Promise<RecordsDatabase> {
  const { url, drop } = await copyOf(await templateOf());
  const records = await openRecords({ path: tmpdir(), id: homeId }, { databaseUrl: url });
  return {
    records,
    url,
    homeId,
    drop: async () => {
      await records.close();
      await drop();
    },
  };
}

/** An empty database without any table of ours. */
export async function emptyDatabase(): Promise<{ readonly url: string; drop(): Promise<void> }> {
  return copyOf('template0');
}

async function copyOf(template: string): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const server = await serverOfRun();
  const name = `test_${randomBytes(8).toString('hex')}`;
  await runSql(server, `create database ${name} template ${template}`);
  return {
    url: databaseUrl(server, name),
    drop: () => runSql(server, `drop database if exists ${name} with (force)`),
  };
}

const TEMPLATE = 'records_template';
const TEMPLATE_LOCK = 7_364_821_999;

async function templateOf(): Promise<string> {
  const server = await serverOfRun();
  const client = new pg.Client({ connectionString: server });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const { rowCount } = await client.query(
      'select 1 from pg_database where datname = $1 and datistemplate',
      [TEMPLATE],
    );
    if (rowCount === 0) {
      await client.query(`drop database if exists ${TEMPLATE} with (force)`);
      await client.query(`create database ${TEMPLATE}`);
      const pool = new pg.Pool({ connectionString: databaseUrl(server, TEMPLATE) });
      pool.on('error', () => undefined);
      pool.on('connect', (one) => one.on('error', () => undefined));
      await migrate(pool);
      await pool.end();
      await client.query(`alter database ${TEMPLATE} is_template true`);
    }
  } finally {
    await client.end();
  }
  return TEMPLATE;
}

/** The server of this test run: the first who asks starts it, and it ends with the run. */
async function serverOfRun(): Promise<string> {
  // the workers of a run are children of one process
  const run = process.ppid;
  const folder = join(tmpdir(), `sihwang-test-run-${run}`);
  const ready = join(folder, 'url');
  try {
    mkdirSync(folder);
  } catch {
    return sharedUrl(ready);
  }
  try {
    const url = await startServer(run, folder);
    writeFileSync(`${ready}.new`, url);
    renameSync(`${ready}.new`, ready);
    return url;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function startServer(run: number, folder: string): Promise<string> {
  const programs = recordsPrograms();
  if (programs === null)
    throw new Error('no PostgreSQL is installed: skip this suite without recordsPrograms()');
  const cluster = await makeCluster(programs);
  const keeper = spawn(
    process.execPath,
    [
      fileURLToPath(new URL('postgres-keeper.mjs', import.meta.url)),
      String(run),
      JSON.stringify(cluster),
      folder,
    ],
    { detached: true, stdio: 'ignore' },
  );
  keeper.unref();
  await answering(cluster.url, keeper);
  return cluster.url;
}

async function sharedUrl(ready: string): Promise<string> {
  for (let attempt = 0; attempt < 1200; attempt++) {
    if (existsSync(ready)) return readFileSync(ready, 'utf8');
    await sleep(50);
  }
  throw new Error(`the PostgreSQL of this test run did not start: ${ready}`);
}

function databaseUrl(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}
