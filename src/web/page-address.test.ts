import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type BoardAddress,
  boardHref,
  FIRST_ROWS,
  type ItemAddress,
  itemHref,
  RANGES,
  readBoardAddress,
  readItemAddress,
  SORT_COLUMNS,
  withAllRows,
} from './page-address.ts';

const word = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' });
const day = fc.constantFrom('2024-02-29', '2026-11-21');
const lang = fc.constantFrom('ko' as const, 'en' as const);

const board: fc.Arbitrary<BoardAddress> = fc.record(
  {
    feed: word,
    date: day,
    asOf: day,
    category: word,
    market: word,
    priceKind: word,
    scope: fc.constantFrom('headline' as const, 'all' as const),
    sort: fc.constantFrom(...SORT_COLUMNS),
    direction: fc.constant('desc' as const),
    limit: fc.constant(FIRST_ROWS),
    lang,
  },
  { requiredKeys: ['scope', 'direction', 'limit'] },
);

test('a board survives the way through its address', () => {
  fc.assert(
    fc.property(board, (state) => {
      expect(readBoardAddress(boardHref(state).slice(1))).toEqual(state);
      expect(readBoardAddress(boardHref(withAllRows(state)).slice(1)).limit).toBeGreaterThan(FIRST_ROWS);
    }),
  );
});

test('an item survives the way through its address, whatever its series is called', () => {
  const item: fc.Arbitrary<ItemAddress> = fc.record(
    { series: word, asOf: day, range: fc.constantFrom(...RANGES), lang },
    { requiredKeys: ['range'] },
  );
  fc.assert(
    fc.property(item, (state) => {
      expect(readItemAddress(itemHref(state).slice('/items'.length))).toEqual(state);
    }),
  );
});

test('what is malformed counts as absent', () => {
  expect(readBoardAddress('?date=yesterday&sort=colour&scope=some&lang=fr&feed=')).toEqual({
    scope: 'headline',
    direction: 'desc',
    limit: FIRST_ROWS,
  });
  expect(readItemAddress('?range=5Y')).toEqual({ range: '1Y' });
});

test('the plain board has the plainest address', () => {
  expect(boardHref(readBoardAddress(''))).toBe('/');
});
