import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fingerprints, quoteLine, quotes, SmallLake } from '../../test/support/small-lake.ts';
import { homeStoreUri, openStore } from '../store/index.ts';
import { deleteLeftovers, leftovers } from './gc.ts';
import { publishConditions } from './publish.ts';
import { publishForecasts } from './publish-forecasts.ts';
import { undoCommit } from './undo.ts';

const NOW = new Date('2026-01-02T00:00:00Z');

let lake: SmallLake;
beforeEach(async () => {
  lake = new SmallLake();
  await lake.take(quotes, [quoteLine({ price: 100 }), 'not a row']);
});
afterEach(() => lake.close());

it('finds old files that no commit names, and nothing that one does', async () => {
  const { home } = lake;
  const before = fingerprints(home.path);
  const strays = [
    home.at('clean', 'quotes', '000009.parquet'),
    home.at('raw', 'quotes', `${'a'.repeat(64)}.br`),
    home.at('serving', 'quotes-conditions-1.duckdb'),
  ];
  for (const path of strays) {
    writeFileSync(path, 'stray');
    utimesSync(path, new Date('2025-12-01'), new Date('2025-12-01'));
  }
  writeFileSync(home.at('clean', 'quotes', '000010.parquet'), 'young');
  utimesSync(home.at('clean', 'quotes', '000010.parquet'), NOW, NOW);
  mkdirSync(join(home.path, 'fetch'), { recursive: true });
  writeFileSync(join(home.path, 'fetch', 'journal'), `{"receipts":["${'a'.repeat(64)}"]}`);
  expect(await leftovers(home, { retentionDays: 7, now: NOW, citedSnapshots: null })).toHaveLength(2);
  rmSync(join(home.path, 'fetch', 'journal'));
  const found = await leftovers(home, { retentionDays: 7, now: NOW, citedSnapshots: null });
  expect(found.map(({ bytes }) => bytes)).toEqual([5, 5, 5]);
  deleteLeftovers(home, found);
  const { [join('clean', 'quotes', '000010.parquet')]: young, ...after } = fingerprints(home.path);
  expect(young).toBeDefined();
  expect(after).toEqual(before);
});

/** Everything is old enough to go, files of this very moment included. */
const LATER = { retentionDays: 7, now: new Date(Date.now() + 30 * 86_400_000), citedSnapshots: null };
const publish = () => publishConditions(lake.home, quotes.profile, []);
/** A published forecast that rests on a version of the conditions. */
const forecastOn = (conditionsVersion: string) =>
  publishForecasts(
    lake.home,
    'quotes',
    {
      forecast_cell: {
        series: { type: 'VARCHAR', values: ['one'] },
        conditions_version: { type: 'VARCHAR', values: [conditionsVersion] },
      },
    },
    ['one'],
  );
const lakeFilesFound = async () =>
  (await leftovers(lake.home, LATER)).map(({ path }) => path).filter((path) => !path.startsWith('serving'));

it('keeps an undone commit while a published forecast rests on it, and deletes it when none does', async () => {
  const second = await lake.take(quotes, [quoteLine({ price: 101 }), quoteLine({ item: 'leek' })]);
  const { rawId } = second.commit.raws[0]!;
  const before = await publish();
  await forecastOn(`quotes-${before.version}`);
  const undoneFiles = ['clean/quotes/000002.parquet', `raw/quotes/${rawId}.br`];
  await undoCommit(lake.home, 'quotes', 2, () => quotes);
  expect(await lakeFilesFound(), 'what is served still holds its rows').toEqual([]);

  const after = await publish();
  expect(await lakeFilesFound(), 'its forecast is still published').toEqual([]);
  deleteLeftovers(lake.home, await leftovers(lake.home, LATER));
  for (const path of undoneFiles) expect(readFileSync(join(lake.home.path, path)).length).toBeGreaterThan(0);

  await forecastOn(`quotes-${after.version}`);
  const found = await lakeFilesFound();
  for (const path of undoneFiles) expect(found).toContain(path);
  deleteLeftovers(lake.home, await leftovers(lake.home, LATER));
  expect(readdirSync(lake.home.at('clean', 'quotes'))).toEqual(['000001.parquet']);
  await publish();
});

it('keeps undone commits when a forecast does not say what it rests on', async () => {
  await lake.take(quotes, [quoteLine({ price: 101 })]);
  await publish();
  const series = { type: 'VARCHAR', values: ['one'] } as const;
  await publishForecasts(lake.home, 'quotes', { forecast_cell: { series } }, ['one']);
  await undoCommit(lake.home, 'quotes', 2, () => quotes);
  await publish();
  expect(await lakeFilesFound()).toEqual([]);
});

it('finds snapshots that no model and no published forecast rests on, and of those all files', async () => {
  const { home } = lake;
  await publish();
  const store = await openStore(homeStoreUri(home.path));
  const [served, modelled, young, stray, unfinished] = ['a', 'b', 'c', 'd', 'e'].map((letter) =>
    letter.repeat(64),
  );
  for (const name of [served, modelled, young, stray]) {
    await store.put(`snapshots/${name}/prices.parquet`, Buffer.from('rows'));
    await store.put(`snapshots/${name}/manifest.json`, Buffer.from('{}'));
  }
  await store.put(`snapshots/${unfinished}/prices.parquet`, Buffer.from('rows'));
  await publishForecasts(
    home,
    'quotes',
    {
      forecast_state: {
        series: { type: 'VARCHAR', values: ['one', 'two'] },
        snapshot: { type: 'VARCHAR', values: [served!, null] },
      },
    },
    ['one', 'two'],
  );
  const just = join(home.path, 'store', 'snapshots', young!, 'manifest.json');
  utimesSync(just, LATER.now, LATER.now);
  const found = async (citedSnapshots: ReadonlySet<string> | null) =>
    (await leftovers(home, { ...LATER, citedSnapshots })).filter(({ path }) => path.startsWith('store'));
  expect(await found(null)).toEqual([]);
  const wanted = await found(new Set([modelled!]));
  expect(wanted.map(({ path }) => path)).toEqual([
    join('store', 'snapshots', stray!, 'manifest.json'),
    join('store', 'snapshots', stray!, 'prices.parquet'),
    join('store', 'snapshots', unfinished!, 'prices.parquet'),
  ]);
  deleteLeftovers(home, wanted);
  expect(await found(new Set([modelled!]))).toEqual([]);
});
