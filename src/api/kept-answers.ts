import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

/** An answer as a route says it. */
export interface Body {
  readonly type: string;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The same as it is kept and sent: UTF-8, packed by gzip unless that is not worth it. */
export interface PackedBody {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly isGzip: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/** Shorter than this, an answer fits a packet as it is. */
const PACKED_FROM_BYTES = 1024;

/** A board at level 1 takes a third of the time of level 6, and a quarter more bytes. */
const GZIP_LEVEL = 1;

/** What an answer takes beside its bytes: its tag, its headers, its place in the list. */
const ENTRY_BYTES = 500;

const gzipOf = promisify<Buffer, { level: number }, Buffer<ArrayBuffer>>(gzip);
const gunzipOf = promisify<Uint8Array, Buffer<ArrayBuffer>>(gunzip);

export async function packBody({ type, text, headers }: Body): Promise<PackedBody> {
  const plain = Buffer.from(text);
  const isGzip = plain.byteLength >= PACKED_FROM_BYTES;
  const bytes = isGzip ? await gzipOf(plain, { level: GZIP_LEVEL }) : plain;
  // copied, since a short Buffer holds on to the whole pool that it was cut from
  return { type, headers, isGzip, bytes: new Uint8Array(bytes) };
}

/** The bytes for a client that takes no gzip. */
export async function plainBytes({ bytes, isGzip }: PackedBody): Promise<Uint8Array<ArrayBuffer>> {
  return isGzip ? gunzipOf(bytes) : bytes;
}

/** Answers by their tag, as many as `roomBytes` holds; the one that was asked for longest ago goes first. */
export class KeptAnswers {
  private readonly bodies = new Map<string, PackedBody>();
  private readonly roomBytes: number;
  private bytes = 0;

  constructor(roomBytes: number) {
    this.roomBytes = roomBytes;
  }

  get(tag: string): PackedBody | undefined {
    const body = this.bodies.get(tag);
    if (body === undefined) return undefined;
    this.bodies.delete(tag);
    this.bodies.set(tag, body);
    return body;
  }

  keep(tag: string, body: PackedBody): void {
    this.forget(tag);
    this.bodies.set(tag, body);
    this.bytes += sizeOf(body);
    for (const oldest of this.bodies.keys()) {
      if (this.bytes <= this.roomBytes) break;
      this.forget(oldest);
    }
  }

  private forget(tag: string): void {
    const body = this.bodies.get(tag);
    if (body === undefined) return;
    this.bodies.delete(tag);
    this.bytes -= sizeOf(body);
  }
}

function sizeOf({ bytes }: PackedBody): number {
  return bytes.byteLength + ENTRY_BYTES;
}
