import { existsSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fingerprints, quoteLine, quotes, SmallLake } from '../../test/support/small-lake.ts';
import { backupHome, restoreHome } from './backup.ts';

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

it('never copies keys, and refuses the folder of another home and a home with links', async () => {
  const target = join(lake.folder, 'backup');
  writeFileSync(join(lake.home.path, 'keys.env'), 'DATA_GO_KR_KEY=very-secret\n');
  await backupHome(lake.home, target, NOW);
  for (const path of Object.keys(fingerprints(target)))
    expect(readFileSync(join(target, path), 'latin1'), path).not.toMatch(/very-secret|keys\.env/);
  const other = new SmallLake();
  try {
    await expect(backupHome(other.home, target, NOW)).rejects.toMatchObject({ code: 'BACKUP_OF_OTHER_HOME' });
  } finally {
    other.close();
  }
  symlinkSync(lake.folder, join(lake.home.path, 'raw', 'elsewhere'));
  await expect(backupHome(lake.home, target, NOW)).rejects.toMatchObject({ code: 'BACKUP_LINK' });
});

it('restores the backup of the instant asked for, and copies a content again that a disk cut short', async () => {
  const target = join(lake.folder, 'backup');
  const { at } = await backupHome(lake.home, target, NOW);
  const earlier = lakeFiles(lake.home.path);
  await lake.take(quotes, [quoteLine({ price: 101 })]);
  const [cut] = Object.keys(fingerprints(join(target, 'files')));
  truncateSync(join(target, 'files', cut!), 1);
  const second = await backupHome(lake.home, target, new Date('2026-01-03T00:00:00Z'));
  expect(second.at).toBe('2026-01-03T00:00:00.000Z');
  const restored = join(lake.folder, 'restored');
  await expect(restoreHome(target, restored, '2026-01-04')).rejects.toThrow('holds no backup of 2026-01-04');
  await restoreHome(target, restored, at);
  expect(fingerprints(restored)).toEqual(earlier);
});

it('writes nothing when a content is damaged', async () => {
  const target = join(lake.folder, 'backup');
  await backupHome(lake.home, target, NOW);
  const [damaged] = Object.keys(fingerprints(join(target, 'files')));
  const bytes = readFileSync(join(target, 'files', damaged!));
  bytes[0]! ^= 1;
  writeFileSync(join(target, 'files', damaged!), bytes);
  const restored = join(lake.folder, 'restored');
  await expect(restoreHome(target, restored)).rejects.toThrow(damaged);
  expect(existsSync(restored)).toBe(false);
});
