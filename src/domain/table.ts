/** What a column holds: DATE as days since 1970-01-01, TIMESTAMP as an ISO instant, the others as themselves. */
export type ColumnType = 'VARCHAR' | 'DOUBLE' | 'INTEGER' | 'DATE' | 'TIMESTAMP';

/** A column; NaN and null are missing. */
export interface Column {
  readonly type: ColumnType;
  readonly values: ArrayLike<string | number | null>;
}

/** A table in columns of equal length, in the order in which they stand. */
export type Table = Readonly<Record<string, Column>>;

/** Tables by name. */
export type Tables = Readonly<Record<string, Table>>;

/** Rows of a table: the length of its columns. */
export function rowsIn(table: Table): number {
  return Object.values(table)[0]?.values.length ?? 0;
}

/** Stands for a missing whole number or day where a column has no room for null. */
export const MISSING_WHOLE = -(2 ** 31);
