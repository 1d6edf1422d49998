import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cachedStore } from '../../src/store/cached-store.ts';
import { openFolderStore } from '../../src/store/folder-store.ts';
import type { Store } from '../../src/store/index.ts';
import { storeSuite } from './store-suite.ts';

const far = (folder: string): Store => openFolderStore(`${pathToFileURL(join(folder, 'far')).href}/`);

storeSuite({
  name: 'with a cache before it',
  open: async (folder) => ({
    store: cachedStore(far(folder), { folder: join(folder, 'near'), maxBytes: 1000 }),
    close: async () => undefined,
  }),
});

describe('a cache', () => {
  let folder: string;
  let store: Store;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sihwang-cache-'));
    store = cachedStore(far(folder), { folder: join(folder, 'near'), maxBytes: 250 });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const bytes = (letter: string): Uint8Array => Buffer.from(letter.repeat(100));
  const sha256 = (letter: string): string => createHash('sha256').update(bytes(letter)).digest('hex');
  const near = (): string[] => readdirSync(join(folder, 'near')).filter((name) => name.endsWith('.object'));

  it('answers what it has read before without its store', async () => {
    await store.put('a', bytes('a'));
    await store.get('a', { sha256: sha256('a') });
    await store.delete('a');
    expect(await store.get('a', { sha256: sha256('a') })).toEqual(bytes('a'));
    expect(await store.getFile('a', join(folder, 'out'), { sha256: sha256('a') })).toBe(true);
    expect(readFileSync(join(folder, 'out'))).toEqual(bytes('a'));
    expect(await store.get('a')).toBeNull();
  });

  it('stays below its size: the one longest unused goes', async () => {
    for (const letter of ['a', 'b', 'c']) {
      await store.put(letter, bytes(letter));
      await store.get(letter, { sha256: sha256(letter) });
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
    expect(near().sort()).toEqual([`${sha256('b')}.object`, `${sha256('c')}.object`].sort());
  });

  it('notices that what it kept has changed, and reads it again', async () => {
    await store.put('a', bytes('a'));
    await store.get('a', { sha256: sha256('a') });
    writeFileSync(join(folder, 'near', `${sha256('a')}.object`), 'broken');
    expect(await store.get('a', { sha256: sha256('a') })).toEqual(bytes('a'));
    expect(readFileSync(join(folder, 'near', `${sha256('a')}.object`))).toEqual(bytes('a'));
  });
});
