import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
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
import { type CacheOptions, cachedStore, type Store } from '../store/index.ts';
import { literal, openDatabase, queryColumns } from './database.ts';
import { columnsRead, selectColumns } from './snapshot-select.ts';
import { damaged, readManifest, tableKey } from './snapshot-store.ts';

export interface OpenSnapshot extends SnapshotReader {
  readonly sha256: string;
  readonly manifest: SnapshotManifest;
  close(): void;
}

/** Tables of other machines' stores that stay on this one: those longest unused make room. */
const CACHE: CacheOptions = { folder: join(tmpdir(), 'sihwang-snapshots'), maxBytes: 4 * 2 ** 30 };

/**
 * Opens a snapshot that is kept in a store, wherever its home is. A table is checked against the manifest when it is
 * first read: where it lies in a store of this machine, else near, by way of `cache`, which several processes may share.
 * @throws SihwangError `SNAPSHOT_MISSING`, `SNAPSHOT_DAMAGED`
 */
export async function openSnapshot(
  store: Store,
  sha256: string,
  { cache = CACHE }: { readonly cache?: CacheOptions } = {},
): Promise<OpenSnapshot> {
  const manifest = await readManifest(store, sha256);
  const instance = await openDatabase({ threads: 1, memoryLimit: '512MB' });
  return new StoredSnapshot(cachedStore(store, cache), sha256, manifest, instance);
}

class StoredSnapshot implements OpenSnapshot {
  readonly feed: string;
  readonly granularity: Granularity;
  readonly sha256: string;
  readonly manifest: SnapshotManifest;
  private readonly store: Store;
  /** Tables that were brought near, for this reader alone; made when the first is. */
  private folder: string | undefined;
  private readonly instance: DuckDBInstance;
  private readonly files = new Map<string, Promise<string>>();
  private connection: Promise<DuckDBConnection> | undefined;

  constructor(store: Store, sha256: string, manifest: SnapshotManifest, instance: DuckDBInstance) {
    this.feed = manifest.feed;
    this.granularity = manifest.granularity;
    this.sha256 = sha256;
    this.manifest = manifest;
    this.store = store;
    this.instance = instance;
  }

  async read(table: string, columns: readonly string[], where?: RowsWhere): Promise<SnapshotColumns> {
    const found = this.tableNamed(table);
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

  parquet(table: string): Promise<string> {
    return this.fileOf(this.tableNamed(table));
  }

  private tableNamed(table: string): SnapshotTable {
    const found = this.manifest.tables.find(({ name }) => name === table);
    if (!found) throw new TypeError(`the snapshot has no table ${table}`);
    return found;
  }

  close(): void {
    this.instance.closeSync();
    if (this.folder !== undefined) rmSync(this.folder, { recursive: true, force: true });
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
    this.folder ??= mkdtempSync(join(tmpdir(), 'sihwang-snapshot-'));
    const path = join(this.folder, `${name}.parquet`);
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
