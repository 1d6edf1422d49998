import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { QUOTE_COLUMNS } from '../../../src/domain/index.ts';
import type { Commit, Home } from '../../../src/lake/index.ts';
import { inFreshHome, ingest, query } from './ingest.ts';

/** Hand-written miniatures of each publisher's real faults, taken in one after the other, and what becomes of each row. */
const CASES: readonly { feed: string; folder: string; files: readonly string[] }[] = [
  { feed: 'japan-maff', folder: 'japan-maff', files: ['daily'] },
  { feed: 'japan-maff-retail', folder: 'japan-maff', files: ['retail'] },
  { feed: 'taiwan-amis', folder: 'taiwan-amis', files: ['raw', 'tidy'] },
  { feed: 'uk-defra', folder: 'uk-defra', files: ['day-first', 'iso'] },
  { feed: 'india-agmarknet', folder: 'india-agmarknet', files: ['mandi'] },
  { feed: 'kamis', folder: 'kamis', files: ['daily'] },
];

const SOURCES = join(import.meta.dirname, '../../../src/sources');

type Row = Record<string, unknown>;

/** One line a row: what it became, and the quote that was kept, without its empty columns. */
async function rowsOf(home: Home, commit: Commit): Promise<Row[]> {
  const kept = commit.clean === null ? [] : await query(`SELECT * FROM '${home.at('clean', commit.feed, commit.clean)}'`);
  const aside = commit.aside === null ? [] : await query(`SELECT * FROM '${home.at('aside', commit.feed, commit.aside)}'`);
  const quote = (row: Row): Row =>
    Object.fromEntries(
      Object.keys(QUOTE_COLUMNS)
        .filter((name) => row[name] !== null && row[name] !== '')
        .map((name) => [name, row[name]]),
    );
  return [
    ...kept.map((row) => ({ row: Number(row.raw_row), outcome: row.outcome, reason: row.reason, quote: quote(row) })),
    ...aside.map((row) => ({
      row: Number(row.raw_row),
      outcome: row.outcome,
      reason: row.reason,
      first: row.first_raw_row === null ? null : Number(row.first_raw_row),
    })),
  ].sort((a, b) => a.row - b.row);
}

function lines(commit: Commit, rows: Row[]): string {
  const head = JSON.stringify({ rows: commit.rows, outcomes: commit.outcomes });
  return `{"of":${head},"each":[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]}\n`;
}

describe.each(CASES)('$feed', ({ feed, folder, files }) => {
  it(`judges ${files.join(', then ')} as pinned`, async () => {
    await inFreshHome(async (home) => {
      for (const file of files) {
        const commit = await ingest(home, feed, join(SOURCES, folder, 'fixtures', `${file}.csv`));
        const rows = await rowsOf(home, commit);
        expect(rows.map((row) => row.row)).toEqual(Array.from({ length: commit.rows }, (_, index) => index + 1));
        await expect(lines(commit, rows)).toMatchFileSnapshot(`${feed}/${file}.json`);
      }
    });
  });
});
