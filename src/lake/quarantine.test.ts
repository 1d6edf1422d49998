import { afterEach, expect, test } from 'vitest';
import { fingerprints, quoteLine, quotes, SmallLake } from '../../test/support/small-lake.ts';
import type { HandOver } from '../domain/index.ts';
import { rejectedRows, replayRejected } from './quarantine.ts';

let lake: SmallLake;
afterEach(() => lake.close());

/** `other` is an item after all. */
const mended: HandOver = { ...quotes, rules: quotes.rules.filter(({ id }) => id !== 'refused') };

const FILE = [
  quoteLine({ item: 'other', name: '"perilla, 1st"', price: 50 }),
  'a line of another table',
  quoteLine({ day: '2024-03-05' }),
  quoteLine({ item: 'other', day: '2024-03-05', price: 5000 }),
  quoteLine({ item: 'other', day: '2024-03-06', price: 0 }),
];

async function takeFirst() {
  lake = new SmallLake();
  return lake.take(quotes, FILE, '2024-03-07T00:00:00Z');
}

async function rejected() {
  const rows = await rejectedRows(lake.home, 'quotes', { limit: 100 });
  return rows.map(({ rawRow, reason }) => [rawRow, reason]);
}

const CONTENT =
  'market_day, item_code, item_name, price, outcome, reason, received_at, known_at, observed, raw_id';

test('what a mended rule accepts comes back with the times of its receipt, and nothing else is touched', async () => {
  const { commit } = await takeFirst();
  await lake.take(quotes, [quoteLine({ day: '2024-03-07' })], '2024-03-08T00:00:00Z');
  expect(await rejected()).toEqual([
    [1, 'refused'],
    [2, 'malformed-row'],
    [4, 'refused'],
    [5, 'refused'],
  ]);
  const before = fingerprints(lake.home.path);

  const back = await replayRejected(lake.home, mended, commit);

  expect(back).toMatchObject({
    number: 3,
    replays: 1,
    replayedPlaces: [0, 2],
    rows: 0,
    outcomes: { accepted: 1, flagged: 1, rejected: -2, duplicate: 0, aggregate: 0 },
  });
  expect(back!.reasons).toContainEqual({ outcome: 'rejected', reason: 'refused', rows: -2 });
  expect(fingerprints(lake.home.path)).toMatchObject(before);
  expect(await rejected()).toEqual([
    [2, 'malformed-row'],
    [5, 'refused'],
  ]);
  const replayed = await lake.clean(mended, CONTENT, 'market_day, item_code');
  const outcomes = lake.commits(quotes).map((one) => one.outcomes);
  expect(outcomes.reduce((sum, one) => sum + one.rejected + one.accepted + one.flagged, 0)).toBe(6);

  const fresh = new SmallLake();
  await fresh.take(mended, FILE, '2024-03-07T00:00:00Z');
  await fresh.take(mended, [quoteLine({ day: '2024-03-07' })], '2024-03-08T00:00:00Z');
  expect(replayed).toEqual(await fresh.clean(mended, CONTENT, 'market_day, item_code'));
  fresh.close();
});

test('a second replay finds nothing to do', async () => {
  const { commit } = await takeFirst();
  await replayRejected(lake.home, mended, commit);
  const before = fingerprints(lake.home.path);
  expect(await replayRejected(lake.home, mended, commit)).toBeNull();
  expect(await replayRejected(lake.home, quotes, commit)).toBeNull();
  expect(fingerprints(lake.home.path)).toEqual(before);
});

test('only the reason asked for comes back', async () => {
  const { commit } = await takeFirst();
  expect(await replayRejected(lake.home, mended, commit, 'no-price')).toBeNull();
  expect((await replayRejected(lake.home, mended, commit, 'refused'))?.replayedPlaces).toEqual([0, 2]);
  expect(await rejectedRows(lake.home, 'quotes', { reason: 'malformed-row', limit: 1 })).toMatchObject([
    { commit: 1, rawRow: 2, text: 'a line of another table', name: 'file-0.csv' },
  ]);
});

test('a row that was corrected since its receipt stays where it is', async () => {
  const { commit } = await takeFirst();
  await lake.take(mended, [quoteLine({ item: 'other', price: 55 })], '2024-03-09T00:00:00Z');
  expect((await replayRejected(lake.home, mended, commit))?.replayedPlaces).toEqual([2]);
  expect(await lake.clean(mended, 'price', 'market_day')).toEqual([
    { price: 55 },
    { price: 100 },
    { price: 5000 },
  ]);
});

test('a row that came again later and was rejected again comes back once', async () => {
  const { commit } = await takeFirst();
  const again = await lake.take(quotes, [...FILE, quoteLine({ day: '2024-03-08' })], '2024-03-10T00:00:00Z');
  await replayRejected(lake.home, mended, commit);
  const second = await replayRejected(lake.home, mended, again.commit);
  expect(second?.outcomes).toMatchObject({ accepted: 0, flagged: 0, duplicate: 2, rejected: -2 });
  expect(await lake.clean(mended, 'price', 'market_day, price')).toHaveLength(4);
});
