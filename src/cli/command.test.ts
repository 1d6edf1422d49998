import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openHome } from '../lake/index.ts';
import { ingestFiles } from '../pipeline/index.ts';
import { feedById } from '../sources/index.ts';
import { readFeed } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'sihwang-command-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a home whose records are there but not published is not told to begin anew', async () => {
  const path = join(folder, 'home');
  const ask = () => readFeed({ home: path }, async () => 'read');
  const home = openHome(path);
  await expect(ask()).rejects.toMatchObject({ code: 'HOME_EMPTY' });
  const rows = ['date,item_code,item,volume_kg,price_jpy_per_kg'];
  for (let day = 1; day <= 9; day++) rows.push(`2025-01-0${day},30100,cabbage,10000,${100 + day}`);
  writeFileSync(join(folder, 'table.csv'), `${rows.join('\n')}\n`);
  await ingestFiles(home, feedById('japan-maff')!, [join(folder, 'table.csv')], {
    waitMs: 60_000,
    command: 'test',
  });
  expect(await ask()).toBe('read');
  // as a restored home is: a backup leaves out what can be made again
  rmSync(home.at('serving'), { recursive: true });
  await expect(ask()).rejects.toMatchObject({
    code: 'NOTHING_PUBLISHED',
    message: expect.stringContaining('japan-maff'),
  });
});
