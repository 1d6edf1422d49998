import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CsvColumn, writeCsv } from './csv.ts';

interface Row {
  readonly text: string;
  readonly value: number | null;
}
const COLUMNS: readonly CsvColumn<Row>[] = [
  { name: 'text', of: (row) => row.text },
  { name: 'value', of: (row) => row.value },
];

/** The cells of a written table, by the plainest reading of RFC 4180. */
function read(csv: string): string[][] {
  const rows: string[][] = [];
  const row: string[] = [];
  const cells = csv.replace(/^\uFEFF/, '').matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g);
  for (const [, quoted, bare, end] of cells) {
    row.push(quoted === undefined ? bare! : quoted.replaceAll('""', '"'));
    if (end !== ',') rows.push(row.splice(0));
  }
  return rows;
}

test.each(['=1+1', '+82-2-1234', '-cmd', '@SUM(A1)', '\t=1', '\r=1'])(
  'a cell of %j is text, not a formula',
  (text) => {
    expect(read(writeCsv(COLUMNS, [{ text, value: 0 }]))[1]![0]).toBe(`'${text}`);
  },
);

test('a negative number stays a number, a missing one is empty', () => {
  const csv = writeCsv(COLUMNS, [
    { text: 'a', value: -3.2 },
    { text: 'b', value: null },
    { text: 'c', value: Number.NaN },
  ]);
  expect(csv).toBe('\uFEFFtext,value\r\na,-3.2\r\nb,\r\nc,\r\n');
});

test('whatever the text, it can be read back and starts no formula', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '"', ',', '\n', '\r', '\t', '배', 'a', "'") }),
      (text) => {
        const [, [cell]] = read(writeCsv(COLUMNS, [{ text, value: 1 }])) as [string[], string[]];
        expect(cell === text || cell === `'${text}`).toBe(true);
        expect(cell).not.toMatch(/^[=+\-@\t\r]/);
      },
    ),
  );
});
