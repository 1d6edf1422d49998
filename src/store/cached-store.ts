import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openFolderStore } from './folder-store.ts';
import type { GetOptions, Store } from './store.ts';
import { StoreError } from './store.ts';

export interface CacheOptions {
  /** A folder of this machine; made when first needed, may be deleted at any time, may be shared by processes. */
  readonly folder: string;
  /** What the cached objects take at most; the one longest unused goes first. */
  readonly maxBytes: number;
}

/**
 * A store whose objects are kept near once they were read. Only what is asked for by its checksum is kept, under that
 * checksum: such bytes can never be stale. Everything else goes to the store itself.
 */
export function cachedStore(store: Store, { folder, maxBytes }: CacheOptions): Store {
  const near = openFolderStore(`${pathToFileURL(folder).href}/`);

  /** What is near, if it is there and whole. */
  const found = async <T>(sha256: string, read: () => Promise<T | null>): Promise<T | null> => {
    try {
      const there = await read();
      if (there) await utimes(join(folder, nameOf(sha256)), new Date(), new Date()).catch(() => undefined);
      return there;
    } catch (error) {
      if (!(error instanceof StoreError && error.code === 'STORE_CHECKSUM')) throw error;
      await near.delete(nameOf(sha256));
      return null;
    }
  };

  const keep = async (sha256: string, put: () => Promise<unknown>): Promise<void> => {
    // a full disk of the cache's is no reason to fail: what was asked for is there
    await put().catch(() => near.delete(nameOf(sha256)).catch(() => undefined));
    await makeRoom(folder, maxBytes);
  };

  return {
    ...passed(store),
    get: async (key, options: GetOptions = {}) => {
      const { sha256 } = options;
      if (sha256 === undefined) return store.get(key, options);
      const there = await found(sha256, () => near.get(nameOf(sha256), { sha256 }));
      if (there) return there;
      const bytes = await store.get(key, options);
      if (bytes && bytes.length <= maxBytes)
        await keep(sha256, () => near.put(nameOf(sha256), bytes, { durable: false }));
      return bytes;
    },
    getFile: async (key, path, options: GetOptions = {}) => {
      const { sha256 } = options;
      if (sha256 === undefined) return store.getFile(key, path, options);
      const there = await found(sha256, async () =>
        (await near.getFile(nameOf(sha256), path, { sha256 })) ? true : null,
      );
      if (there) return true;
      if (!(await store.getFile(key, path, options))) return false;
      if ((await stat(path)).size <= maxBytes)
        await keep(sha256, () => near.putFile(nameOf(sha256), path, { durable: false }));
      return true;
    },
  };
}

function passed(store: Store): Store {
  return {
    uri: store.uri,
    uriOf: (key) => store.uriOf(key),
    put: (key, bytes, options) => store.put(key, bytes, options),
    putFile: (key, path, options) => store.putFile(key, path, options),
    get: (key, options) => store.get(key, options),
    getFile: (key, path, options) => store.getFile(key, path, options),
    head: (key) => store.head(key),
    list: (prefix, options) => store.list(prefix, options),
    delete: (key) => store.delete(key),
    unfinished: (before) => store.unfinished(before),
  };
}

const nameOf = (sha256: string): string => `${sha256}.object`;

async function makeRoom(folder: string, maxBytes: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const names = (await readdir(folder)).filter((name) => name.endsWith('.object'));
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const { size, mtimeMs } = await stat(path).catch(() => ({ size: 0, mtimeMs: 0 }));
      return { path, size, mtimeMs };
    }),
  );
  let total = files.reduce((sum, { size }) => sum + size, 0);
  for (const { path, size } of files.sort((a, b) => a.mtimeMs - b.mtimeMs)) {
    if (total <= maxBytes) return;
    await rm(path, { force: true });
    total -= size;
  }
}
