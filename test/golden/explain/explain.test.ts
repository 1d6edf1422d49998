import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explanationSchema } from '../../../src/api/contract.ts';
import {
  type Home,
  openServingLibrary,
  publishConditions,
  type ServingReader,
} from '../../../src/lake/index.ts';
import { conditionTables, type Explanation, explain } from '../../../src/market/index.ts';
import { buildDemo } from '../../../src/pipeline/index.ts';
import { demoFeed, type Feed, feedById } from '../../../src/sources/index.ts';
import { inFreshHome, ingest } from '../feeds/ingest.ts';

const DATA = resolve(process.env.SIHWANG_TEST_DATA ?? '../shared/data');
const MISSING = `skipped without ${DATA}; name the data folder in SIHWANG_TEST_DATA`;

async function reading<T>(home: Home, feed: Feed, ask: (reader: ServingReader) => Promise<T>): Promise<T> {
  const library = await openServingLibrary(home, [feed.profile]);
  try {
    return await library.read(feed.profile.id, ask);
  } finally {
    await library.close();
  }
}

async function explainFile(feedId: string, path: string, series: string, date: string): Promise<Explanation> {
  const feed = feedById(feedId)!;
  return inFreshHome(async (home) => {
    await ingest(home, feedId, path);
    await publishConditions(home, feed.profile, conditionTables(feed.profile));
    return reading(home, feed, (reader) => explain(reader, { series, date }, { home, rules: feed.rules }));
  });
}

/** Cells of a row of a published file; rows are counted from 1, the header left out. No cell of these files is enclosed. */
function rowOf(path: string, row: number): string[] {
  return readFileSync(path, 'utf8').split(/\r?\n/)[row]!.split(',');
}

// The figures are compared with the real file itself, so that none of its rows is kept here.

const japan = join(DATA, 'japan-maff/dev_2016_2024.csv');
it.skipIf(!existsSync(japan))(`a Japanese quote leads to its row of the file (${MISSING})`, async () => {
  const series = 'japan-maff~wholesale-reported~JPY~30100~~~~1~kg~pooled~';
  const found = await explainFile('japan-maff', japan, series, '2024-12-30');
  expect(found).toMatchObject({ status: 'published', agrees: true });
  expect(found.rows.map((row) => row.role)).toEqual(['counts']);
  const [row] = found.rows;
  const [date, code, , volumeKg, price] = rowOf(japan, row!.rawRow);
  expect([date, code]).toEqual(['2024-12-30', '30100']);
  expect(row!.values).toMatchObject({ price: Number(price), volume_kg: Number(volumeKg) });
  expect(found.published).toMatchObject({ price: Number(price), amount: Number(price) * Number(volumeKg) });
  expect(found.files).toMatchObject([{ name: 'dev_2016_2024.csv', rawId: row!.rawId, request: null }]);
  expect(row).toMatchObject({ knownAtBasis: 'assumed', receivedAt: '2026-11-01T00:00:00.000Z' });
});

const taiwan = join(DATA, 'taiwan-amis/raw/cauliflower.csv');
it.skipIf(!existsSync(taiwan))(`a Taiwanese quote leads to its row of the file (${MISSING})`, async () => {
  const series = 'taiwan-amis~auction~TWD~FB1~~~~1~kg~N04%2F400~';
  const found = await explainFile('taiwan-amis', taiwan, series, '2025-04-30');
  expect(found).toMatchObject({ status: 'published', agrees: true });
  const [row] = found.rows;
  const [date, market, , upper, , lower, average, volumeKg] = rowOf(taiwan, row!.rawRow);
  expect([date, market]).toEqual(['114/04/30', '400 台中市']);
  expect(found.published).toMatchObject({
    price: Number(average),
    low: Number(lower),
    high: Number(upper),
    volumeKg: Number(volumeKg),
  });
  expect(found.rules.length).toBeGreaterThan(0);
});

describe('a day of the demo market', () => {
  it('with a cancellation and a late trade: every lot and what became of it', async () => {
    await inFreshHome(async (home) => {
      const now = () => new Date('2026-11-01T00:00:00Z');
      const demo = { years: 1, lotsPerDay: 400, seed: 7 };
      await buildDemo(home, demo, { waitMs: 0, command: 'test', now });
      const found = await reading(home, demoFeed, firstOfInterest(home));
      expect(found.agrees).toBe(true);
      expect(explanationSchema.parse(found), 'the API states all that is answered').toEqual(found);
      // the version counts publications of this home, and the bytes of a file are not what is explained
      const { meta, files, ...rest } = found;
      const told = { asked: [meta.feed, meta.asOf, meta.knownAtBasis], files: files.map((file) => file.name), ...rest };
      await expect(`${JSON.stringify(told, withoutIds(found), 1)}\n`).toMatchFileSnapshot('demo-lots.json');
    });
  });
});

/** The first series and day that has a cancelled lot, its cancellation, and a lot that came later than the day's own. */
function firstOfInterest(home: Home) {
  return async (reader: ServingReader): Promise<Explanation> => {
    const { rowCount, columns } = await reader.query(
      `select s.series, cast(d.day as varchar) as day from daily d join series s using (series_id)
       group by all having count(*) >= 3 and max(lots) <= 12 order by day, s.series`,
    );
    for (let row = 0; row < rowCount; row++) {
      const question = { series: String(columns.series![row]), date: String(columns.day![row]) };
      const found = await explain(reader, question, { home, rules: demoFeed.rules });
      const moments = new Set(found.rows.filter((one) => one.role === 'counts').map((one) => one.knownAt));
      if (moments.size > 1 && found.rows.some((one) => one.role === 'cancelled')) return found;
    }
    throw new Error('the demo market of this seed has no such day');
  };
}

/** Hashes stand for bytes that a change of the simulator may alter: files are named by their place instead. */
function withoutIds({ files }: Explanation) {
  const at = new Map(files.map((file, index) => [file.rawId, `file ${index + 1}`]));
  return (key: string, value: unknown) => (key === 'rawId' ? at.get(String(value)) : value);
}
