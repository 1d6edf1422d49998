import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Pool, PoolClient } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { appliedMigrations } from '../migrate.ts';
import { quoted, type StoredTable, storedSequences, storedTables } from './catalog.ts';
import { type ExportManifest, manifestOf, manifestPath, tablePath } from './manifest.ts';

/** Fast rather than small: a ledger of some years is gigabytes. */
const GZIP_LEVEL = 1;

/**
 * Writes every table of schema `sihwang` as of one moment into an empty folder. The durable workflows' own schema is
 * left out: it holds how far an unfinished run has come, which is true of the moment of its death alone; what a run
 * did is in our tables, and a step that is done again has its effect once.
 * `onTable` hears of each table before it is written.
 */
export async function exportRecords(
  pool: Pool,
  folder: string,
  homeId: string,
  onTable: (name: string) => void = () => {},
): Promise<ExportManifest> {
  mkdirSync(folder, { recursive: true });
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin isolation level repeatable read read only');
    const { rows } = await client.query<{ at: Date }>('select now() as at');
    const tables = [];
    for (const table of await storedTables(client)) {
      onTable(table.name);
      tables.push({ ...table, rows: await writeTable(client, table, folder) });
    }
    const manifest = manifestOf({
      at: rows[0]!.at.toISOString(),
      homeId,
      migrations: await appliedMigrations(client),
      tables,
      sequences: await storedSequences(client),
    });
    writeFileSync(manifestPath(folder), `${JSON.stringify(manifest, null, 1)}\n`);
    await client.query('commit');
    return manifest;
  } catch (error) {
    broken = error as Error;
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Gives the number of rows. */
async function writeTable(
  client: PoolClient,
  { name, columns, key }: StoredTable,
  folder: string,
): Promise<number> {
  const order = key.length === 0 ? '' : ` order by ${key.map(quoted).join(', ')}`;
  const rows = copyTo(
    `copy (select ${columns.map(quoted).join(', ')} from only sihwang.${quoted(name)}${order}) to stdout`,
  );
  let lines = 0;
  const counting = new Transform({
    transform(chunk: Buffer, _, done) {
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1;
      done(null, chunk);
    },
  });
  await pipeline(
    client.query(rows),
    counting,
    createGzip({ level: GZIP_LEVEL }),
    createWriteStream(tablePath(folder, name)),
  );
  return lines;
}
