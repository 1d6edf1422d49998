import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { quoteLine, quotes, SmallLake } from '../../test/support/small-lake.ts';
import { backupHome, restoreHome } from './backup.ts';
import { readCommits } from './commit-log.ts';
import { openHome } from './home.ts';
import { readPointer } from './serving-files.ts';
import { withWriterLock } from './writer-lock.ts';

let lake: SmallLake;
beforeEach(async () => {
  lake = new SmallLake();
  await lake.take(quotes, [quoteLine()]);
});
afterEach(() => lake.close());

const cut = (path: string) => truncateSync(path, Math.floor(readFileSync(path).length / 2));
const named = (path: string) => ({ code: 'FILE_DAMAGED', exit: 65, message: expect.stringContaining(path) });

it('a file of the home that is cut off is named, with what to do', async () => {
  const { home } = lake;
  const commit = home.at('commits', 'quotes', readdirSync(home.at('commits', 'quotes'))[0]!);
  const whole = readFileSync(commit);
  cut(commit);
  expect(() => readCommits(home, 'quotes')).toThrow(expect.objectContaining(named(commit)));
  writeFileSync(commit, whole);

  const pointer = home.at('serving', 'current.json');
  writeFileSync(pointer, '{"counter":');
  expect(() => readPointer(home)).toThrow(expect.objectContaining(named(pointer)));

  const clean = home.at('clean', 'quotes', '000001.parquet');
  cut(clean);
  await expect(
    withWriterLock(home, { command: 'test' }, () => lake.take(quotes, [quoteLine({ price: 7 })])),
  ).rejects.toMatchObject(named(clean));

  const descriptor = join(home.path, 'home.json');
  cut(descriptor);
  expect(() => openHome(home.path)).toThrow(expect.objectContaining(named(descriptor)));
});

it('a damaged list of a backup is named, and keeps nobody from the one before it', async () => {
  const target = join(lake.folder, 'backup');
  await backupHome(lake.home, target, new Date('2026-01-02T00:00:00Z'));
  await backupHome(lake.home, target, new Date('2026-01-03T00:00:00Z'));
  const last = join(target, 'backups', readdirSync(join(target, 'backups')).sort().at(-1)!);
  cut(last);
  const restored = join(lake.folder, 'restored');
  await expect(restoreHome(target, restored)).rejects.toMatchObject(named(last));
  expect((await restoreHome(target, restored, '2026-01-02T00:00:00.000Z')).at).toBe(
    '2026-01-02T00:00:00.000Z',
  );
});
