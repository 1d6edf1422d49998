import { describe, expect, test } from 'vitest';
import {
  type DailyRow,
  type SeriesRow,
  serveInMemory,
  TEST_PROFILE,
  testSeries,
} from '../../test/doubles/serving-in-memory.ts';
import { addDays, type LocalDate, localDate } from '../domain/index.ts';
import { type Board, type BoardQuestion, board } from './board.ts';
import { conditionTables } from './derived-tables.ts';
import { itemHistory } from './item-history.ts';
import { items } from './items.ts';
import { movers } from './movers.ts';

const WEEKLY = { ...TEST_PROFILE, granularity: 'week' as const };

async function boardOf(
  rows: readonly DailyRow[],
  question: BoardQuestion = {},
  series: readonly SeriesRow[] = [{ item: '1' }],
  profile = TEST_PROFILE,
): Promise<Board> {
  const serving = await serveInMemory(series, rows, { profile, derive: conditionTables(profile) });
  try {
    return await board(serving.reader, question);
  } finally {
    serving.close();
  }
}

const priced = (prices: Readonly<Record<string, number>>): DailyRow[] =>
  Object.entries(prices).map(([day, price]) => ({ series: 0, day, price }));

/** Consecutive days from `first`, one price each. */
function run(first: string, prices: readonly number[], more: Partial<DailyRow> = {}): DailyRow[] {
  return prices.map((price, index) => ({ series: 0, day: addDays(localDate(first), index), price, ...more }));
}

describe('what a price is compared with', () => {
  test('the previous market day, a week and a year back, each with its day', async () => {
    const { rows, meta } = await boardOf(
      priced({ '2023-06-12': 80, '2024-06-05': 90, '2024-06-10': 110, '2024-06-12': 100 }),
    );
    expect(meta).toMatchObject({ day: '2024-06-12', asOf: null, knownAtBasis: 'assumed' });
    expect(rows[0]).toMatchObject({
      price: 100,
      previous: { day: '2024-06-10', price: 110 },
      week: { day: '2024-06-05', price: 90 },
      year: { day: '2023-06-12', price: 80, changePercent: 25 },
      normal: null,
    });
  });

  test('a closed day gives the nearest earlier market day, three days back at most', async () => {
    const near = await boardOf(priced({ '2023-06-09': 80, '2024-06-02': 90, '2024-06-12': 100 }));
    expect(near.rows[0]).toMatchObject({ week: { day: '2024-06-02' }, year: { day: '2023-06-09' } });
    const far = await boardOf(priced({ '2023-06-08': 80, '2024-06-01': 90, '2024-06-12': 100 }));
    expect(far.rows[0]).toMatchObject({ week: null, year: null, previous: { day: '2024-06-01' } });
  });

  test('a weekly feed takes the nearest earlier publication within ten days', async () => {
    const days = priced({ '2023-06-02': 80, '2024-05-26': 90, '2024-06-12': 100 });
    const weekly = await boardOf(days, {}, [{ item: '1' }], WEEKLY);
    expect(weekly.rows[0]).toMatchObject({ week: { day: '2024-05-26' }, year: { day: '2023-06-02' } });
    expect((await boardOf(days)).rows[0]).toMatchObject({ week: null, year: null });
  });

  test('29 February looks back to 28 February', async () => {
    const { rows } = await boardOf(priced({ '2023-02-28': 80, '2023-03-01': 70, '2024-02-29': 100 }));
    expect(rows[0]!.year).toMatchObject({ day: '2023-02-28', price: 80 });
  });

  test('a series back after a season has no previous market day', async () => {
    const { rows, breadth } = await boardOf(priced({ '2024-01-10': 80, '2024-06-12': 100 }));
    expect(rows[0]!.previous).toBeNull();
    expect(breadth).toEqual({ up: 0, down: 0, unchanged: 0, without: 1 });
  });

  test('prices left out are on no axis: not shown, and compared with nothing', async () => {
    const usual = run('2024-05-01', Array(20).fill(100));
    const { rows, meta } = await boardOf([...usual, ...priced({ '2024-05-21': 1000, '2024-05-22': 104 })]);
    expect(meta.day).toBe('2024-05-22');
    expect(rows[0]).toMatchObject({ price: 104, previous: { day: '2024-05-20', price: 100 } });
    const absurd = await boardOf([...usual, ...priced({ '2024-05-21': 1000 })]);
    expect(absurd).toMatchObject({ meta: { day: '2024-05-20' }, rows: [{ price: 100 }] });
  });

  test('five times the usual price is out, a little less is in; below ten earlier prices nothing is', async () => {
    const last = async (earlier: number, price: number) =>
      (await boardOf(run('2024-05-01', [...Array(earlier).fill(100), price]))).rows[0]!.price;
    expect([await last(10, 500), await last(10, 499), await last(9, 500)]).toEqual([100, 499, 500]);
    expect([await last(10, 20), await last(10, 21)]).toEqual([100, 21]);
  });
});

