import { expect, test } from 'vitest';
import {
  type DailyRow,
  type SeriesRow,
  serveInMemory,
  TEST_PROFILE,
} from '../../test/doubles/serving-in-memory.ts';
import { addDays, localDate } from '../domain/index.ts';
import { type Board, type BoardQuestion, board } from './board.ts';
import { conditionTables } from './derived-tables.ts';

const SERIES: readonly SeriesRow[] = Array.from({ length: 12 }, (_, index) => ({
  item: String(index),
  priceKind: index % 2 === 0 ? 'survey-wholesale' : 'survey-retail',
}));

/** Priced series by day, from 1 June 2024 on. */
async function boardOf(counts: readonly number[], question: BoardQuestion = {}): Promise<Board> {
  const rows: DailyRow[] = counts.flatMap((count, place) =>
    Array.from({ length: count }, (_, series) => ({
      series,
      day: addDays(localDate('2024-06-01'), place),
      price: 100 + series,
    })),
  );
  const serving = await serveInMemory(SERIES, rows, { derive: conditionTables(TEST_PROFILE) });
  try {
    return await board(serving.reader, question);
  } finally {
    serving.close();
  }
}
const full = Array<number>(20).fill(12);
const opened = ({ meta, total, newer }: Board) => [meta.day, total, newer];

test('a third of the usual number of series is a full day, fewer is a thin one that is named', async () => {
  expect(opened(await boardOf([...full, 4]))).toEqual(['2024-06-21', 4, null]);
  expect(opened(await boardOf([...full, 3]))).toEqual(['2024-06-20', 12, { day: '2024-06-21', rows: 3 }]);
  expect(opened(await boardOf([...full, 2, 3]))).toEqual(['2024-06-20', 12, { day: '2024-06-22', rows: 3 }]);
});

test('what is usual is what the last twenty market days had', async () => {
  expect(opened(await boardOf([...Array<number>(40).fill(12), ...Array<number>(20).fill(3)]))).toEqual([
    '2024-07-30',
    3,
    null,
  ]);
});

test('the thin day has its board under its own date, and counts by the same filters', async () => {
  expect(opened(await boardOf([...full, 1], { day: '2024-06-21' }))).toEqual(['2024-06-21', 1, null]);
  const retail = await boardOf([...full, 1], { priceKind: 'survey-retail' });
  expect(opened(retail)).toEqual(['2024-06-20', 6, null]);
  expect(new Set(retail.rows.map(({ priceKind }) => priceKind))).toEqual(new Set(['survey-retail']));
});

test('forecasts stand beside the default day, though it is not the newest', async () => {
  const { rows } = await boardOf([...full, 1]);
  expect(rows.every(({ forecast }) => forecast?.status === 'being-computed')).toBe(true);
  const past = await boardOf([...full, 1], { day: '2024-06-19' });
  expect(past.rows.every(({ forecast }) => forecast === null)).toBe(true);
});

test('as of an earlier moment only what was known then says what is full', async () => {
  const asOf = { asOf: '2024-06-21' };
  expect(opened(await boardOf([...full, 3, 12, 12], asOf))).toEqual(
    opened(await boardOf([...full, 3], asOf)),
  );
});
