import {
  type Granularity,
  type SnapshotColumn,
  SnapshotColumns,
  type SnapshotReader,
} from '../../src/domain/index.ts';

type MemoryTables = Readonly<Record<string, Readonly<Record<string, SnapshotColumn>>>>;

/** A snapshot that is only held in memory, for tests of what reads one. */
export function snapshotInMemory(tables: MemoryTables, granularity: Granularity = 'day'): SnapshotReader {
  return {
    feed: 'test',
    granularity,
    read: async (name, columns, where) => {
      const table = tables[name]!;
      const all = Array.from({ length: Object.values(table)[0]!.length }, (_, row) => row);
      const rows = where ? all.filter((row) => where.in.includes(String(table[where.column]![row]))) : all;
      return new SnapshotColumns(
        rows.length,
        Object.fromEntries(columns.map((column) => [column, takeRows(table[column]!, rows)])),
      );
    },
  };
}

function takeRows(column: SnapshotColumn, rows: readonly number[]): SnapshotColumn {
  if (column instanceof Int32Array) return Int32Array.from(rows, (row) => column[row]!);
  if (column instanceof Float64Array) return Float64Array.from(rows, (row) => column[row]!);
  return rows.map((row) => column[row] as string);
}
