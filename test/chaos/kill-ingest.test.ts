import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  KILL_POINTS,
  MIGRATION_KILL_POINTS,
  openHome,
  readCommits,
  UNDO_KILL_POINTS,
} from '../../src/lake/index.ts';
import { board, itemHistory, items } from '../../src/market/index.ts';
import { askPublished } from '../support/ask-published.ts';
import { runCli } from '../support/cli.ts';
import { japanTable } from '../support/japan-table.ts';
import { makeFormat1 } from '../support/old-home.ts';
import { WHOLE_SUITES } from '../support/whole-suites.ts';

const FEED = 'japan-maff';
/** Tries at one point of one home; the second makes up for a death, and dies too where it comes by. */
const TIMES = WHOLE_SUITES ? 3 : 2;

/** kill -9 anywhere in an ingest: what was published stays readable, what was acknowledged stays, nothing is doubled. */
describe('an ingest that is killed', () => {
  let folder: string;
  let before: { rows: unknown; days: number };
  let expected: { rows: unknown; days: number };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sihwang-chaos-'));
    writeFileSync(join(folder, 'first.csv'), japanTable(40).text);
    writeFileSync(join(folder, 'second.csv'), japanTable(90).text);
    await ingest(join(folder, 'first'), 'first.csv');
    before = await state(join(folder, 'first'));
    const both = homeWith('first', 'both');
    await ingest(both, 'second.csv');
    expected = await state(both);
    await makeFormat1(homeWith('first', 'older'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** A copy of a home that was prepared. */
  function homeWith(prepared: 'first' | 'both' | 'older', name: string): string {
    cpSync(join(folder, prepared), join(folder, name), { recursive: true });
    return join(folder, name);
  }

  function ingest(home: string, file: string, options: Parameters<typeof runCli>[1] = {}) {
    return runCli(['ingest', FEED, '--file', join(folder, file), '--home', home, '--json'], options);
  }

  /** What a reader of the home sees: the board's day and prices, and the rows of the whole item. */
  async function state(home: string): Promise<{ rows: unknown; days: number }> {
    return askPublished(home, FEED, async (reader) => {
      const { rows } = await board(reader, { scope: 'all' });
      const [item] = await items(reader, { q: '30100' });
      const { price } = await itemHistory(reader, { series: item!.headline });
      return {
        rows: rows.map((row) => [row.series, row.price, row.volumeKg, row.previous]),
        days: price.filter((one) => one !== null).length,
      };
    });
  }

  it.each(KILL_POINTS)(
    'at %s leaves the last published state, and the next run completes it',
    async (point) => {
      const home = homeWith('first', `at-${point}`);
      const killed = await ingest(home, 'second.csv', { env: { SIHWANG_KILL_AT: point } });
      expect(killed.signal).toBe('SIGKILL');
      // what was done already is not done again, so not every try comes by the point
      for (let again = 1; again < TIMES; again++)
        await ingest(home, 'second.csv', { env: { SIHWANG_KILL_AT: point } });

      const after = await state(home);
      expect([before, expected]).toContainEqual(after);

      const again = await ingest(home, 'second.csv');
      expect(again.code, again.stderr).toBe(0);
      expect(await state(home)).toEqual(expected);
      const leftovers = ['clean', 'aside', 'raw', 'commits'].flatMap((name) =>
        readdirSync(join(home, name, FEED)).filter((file) => file.startsWith('.tmp-')),
      );
      expect(leftovers).toEqual([]);
    },
  );

  it.each(MIGRATION_KILL_POINTS)('at %s in an older home, the next run goes on', async (point) => {
    const home = homeWith('older', `older-${point}`);
    const killed = await ingest(home, 'second.csv', { env: { SIHWANG_KILL_AT: point } });
    expect(killed.signal).toBe('SIGKILL');
    expect((await ingest(home, 'second.csv')).code).toBe(0);
    expect(await state(home)).toEqual(expected);
  });

  it.each(UNDO_KILL_POINTS)('at %s of an undo leaves all or nothing of it', async (point) => {
    const whole = point === 'unpublished' ? '1' : '2';
    const home = homeWith(whole === '2' ? 'both' : 'first', `undone-${point}`);
    // the first file's rows come back from the second's, unless it was the only one
    const undo = (env: Record<string, string>) =>
      runCli(['undo', FEED, '1', '--home', home, '--json'], { env });
    const killed = await undo({ SIHWANG_KILL_AT: point });
    expect(killed.signal).toBe('SIGKILL');
    const numbers = () => readCommits(openHome(home), FEED).map(({ number }) => number);
    const after = numbers();
    expect(whole === '2' ? [[1, 2], [3]] : [[]]).toContainEqual(after);
    const again = await undo({});
    expect(again.code).toBe(after.includes(1) ? 0 : 2);
    expect(numbers()).toEqual(whole === '2' ? [3] : []);
    // what was undone may come again
    await ingest(home, 'first.csv');
    await ingest(home, 'second.csv');
    expect((await state(home)).days).toBe(expected.days);
  });
});
