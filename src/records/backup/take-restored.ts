import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Pool, PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { EXIT, SihwangError } from '../../domain/index.ts';
import { reach, temporaryName } from '../../store/index.ts';
import { inTransaction } from '../db.ts';
import {
  lockMigrating,
  type MigrateOptions,
  migrateIn,
  migrationsUpTo,
  otherHome,
  refuseOtherHome,
} from '../migrate.ts';
import { foreignKeys, quoted, storedTables } from './catalog.ts';
import { type ExportManifest, manifestPath, readManifest, tablePath } from './manifest.ts';

/**
 * Takes in the records that a restored backup left in a folder, once, and deletes the folder. They are put into the
 * tables of the migration that they were exported at; the caller migrates on. All of it or nothing, whenever we die.
 * @throws SihwangError `RECORDS_NOT_EMPTY`, `RECORDS_RESTORE_DAMAGED`, those of `readManifest` and `migrationsUpTo`
 */
export async function takeRestored(
  pool: Pool,
  folder: string,
  owner: Pick<MigrateOptions, 'homeId' | 'adopt'>,
): Promise<void> {
  if (!existsSync(manifestPath(folder))) return;
  const manifest = readManifest(folder);
  if (owner.homeId !== undefined && manifest.homeId !== owner.homeId && !owner.adopt)
    throw otherHome(manifest.homeId, owner.homeId);
  const name = createHash('sha256')
    .update(readFileSync(manifestPath(folder)))
    .digest('hex');
  await inTransaction(pool, async (client) => {
    await lockMigrating(client);
    if (await isTaken(client, name)) return;
    await refuseOtherHome(client, owner);
    await refuseFilled(client, folder);
    await client.query('drop schema if exists sihwang cascade');
    await migrateIn(client, migrationsUpTo(manifest.migrations));
    await fill(client, manifest, folder);
    await client.query(`comment on schema sihwang is '${markOf(name)}'`);
  });
  const gone = temporaryName(folder);
  renameSync(folder, gone);
  reach('records-restored');
  rmSync(gone, { recursive: true });
}

/** Written where no migration has to have made a table for it. */
function markOf(name: string): string {
  return `restored from ${name}`;
}

async function isTaken(client: PoolClient, name: string): Promise<boolean> {
  const { rows } = await client.query<{ mark: string | null }>(
    "select obj_description(to_regnamespace('sihwang')::oid, 'pg_namespace') as mark",
  );
  return rows[0]?.mark === markOf(name);
}

/** What every opening writes. */
const OPENED = new Set(['migrations', 'home']);

async function refuseFilled(client: PoolClient, folder: string): Promise<void> {
  const { rows } = await client.query("select 1 where to_regnamespace('sihwang') is not null");
  if (rows.length === 0) return;
  for (const { name } of await storedTables(client)) {
    if (OPENED.has(name)) continue;
    const { rowCount } = await client.query(`select 1 from sihwang.${quoted(name)} limit 1`);
    if (rowCount === 0) continue;
    throw new SihwangError(
      'RECORDS_NOT_EMPTY',
      {
        ko: `기록에 이미 행이 있어 백업의 기록은 넣지 않고 ${folder}에 두었습니다`,
        en: `the records hold rows already; those of the backup were not taken in and wait in ${folder}`,
      },
      {
        exit: EXIT.configuration,
        hint: {
          ko: 'DATABASE_URL로 빈 데이터베이스를 주거나, 그 폴더를 지우고 지금의 기록으로 계속하세요.',
          en: 'Set DATABASE_URL to an empty database, or delete that folder to go on with the records that are there.',
        },
      },
    );
  }
}

async function fill(
  client: PoolClient,
  { tables, sequences }: ExportManifest,
  folder: string,
): Promise<void> {
  for (const { name, partOf } of tables) {
    if (partOf === null) continue;
    await client.query(
      `create table if not exists sihwang.${quoted(name)} partition of sihwang.${quoted(partOf.table)} ${partOf.bound}`,
    );
  }
  // rows come in the order of tables, not of what they refer to
  const keys = await foreignKeys(client);
  for (const { drop } of keys) await client.query(drop);
  for (const table of tables) {
    if (table.name === 'migrations') continue;
    const target = `sihwang.${quoted(table.name)}`;
    await client.query(`alter table ${target} disable trigger user`);
    // migrations may have put first rows in
    await client.query(`delete from only ${target}`);
    const rows = copyFrom(`copy ${target} (${table.columns.map(quoted).join(', ')}) from stdin`);
    await pipeline(createReadStream(tablePath(folder, table.name)), createGunzip(), client.query(rows));
    if (rows.rowCount !== table.rows)
      throw new SihwangError(
        'RECORDS_RESTORE_DAMAGED',
        {
          ko: `${tablePath(folder, table.name)}의 행이 ${table.rows}개가 아니라 ${rows.rowCount}개입니다`,
          en: `${tablePath(folder, table.name)} holds ${rows.rowCount} rows instead of ${table.rows}`,
        },
        {
          exit: EXIT.badData,
          hint: {
            ko: '빈 폴더에 백업을 다시 되살리세요.',
            en: 'Restore the backup again into an empty folder.',
          },
        },
      );
    await client.query(`alter table ${target} enable trigger user`);
  }
  for (const { add } of keys) await client.query(add);
  for (const { name, lastValue, isCalled } of sequences)
    await client.query('select setval($1::regclass, $2, $3)', [
      `sihwang.${quoted(name)}`,
      lastValue,
      isCalled,
    ]);
}
