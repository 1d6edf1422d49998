import { expect, test } from 'vitest';
import type { Board, BoardRow, ForecastCell } from '../api/contract.ts';
import { factsOf } from './board-facts.ts';

function row(
  name: string,
  change: number | null,
  forecast: Partial<ForecastCell> | null,
  price = 100,
): BoardRow {
  return {
    series: name,
    item: { code: name, name: { ko: name, en: name } },
    price,
    volumeKg: 50,
    previousVolumeKg: 100,
    previous: change === null ? null : { day: '2026-11-20', price: 1, changePercent: change },
    forecast,
  } as unknown as BoardRow;
}

function board(rows: BoardRow[], day: string | null = '2026-11-21'): Board {
  return {
    meta: { day },
    breadth: { up: 1, down: 1, unchanged: 0, without: 1 },
    rows,
    total: rows.length,
  } as unknown as Board;
}

test('the largest rise and fall are named with their arrivals; a row without comparison is neither', () => {
  const facts = factsOf(board([row('a', -3, null), row('b', 8, null), row('c', null, null)]), 'ko');
  expect(facts?.risen).toEqual({ name: 'b', series: 'b', changePercent: 8, volumeChangePercent: -50 });
  expect(facts?.fallen?.name).toBe('a');
  expect(facts?.outlook).toBeNull();
});

test('the outlook counts intervals wholly above or below today, and only of forecasts that are shown', () => {
  const cell = (status: ForecastCell['status'], lo80: number | null, hi80: number | null) => ({
    status,
    lo80,
    hi80,
  });
  const facts = factsOf(
    board([
      row('a', 1, cell('model', 101, 120)),
      row('b', 1, cell('baseline', 70, 99)),
      row('c', 1, cell('model-wide-interval', 90, 110)),
      row('d', 1, cell('withheld', 101, 120)),
      row('e', 1, cell('being-computed', null, null)),
    ]),
    'en',
  );
  expect(facts?.outlook).toEqual({ higher: 1, lower: 1, around: 1 });
  expect(facts?.computing).toBe(1);
});

test('a board without a day or rows has nothing to say', () => {
  expect(factsOf(board([], '2026-11-21'), 'ko')).toBeNull();
  expect(factsOf(board([row('a', 1, null)], null), 'ko')).toBeNull();
});
