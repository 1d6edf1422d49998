import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, readFileSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createFileDurably, publishFile, temporaryName } from '../store/index.ts';
import type { Home } from './home.ts';
import { reach } from './kill-points.ts';
import { type Encoding, EncodingWatch } from './text-input.ts';

/** Where and when a raw file came in. Written once; a replay reads times from here, never from the clock. */
export interface RawRecord {
  /** SHA-256 of the bytes, hex: the file's name in the lake and the pointer in every row. */
  readonly rawId: string;
  readonly feed: string;
  /** The name it had where it came from. */
  readonly name: string;
  readonly bytes: number;
  readonly encoding: Encoding;
  /** ISO instant, UTC. */
  readonly receivedAt: string;
}

export function rawPath(home: Home, feed: string, rawId: string): string {
  return home.at('raw', feed, rawId);
}

/**
 * Copies a file's bytes into the lake under their hash, with a record of where and when.
 * Bytes that are there already keep their first record.
 */
export async function keepRaw(home: Home, feed: string, path: string, receivedAt: Date): Promise<RawRecord> {
  const temporary = temporaryName(home.at('raw', feed, 'incoming'));
  const hash = createHash('sha256');
  const watch = new EncodingWatch(path);
  let bytes = 0;
  try {
    await pipeline(
      createReadStream(path, { highWaterMark: 4 << 20 }),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          watch.add(chunk);
          bytes += chunk.length;
          yield chunk;
        }
      },
      createWriteStream(temporary, { highWaterMark: 4 << 20 }),
    );
    const rawId = hash.digest('hex');
    const target = rawPath(home, feed, rawId);
    if (!existsSync(target)) publishFile(temporary, target);
    reach('raw-copied');
    const record: RawRecord = {
      rawId,
      feed,
      name: basename(path),
      bytes,
      encoding: watch.finish(),
      receivedAt: receivedAt.toISOString(),
    };
    const recordPath = `${target}.json`;
    if (!createFileDurably(recordPath, `${JSON.stringify(record)}\n`)) {
      return JSON.parse(readFileSync(recordPath, 'utf8')) as RawRecord;
    }
    reach('raw-recorded');
    return record;
  } finally {
    rmSync(temporary, { force: true });
  }
}
