import {
  type Column,
  type ColumnType,
  canonicalJson,
  type Json,
  MISSING_WHOLE,
  rowsIn,
  type Tables,
} from '../domain/index.ts';

/**
 * Tables as one file of columns, the form of every artefact: equal tables, equal bytes, on every machine.
 *
 * `SWT1`, the length of the head (u32), the head as canonical JSON, zeros up to a multiple of eight, then the columns in
 * the order of the head, each on a multiple of eight, all little-endian. DOUBLE: f64, NaN missing. INTEGER and DATE
 * (days since 1970-01-01): i32, −2³¹ missing. VARCHAR and TIMESTAMP: i32 places in the column's dictionary (in order of
 * first appearance, kept in the head), −1 missing.
 */
const MAGIC = 'SWT1';

interface HeadColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly dictionary?: readonly string[];
}

interface Head {
  readonly tables: readonly {
    readonly name: string;
    readonly rows: number;
    readonly columns: readonly HeadColumn[];
  }[];
}

export function encodeTables(tables: Tables): Uint8Array {
  const bodies: (Float64Array | Int32Array)[] = [];
  const head: Head = {
    tables: Object.entries(tables).map(([name, table]) => ({
      name,
      rows: rowsIn(table),
      columns: Object.entries(table).map(([column, values]) => {
        const { body, dictionary } = bodyOf(values);
        if (body.length !== rowsIn(table))
          throw new RangeError(`the columns of ${name} differ in length at ${column}`);
        bodies.push(body);
        return { name: column, type: values.type, ...(dictionary ? { dictionary } : {}) };
      }),
    })),
  };
  const text = new TextEncoder().encode(canonicalJson(head as unknown as Json));
  const start = toEight(MAGIC.length + 4 + text.length);
  const out = new Uint8Array(bodies.reduce((size, body) => size + toEight(body.byteLength), start));
  const view = new DataView(out.buffer);
  out.set(new TextEncoder().encode(MAGIC));
  view.setUint32(MAGIC.length, text.length, true);
  out.set(text, MAGIC.length + 4);
  let at = start;
  for (const body of bodies) {
    const place = at;
    if (body instanceof Float64Array)
      body.forEach((value, row) => {
        view.setFloat64(place + 8 * row, value, true);
      });
    else
      body.forEach((value, row) => {
        view.setInt32(place + 4 * row, value, true);
      });
    at += toEight(body.byteLength);
  }
  return out;
}

/** Throws a RangeError when the bytes are no such file or not a whole one. */
export function decodeTables(bytes: Uint8Array): Tables {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = new TextDecoder().decode(bytes.subarray(0, MAGIC.length));
  if (magic !== MAGIC || bytes.length < MAGIC.length + 4) throw new RangeError('this is no file of tables');
  const length = view.getUint32(MAGIC.length, true);
  const text = bytes.subarray(MAGIC.length + 4, MAGIC.length + 4 + length);
  const head = JSON.parse(new TextDecoder().decode(text)) as Head;
  let at = toEight(MAGIC.length + 4 + length);
  const column = ({ type, dictionary }: HeadColumn, rows: number): Column => {
    const place = at;
    at += toEight((type === 'DOUBLE' ? 8 : 4) * rows);
    if (at > bytes.length) throw new RangeError('the file of tables has been cut short');
    if (type === 'DOUBLE') {
      const values = new Float64Array(rows);
      for (let row = 0; row < rows; row++) values[row] = view.getFloat64(place + 8 * row, true);
      return { type, values };
    }
    const values = Array.from({ length: rows }, (_, row) => {
      const value = view.getInt32(place + 4 * row, true);
      if (dictionary) return value < 0 ? null : dictionary[value]!;
      return value === MISSING_WHOLE ? null : value;
    });
    return { type, values };
  };
  return Object.fromEntries(
    head.tables.map(({ name, rows, columns }) => [
      name,
      Object.fromEntries(columns.map((one) => [one.name, column(one, rows)])),
    ]),
  );
}

/**
 * One set of tables out of several of the same make, the items (first column) of each together and in rising order: the same
 * whatever the parts were, as long as an item is in one of them.
 */
export function mergeTables(parts: readonly Tables[]): Tables {
  const [first] = parts;
  if (!first) return {};
  return Object.fromEntries(
    Object.keys(first).map((name) => {
      const tables = parts.map((part) => part[name]!);
      const places = tables
        .flatMap((table, part) => {
          const [items] = Object.values(table);
          return Array.from({ length: rowsIn(table) }, (_, row) => ({
            part,
            row,
            item: String(items!.values[row]),
          }));
        })
        // a stable sort: rows of an item keep their order
        .sort((a, b) => (a.item < b.item ? -1 : a.item > b.item ? 1 : 0));
      const merged = Object.entries(first[name]!).map(([column, { type }]) => {
        const sources = tables.map((table) => table[column]!.values);
        return [column, { type, values: places.map(({ part, row }) => sources[part]![row]!) }];
      });
      return [name, Object.fromEntries(merged)];
    }),
  );
}

function bodyOf({ type, values }: Column): {
  body: Float64Array | Int32Array;
  dictionary?: readonly string[];
} {
  if (type === 'DOUBLE')
    return { body: Float64Array.from(values, (value) => (value === null ? Number.NaN : Number(value))) };
  if (type === 'INTEGER' || type === 'DATE')
    return {
      body: Int32Array.from(values, (value) =>
        value === null || Number.isNaN(value) ? MISSING_WHOLE : Number(value),
      ),
    };
  const places = new Map<string, number>();
  const body = Int32Array.from(values, (value) => {
    if (value === null) return -1;
    const text = String(value);
    const place = places.get(text) ?? places.size;
    places.set(text, place);
    return place;
  });
  return { body, dictionary: [...places.keys()] };
}

function toEight(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
