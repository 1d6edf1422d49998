/**
 * Thrift's compact protocol, as far as the footer of a Parquet file needs it: what is read is written again byte for
 * byte, whatever fields a newer writer adds. https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */

const BOOLEAN_TRUE = 1;
const BOOLEAN_FALSE = 2;
const BYTE = 3;
const I16 = 4;
const I32 = 5;
const I64 = 6;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const SET = 10;
const STRUCT = 12;

export type Struct = Map<number, Field>;
export interface List {
  readonly elementType: number;
  readonly items: readonly Value[];
}
/** Whole numbers of every width are bigints; doubles stay their eight bytes. */
export type Value = boolean | bigint | Uint8Array | List | Struct;
export interface Field {
  readonly type: number;
  readonly value: Value;
}

/** Reads one struct. @throws RangeError when the bytes end within it or hold a type that no Parquet footer has. */
export function readStruct(bytes: Uint8Array): Struct {
  return new Reader(bytes).struct();
}

export function writeStruct(struct: Struct): Uint8Array {
  const writer = new Writer();
  writer.struct(struct);
  return Buffer.from(writer.bytes);
}

class Reader {
  private at = 0;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  struct(): Struct {
    const fields: Struct = new Map();
    let id = 0;
    for (;;) {
      const head = this.byte();
      if (head === 0) return fields;
      const type = head & 15;
      id = head >> 4 === 0 ? Number(this.integer()) : id + (head >> 4);
      const value =
        type === BOOLEAN_TRUE || type === BOOLEAN_FALSE ? type === BOOLEAN_TRUE : this.value(type);
      fields.set(id, { type, value });
    }
  }

  private value(type: number): Value {
    switch (type) {
      case BOOLEAN_TRUE:
      case BOOLEAN_FALSE:
        return this.byte() === BOOLEAN_TRUE;
      case BYTE:
        return BigInt(this.byte());
      case I16:
      case I32:
      case I64:
        return this.integer();
      case DOUBLE:
        return this.take(8);
      case BINARY:
        return this.take(Number(this.varint()));
      case LIST:
      case SET: {
        const head = this.byte();
        const size = head >> 4 === 15 ? Number(this.varint()) : head >> 4;
        const elementType = head & 15;
        return { elementType, items: Array.from({ length: size }, () => this.value(elementType)) };
      }
      case STRUCT:
        return this.struct();
      default:
        throw new RangeError(`a Parquet footer holds no Thrift type ${type}`);
    }
  }

  private byte(): number {
    return this.take(1)[0]!;
  }

  private take(length: number): Uint8Array {
    const end = this.at + length;
    if (end > this.bytes.length) throw new RangeError('a Thrift struct is cut off');
    const taken = this.bytes.subarray(this.at, end);
    this.at = end;
    return taken;
  }

  private varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const next = this.byte();
      value |= BigInt(next & 127) << shift;
      if (next < 128) return value;
    }
  }

  private integer(): bigint {
    const coded = this.varint();
    return (coded >> 1n) ^ -(coded & 1n);
  }
}

class Writer {
  readonly bytes: number[] = [];

  struct(fields: Struct): void {
    let before = 0;
    for (const [id, { type, value }] of fields) {
      const step = id - before;
      if (step > 0 && step < 16) this.bytes.push((step << 4) | type);
      else {
        this.bytes.push(type);
        this.integer(BigInt(id));
      }
      before = id;
      // a field's boolean is in its type
      if (typeof value !== 'boolean') this.value(type, value);
    }
    this.bytes.push(0);
  }

  private value(type: number, value: Value): void {
    if (typeof value === 'boolean') this.bytes.push(value ? BOOLEAN_TRUE : BOOLEAN_FALSE);
    else if (typeof value === 'bigint') {
      if (type === BYTE) this.bytes.push(Number(value));
      else this.integer(value);
    } else if (value instanceof Uint8Array) {
      if (type === BINARY) this.varint(BigInt(value.length));
      for (const byte of value) this.bytes.push(byte);
    } else if (value instanceof Map) this.struct(value);
    else {
      const { elementType, items } = value;
      this.bytes.push((Math.min(items.length, 15) << 4) | elementType);
      if (items.length >= 15) this.varint(BigInt(items.length));
      for (const item of items) this.value(elementType, item);
    }
  }

  private varint(value: bigint): void {
    let rest = value;
    for (; rest > 127n; rest >>= 7n) this.bytes.push(Number(rest & 127n) | 128);
    this.bytes.push(Number(rest));
  }

  private integer(value: bigint): void {
    this.varint(BigInt.asUintN(64, (value << 1n) ^ (value >> 63n)));
  }
}
