import type { Columns, SqlValue } from '../lake/index.ts';

/** One row of a result; for answers of a few thousand rows at most. */
export type Row = Readonly<Record<string, SqlValue>>;

export function rowsOf({ rowCount, columns }: Columns): Row[] {
  const names = Object.keys(columns);
  return Array.from({ length: rowCount }, (_, row) => {
    // one by one: objects made from lists of entries take four times as long
    const values: Record<string, SqlValue> = {};
    for (const name of names) values[name] = columns[name]![row]!;
    return values;
  });
}

export function textOf(row: Row, name: string): string {
  return String(row[name] ?? '');
}

export function textOrNull(row: Row, name: string): string | null {
  const value = row[name];
  return value === null || value === undefined ? null : String(value);
}

/** null for missing and for anything that is not a finite number. */
export function numberOrNull(row: Row, name: string): number | null {
  const value = row[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
