import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { EXIT, SihwangError } from '../domain/index.ts';
import { inTransaction } from './db.ts';
import { MIGRATIONS, type Migration } from './migrations/index.ts';

/** The advisory lock that migrating takes: two processes that open the records at once migrate once. */
const MIGRATION_LOCK = 7_364_821_001;

export interface MigrateOptions {
  /** The home that the records belong to; unset = whoever's they are. */
  readonly homeId?: string;
  /** Makes the records this home's although they were another's. */
  readonly adopt?: boolean;
  /** Those to bring the tables to; unset = all. */
  readonly migrations?: readonly Migration[];
}

/** A migration that records have had; a hash of the text it had then. */
export interface AppliedMigration {
  readonly id: string;
  readonly sha256: string;
}

/**
 * Brings the tables of schema `sihwang` to the newest migration, in one transaction: after an error or a death nothing
 * has changed. Gives the ids that were applied now, oldest first.
 * @throws SihwangError `RECORDS_NEWER` (a later version migrated them), `RECORDS_OTHER_HOME`, `RECORDS_CHANGED`
 * (a migration was applied with another text than it has now)
 */
export function migrate(pool: Pool, options: MigrateOptions = {}): Promise<readonly string[]> {
  return inTransaction(pool, async (client) => {
    await lockMigrating(client);
    await refuseOtherHome(client, options);
    const applied = await migrateIn(client, options.migrations ?? MIGRATIONS);
    if (options.homeId !== undefined) await claim(client, options.homeId);
    return applied;
  });
}

/** Waits until no other process migrates; until the end of the transaction none begins. */
export async function lockMigrating(client: PoolClient): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
}

/** Applies those of the migrations that are missing, within a transaction that holds the lock. */
export async function migrateIn(
  client: PoolClient,
  migrations: readonly Migration[],
): Promise<readonly string[]> {
  await client.query('create schema if not exists sihwang');
  await client.query(
    `create table if not exists sihwang.migrations (
       id text primary key, sha256 text not null, applied_at timestamptz not null default now())`,
  );
  const applied = await appliedMigrations(client);
  refuseNewer(applied, migrations);
  const known = new Set(applied.map(({ id }) => id));
  const missing = migrations.filter(({ id }) => !known.has(id));
  for (const { id, sql } of missing) {
    await client.query(sql);
    await client.query('insert into sihwang.migrations (id, sha256) values ($1, $2)', [id, sha256(sql)]);
  }
  return missing.map(({ id }) => id);
}

/** Oldest first. */
export async function appliedMigrations(client: PoolClient): Promise<readonly AppliedMigration[]> {
  const { rows } = await client.query<AppliedMigration>(
    'select id, sha256 from sihwang.migrations order by id',
  );
  return rows;
}

/**
 * Those of our migrations that other records have had.
 * @throws SihwangError `RECORDS_NEWER`, `RECORDS_CHANGED`
 */
export function migrationsUpTo(applied: readonly AppliedMigration[]): readonly Migration[] {
  refuseNewer(applied, MIGRATIONS);
  return MIGRATIONS.filter(({ id }) => applied.some((one) => one.id === id));
}

function refuseNewer(applied: readonly AppliedMigration[], migrations: readonly Migration[]): void {
  const known = new Map(migrations.map(({ id, sql }) => [id, sha256(sql)]));
  for (const { id, sha256: hash } of applied) {
    const expected = known.get(id);
    if (expected === undefined)
      throw new SihwangError(
        'RECORDS_NEWER',
        {
          ko: `이 버전이 모르는 마이그레이션이 기록에 있습니다: ${id}`,
          en: `the records have migration ${id}, which this version lacks`,
        },
        {
          exit: EXIT.configuration,
          hint: {
            ko: '기록을 옮긴 더 새로운 sihwang을 설치하거나, 다른 --home이나 DATABASE_URL을 쓰세요.',
            en: 'Install the newer sihwang that migrated them, or choose another --home or DATABASE_URL.',
          },
        },
      );
    if (expected !== hash)
      throw new SihwangError(
        'RECORDS_CHANGED',
        {
          ko: `다른 내용으로 적용된 마이그레이션: ${id}`,
          en: `migration ${id} was applied with another text`,
        },
        {
          exit: EXIT.configuration,
          hint: {
            ko: '이 기록을 만든 버전의 sihwang이나 새 데이터베이스를 쓰세요.',
            en: 'Use the version of sihwang that made these records, or a new database.',
          },
        },
      );
  }
}

/** @throws SihwangError `RECORDS_OTHER_HOME`; records that nobody opened yet are anybody's */
export async function refuseOtherHome(
  client: PoolClient,
  { homeId, adopt }: Pick<MigrateOptions, 'homeId' | 'adopt'>,
): Promise<void> {
  if (homeId === undefined || adopt) return;
  const { rows: tables } = await client.query("select 1 where to_regclass('sihwang.home') is not null");
  if (tables.length === 0) return;
  const { rows } = await client.query<{ id: string }>('select id from sihwang.home');
  const owner = rows[0]?.id;
  if (owner !== undefined && owner !== homeId) throw otherHome(owner, homeId);
}

/** Says that records belong to another home than the one that opens them. */
export function otherHome(owner: string, homeId: string): SihwangError {
  return new SihwangError(
    'RECORDS_OTHER_HOME',
    {
      ko: `홈 ${owner}의 기록입니다: ${homeId}의 것이 아닙니다`,
      en: `the records belong to home ${owner}, not to ${homeId}`,
    },
    {
      exit: EXIT.configuration,
      hint: {
        ko: '홈마다 데이터베이스를 따로 두세요. 이 홈의 것으로 아주 바꾸려면 sihwang records start --adopt.',
        en: 'Give each home a database of its own; to make these records this home’s for good, run sihwang records start --adopt.',
      },
    },
  );
}

async function claim(client: PoolClient, homeId: string): Promise<void> {
  await client.query(
    `insert into sihwang.home (id) values ($1)
     on conflict (only_row) do update set id = excluded.id, adopted_at = now() where home.id <> excluded.id`,
    [homeId],
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
