import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pricedUnit } from '../domain/index.ts';
import { registerUnitGrammar } from '../lake/unit-function.ts';
import { unitColumns } from './unit-grammar.ts';

const connection = await (await DuckDBInstance.create(':memory:')).connect();
registerUnitGrammar(connection);
const { unit_value, unit, package: pack } = unitColumns('$1');
const sql = `SELECT ${unit_value} AS value, ${unit} AS unit, ${pack} AS package`;

async function read(text: string): Promise<unknown[]> {
  return (await connection.runAndReadAll(sql, [text])).getRows()[0]!;
}

describe('what a price is for', () => {
  it.each([
    ['대파(1kg)', 1, 'kg', ''],
    ['고랭지(10kg)', 10, 'kg', ''],
    ['10키로망대', 10, 'kg', '망대'],
    ['18키로상자(비닐포)', 18, 'kg', '상자'],
    ['1.5키로단', 1.5, 'kg', '단'],
    ['5톤트럭', 5000, 'kg', '트럭'],
    ['5000키로', 5000, 'kg', ''],
    ['10kg 그물망', 10, 'kg', '그물망'],
    [' 10키로상자', 10, 'kg', '상자'],
    ['100 g', 0.1, 'kg', ''],
    ['깐마늘(국산)(250g)', 0.25, 'kg', ''],
    ['5kg(3수)', 5, 'kg', ''],
    ['1.2kg(8~9개)', 1.2, 'kg', ''],
    ['2㎏', 2, 'kg', ''],
    ['1KG', 1, 'kg', ''],
    ['1,000kg', 1000, 'kg', ''],
  ])('%s is sold by weight', async (text, value, unitName, container) => {
    expect(await read(text)).toEqual([value, unitName, container]);
  });

  it.each([
    ['10 개', 10, 'piece'],
    ['다다기(100개)', 100, 'piece'],
    ['배추(1포기)', 1, 'head'],
    ['마늘(1접)', 1, 'hundred heads'],
    ['수박(1개)', 1, 'piece'],
  ])('%s is sold by count, without a weight', async (text, value, unitName) => {
    expect(await read(text)).toEqual([value, unitName, '']);
  });

  it.each(['', '[]', '대파', 'kg', 'kg(그물망 3포기)', '일반', '1gold', '1234567890kg'])(
    '%s says nothing of how much, and nothing is made up',
    async (text) => {
      const [value, unitName] = await read(text);
      expect([value, unitName].includes(null)).toBe(true);
    },
  );

  it('is what the grammar of the domain says, whatever the text', async () => {
    const piece = fc.constantFrom(
      '10',
      '1.5',
      'kg',
      '키로',
      '상자',
      '(',
      ')',
      '~',
      '3',
      '포기',
      '개',
      ' ',
      '/',
      'x',
    );
    const any = fc.oneof(
      fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0')),
      fc.array(piece).map((parts) => parts.join('')),
    );
    await fc.assert(
      fc.asyncProperty(any, async (text) => {
        const { unitValue, unit: name, package: packing } = pricedUnit(text);
        expect(await read(text)).toEqual([unitValue, name, packing]);
      }),
      { numRuns: 200 },
    );
  });

  it('counts by a size that stands in its own column', async () => {
    const columns = unitColumns('$1', '$2');
    const rows = await connection.runAndReadAll(`SELECT ${columns.unit_value}, ${columns.package}`, [
      'kg(그물망 3포기)',
      10,
    ]);
    expect(rows.getRows()).toEqual([[10, '그물망']]);
  });
});
