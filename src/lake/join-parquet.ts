import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { type List, readStruct, type Struct, type Value, writeStruct } from './thrift-compact.ts';

/**
 * Puts Parquet files of one schema behind each other as one file, without touching a page: only their footers are read
 * and one is written, in which each row group's places are moved (https://parquet.apache.org/docs/file-format/metadata).
 */

const MAGIC = Buffer.from('PAR1');
const BLOCK_BYTES = 1 << 20;

/** Field numbers of parquet.thrift. */
const FILE = { schema: 2, rows: 3, rowGroups: 4 } as const;
const ROW_GROUP = { columns: 1, fileOffset: 5, ordinal: 7 } as const;
const COLUMN = { fileOffset: 2, metadata: 3, offsetIndex: 4, columnIndex: 6 } as const;
const COLUMN_METADATA = { dataPage: 9, indexPage: 10, dictionaryPage: 11, bloomFilter: 14 } as const;

interface Part {
  readonly descriptor: number;
  readonly footer: Struct;
  /** Where its footer begins. */
  readonly bodyEnd: number;
}

/** @throws RangeError when a file is no Parquet, or their schemas differ. */
export function joinParquet(paths: readonly string[], target: string): void {
  const out = openSync(target, 'w');
  const parts: Part[] = [];
  try {
    for (const path of paths) parts.push(openPart(path));
    let at = writeSync(out, MAGIC);
    let rows = 0n;
    const rowGroups: Value[] = [];
    for (const part of parts) {
      if (!sameSchema(part, parts[0]!)) throw new RangeError('Parquet files of different schemas');
      const shift = BigInt(at - MAGIC.length);
      for (const group of listOf(part.footer, FILE.rowGroups).items)
        rowGroups.push(moved(group as Struct, shift, rowGroups.length));
      rows += numberOf(part.footer, FILE.rows);
      at += copyBody(part, out);
    }
    const first = parts[0]!.footer;
    const footer = writeStruct(
      replaced(first, {
        [FILE.rows]: rows,
        [FILE.rowGroups]: { ...listOf(first, FILE.rowGroups), items: rowGroups },
      }),
    );
    const length = Buffer.alloc(4);
    length.writeUInt32LE(footer.length);
    for (const bytes of [footer, length, MAGIC]) writeSync(out, bytes);
  } finally {
    for (const descriptor of [out, ...parts.map((part) => part.descriptor)]) closeSync(descriptor);
  }
}

function openPart(path: string): Part {
  const descriptor = openSync(path, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const tail = readAt(descriptor, Math.max(0, size - 8), Math.min(8, size));
    if (!tail.subarray(4).equals(MAGIC)) throw new RangeError(`${path} is no Parquet file`);
    const bodyEnd = size - 8 - tail.readUInt32LE();
    return { descriptor, bodyEnd, footer: readStruct(readAt(descriptor, bodyEnd, size - 8 - bodyEnd)) };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function readAt(descriptor: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  readSync(descriptor, bytes, 0, length, position);
  return bytes;
}

/** Copies what stands between the magic and the footer; returns its length. */
function copyBody({ descriptor, bodyEnd }: Part, out: number): number {
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  for (let position = MAGIC.length; position < bodyEnd; ) {
    const read = readSync(descriptor, block, 0, Math.min(block.length, bodyEnd - position), position);
    for (let written = 0; written < read; ) written += writeSync(out, block, written, read - written);
    position += read;
  }
  return bodyEnd - MAGIC.length;
}

function sameSchema(one: Part, other: Part): boolean {
  const schema = (part: Part) =>
    Buffer.from(writeStruct(new Map([[FILE.schema, part.footer.get(FILE.schema)!]])));
  return schema(one).equals(schema(other));
}

function moved(group: Struct, shift: bigint, ordinal: number): Struct {
  const columns = listOf(group, ROW_GROUP.columns);
  const items = columns.items.map((item) => {
    const column = item as Struct;
    const metadata = column.get(COLUMN.metadata)!.value as Struct;
    return replaced(column, {
      ...shifted(column, [COLUMN.fileOffset, COLUMN.offsetIndex, COLUMN.columnIndex], shift),
      [COLUMN.metadata]: replaced(metadata, shifted(metadata, Object.values(COLUMN_METADATA), shift)),
    });
  });
  return replaced(group, {
    ...shifted(group, [ROW_GROUP.fileOffset], shift),
    [ROW_GROUP.columns]: { ...columns, items },
    [ROW_GROUP.ordinal]: BigInt(ordinal),
  });
}

/** The places among these fields, moved; a place of 0 means that there is none. */
function shifted(struct: Struct, ids: readonly number[], shift: bigint): Record<number, Value> {
  return Object.fromEntries(
    ids.flatMap((id) => {
      const place = struct.get(id)?.value as bigint | undefined;
      return place === undefined || place === 0n ? [] : [[id, place + shift]];
    }),
  );
}

/** The same struct with other values in fields that it has; it is given no new ones. */
function replaced(struct: Struct, values: Readonly<Record<number, Value>>): Struct {
  return new Map(
    [...struct].map(([id, field]) => [id, id in values ? { ...field, value: values[id]! } : field]),
  );
}

function listOf(struct: Struct, id: number): List {
  return struct.get(id)!.value as List;
}

function numberOf(struct: Struct, id: number): bigint {
  return struct.get(id)!.value as bigint;
}
