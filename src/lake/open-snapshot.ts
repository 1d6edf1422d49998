import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type {
  Granularity,
  RowsWhere,
  SnapshotColumns,
  SnapshotManifest,
  SnapshotReader,
  SnapshotTable,
} from '../domain/index.ts';
import type { Store } from '../store/index.ts';
import { literal, openDatabase, queryColumns } from './database.ts';
import { columnsRead, selectColumns } from './snapshot-select.ts';
import { damaged, readManifest, tableKey } from './snapshot-store.ts';

export interface OpenSnapshot extends SnapshotReader {
  readonly sha256: string;
  readonly manifest: SnapshotManifest;
  close(): void;
}

/**
 * Opens a snapshot that is kept in a store, wherever its home is. A table is checked against the manifest when it is
 * first read: where it lies in a store of this machine, else in `cacheFolder`, which several processes may share.
 * @throws SihwangError `SNAPSHOT_MISSING`, `SNAPSHOT_DAMAGED`
 */
export async function openSnapshot(
  store: Store,
  sha256: string,
  { cacheFolder = join(tmpdir(), 'sihwang-snapshots') }: { readonly cacheFolder?: string } = {},
): Promise<OpenSnapshot> {
  const manifest = await readManifest(store, sha256);
  const instance = await openDatabase({ threads: 1, memoryLimit: '512MB' });
  return new StoredSnapshot(store, sha256, manifest, join(cacheFolder, sha256), instance);
}

class StoredSnapshot implements OpenSnapshot {
  readonly feed: string;
  readonly granularity: Granularity;
  readonly sha256: string;
  readonly manifest: SnapshotManifest;
  private readonly store: Store;
  private readonly folder: string;
  private readonly instance: DuckDBInstance;
  private readonly files = new Map<string, Promise<string>>();
  private connection: Promise<DuckDBConnection> | undefined;

  constructor(
    store: Store,
    sha256: string,
    manifest: SnapshotManifest,
    folder: string,
    instance: DuckDBInstance,
  ) {
    this.feed = manifest.feed;
    this.granularity = manifest.granularity;
    this.sha256 = sha256;
    this.manifest = manifest;
    this.store = store;
    this.folder = folder;
    this.instance = instance;
  }

  async read(table: string, columns: readonly string[], where?: RowsWhere): Promise<SnapshotColumns> {
    const found = this.manifest.tables.find(({ name }) => name === table);
    if (!found) throw new TypeError(`the snapshot has no table ${table}`);
    const wanted = columns.map((name) => {
      const column = found.columns.find((one) => one.name === name);
      if (!column) throw new TypeError(`the table ${table} of the snapshot has no column ${name}`);
      return column;
    });
    const relation = `read_parquet(${literal(await this.fileOf(found))})`;
    this.connection ??= this.instance.connect();
    const { sql, params } = selectColumns(relation, wanted, [], where);
    return columnsRead(await queryColumns(await this.connection, sql, params), wanted);
  }

  close(): void {
    this.instance.closeSync();
  }

  private fileOf(table: SnapshotTable): Promise<string> {
    let file = this.files.get(table.name);
    if (!file) {
      file = this.fetch(table);
      this.files.set(table.name, file);
      file.catch(() => this.files.delete(table.name));
    }
    return file;
  }

  private async fetch({ name, sha256 }: SnapshotTable): Promise<string> {
    const uri = this.store.uriOf(tableKey(this.sha256, name));
    if (uri.startsWith('file:')) {
      const own = fileURLToPath(uri);
      if (!existsSync(own)) throw damaged(this.sha256, `its table ${name} is missing`);
      if (hashOf(own) !== sha256) throw damaged(this.sha256, `its table ${name} has been changed`);
      return own;
    }
    const path = join(this.folder, `${name}.parquet`);
    if (existsSync(path) && hashOf(path) === sha256) return path;
    mkdirSync(this.folder, { recursive: true });
    const found = await this.store
      .getFile(tableKey(this.sha256, name), path, { sha256 })
      .catch((error: { readonly code?: unknown }) => {
        if (error.code !== 'STORE_CHECKSUM') throw error;
        throw damaged(this.sha256, `its table ${name} has been changed`);
      });
    if (!found) throw damaged(this.sha256, `its table ${name} is missing`);
    return path;
  }
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
