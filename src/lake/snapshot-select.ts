import {
  type ColumnType,
  MISSING_WHOLE,
  type RowsWhere,
  type SnapshotColumn,
  SnapshotColumns,
} from '../domain/index.ts';
import type { Columns, SqlValue } from './result-columns.ts';

export interface TypedColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** A question for columns of a relation, in an order, days as counts since 1970-01-01; its values are parameters. */
export function selectColumns(
  relation: string,
  columns: readonly TypedColumn[],
  order: readonly string[],
  where: RowsWhere | undefined,
): { readonly sql: string; readonly params: Readonly<Record<string, SqlValue>> } {
  const wanted = [...(where?.in ?? [])].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const params: Record<string, SqlValue> = {};
  for (const [index, value] of wanted.entries()) params[`value${index}`] = value;
  const names = Object.keys(params).map((name) => `$${name}`);
  // the bounds let whole row groups be passed over, which a list does not
  const kept = !where
    ? ''
    : names.length === 0
      ? 'where false'
      : `where ${where.column} between ${names[0]} and ${names.at(-1)} and ${where.column} in (${names.join(', ')})`;
  const list = columns.map(({ name, type }) =>
    type === 'DATE' ? `cast(${name} - date '1970-01-01' as integer) as ${name}` : name,
  );
  const ordered = order.length > 0 ? `order by ${order.join(', ')}` : '';
  // ordered inside: outside, a day is a number that could not be told from the column
  return {
    sql: `select ${list.join(', ')} from (select * from ${relation} as source ${kept} ${ordered}) as wanted`,
    params,
  };
}

/** The answer to `selectColumns` in the forms that tasks read. */
export function columnsRead({ rowCount, columns }: Columns, wanted: readonly TypedColumn[]): SnapshotColumns {
  return new SnapshotColumns(
    rowCount,
    Object.fromEntries(wanted.map(({ name, type }) => [name, columnOf(columns[name]!, type)])),
  );
}

function columnOf(values: readonly SqlValue[], type: ColumnType): SnapshotColumn {
  if (type === 'DOUBLE')
    return Float64Array.from(values, (value) => (value === null ? Number.NaN : Number(value)));
  if (type === 'DATE' || type === 'INTEGER')
    return Int32Array.from(values, (value) => (value === null ? MISSING_WHOLE : Number(value)));
  return values.map((value) => (value === null ? '' : String(value)));
}
