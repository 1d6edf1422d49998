import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BoardRow } from '../api/contract.ts';
import { inOrder } from './board-order.ts';

function row(ko: string, normal: number | null, price = 1): BoardRow {
  return {
    series: ko,
    item: { code: ko, name: { ko, en: ko } },
    price,
    previous: null,
    week: null,
    year: null,
    normal:
      normal === null ? null : { kind: 'normal', years: 5, price: 1, low: 1, high: 1, changePercent: normal },
    volumeKg: null,
  } as unknown as BoardRow;
}

const names = (rows: readonly BoardRow[]) => rows.map(({ series }) => series);

test('first, whatever is furthest from the normal year, dear or cheap; without one last', () => {
  const rows = [row('a', 5), row('b', null), row('c', -40), row('d', 12)];
  expect(names(inOrder(rows, undefined, 'desc', 'ko'))).toEqual(['c', 'd', 'a', 'b']);
});

test('a column runs both ways, and missing stays last both ways', () => {
  const rows = [row('a', 5), row('b', null), row('c', -40)];
  expect(names(inOrder(rows, 'normal', 'asc', 'ko'))).toEqual(['c', 'a', 'b']);
  expect(names(inOrder(rows, 'normal', 'desc', 'ko'))).toEqual(['a', 'c', 'b']);
});

test('names sort as Korean sorts them', () => {
  const rows = ['무', '배추', '가지', '당근'].map((name) => row(name, null));
  expect(names(inOrder(rows, 'item', 'asc', 'ko'))).toEqual(['가지', '당근', '무', '배추']);
});

test('no order loses or repeats a row, and the given rows are left alone', () => {
  fc.assert(
    fc.property(
      fc.array(fc.option(fc.integer({ min: -90, max: 90 }), { nil: null })),
      fc.constantFrom('normal' as const, 'price' as const, 'item' as const, undefined),
      fc.constantFrom('asc' as const, 'desc' as const),
      (changes, sort, direction) => {
        const rows = changes.map((change, index) => row(`r${index}`, change, index % 3));
        const before = names(rows);
        expect(names(inOrder(rows, sort, direction, 'en')).sort()).toEqual([...before].sort());
        expect(names(rows)).toEqual(before);
      },
    ),
  );
});
