import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quoteLine, quotes, SmallLake, tradeLine, trades } from '../../test/support/small-lake.ts';
import { propertyRuns } from '../../test/support/whole-suites.ts';
import { addDays, type FeedProfile, type HandOver, localDate } from '../domain/index.ts';
import {
  listSnapshots,
  openServingLibrary,
  openSnapshot,
  publishConditions,
  snapshotNamed,
} from '../lake/index.ts';
import { conditionTables } from '../market/index.ts';
import { openStore, type Store } from '../store/index.ts';
import { PRICE_QUERY } from '../tasks/price-forecast/index.ts';
import { drawSnapshot, snapshotOf } from './task-snapshot.ts';

let lake: SmallLake;
let store: Store;
beforeEach(async () => {
  lake = new SmallLake();
  store = await openStore(`file://${lake.folder}/store/`);
});
afterEach(() => lake.close());

const DAYS = Array.from({ length: 30 }, (_, index) => addDays(localDate('2024-03-01'), index));

const request = (asOf: string | null = null) => ({ task: 'price-forecast', params: {}, asOf });

async function publish(profile: FeedProfile): Promise<void> {
  await publishConditions(lake.home, profile, conditionTables(profile));
}

/** Takes in lines received at an instant, and publishes. */
async function take(feed: HandOver, lines: readonly string[], receivedAt?: string): Promise<void> {
  await lake.take(feed, lines, receivedAt);
  await publish(feed.profile);
}

const someQuotes = (items = ['cabbage', 'radish']) =>
  items.flatMap((item, k) =>
    DAYS.map((day, index) => quoteLine({ day, item, price: 100 + 10 * k + (index % 7), kg: 1000 + index })),
  );

async function everyTable(reader: {
  read: Awaited<ReturnType<typeof openSnapshot>>['read'];
}): Promise<unknown[]> {
  const found = [];
  for (const { table, columns } of PRICE_QUERY.tables) found.push(await reader.read(table, columns));
  return found;
}

