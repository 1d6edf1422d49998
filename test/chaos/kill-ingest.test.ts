import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KILL_POINTS, MIGRATION_KILL_POINTS, UNDO_KILL_POINTS } from '../../src/lake/index.ts';
import { runCli } from '../support/cli.ts';
import { japanTable } from '../support/japan-table.ts';
import { makeFormat1 } from '../support/old-home.ts';

/** kill -9 anywhere in an ingest: what was published stays readable, what was acknowledged stays, nothing is doubled. */
describe('an ingest that is killed', () => {
  let folder: string;
  let expected: { rows: unknown; days: number };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sihwang-chaos-'));
    writeFileSync(join(folder, 'first.csv'), japanTable(40).text);
    writeFileSync(join(folder, 'second.csv'), japanTable(90).text);
    const home = join(folder, 'never-killed');
    await ingest(home, 'first.csv');
    await ingest(home, 'second.csv');
    expected = await state(home);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function ingest(home: string, file: string, options: Parameters<typeof runCli>[1] = {}) {
    return runCli(['ingest', 'japan-maff', '--file', join(folder, file), '--home', home, '--json'], options);
  }

  /** What a reader of the home sees: the board's day and prices, and the rows of the whole item. */
  async function state(home: string): Promise<{ rows: unknown; days: number }> {
    const board = JSON.parse((await runCli(['board', '--home', home, '--all', '--json'])).stdout);
    const item = JSON.parse((await runCli(['item', '30100', '--home', home, '--json'])).stdout);
    return {
      rows: board.rows.map((row: Record<string, unknown>) => [
        row.series,
        row.price,
        row.volumeKg,
        row.previous,
      ]),
      days: item.history.price.filter((price: number | null) => price !== null).length,
    };
  }

  it.each(KILL_POINTS)(
    'at %s leaves the last published state, and the next run completes it',
    async (point) => {
      const home = join(folder, `at-${point}`);
      await ingest(home, 'first.csv');
      const before = await state(home);
      const killed = await ingest(home, 'second.csv', { env: { SIHWANG_KILL_AT: point } });
      expect(killed.signal).toBe('SIGKILL');
      // what was done already is not done again, so not every try comes by the point
      for (let again = 0; again < 2; again++)
        await ingest(home, 'second.csv', { env: { SIHWANG_KILL_AT: point } });

      const after = await state(home);
      expect([before, expected]).toContainEqual(after);

      const again = await ingest(home, 'second.csv');
      expect(again.code, again.stderr).toBe(0);
      expect(await state(home)).toEqual(expected);
      const leftovers = ['clean', 'aside', 'raw', 'commits'].flatMap((name) =>
        readdirSync(join(home, name, 'japan-maff')).filter((file) => file.startsWith('.tmp-')),
      );
      expect(leftovers).toEqual([]);
    },
  );

  it.each(MIGRATION_KILL_POINTS)('at %s in an older home, the next run goes on', async (point) => {
    const home = join(folder, `older-${point}`);
    await ingest(home, 'first.csv');
    await makeFormat1(home);
    const killed = await ingest(home, 'second.csv', { env: { SIHWANG_KILL_AT: point } });
    expect(killed.signal).toBe('SIGKILL');
    expect((await ingest(home, 'second.csv')).code).toBe(0);
    expect(await state(home)).toEqual(expected);
  });

  it.each(UNDO_KILL_POINTS)('at %s of an undo leaves all or nothing of it', async (point) => {
    const home = join(folder, `undone-${point}`);
    await ingest(home, 'first.csv');
    const whole = point === 'unpublished' ? '1' : '2';
    if (whole === '2') await ingest(home, 'second.csv');
    // the first file's rows come back from the second's, unless it was the only one
    const undo = (env: Record<string, string>) =>
      runCli(['undo', 'japan-maff', '1', '--home', home, '--json'], { env });
    const killed = await undo({ SIHWANG_KILL_AT: point });
    expect(killed.signal).toBe('SIGKILL');
    const numbers = async () =>
      JSON.parse((await runCli(['commits', 'japan-maff', '--home', home, '--json'])).stdout).map(
        (commit: { number: number }) => commit.number,
      );
    const after = await numbers();
    expect(whole === '2' ? [[1, 2], [3]] : [[]]).toContainEqual(after);
    const again = await undo({});
    expect(again.code).toBe(after.includes(1) ? 0 : 2);
    expect(await numbers()).toEqual(whole === '2' ? [3] : []);
    // what was undone may come again
    await ingest(home, 'first.csv');
    await ingest(home, 'second.csv');
    expect((await state(home)).days).toBe(expected.days);
  });
});
