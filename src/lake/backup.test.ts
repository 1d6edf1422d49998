import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fingerprints, quoteLine, quotes, SmallLake } from '../../test/support/small-lake.ts';
import { backupHome, restoreHome } from './backup.ts';
import { deleteLeftovers, leftovers } from './gc.ts';

const NOW = new Date('2026-01-02T00:00:00Z');

let lake: SmallLake;
beforeEach(async () => {
  lake = new SmallLake();
  await lake.take(quotes, [quoteLine({ price: 100 }), 'not a row']);
});
afterEach(() => lake.close());

const lakeFiles = (home: string) =>
  Object.fromEntries(
    Object.entries(fingerprints(home)).filter(([path]) => !/^(serving|temp|writer)/.test(path)),
  );

it('restores the very same home, and copies only what is new the second time', async () => {
  const target = join(lake.folder, 'backup');
  const first = await backupHome(lake.home, target, NOW);
  await lake.take(quotes, [quoteLine({ price: 101 })]);
  const second = await backupHome(lake.home, target, new Date('2026-01-03T00:00:00Z'));
  expect(second.copiedFiles).toBe(second.files - first.files);
  const restored = join(lake.folder, 'restored');
  await restoreHome(target, restored);
  expect(fingerprints(restored)).toEqual(lakeFiles(lake.home.path));
});

it('refuses a home that is not empty, a folder without a backup, and a damaged content by name', async () => {
  const target = join(lake.folder, 'backup');
  await backupHome(lake.home, target, NOW);
  await expect(restoreHome(target, lake.home.path)).rejects.toMatchObject({ code: 'HOME_NOT_EMPTY' });
  await expect(restoreHome(lake.folder, join(lake.folder, 'new'))).rejects.toMatchObject({
    code: 'BACKUP_UNKNOWN',
  });
  const { files } = JSON.parse(
    readFileSync(join(target, 'backups', readdirSync(join(target, 'backups'))[0]!), 'utf8'),
  ) as { files: { path: string; sha256: string }[] };
  const clean = files.find(({ path }) => path.startsWith('clean/'))!;
  writeFileSync(join(target, 'files', clean.sha256.slice(0, 2), clean.sha256), 'something else');
  const damaged = restoreHome(target, join(lake.folder, 'new'));
  await expect(damaged).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
  await expect(damaged).rejects.toThrow(clean.path);
});

it('finds old files that no commit names, and nothing that one does', () => {
  const { home } = lake;
  const before = fingerprints(home.path);
  const strays = [
    home.at('clean', 'quotes', '000009.parquet'),
    home.at('raw', 'quotes', `${'a'.repeat(64)}.gz`),
    home.at('serving', 'quotes-conditions-1.duckdb'),
  ];
  for (const path of strays) {
    writeFileSync(path, 'stray');
    utimesSync(path, new Date('2025-12-01'), new Date('2025-12-01'));
  }
  writeFileSync(home.at('clean', 'quotes', '000010.parquet'), 'young');
  utimesSync(home.at('clean', 'quotes', '000010.parquet'), NOW, NOW);
  mkdirSync(join(home.path, 'fetch'), { recursive: true });
  writeFileSync(join(home.path, 'fetch', 'journal'), `{"receipts":["${'a'.repeat(64)}"]}`);
  expect(leftovers(home, { retentionDays: 7, now: NOW })).toHaveLength(2);
  rmSync(join(home.path, 'fetch', 'journal'));
  const found = leftovers(home, { retentionDays: 7, now: NOW });
  expect(found.map(({ bytes }) => bytes)).toEqual([5, 5, 5]);
  deleteLeftovers(home, found);
  const { [join('clean', 'quotes', '000010.parquet')]: young, ...after } = fingerprints(home.path);
  expect(young).toBeDefined();
  expect(after).toEqual(before);
});