describe('a snapshot', () => {
  it('of the same data has the same name, in another home and from another publication too', async () => {
    await take(quotes, someQuotes());
    const first = await drawSnapshot(lake.home, store, quotes.profile, request());
    await publish(quotes.profile);
    const again = await drawSnapshot(lake.home, store, quotes.profile, request());
    expect([first.made, again.made]).toEqual([true, false]);
    expect(again.sha256).toBe(first.sha256);

    const other = new SmallLake();
    try {
      await other.take(quotes, someQuotes());
      await publishConditions(other.home, quotes.profile, conditionTables(quotes.profile));
      const there = await drawSnapshot(other.home, store, quotes.profile, request());
      expect(there.sha256).toBe(first.sha256);
    } finally {
      other.close();
    }
    const [kept, ...more] = await listSnapshots(store);
    expect(more).toEqual([]);
    expect(kept!.lineages.map(({ conditions }) => conditions).sort()).toEqual(['quotes-1', 'quotes-2']);
    expect(kept!.manifest).toMatchObject({
      feed: 'quotes',
      // the last day, published 11 hours after its midnight in Seoul
      asOf: '2024-03-30T02:00:00.000Z',
      tables: [
        { name: 'series', rows: 2, firstDay: null },
        { name: 'market_days', rows: 30, firstDay: '2024-03-01', lastDay: '2024-03-30' },
        { name: 'days_ahead', rows: 0 },
        { name: 'prices', rows: 60 },
      ],
    });
  });

  it('is what the published version says, and is read without the home', async () => {
    await take(quotes, someQuotes());
    const { sha256 } = await drawSnapshot(lake.home, store, quotes.profile, request());
    const library = await openServingLibrary(lake.home, [quotes.profile]);
    const published = await library.read('quotes', (reader) => everyTable(snapshotOf(reader)));
    await library.close();
    rmSync(lake.home.path, { recursive: true });
    const snapshot = await openSnapshot(store, sha256);
    try {
      expect(await everyTable(snapshot)).toEqual(published);
      const some = await snapshot.read('prices', ['price'], {
        column: 'series',
        in: (await snapshot.read('series', ['series'])).text('series').slice(1),
      });
      expect(some.rows).toBe(30);
      expect(some.number('price')[0]).toBe(110);
      expect((await snapshot.read('prices', ['day'], { column: 'series', in: [] })).rows).toBe(0);
      await expect(snapshot.read('weather', ['day'])).rejects.toThrow('no table weather');
      await expect(snapshot.read('prices', ['low'])).rejects.toThrow('no column low');
    } finally {
      snapshot.close();
    }
  });

  it('holds the days ahead by the calendar of the feed', async () => {
    const garak = { ...quotes, profile: { ...quotes.profile, calendar: 'garak-auction' as const } };
    await take(garak, someQuotes());
    const ahead = async () => {
      const { sha256 } = await drawSnapshot(lake.home, store, garak.profile, request());
      const snapshot = await openSnapshot(store, sha256);
      const days = await snapshot.read('days_ahead', ['day']);
      snapshot.close();
      return days.rows;
    };
    const before = await ahead();
    expect(before).toBeGreaterThan(30);
    mkdirSync(join(lake.home.path, 'calendars'), { recursive: true });
    writeFileSync(
      join(lake.home.path, 'calendars', 'mine.json'),
      JSON.stringify({ calendar: 'garak-auction', closed: ['2024-04-02'] }),
    );
    expect(await ahead()).toBe(before - 1);
  });

  it('as of a moment is not changed by anything that became known later', async () => {
    const moments = DAYS.map((day) => `${day}T05:00:00Z`);
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            day: fc.integer({ min: 0, max: 29 }),
            recorded: fc.integer({ min: 0, max: 29 }),
            item: fc.constantFrom('cabbage', 'radish', 'onion'),
            price: fc.integer({ min: 1, max: 999 }),
          }),
          { minLength: 2, maxLength: 6 },
        ),
        fc.integer({ min: 0, max: 29 }),
        async (rows, at) => {
          lake.close();
          lake = new SmallLake();
          store = await openStore(`file://${lake.folder}/store/`);
          // known when their publisher recorded them
          const [early, late] = [true, false].map((known) =>
            rows
              .map(({ recorded, ...row }) => ({ ...row, recorded: Math.max(recorded, row.day) }))
              .filter(({ recorded }) => recorded <= at === known)
              .sort((a, b) => a.recorded - b.recorded),
          );
          const asOf = moments[at]!;
          const receive = (some: Pick<(typeof rows)[number], 'day' | 'recorded' | 'item' | 'price'>[]) =>
            take(
              quotes,
              some.map(({ day, recorded, ...row }) =>
                quoteLine({ ...row, day: DAYS[day]!, recorded: moments[recorded]!.replace('Z', '') }),
              ),
            );
          early!.unshift({ day: 0, recorded: 0, item: 'onion', price: 5 });
          await receive(early!);
          const before = await drawSnapshot(lake.home, store, quotes.profile, request(asOf));
          await receive(late!);
          const after = await drawSnapshot(lake.home, store, quotes.profile, request(asOf));
          expect(after.sha256).toBe(before.sha256);
        },
      ),
      { numRuns: propertyRuns(3, 6) },
    );
  }, 120_000);

  it('of everything is the snapshot as of the last moment, of trades with a cancellation too', async () => {
    const lots = DAYS.flatMap((day, index) => [
      tradeLine({ day, lot: `a${index}`, price: 100 + index }),
      tradeLine({ day, lot: `b${index}`, price: 300 }),
    ]);
    await take(trades, lots);
    const cancellation = {
      day: DAYS[3]!,
      lot: 'c',
      price: 300,
      quantity: -1,
      recorded: '2024-04-20T00:00:00',
    };
    await take(trades, [tradeLine(cancellation)]);
    const everything = await drawSnapshot(lake.home, store, trades.profile, request());
    const late = await drawSnapshot(lake.home, store, trades.profile, request('2025-01-01'));
    const before = await drawSnapshot(lake.home, store, trades.profile, request('2024-04-19'));
    expect(late.sha256).toBe(everything.sha256);
    expect(before.sha256).not.toBe(everything.sha256);
    expect(before.manifest.asOf < everything.manifest.asOf).toBe(true);
  });

  it('that is damaged or missing is refused', async () => {
    await take(quotes, someQuotes());
    const { sha256 } = await drawSnapshot(lake.home, store, quotes.profile, request());
    await store.put(`snapshots/${sha256}/prices.parquet`, Buffer.from('nothing'));
    const snapshot = await openSnapshot(store, sha256);
    await expect(snapshot.read('prices', ['day'])).rejects.toMatchObject({ code: 'SNAPSHOT_DAMAGED' });
    snapshot.close();
    await store.put(`snapshots/${sha256}/manifest.json`, Buffer.from('{}'));
    await expect(openSnapshot(store, sha256)).rejects.toMatchObject({
      code: 'SNAPSHOT_DAMAGED',
    });
    const none = 'f'.repeat(64);
    await expect(openSnapshot(store, none)).rejects.toMatchObject({
      code: 'SNAPSHOT_MISSING',
    });
    await expect(snapshotNamed(store, 'ffff')).rejects.toMatchObject({ code: 'SNAPSHOT_MISSING' });
  });
});
