/** One object of a store. */
export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  /** When it was last written, by the clock of whoever keeps it. */
  readonly writtenAt: Date;
}

/** What a writer has begun and not ended: it may be dead, or still at it. No reader sees it. */
export interface Unfinished {
  /** What it was to become; null where the store does not know. */
  readonly key: string | null;
  readonly begunAt: Date;
  /** Takes it back. A writer to a bucket that is still at it begins anew; one to a folder fails. */
  readonly drop: () => Promise<void>;
}

export interface PutOptions {
  /** Writes only where nothing stands under the key; otherwise the answer is `exists` and nothing changed. */
  readonly ifAbsent?: boolean;
  /** Hex; bytes that do not have it are refused with `STORE_CHECKSUM`. */
  readonly sha256?: string;
  /** false = a power cut may lose it (logs, heartbeats); it is whole or absent all the same. Default true. */
  readonly durable?: boolean;
}

export interface GetOptions {
  /** Hex; stored bytes that do not have it are refused with `STORE_CHECKSUM`. */
  readonly sha256?: string;
}

/**
 * Bytes by key, in a folder or in a bucket. A reader sees an object whole or not at all, and as it was before or after
 * a write, never mixed. Keys are 1 to 1,024 bytes of UTF-8: segments joined by `/`, none of them empty, `.` or `..`;
 * `a` and `a/b` may both stand.
 */
export interface Store {
  /** Ends with `/`; `openStore` of it is this store. */
  readonly uri: string;
  /** The address of a key's object (`openObject` finds it), or of all below a prefix that ends with `/` (`openStore`). */
  uriOf(key: string): string;
  put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<'written' | 'exists'>;
  putFile(key: string, path: string, options?: PutOptions): Promise<'written' | 'exists'>;
  /** The bytes, or null where nothing stands under the key. */
  get(key: string, options?: GetOptions): Promise<Uint8Array | null>;
  /** Writes the object to a file that a reader of `path` sees whole; false where nothing stands under the key. */
  getFile(key: string, path: string, options?: GetOptions): Promise<boolean>;
  head(key: string): Promise<StoredObject | null>;
  /**
   * Every object whose key begins with `prefix` (any text, not only whole segments) and comes behind `after`, in the
   * order of the keys' UTF-8 bytes. What is put or deleted meanwhile may be in it or not; the rest is there once.
   */
  list(prefix: string, options?: { readonly after?: string }): AsyncIterable<StoredObject>;
  /** Deletes an object; nothing happens where there is none. */
  delete(key: string): Promise<void>;
  /** What was begun before this moment and has not ended. */
  unfinished(before: Date): AsyncIterable<Unfinished>;
}

/** What is wrong with a key, a store's address or stored bytes. */
export class StoreError extends Error {
  readonly code: 'STORE_KEY' | 'STORE_CHECKSUM' | 'STORE_URI';

  constructor(code: StoreError['code'], message: string) {
    super(message);
    this.name = 'StoreError';
    this.code = code;
  }
}

const KEY_BYTES = 1024;

/** Throws `STORE_KEY` for what no store takes. */
export function checkKey(key: string): void {
  const refuse = (why: string): never => {
    throw new StoreError('STORE_KEY', `${JSON.stringify(key.slice(0, 80))} cannot be a key: ${why}`);
  };
  if (Buffer.from(key).toString() !== key) refuse('it is not well-formed Unicode');
  const bytes = Buffer.byteLength(key);
  if (bytes === 0 || bytes > KEY_BYTES) refuse(`it has ${bytes} bytes; 1 to ${KEY_BYTES} are possible`);
  for (const segment of key.split('/'))
    if (segment === '' || segment === '.' || segment === '..')
      refuse('a segment between slashes is empty, "." or ".."');
}

/** The part of a store below a prefix that ends with `/`, as a store of its own. */
export function storeWithin(store: Store, prefix: string): Store {
  checkKey(`${prefix}x`);
  if (!prefix.endsWith('/')) throw new StoreError('STORE_KEY', `the prefix ${prefix} does not end with /`);
  const inner = (object: StoredObject): StoredObject => ({ ...object, key: object.key.slice(prefix.length) });
  return {
    uri: store.uriOf(prefix),
    uriOf: (key) => store.uriOf(prefix + key),
    put: (key, bytes, options) => store.put(prefix + key, bytes, options),
    putFile: (key, path, options) => store.putFile(prefix + key, path, options),
    get: (key, options) => store.get(prefix + key, options),
    getFile: (key, path, options) => store.getFile(prefix + key, path, options),
    head: async (key) => {
      const object = await store.head(prefix + key);
      return object && inner(object);
    },
    list: async function* (within, options) {
      const after = options?.after === undefined ? {} : { after: prefix + options.after };
      for await (const object of store.list(prefix + within, after)) yield inner(object);
    },
    delete: (key) => store.delete(prefix + key),
    unfinished: async function* (before) {
      for await (const one of store.unfinished(before)) {
        if (one.key === null) yield one;
        else if (one.key.startsWith(prefix)) yield { ...one, key: one.key.slice(prefix.length) };
      }
    },
  };
}

/** Takes back what was begun before this moment and has not ended, or what of it is chosen; gives how many. */
export async function sweep(
  store: Store,
  before: Date,
  chosen: (one: Unfinished) => boolean = () => true,
): Promise<number> {
  let swept = 0;
  for await (const one of store.unfinished(before)) {
    if (!chosen(one)) continue;
    await one.drop();
    swept++;
  }
  return swept;
}
