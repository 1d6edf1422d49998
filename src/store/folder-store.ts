import { randomBytes } from 'node:crypto';
import { constants, type Dirent } from 'node:fs';
import {
  copyFile,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { checkSum, sha256Of, sha256OfFile } from './checksums.ts';
import { nameOfSegment, segmentOfName } from './folder-names.ts';
import { reach } from './kill-point.ts';
import {
  checkKey,
  type PutOptions,
  type Store,
  type StoredObject,
  StoreError,
  type Unfinished,
} from './store.ts';

/** Files under construction; a name that begins with a dot stands for no key. */
const UNFINISHED = '.unfinished';

/** A store in a folder of this machine: one file an object, under a name that people can read. Made when first written. */
export function openFolderStore(uri: string): Store {
  const root = resolve(fileURLToPath(uri));
  const href = pathToFileURL(root).href;
  return new FolderStore(root, href.endsWith('/') ? href : `${href}/`);
}

/** The store and the key that the address of a file in it stands for. */
export function openFolderObject(uri: string): { readonly store: Store; readonly key: string } {
  const path = fileURLToPath(uri);
  const key = segmentOfName(basename(path), 'file');
  if (key === undefined) throw new StoreError('STORE_URI', `${uri} is no address of an object`);
  return { store: openFolderStore(pathToFileURL(dirname(path)).href), key };
}

class FolderStore implements Store {
  readonly uri: string;
  private readonly root: string;

  constructor(root: string, uri: string) {
    this.root = root;
    this.uri = uri;
  }

  put(key: string, bytes: Uint8Array, options: PutOptions = {}): Promise<'written' | 'exists'> {
    return this.publish(key, options, async (unfinished) => {
      if (options.sha256 !== undefined) checkSum(key, options.sha256, sha256Of(bytes));
      await writeFile(unfinished, bytes, { flag: 'wx' });
    });
  }

  putFile(key: string, path: string, options: PutOptions = {}): Promise<'written' | 'exists'> {
    return this.publish(key, options, async (unfinished) => {
      await copyFile(path, unfinished, constants.COPYFILE_FICLONE);
      if (options.sha256 !== undefined) checkSum(key, options.sha256, await sha256OfFile(unfinished));
    });
  }

  async get(key: string, options: { readonly sha256?: string } = {}): Promise<Uint8Array | null> {
    const bytes = await orNull(readFile(this.pathOf(key)));
    if (bytes && options.sha256 !== undefined) checkSum(key, options.sha256, sha256Of(bytes));
    return bytes;
  }

  async getFile(key: string, path: string, options: { readonly sha256?: string } = {}): Promise<boolean> {
    const unfinished = `${path}.${randomBytes(6).toString('hex')}`;
    try {
      const copied = await orNull(
        copyFile(this.pathOf(key), unfinished, constants.COPYFILE_FICLONE).then(() => true),
      );
      if (!copied) return false;
      if (options.sha256 !== undefined) checkSum(key, options.sha256, await sha256OfFile(unfinished));
      await rename(unfinished, path);
      reach('object-fetched');
      return true;
    } finally {
      await rm(unfinished, { force: true });
    }
  }

  async head(key: string): Promise<StoredObject | null> {
    const found = await orNull(stat(this.pathOf(key)));
    return found && { key, bytes: found.size, writtenAt: found.mtime };
  }

  async *list(prefix: string, options: { readonly after?: string } = {}): AsyncGenerator<StoredObject> {
    yield* this.walk(this.root, '', prefix, options.after);
  }

  async delete(key: string): Promise<void> {
    await rm(this.pathOf(key), { force: true });
  }

  async *unfinished(before: Date): AsyncGenerator<Unfinished> {
    const folder = join(this.root, UNFINISHED);
    for (const name of (await orNull(readdir(folder))) ?? []) {
      const path = join(folder, name);
      const found = await orNull(stat(path));
      if (found && found.mtime < before)
        yield { key: null, begunAt: found.mtime, drop: () => rm(path, { force: true }) };
    }
  }

  uriOf(key: string): string {
    if (!key.endsWith('/')) return pathToFileURL(this.pathOf(key)).href;
    return `${pathToFileURL(dirname(this.pathOf(`${key}x`))).href}/`;
  }

  private pathOf(key: string): string {
    checkKey(key);
    const segments = key.split('/');
    const names = segments.map((segment, at) =>
      nameOfSegment(segment, at === segments.length - 1 ? 'file' : 'folder'),
    );
    if (names.some((name) => Buffer.byteLength(name) > 255))
      throw new StoreError('STORE_KEY', `${key.slice(0, 80)}… has a segment too long for a file name`);
    return join(this.root, ...names);
  }

  /** Builds the object under a name of its own and makes it visible by one step. */
  private async publish(
    key: string,
    { ifAbsent = false, durable = true }: PutOptions,
    build: (unfinished: string) => Promise<void>,
  ): Promise<'written' | 'exists'> {
    const path = this.pathOf(key);
    const unfinished = join(this.root, UNFINISHED, randomBytes(12).toString('hex'));
    await makeFolder(dirname(unfinished), durable);
    try {
      await build(unfinished);
      if (durable) await sync(unfinished);
      await makeFolder(dirname(path), durable);
      if (ifAbsent) {
        try {
          await link(unfinished, path);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === 'EEXIST') return 'exists';
          throw error;
        }
      } else await rename(unfinished, path);
      if (durable) await sync(dirname(path));
      reach('object-stored');
      return 'written';
    } finally {
      await rm(unfinished, { force: true });
    }
  }

  /** One folder's entries at a time are in memory. */
  private async *walk(
    folder: string,
    above: string,
    prefix: string,
    after: string | undefined,
  ): AsyncGenerator<StoredObject> {
    const entries = (await orNull(readdir(folder, { withFileTypes: true }))) ?? [];
    const inside = entries.flatMap((entry) => keyOf(entry, above, prefix, after));
    inside.sort((a, b) => compareBytes(a.key, b.key));
    for (const { key, name } of inside) {
      const path = join(folder, name);
      if (key.endsWith('/')) yield* this.walk(path, key, prefix, after);
      else {
        const found = await orNull(stat(path));
        if (found) yield { key, bytes: found.size, writtenAt: found.mtime };
      }
    }
  }
}

/** An entry with the key it stands for, a folder's ending with `/`; none when nothing of it is asked for. */
function keyOf(
  entry: Dirent,
  above: string,
  prefix: string,
  after: string | undefined,
): { readonly key: string; readonly name: string }[] {
  const folder = entry.isDirectory();
  const segment = segmentOfName(entry.name, folder ? 'folder' : 'file');
  if (segment === undefined) return [];
  const key = `${above}${segment}${folder ? '/' : ''}`;
  if (!key.startsWith(prefix) && !(folder && prefix.startsWith(key))) return [];
  if (after !== undefined && compareBytes(key, after) <= 0 && !(folder && after.startsWith(key))) return [];
  return [{ key, name: entry.name }];
}

function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Makes a folder and those above it; durable ones survive a power cut themselves. */
async function makeFolder(folder: string, durable: boolean): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined || !durable) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await sync(dirname(made));
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** null where there is no such file, or where a file stands in a folder's place. */
async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}
