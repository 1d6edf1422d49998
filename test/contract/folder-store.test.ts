import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { homeStoreUri, openStore, sweep } from '../../src/store/index.ts';
import { storeSuite } from './store-suite.ts';

storeSuite({
  name: 'a folder',
  open: async (folder) => ({
    store: await openStore(pathToFileURL(join(folder, 'store 저장')).href),
    close: async () => {},
  }),
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sihwang-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('keeps plain names plain, so that people find their way in the folder', async () => {
  const store = await openStore(pathToFileURL(folder).href);
  await store.put('runs/r-1/배추/manifest.json', Buffer.from('{}'));
  expect(existsSync(join(folder, 'runs', 'r-1', '배추', 'manifest.json'))).toBe(true);
});

it('sweeps what a writer that died left, and only that', async () => {
  const store = await openStore(pathToFileURL(folder).href);
  await store.put('a', Buffer.from('a'));
  mkdirSync(join(folder, '.unfinished'), { recursive: true });
  writeFileSync(join(folder, '.unfinished', 'left'), 'half');
  expect(await sweep(store, new Date(Date.now() - 60_000))).toBe(0);
  expect(await sweep(store, new Date(Date.now() + 60_000))).toBe(1);
  expect(readdirSync(join(folder, '.unfinished'))).toEqual([]);
  expect(await store.get('a')).not.toBeNull();
});

it('refuses an address that is none', async () => {
  await expect(openStore('/a/folder')).rejects.toMatchObject({ code: 'STORE_URI' });
});

it('is a folder of the home', async () => {
  await (await openStore(homeStoreUri(join(folder, 'home')))).put('x.json', Buffer.from('{}'));
  expect(existsSync(join(folder, 'home', 'store', 'x.json'))).toBe(true);
});
