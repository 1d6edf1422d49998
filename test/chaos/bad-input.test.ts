import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { board, type ItemHistory, itemHistory, items } from '../../src/market/index.ts';
import { askPublished } from '../support/ask-published.ts';
import { runCli } from '../support/cli.ts';
import { japanTable } from '../support/japan-table.ts';

/** Each fault gives one clear message with what to do next, the right exit code, and loses nothing. */
describe('bad input', () => {
  let folder: string;
  let home: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sihwang-bad-'));
    home = join(folder, 'home');
    writeFileSync(join(folder, 'good.csv'), japanTable(40).text);
    expect((await ingest('good.csv')).code).toBe(0);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function ingest(file: string, feed = 'japan-maff', into = home) {
    return runCli(['ingest', feed, '--file', join(folder, file), '--home', into, '--json']);
  }

  function historyOf(item: string): Promise<ItemHistory> {
    return askPublished(home, 'japan-maff', async (reader) => {
      const [found] = await items(reader, { q: item });
      return itemHistory(reader, { series: found!.headline });
    });
  }

  async function pricesOf(item: string): Promise<(number | null)[]> {
    return (await historyOf(item)).price as (number | null)[];
  }

  it.each([
    ['an empty file', '', 65, 'FILE_EMPTY'],
    ['a binary file', '\u0000\u0001\u0002PNG\u0000', 65, 'FILE_NOT_TEXT'],
    ['wrong columns', 'a,b,c\n1,2,3\n', 65, 'COLUMNS_UNKNOWN'],
  ])('%s is refused with 65', async (_, bytes, code, name) => {
    const before = await pricesOf('30100');
    writeFileSync(join(folder, 'bad.csv'), bytes);
    const ran = await ingest('bad.csv');
    expect(ran.code).toBe(code);
    expect(JSON.parse(ran.stderr.trim().split('\n').at(-1)!).error).toMatchObject({
      code: name,
      hint: expect.stringMatching(/\w/),
    });
    expect(await pricesOf('30100')).toEqual(before);
  });

  it('an absent file is a usage error', async () => {
    expect((await ingest('not-there.csv')).code).toBe(2);
  });

  it('a truncated row is set aside and the rest kept', async () => {
    const { text, rows } = japanTable(41);
    const cut = text.trimEnd().split('\n');
    cut[5] = cut[5]!.slice(0, 12);
    writeFileSync(join(folder, 'cut.csv'), cut.join('\n'));
    const { outcomes, reasons, rows: counted } = JSON.parse((await ingest('cut.csv')).stdout).files[0];
    expect(counted).toBe(rows);
    expect(Object.values(outcomes as Record<string, number>).reduce((sum, n) => sum + n, 0)).toBe(rows);
    expect(reasons).toContainEqual({ outcome: 'rejected', reason: 'malformed-row', rows: 1 });
  });

  it('carriage returns are read as line ends', async () => {
    const { text, rows } = japanTable(42);
    writeFileSync(join(folder, 'crlf.csv'), text.replaceAll('\n', '\r\n').replace('\r\n', '\n'));
    const file = JSON.parse((await ingest('crlf.csv')).stdout).files[0];
    expect(file.rows).toBe(rows);
    expect(file.reasons.map((one: { reason: string }) => one.reason)).not.toContain('malformed-row');
  });

  it('a tenfold price is kept but left out of prices, with its reason', async () => {
    const lines = japanTable(60).text.trimEnd().split('\n');
    const last = lines.findLastIndex((line) => line.includes(',30100,'));
    const [date] = lines[last]!.split(',');
    lines[last] = lines[last]!.replace(/,([0-9.]+)$/, (_, price) => `,${Number(price) * 10}`);
    writeFileSync(join(folder, 'tenfold.csv'), lines.join('\n'));
    expect((await ingest('tenfold.csv')).code).toBe(0);
    const history = await historyOf('30100');
    const index = Math.round(
      (Date.parse(`${date}T00:00:00Z`) - Date.parse(`${history.start}T00:00:00Z`)) / 86_400_000,
    );
    expect(history.price[index] ?? null).toBeNull();
    expect(history.leftOut).toContainEqual(expect.objectContaining({ index, reason: 'price-jump' }));
  });

  it('CP949 bytes are read as the letters they mean', async () => {
    const header = 'date,level,item,city,itemname,kindname,countyname,marketname,price_won';
    const row = '2020-01-03,retail,green_onion,busan,파,대파(1kg),부산,뷁똠시장,1100.0';
    writeFileSync(join(folder, 'cp949.csv'), iconv.encode(`${header}\n${row}\n`, 'cp949'));
    const ran = await ingest('cp949.csv', 'kamis');
    expect(ran.code, ran.stderr).toBe(0);
    const { rows } = await askPublished(home, 'kamis', (reader) => board(reader, { scope: 'all' }));
    expect(rows).toHaveLength(1);
    expect(rows[0]!.market.name.ko).toContain('뷁똠시장');
  });

  it('a home that another process is writing: 75, naming it', async () => {
    writeFileSync(join(folder, 'more.csv'), japanTable(70).text);
    const holder = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `import { openHome, withWriterLock } from '${process.cwd()}/dist/lake/index.js';
       await withWriterLock(openHome(${JSON.stringify(home)}), { command: 'a long build' }, async () => {
         console.log('held'); await new Promise((done) => setTimeout(done, 20000)); });`,
    ]);
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    try {
      const ran = await ingest('more.csv');
      expect(ran.code).toBe(75);
      expect(ran.stderr).toContain('a long build');
      expect(ran.stderr).toContain(String(holder.pid));
    } finally {
      holder.kill('SIGKILL');
    }
    await new Promise((resolve) => holder.once('close', resolve));
    expect((await ingest('more.csv')).code).toBe(0);
  });

  it('a full disk: 75, and what was there is there', async ({ skip }) => {
    const disk = join(folder, 'small-disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=5m', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      skip('a small disk cannot be mounted here (needs root on Linux)');
    }
    try {
      const small = join(disk, 'home');
      expect((await ingest('good.csv', 'japan-maff', small)).code).toBe(0);
      writeFileSync(join(folder, 'large.csv'), japanTable(20_000).text);
      const ran = await ingest('large.csv', 'japan-maff', small);
      expect(ran.code, ran.stderr).toBe(75);
      expect(ran.stderr).toContain('DISK_FULL');
      const { meta } = await askPublished(small, 'japan-maff', (reader) => board(reader, {}));
      expect(meta.day).toBe('2024-02-09');
    } finally {
      execFileSync('umount', ['-l', disk]);
    }
  });

  it('the committed counts survive all of it', () => {
    const commit = JSON.parse(readFileSync(join(home, 'commits', 'japan-maff', '000001.json'), 'utf8'));
    expect(commit.outcomes).toMatchObject({ accepted: 120, aggregate: 40, rejected: 1 });
  });
});
