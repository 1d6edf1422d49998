import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tables } from '../domain/index.ts';
import { decodeTables, encodeTables, mergeTables } from './tables-file.ts';

const row = fc.record({
  item: fc.constantFrom('a', 'b', 'c', '배추', 'e'),
  text: fc.option(fc.string()),
  number: fc.option(fc.double()),
  day: fc.option(fc.integer({ min: -30_000, max: 30_000 })),
});
type Row = { item: string; text: string | null; number: number | null; day: number | null };

function tablesOf(rows: readonly Row[]): Tables {
  return {
    one: {
      item: { type: 'VARCHAR', values: rows.map(({ item }) => item) },
      text: { type: 'VARCHAR', values: rows.map(({ text }) => text) },
      number: { type: 'DOUBLE', values: rows.map(({ number }) => number) },
      day: { type: 'DATE', values: rows.map(({ day }) => day) },
    },
    items: { item: { type: 'VARCHAR', values: [...new Set(rows.map(({ item }) => item))] } },
  };
}

/** Rows with those of each item together, items rising. */
function byItem(rows: readonly Row[]): Row[] {
  return [...rows].sort((a, b) => (a.item < b.item ? -1 : a.item > b.item ? 1 : 0));
}

describe('tables as bytes', () => {
  it('come back as they were, and again to the same bytes', () => {
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const bytes = encodeTables(tablesOf(rows));
        const back = decodeTables(bytes);
        expect([...(back.one!.text!.values as Row['text'][])]).toEqual(rows.map(({ text }) => text));
        expect([...(back.one!.day!.values as Row['day'][])]).toEqual(rows.map(({ day }) => day));
        expect(Array.from(back.one!.number!.values)).toEqual(rows.map(({ number }) => number ?? Number.NaN));
        expect(encodeTables(back)).toEqual(bytes);
      }),
      { numRuns: 60 },
    );
  });

  it('are the same whatever the parts they were made in', () => {
    fc.assert(
      fc.property(fc.array(row), fc.func(fc.integer({ min: 0, max: 3 })), (rows, partOf) => {
        const sorted = byItem(rows);
        const parts = [0, 1, 2, 3].map((part) =>
          tablesOf(sorted.filter(({ item }) => partOf(item) === part)),
        );
        expect(encodeTables(mergeTables(parts))).toEqual(encodeTables(tablesOf(sorted)));
      }),
      { numRuns: 60 },
    );
  });

  it('that were cut short, or are something else, are refused', () => {
    const bytes = encodeTables(tablesOf([{ item: 'a', text: 'x', number: 1, day: 2 }]));
    expect(() => decodeTables(bytes.subarray(0, bytes.length - 8))).toThrow('cut short');
    expect(() => decodeTables(new Uint8Array(100))).toThrow('no file of tables');
  });
});
