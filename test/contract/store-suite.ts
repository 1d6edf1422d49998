import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openObject, openStore, type Store, storeWithin, sweep } from '../../src/store/index.ts';

/** A kind of store: a fresh empty one a test. */
export interface StoreHarness {
  readonly name: string;
  open(folder: string): Promise<{ readonly store: Store; close(): Promise<void> }>;
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array | null): string | null => bytes && new TextDecoder().decode(bytes);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What every store keeps to, whatever it is made of. */
export function storeSuite({ name, open }: StoreHarness): void {
  describe(`the store: ${name}`, () => {
    let folder: string;
    let store: Store;
    let close: () => Promise<void>;
    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'sihwang-store-'));
      ({ store, close } = await open(folder));
    });
    afterEach(async () => {
      await close();
      rmSync(folder, { recursive: true, force: true });
    });

    const keys = async (prefix: string, after?: string): Promise<string[]> => {
      const found: string[] = [];
      for await (const { key } of store.list(prefix, after === undefined ? {} : { after })) found.push(key);
      return found;
    };

    it('gives back what was put, replaces it, and knows nothing of what is not there', async () => {
      expect(await store.get('a/b.json')).toBeNull();
      expect(await store.head('a/b.json')).toBeNull();
      expect(await store.put('a/b.json', bytesOf('one'))).toBe('written');
      expect(await store.put('a/b.json', bytesOf('second'))).toBe('written');
      expect(textOf(await store.get('a/b.json'))).toBe('second');
      const { writtenAt, ...about } = (await store.head('a/b.json'))!;
      expect(about).toEqual({ key: 'a/b.json', bytes: 6 });
      // S3 tells it to the second
      expect(Math.abs(Date.now() - +writtenAt)).toBeLessThan(60_000);
      expect(await store.get('a')).toBeNull();
      expect(await store.get('a/b.json/c')).toBeNull();
      await store.delete('a/b.json');
      await store.delete('a/b.json');
      expect(await store.get('a/b.json')).toBeNull();
      expect(await store.put('empty', new Uint8Array(0))).toBe('written');
      expect(await store.get('empty')).toHaveLength(0);
    });

    it('takes a conditional put once, however many writers there are', async () => {
      const answers = await Promise.all(
        Array.from({ length: 24 }, (_, writer) =>
          store.put('manifest.json', bytesOf(`writer ${writer}`), { ifAbsent: true }),
        ),
      );
      expect(answers.filter((answer) => answer === 'written')).toHaveLength(1);
      expect(textOf(await store.get('manifest.json'))).toBe(`writer ${answers.indexOf('written')}`);
      expect(await store.put('manifest.json', bytesOf('late'), { ifAbsent: true })).toBe('exists');
      expect(await sweep(store, new Date(Date.now() + 60_000))).toBe(0);
    });

    it('keeps the keys a, a/b and a.x/b apart', async () => {
      const all = ['a', 'a/b', 'a/b/c', 'a.x', 'a.x/b', 'a+', 'a+/b', 'A', 'A/b', 'a%2b'];
      for (const key of all) await store.put(key, bytesOf(key));
      for (const key of all) expect(textOf(await store.get(key))).toBe(key);
      expect(await keys('')).toEqual([...all].sort());
    });

    it('lists in the order of UTF-8 bytes, by any prefix, from any place on', async () => {
      // U+FFFD is below U+1F34E in UTF-8 and above its surrogates in UTF-16
      const all = [
        '배추/가락',
        '배추/강서',
        '배추.json',
        '무',
        '🍎/1',
        '\uFFFD/1',
        'a-b',
        'a/1',
        'a/10',
        'a/2',
        'a0',
      ];
      for (const key of all) await store.put(key, bytesOf('x'));
      const sorted = [...all].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect(await keys('')).toEqual(sorted);
      expect(await keys('배')).toEqual(sorted.filter((key) => key.startsWith('배')));
      expect(await keys('a/1')).toEqual(['a/1', 'a/10']);
      expect(await keys('a/')).toEqual(['a/1', 'a/10', 'a/2']);
      expect(await keys('b')).toEqual([]);
      for (const after of [...sorted, 'a/', 'a/11', '배추/'])
        expect(await keys('', after)).toEqual(
          sorted.filter((key) => Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0),
        );
    });

    it('lists more than a page of keys, each once', async () => {
      const many = Array.from({ length: 1205 }, (_, at) => `page/${String(at).padStart(5, '0')}`);
      for (let from = 0; from < many.length; from += 50)
        await Promise.all(
          many.slice(from, from + 50).map((key) => store.put(key, bytesOf(key), { durable: false })),
        );
      expect(await keys('page/')).toEqual(many);
      expect(await keys('page/', many[999])).toEqual(many.slice(1000));
    });

    it('holds the same as a map, whatever the keys', async () => {
      const segment = fc.oneof(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
        fc.constantFrom('a', 'A', 'b.c', '가격', '+', '%41', '.x', 'x.', 'con', 'a b', '~', '?', ':', '-'),
      );
      const key = fc
        .array(segment, { minLength: 1, maxLength: 3 })
        .map((segments) => segments.join('/'))
        .filter(
          (text) => text.split('/').every((one) => !['', '.', '..'].includes(one)) && !text.includes('\0'),
        );
      let round = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(key, { maxLength: 6 }), async (all) => {
          const inside = storeWithin(store, `round ${++round}/`);
          for (const one of all) await inside.put(one, bytesOf(one), { durable: false });
          const listed: string[] = [];
          for await (const object of inside.list('')) listed.push(object.key);
          const expected = [...new Set(all)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
          expect(listed).toEqual(expected);
          for (const one of all) expect(textOf(await inside.get(one))).toBe(one);
        }),
        { numRuns: 40 },
      );
    });

    it('refuses keys that could leave it or that no store takes', async () => {
      for (const key of ['', '/', '/a', 'a/', 'a//b', '..', '../a', 'a/../../b', './a', 'a/.', '\uD800'])
        await expect(async () => store.put(key, bytesOf('x'))).rejects.toMatchObject({ code: 'STORE_KEY' });
      await expect(async () => store.get('가'.repeat(400))).rejects.toMatchObject({ code: 'STORE_KEY' });
      for (const key of ['..a', 'a..', '...', '%2e%2e/b', 'a\\..\\b']) {
        await store.put(key, bytesOf(key));
        expect(textOf(await store.get(key))).toBe(key);
      }
      expect(await keys('')).toHaveLength(5);
    });

    it('refuses bytes that are not what they should be, on the way in and on the way out', async () => {
      await expect(store.put('sum', bytesOf('one'), { sha256: sha256('two') })).rejects.toMatchObject({
        code: 'STORE_CHECKSUM',
      });
      expect(await store.get('sum')).toBeNull();
      await store.put('sum', bytesOf('one'), { sha256: sha256('one') });
      expect(textOf(await store.get('sum', { sha256: sha256('one') }))).toBe('one');
      await expect(store.get('sum', { sha256: sha256('two') })).rejects.toMatchObject({
        code: 'STORE_CHECKSUM',
      });
    });

    it('takes files and gives files', async () => {
      const [from, to] = [join(folder, 'from.bin'), join(folder, 'to.bin')];
      writeFileSync(from, '배추 한 망');
      expect(await store.putFile('f/x.bin', from, { sha256: sha256('배추 한 망') })).toBe('written');
      expect(await store.putFile('f/x.bin', from, { ifAbsent: true })).toBe('exists');
      await expect(store.putFile('f/y.bin', from, { sha256: sha256('') })).rejects.toMatchObject({
        code: 'STORE_CHECKSUM',
      });
      expect(await store.head('f/y.bin')).toBeNull();
      expect(await store.getFile('f/x.bin', to)).toBe(true);
      expect(readFileSync(to, 'utf8')).toBe('배추 한 망');
      await expect(store.getFile('f/x.bin', to, { sha256: sha256('') })).rejects.toMatchObject({
        code: 'STORE_CHECKSUM',
      });
      expect(await store.getFile('f/none.bin', to)).toBe(false);
      expect(readFileSync(to, 'utf8')).toBe('배추 한 망');
    });

    it('never shows a reader half an object', async () => {
      const versions = ['x', 'y'].map((letter) => bytesOf(letter.repeat(200_000)));
      await store.put('whole', versions[0]!);
      let writing = true;
      const writer = (async () => {
        for (let round = 0; round < 20; round++)
          await store.put('whole', versions[round % 2]!, { durable: false });
        writing = false;
      })();
      while (writing) {
        const seen = (await store.get('whole'))!;
        expect(seen).toHaveLength(200_000);
        expect(seen[0]).toBe(seen.at(-1));
      }
      await writer;
    });

    it('is found again under its address, and a part of it under the part’s', async () => {
      await store.put('Run T06:10/나.txt', bytesOf('here'));
      expect(store.uri.endsWith('/')).toBe(true);
      expect(textOf(await (await openStore(store.uri)).get('Run T06:10/나.txt'))).toBe('here');
      const part = storeWithin(store, 'Run T06:10/');
      expect(textOf(await part.get('나.txt'))).toBe('here');
      expect(textOf(await (await openStore(part.uri)).get('나.txt'))).toBe('here');
      const object = await openObject(part.uriOf('나.txt'));
      expect(textOf(await object.store.get(object.key))).toBe('here');
    });
  });
}
