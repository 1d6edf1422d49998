import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { quoteLine, quotes, SmallLake } from '../../test/support/small-lake.ts';
import { openJournal } from '../store/index.ts';
import { addDoctor } from './doctor.ts';
import { sayIn } from './language.ts';

let lake: SmallLake;
beforeEach(() => {
  lake = new SmallLake();
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  lake.close();
});

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly found: string;
  readonly figures: Record<string, number>;
}

async function doctor(...words: string[]): Promise<string> {
  let text = '';
  const written = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  const program = new Command();
  addDoctor(program, sayIn('en'));
  await program.parseAsync(['doctor', '--home', lake.home.path, ...words], { from: 'user' });
  written.mockRestore();
  return text;
}

async function findings(): Promise<Map<string, Finding>> {
  return new Map((JSON.parse(await doctor('--json')) as Finding[]).map((one) => [one.check, one]));
}

it('tells the size of each feed, and leaves history brought in at once out of the growth', async () => {
  const today = new Date();
  const daysAgo = (days: number) => new Date(today.getTime() - days * 86_400_000).toISOString();
  await lake.take(quotes, [quoteLine({ day: '2019-03-04' })], daysAgo(10));
  const bulkOnly = (await findings()).get('disk forecast')!;
  expect(bulkOnly.figures).toMatchObject({ bytesPerMonth: 0, monthsLeft: null });
  expect(bulkOnly.figures.bulkBytes).toBeGreaterThan(100);
  await lake.take(quotes, [quoteLine({ day: daysAgo(9).slice(0, 10) }), 'not a row'], daysAgo(8));
  const found = await findings();
  const growth = found.get('disk forecast')!.figures;
  expect(growth.bulkBytes).toBe(bulkOnly.figures.bulkBytes);
  const sizes = found.get('size of feed quotes')!.figures;
  // raw files have a record beside them that is no growth to speak of
  expect(growth.bytesPerMonth! + growth.bulkBytes!).toBeLessThanOrEqual(
    sizes.raw! + sizes.clean! + sizes.aside!,
  );
  expect(growth.bytesPerMonth).toBeGreaterThan(100);
  expect(growth.monthsLeft).toBeCloseTo(growth.freeBytes! / growth.bytesPerMonth!, 6);
  expect(sizes.aside).toBeGreaterThan(0);
});

it('tells how the fetch journal is, and names a source that is silent', async () => {
  expect((await findings()).get('fetch journal')!.found).toBe('nothing was fetched yet');
  const path = join(lake.home.path, 'fetch', 'journal');
  const journal = openJournal(path, () => {});
  const settled = { id: 'day/2024-03-04', firstDay: '2024-03-04', lastDay: '2024-03-04', status: 'done' };
  const at = '2024-03-05T00:00:00Z';
  journal.append({ k: 'settle', feed: 'at-origin', entries: [{ ...settled, at, rows: 1 }] });
  journal.append({
    k: 'raise',
    event: { feed: 'at-origin', id: 'silent', at, detail: 'nothing newer than 2024-03-04' },
  });
  journal.close();
  appendFileSync(path, '000000ff 00');
  const found = await findings();
  expect(found.get('fetch journal')).toMatchObject({ ok: true, figures: { records: 2, tornBytes: 11 } });
  expect(found.get('source at-origin')).toMatchObject({ ok: false, found: 'nothing newer than 2024-03-04' });
  expect(process.exitCode).toBe(78);
});

it('says that a journal is damaged, and who last held the lock', async () => {
  mkdirSync(join(lake.home.path, 'fetch'));
  const path = join(lake.home.path, 'fetch', 'journal');
  const journal = openJournal(path, () => {});
  journal.append({ k: 'clear', feed: 'a', id: 'b' });
  journal.close();
  writeFileSync(path, Buffer.concat([Buffer.from('scribble\n'), readFileSync(path)]));
  writeFileSync(join(lake.home.path, 'writer.json'), JSON.stringify({ command: 'ingest', since: 'then' }));
  const found = await findings();
  expect(found.get('writer lock')!.found).toBe('free; last held by ingest since then');
  expect(found.get('fetch journal')).toMatchObject({ ok: false });
  expect(found.get('fetch journal')!.found).toContain('is damaged after byte 0');
});

/** A page without what differs from machine to machine: sizes, the home, how the records are, widths of columns. */
function alike(page: string): string {
  return page
    .split('\n')
    .filter((line) => !/^(ok|!!) +(records|기록) /.test(line))
    .join('\n')
    .replaceAll(lake.home.path, 'HOME')
    .replaceAll(lake.home.id, 'ID')
    .replaceAll(process.versions.node, 'VERSION')
    .replace(/[\d.]+ MB/g, '# MB')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'THEN')
    .replace(/─+/g, '─')
    .replace(/ {2,}/g, '  ');
}

it('says what it found and what to do in Korean and in English', async () => {
  await lake.take(quotes, [quoteLine({ day: '2019-03-04' })], '2019-03-05T00:00:00Z');
  const journal = openJournal(join(lake.home.path, 'fetch', 'journal'), () => {});
  const settled = { id: 'day/2024-03-04', firstDay: '2024-03-04', lastDay: '2024-03-04', status: 'done' };
  const at = '2024-03-05T00:00:00Z';
  journal.append({ k: 'settle', feed: 'at-origin', entries: [{ ...settled, at, rows: 1 }] });
  const said = { ko: '2024-03-04 뒤로 오지 않음', en: 'nothing newer than 2024-03-04' };
  journal.append({ k: 'raise', event: { feed: 'at-origin', id: 'silent', at, said } });
  journal.close();
  const pages = [await doctor('--lang', 'ko'), await doctor('--lang', 'en')].map(alike);
  await expect(pages.join('\n')).toMatchFileSnapshot('../../test/golden/words/doctor.txt');
});
