import { createRequire } from 'node:module';
import type { DuckDBDataChunk, DuckDBValue } from '@duckdb/node-api';
import { duckdb } from './duckdb.ts';

export type SqlValue = string | number | boolean | null;

/** A result in columns: DATE as `YYYY-MM-DD`, TIMESTAMP as ISO with Z, numbers as numbers, missing as null. */
export interface Columns {
  readonly rowCount: number;
  readonly columns: Readonly<Record<string, readonly SqlValue[]>>;
}

const { DuckDBTypeId } = duckdb;

type NumbersAt = new (
  buffer: ArrayBufferLike,
  byteOffset: number,
  length: number,
) => Float64Array | Float32Array | Int32Array;

/** Types whose values lie behind each other as numbers, by the type's id. */
const NUMBERS: Readonly<Record<number, NumbersAt & { readonly BYTES_PER_ELEMENT: number }>> = {
  [DuckDBTypeId.DOUBLE]: Float64Array,
  [DuckDBTypeId.FLOAT]: Float32Array,
  [DuckDBTypeId.INTEGER]: Int32Array,
};

/** What `duckdb` itself stands on; its chunks say where their values lie, and it asks a bigint of each whether it is there. */
const bindings = createRequire(import.meta.url)(
  '@duckdb/node-bindings',
) as typeof import('@duckdb/node-bindings');

/** Puts the chunks of a result into columns by their names. */
export function columnsOf(names: readonly string[], chunks: readonly DuckDBDataChunk[]): Columns {
  const rowCount = chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0);
  const columns: Record<string, SqlValue[]> = {};
  names.forEach((name, index) => {
    const values: SqlValue[] = [];
    for (const chunk of chunks) appendValues(values, chunk, index);
    columns[name] = values;
  });
  return { rowCount, columns };
}

function appendValues(values: SqlValue[], chunk: DuckDBDataChunk, index: number): void {
  const vector = chunk.getColumnVector(index);
  const rows = vector.itemCount;
  const array = NUMBERS[vector.type.typeId];
  if (array === undefined) {
    for (let row = 0; row < rows; row++) values.push(plain(vector.getItem(row)));
    return;
  }
  const raw = bindings.data_chunk_get_vector(chunk.chunk, index);
  const data = bindings.vector_get_data(raw, rows * array.BYTES_PER_ELEMENT);
  const numbers = new array(data.buffer, data.byteOffset, rows);
  // absent when every value is there
  const valid: Uint8Array | null = bindings.vector_get_validity(raw, Math.ceil(rows / 64) * 8);
  for (let row = 0; row < rows; row++)
    values.push(valid === null || (valid[row >> 3]! >> (row & 7)) & 1 ? numbers[row]! : null);
}

function plain(value: DuckDBValue): SqlValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof duckdb.DuckDBDateValue)
    return new Date(value.days * 86_400_000).toISOString().slice(0, 10);
  if (value instanceof duckdb.DuckDBTimestampValue) {
    // ±infinity does not fit a JavaScript date
    const ms = Number(value.micros / 1000n);
    return Math.abs(ms) > 8.64e15 ? null : new Date(ms).toISOString();
  }
  throw new TypeError(`a ${typeof value} column must be cast in SQL before it leaves the lake`);
}