test('as of a moment the years before are judged by what stood before them', async () => {
  // ten weeks before the anchor say that 900 is absurd; a look at the anchor's own surroundings would not
  const rows: DailyRow[] = [];
  for (let year = 2019; year <= 2024; year++) {
    const day = (place: number): LocalDate => addDays(localDate(`${year}-03-05`), place);
    for (let place = -55; place <= -30; place++) rows.push({ series: 0, day: day(place), price: 100 });
    for (let place = -4; place <= 0; place++)
      rows.push({ series: 0, day: day(place), price: place === -1 && year < 2024 ? 900 : 100 });
  }
  const newest = await boardOf(rows);
  expect(newest.rows[0]!.normal).toMatchObject({ kind: 'normal', years: 5, price: 100, high: 100 });
  const asOf = await boardOf(rows, { asOf: '2024-03-05' });
  expect(asOf.rows).toEqual(newest.rows.map((row) => ({ ...row, forecast: null })));
});

describe('which rows a board has', () => {
  const series: SeriesRow[] = [
    { item: '101', itemName: '배추', market: 'A' },
    { item: '101', itemName: '배추', market: 'B' },
    { item: '201', itemName: '무', market: 'A', variety: 'x' },
    { item: '201', itemName: '무', market: 'A', variety: 'y' },
  ];
  const rows: DailyRow[] = [
    { series: 0, day: '2024-06-11', price: 100, volumeKg: 10 },
    { series: 0, day: '2024-06-12', price: 110, volumeKg: 10 },
    { series: 1, day: '2024-06-12', price: 120, volumeKg: 50 },
    { series: 2, day: '2024-06-11', price: 100, volumeKg: 40 },
    { series: 2, day: '2024-06-12', price: 80, volumeKg: 40 },
    { series: 3, day: '2024-06-12', price: 90, volumeKg: 30 },
  ];
  const keys = ({ rows: all }: Board) =>
    all.map(({ series: key }) => series.findIndex((one) => testSeries(one) === key));

  test('headline: the series of most kg for each item; in a market, of that market', async () => {
    expect(keys(await boardOf(rows, {}, series)).sort()).toEqual([1, 2]);
    expect(keys(await boardOf(rows, { market: 'A' }, series)).sort()).toEqual([0, 2]);
    expect(keys(await boardOf(rows, { market: 'B' }, series))).toEqual([1]);
  });

  test('all: every series; total and breadth count what the limit cuts', async () => {
    const all = await boardOf(rows, { scope: 'all', limit: 1 }, series);
    expect(all).toMatchObject({ total: 4, breadth: { up: 1, down: 1, unchanged: 0, without: 2 } });
    expect(all.rows).toHaveLength(1);
  });

  test('a day without trade has no rows, and a day that does not exist is refused', async () => {
    expect(await boardOf(rows, { day: '2024-06-01' }, series)).toMatchObject({
      total: 0,
      meta: { day: '2024-06-01' },
    });
    await expect(boardOf(rows, { day: '2024-02-30' }, series)).rejects.toMatchObject({
      code: 'DAY_UNREADABLE',
    });
  });

  test('movers: strongest first, each way', async () => {
    const serving = await serveInMemory(series, rows, { derive: conditionTables(TEST_PROFILE) });
    const { up, down } = await movers(serving.reader, { scope: 'all' });
    expect([up.map((row) => row.price), down.map((row) => row.price)]).toEqual([[110], [80]]);
    serving.close();
  });

  test('items are found by name, code and initial consonants', async () => {
    const serving = await serveInMemory(series, rows, { derive: conditionTables(TEST_PROFILE) });
    const found = async (q: string) => (await items(serving.reader, { q })).map(({ item }) => item.code);
    expect([
      await found('ㅂㅊ'),
      await found('배'),
      await found('201'),
      await found('x'),
      await found(''),
    ]).toEqual([['101'], ['101'], ['201'], [], ['101', '201']]);
    const [cabbage] = await items(serving.reader, { q: '배추' });
    expect(cabbage).toMatchObject({ headline: testSeries(series[1]!), seriesCount: 2 });
    serving.close();
  });
});

test('history in columns: closed days, days without trade, days left out', async () => {
  const series: SeriesRow[] = [{ item: '1' }, { item: '2' }];
  const rows: DailyRow[] = [
    ...run('2024-06-01', [100, 101, 102, 103, 104, 105], { volumeKg: 50, low: 90, high: 120 }),
    { series: 0, day: '2024-06-07', price: 900, volumeKg: 1 },
    // 8 June closed; 9 June only the other item
    { series: 1, day: '2024-06-09', price: 5, volumeKg: 100 },
    { series: 0, day: '2024-06-10', price: 110, volumeKg: 60 },
  ];
  const serving = await serveInMemory(series, rows, { derive: conditionTables(TEST_PROFILE) });
  const history = await itemHistory(serving.reader, { series: testSeries(series[0]!) });
  expect(history).toMatchObject({
    start: '2024-06-01',
    stepDays: 1,
    price: [100, 101, 102, 103, 104, 105, null, null, null, 110],
    leftOut: [{ index: 6, reason: 'trickle' }],
    closed: [6, 7],
    latest: { price: 110, previous: { day: '2024-06-06', price: 105 } },
    meta: { day: '2024-06-10' },
  });
  expect(history.low.slice(0, 2)).toEqual([90, 90]);
  const part = await itemHistory(serving.reader, {
    series: testSeries(series[0]!),
    from: '2024-06-03',
    to: '2024-06-04',
  });
  expect(part).toMatchObject({ start: '2024-06-03', price: [102, 103], closed: [] });
  await expect(itemHistory(serving.reader, { series: testSeries({ item: '9' }) })).rejects.toMatchObject({
    code: 'SERIES_UNKNOWN',
  });
  serving.close();
});
