import { expect, it } from 'vitest';
import type { TableShape } from '../domain/index.ts';
import { columnsDiffer } from './columns-differ.ts';

const shape = (delimiter: string, ...header: string[]) => ({ delimiter, header }) as unknown as TableShape;
const SHAPES = [shape(',', 'day', 'item', 'price'), shape(',', 'day', 'market', 'kg', 'won')];

it.each([
  ['day,item', 'it lacks price', '없는 열: price'],
  ['day,market,kg,won,note', 'unknown columns: note', '모르는 열: note'],
  ['day,품목,price', 'it lacks item; unknown columns: 품목', '없는 열: item. 모르는 열: 품목'],
  ['price,day,item', 'the same columns stand in another order', '같은 열이 다른 차례로 있습니다'],
  ['day,item,price,item', 'item comes twice', '두 번 나온 열: item'],
  [
    'a,b,c',
    'it lacks day, item, price; unknown columns: a, b, c',
    '없는 열: day, item, price. 모르는 열: a, b, c',
  ],
])('%s differs from the nearest form', (header, en, ko) => {
  expect(columnsDiffer(SHAPES, header)).toEqual({ ko, en });
});

it('a table parted by another character is told how to be saved', () => {
  const { ko, en } = columnsDiffer(SHAPES, 'day;item;price');
  expect(en).toBe(
    'its columns are parted by semicolons, not commas: save it as CSV parted by commas, with decimal points',
  );
  expect(ko).toBe(
    '열을 나눈 글자: 세미콜론 (있어야 할 것: 쉼표). 열을 쉼표, 소수점을 점으로 쓴 CSV로 저장하세요',
  );
  // named already: a comma within a cell parts nothing
  expect(columnsDiffer([shape(';', 'a', 'b')], 'a;"b, c"').en).toBe('it lacks b; unknown columns: b, c');
});

it('of many columns a few are named', () => {
  const many = Array.from({ length: 20 }, (_, at) => `c${at}`);
  expect(columnsDiffer([shape(',', 'a', ...many)], ['a']).en).toBe(
    'it lacks c0, c1, c2, c3, c4, c5, c6, c7 and 12 more',
  );
});
