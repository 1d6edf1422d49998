import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { createFileDurably, publishFile, temporaryName } from '../store/index.ts';
import type { Home } from './home.ts';
import { reach } from './kill-points.ts';
import { type Encoding, EncodingWatch } from './text-input.ts';

const BLOCK_BYTES = 1 << 20;

/** Where and when a raw file came in. Written once; a replay reads times from here, never from the clock. */
export interface RawRecord {
  /** SHA-256 of the bytes, hex: the file's name in the lake and the pointer in every row. */
  readonly rawId: string;
  readonly feed: string;
  /** The name it had where it came from. */
  readonly name: string;
  readonly bytes: number;
  readonly encoding: Encoding;
  readonly carriageReturns: boolean;
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
  try {
    const { rawId, bytes, encoding, carriageReturns } = await copyWatched(path, temporary);
    const target = rawPath(home, feed, rawId);
    if (!existsSync(target)) publishFile(temporary, target);
    reach('raw-copied');
    const record: RawRecord = {
      rawId,
      feed,
      name: basename(path),
      bytes,
      encoding,
      carriageReturns,
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

/** Copies in large blocks through one buffer, taking the hash and judging the text as they pass. */
async function copyWatched(
  path: string,
  target: string,
): Promise<Pick<RawRecord, 'rawId' | 'bytes' | 'encoding' | 'carriageReturns'>> {
  const hash = createHash('sha256');
  const watch = new EncodingWatch(path);
  const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
  const source = await open(path, 'r');
  try {
    const copy = await open(target, 'w');
    try {
      let bytes = 0;
      for (;;) {
        const { bytesRead } = await source.read(buffer, 0, BLOCK_BYTES, null);
        if (bytesRead === 0) break;
        const block = buffer.subarray(0, bytesRead);
        hash.update(block);
        watch.add(block);
        await copy.write(block);
        bytes += bytesRead;
      }
      return {
        rawId: hash.digest('hex'),
        bytes,
        encoding: watch.finish(),
        carriageReturns: watch.carriageReturns,
      };
    } finally {
      await copy.close();
    }
  } finally {
    await source.close();
  }
}
