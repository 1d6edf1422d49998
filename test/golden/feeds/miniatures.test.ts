import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { QUOTE_COLUMNS } from '../../../src/domain/index.ts';
import type { Commit } from '../../../src/lake/index.ts';
import { feedById } from '../../../src/sources/index.ts';
import { inFreshHome, ingest } from './ingest.ts';
import { stage } from './stage.ts';

/** Hand-written miniatures of each publisher's real faults, taken in one after the other, and what becomes of each row. */
const CASES: readonly { feed: string; folder: string; files: readonly string[] }[] = [
  { feed: 'japan-maff', folder: 'japan-maff', files: ['daily'] },
  { feed: 'japan-maff-retail', folder: 'japan-maff', files: ['retail'] },
  { feed: 'taiwan-amis', folder: 'taiwan-amis', files: ['raw', 'tidy'] },
  { feed: 'uk-defra', folder: 'uk-defra', files: ['day-first', 'iso'] },
  { feed: 'india-agmarknet', folder: 'india-agmarknet', files: ['mandi'] },
  { feed: 'kamis', folder: 'kamis', files: ['daily'] },
  { feed: 'dacon-sun', folder: 'dacon-sun', files: ['train'] },
];

const SOURCES = join(import.meta.dirname, '../../../src/sources');

type Row = Record<string, unknown>;

/** What the feed alone makes of each readable row, in the order of the file, without its empty columns. */
async function stagedRows(feedId: string, path: string): Promise<Row[]> {
  const staged = await stage(feedById(feedId)!, path);
  try {
    const rows = await staged.rows('SELECT * FROM staged ORDER BY rowid');
    return rows.map((row) => {
      const quote = Object.keys(QUOTE_COLUMNS)
        .filter((name) => row[name] !== null && row[name] !== '')
        .map((name) => [name, row[name]]);
      return { outcome: row.outcome, reason: row.reason, ...Object.fromEntries(quote) };
    });
  } finally {
    staged.close();
  }
}

function pinned(commit: Commit, rows: Row[]): string {
  const taken = { rows: commit.rows, outcomes: commit.outcomes };
  return [
    `{ "taken-in": ${JSON.stringify(taken)},`,
    `  "reasons": [\n${commit.reasons.map((reason) => `    ${JSON.stringify(reason)}`).join(',\n')}\n  ],`,
    `  "rules-alone": [\n${rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n')}\n  ] }\n`,
  ].join('\n');
}

describe.each(CASES)('$feed', ({ feed, folder, files }) => {
  it(`judges ${files.join(', then ')} as pinned`, async () => {
    await inFreshHome(async (home) => {
      for (const file of files) {
        const path = join(SOURCES, folder, 'fixtures', `${file}.csv`);
        const commit = await ingest(home, feed, path);
        const sum = Object.values(commit.outcomes).reduce((total, rows) => total + rows, 0);
        expect(sum).toBe(commit.rows);
        await expect(pinned(commit, await stagedRows(feed, path))).toMatchFileSnapshot(`${feed}/${file}.json`);
      }
    });
  });
});
