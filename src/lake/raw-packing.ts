import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants, createBrotliCompress, gunzip } from 'node:zlib';

/**
 * How raw bytes are compressed: Brotli at its fastest useful quality, which halves the time of gzip's fastest and leaves
 * less. Homes of format 2 kept gzip, and what they kept stays as it is.
 */
export const PACKED = '.br';
const PACKED_BEFORE = '.gz';
const OPTIONS = { chunkSize: 1 << 18, params: { [constants.BROTLI_PARAM_QUALITY]: 1 } } as const;
const BLOCK_BYTES = 1 << 20;

/** The file of raw bytes: as it is there, else as it would be written. */
export function packedPath(path: string): string {
  const before = `${path}${PACKED_BEFORE}`;
  return existsSync(before) ? before : `${path}${PACKED}`;
}

export function pack(bytes: Uint8Array): Promise<Buffer> {
  return promisify(brotliCompress)(bytes, OPTIONS);
}

/** Compresses what is written to it into a file. */
export class Packer {
  private readonly stream = createBrotliCompress(OPTIONS);
  private readonly packed: Promise<void>;

  constructor(path: string) {
    this.packed = pipeline(this.stream, createWriteStream(path));
    // whoever finishes or writes hears of it
    this.packed.catch(() => {});
  }

  /** Resolves when more is wanted. */
  async write(block: Buffer): Promise<void> {
    if (this.stream.write(block)) return;
    await Promise.race([
      new Promise<void>((resolve) => this.stream.once('drain', () => resolve())),
      this.packed,
    ]);
  }

  async finish(): Promise<void> {
    this.stream.end();
    await this.packed;
  }

  async abandon(): Promise<void> {
    this.stream.destroy();
    await this.packed.catch(() => {});
  }
}

export async function packFile(path: string, target: string): Promise<void> {
  const source = createReadStream(path, { highWaterMark: BLOCK_BYTES });
  await pipeline(source, createBrotliCompress(OPTIONS), createWriteStream(target));
}

export async function unpackFile(path: string): Promise<Buffer> {
  const bytes = await readFile(path);
  return path.endsWith(PACKED_BEFORE) ? promisify(gunzip)(bytes) : promisify(brotliDecompress)(bytes);
}
