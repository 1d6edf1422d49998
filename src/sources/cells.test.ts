import { DuckDBInstance, VARCHAR } from '@duckdb/node-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLocalDate } from '../domain/index.ts';
import { cell, dayFirstDay, decimal, isoDay, rocDay } from './cells.ts';

const connection = await (await DuckDBInstance.create(':memory:')).connect();

/** One cell read as the lake reads it: text in, a value or null out. */
async function read(sql: string, text: string | null): Promise<unknown> {
  const reader = await connection.runAndReadAll(
    `SELECT ${sql} AS value FROM (SELECT $1::VARCHAR AS c)`,
    [text],
    [VARCHAR],
  );
  return reader.getRowObjectsJson()[0]!.value;
}

const anyText = fc.string({ unit: 'binary', maxLength: 24 }).filter((value) => !value.includes('\0'));

describe('a cell', () => {
  it.each([
    ['  花椰菜 青梗 ', '花椰菜 青梗'],
    ['　茼蒿　', '茼蒿'],
    ['\t1\r', '1'],
    ['   ', null],
    ['', null],
    [null, null],
  ])('%j is read as %j', async (text, value) => {
    expect(await read(cell('c'), text)).toBe(value);
  });
});

describe('a number', () => {
  it.each([
    ['1881.0', 1881],
    ['1,234,567.5', 1_234_567.5],
    ['-5', -5],
    ['+3.', 3],
    ['0', 0],
    ['1,00,000', 100_000],
    ['12,34,567.25', 1_234_567.25],
    ['10000.0000000000000000', 10_000],
    ['3333.3333333333333333', 10_000 / 3],
    ['6.8999999999999995', 6.8999999999999995],
  ])('%s is %d', async (text, value) => {
    expect(await read(decimal(cell('c')), text)).toBe(value);
  });

  it.each([
    '',
    '-',
    '[]',
    'nan',
    'inf',
    'Infinity',
    '1e5',
    '0x10',
    '1.2.3',
    '約10',
    '9'.repeat(400),
    '１２',
    '12,50',
    '1,5',
    ',500',
    '1,,000',
    '1234,567',
    '1,000,00',
    '1.000,5',
  ])('%s is none', async (text) => {
    expect(await read(decimal(cell('c')), text)).toBeNull();
  });

  it('is finite or missing for any text, and what plain JavaScript reads when it is a plain decimal', async () => {
    const plain = fc.tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.nat(99999)).map(([a, b]) => `${a}.${b}`);
    await fc.assert(
      fc.asyncProperty(fc.oneof(anyText, plain), async (text) => {
        const value = await read(decimal(cell('c')), text);
        expect(value === null || Number.isFinite(value)).toBe(true);
        if (/^-?\d{1,10}\.\d{1,5}$/.test(text)) expect(value).toBe(Number(text));
      }),
    );
  });
});

describe('a day', () => {
  it.each([
    [isoDay, '2019-02-28', '2019-02-28'],
    [isoDay, '2019-02-29', null],
    [isoDay, '2019-2-8', null],
    [isoDay, '2019-02-28 10:00', null],
    [dayFirstDay, '03/11/2017', '2017-11-03'],
    [dayFirstDay, '17/03/2023', '2023-03-17'],
    [dayFirstDay, '03/17/2023', null],
    [dayFirstDay, '3/11/2017', null],
    [rocDay, '104/01/01', '2015-01-01'],
    [rocDay, '114.12.31', '2025-12-31'],
    [rocDay, '115.01.01', '2026-01-01'],
    [rocDay, '99-06-30', '2010-06-30'],
    [rocDay, '109/02/29', '2020-02-29'],
    [rocDay, '108/02/29', null],
    [rocDay, '2015/01/01', null],
  ])('%o reads %s as %s', async (form, text, value) => {
    expect(await read(form(cell('c')), text)).toBe(value);
  });

  it('is a day of the calendar or missing, for any text', async () => {
    const near = fc
      .tuple(fc.nat(9999), fc.nat(99), fc.nat(99), fc.constantFrom('-', '/', '.'))
      .map(([y, m, d, mark]) =>
        [String(y).padStart(4, '0'), String(m).padStart(2, '0'), String(d).padStart(2, '0')].join(mark),
      );
    const form = fc.constantFrom(isoDay, dayFirstDay, rocDay);
    await fc.assert(
      fc.asyncProperty(form, fc.oneof(anyText, near), async (as, text) => {
        const value = await read(as(cell('c')), text);
        expect(value === null || parseLocalDate(value as string) !== undefined).toBe(true);
        if (as === isoDay) expect(value).toBe(parseLocalDate(text.trim()) ?? null);
      }),
      { numRuns: 300 },
    );
  });
});
