import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { finished } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGzip, gunzip, gzip } from 'node:zlib';
import { EXIT, SihwangError } from '../domain/index.ts';
import { createFileDurably, publishFile, temporaryName } from '../store/index.ts';
import { type Home, prepareFeedFolders } from './home.ts';
import { reach } from './kill-points.ts';
import { parquetToText } from './parquet-text.ts';
import {
  decodedText,
  type Encoding,
  EncodingWatch,
  LineFeeds,
  makeUtf8,
  type TextFile,
} from './text-input.ts';

const BLOCK_BYTES = 1 << 20;

/** The fastest level: what a feed publishes shrinks to a tenth by it, and higher levels cost more than they save. */
const GZIP = { level: 1 } as const;

/** Where and when raw bytes came in: a receipt. A replay reads times from here, never from the clock. */
export interface RawRecord {
  /** SHA-256 of the bytes before compression, hex: their name in the lake and the pointer in every row. */
  readonly rawId: string;
  readonly feed: string;
  /** The name it had where it came from. */
  readonly name: string;
  /** Before compression. */
  readonly bytes: number;
  readonly encoding: Encoding;
  readonly carriageReturns: boolean;
  /** ISO instant, UTC. */
  readonly receivedAt: string;
  /** What was asked, without secrets, when it is an answer. */
  readonly request?: RawRequest;
  /** The piece of the source that it answers; absent for a file. */
  readonly chunk?: string;
}

export interface RawRequest {
  readonly url: string;
  readonly query: Readonly<Record<string, string>>;
}

/** What is to be kept: a name for people, and the bytes, read once. */
export interface RawSource {
  readonly name: string;
  /** `parquet` for columns; text when not stated. */
  readonly format?: 'parquet';
  readonly blocks: AsyncIterable<Buffer>;
}

/** A file of this machine as a source. */
export function fileSource(path: string): RawSource {
  return { name: basename(path), blocks: createReadStream(path, { highWaterMark: BLOCK_BYTES }) };
}

export function rawPath(home: Home, feed: string, rawId: string): string {
  return home.at('raw', feed, `${rawId}.gz`);
}

/**
 * Keeps the bytes of a source under their hash, compressed, with a record of where and when; bytes that are there
 * already keep their first record. The same pass writes their text as DuckDB can read it; the caller discards it.
 */
export async function keepRaw(
  home: Home,
  feed: string,
  source: RawSource,
  receivedAt: Date,
): Promise<{ record: RawRecord; text: TextFile }> {
  const temporary = temporaryName(home.at('raw', feed, 'incoming'));
  const plain = temporaryName(home.at('temp', 'incoming.csv'));
  try {
    const seen = await copyWatched(source, temporary, plain);
    const target = rawPath(home, feed, seen.rawId);
    if (!existsSync(target)) publishFile(temporary, target);
    reach('raw-copied');
    const record: RawRecord = { feed, name: source.name, ...seen, receivedAt: receivedAt.toISOString() };
    const recordPath = home.at('raw', feed, `${seen.rawId}.json`);
    const isNew = createFileDurably(recordPath, `${JSON.stringify(record)}\n`);
    if (isNew) reach('raw-recorded');
    if (record.encoding === 'cp949') makeUtf8(plain);
    else if (record.encoding === 'parquet') await parquetToText(plain);
    return {
      record: isNew ? record : (JSON.parse(readFileSync(recordPath, 'utf8')) as RawRecord),
      text: { path: plain, discard: () => rmSync(plain, { force: true }) },
    };
  } catch (error) {
    rmSync(plain, { force: true });
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** What is known of an answer beside its bytes. */
export interface AnswerOrigin extends Required<Pick<RawRecord, 'name' | 'chunk'>> {
  readonly request: RawRequest;
  readonly receivedAt: Date;
}

/**
 * Keeps one answer's exact bytes and says where and when they came: the receipt, which the caller keeps until a commit
 * names it. Throws FILE_NOT_TEXT for a binary answer.
 */
export async function keepAnswer(
  home: Home,
  feed: string,
  bytes: Uint8Array,
  origin: AnswerOrigin,
): Promise<RawRecord> {
  prepareFeedFolders(home, feed);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const watch = new EncodingWatch(origin.name);
  watch.add(buffer);
  const encoding = watch.finish(() => buffer);
  const rawId = createHash('sha256').update(buffer).digest('hex');
  const target = rawPath(home, feed, rawId);
  if (!existsSync(target)) createFileDurably(target, await promisify(gzip)(buffer, GZIP));
  reach('raw-copied');
  return {
    rawId,
    feed,
    name: origin.name,
    bytes: buffer.length,
    encoding,
    carriageReturns: watch.carriageReturns,
    receivedAt: origin.receivedAt.toISOString(),
    request: origin.request,
    chunk: origin.chunk,
  };
}

/** The exact bytes as they were received; refused when they are no longer those of their name. */
export async function readRaw(home: Home, feed: string, rawId: string): Promise<Buffer> {
  const path = rawPath(home, feed, rawId);
  try {
    const bytes = await promisify(gunzip)(await readFile(path));
    if (createHash('sha256').update(bytes).digest('hex') === rawId) return bytes;
    throw new Error('its bytes are not those that were received');
  } catch (cause) {
    throw new SihwangError('RAW_DAMAGED', `${path} cannot be used: ${(cause as Error).message}`, {
      exit: EXIT.badData,
      hint: 'Restore this file from a backup of the home.',
      cause,
    });
  }
}

/** The text of what was received, in one piece, with plain line feeds. */
export async function readRawText(home: Home, raw: RawRecord): Promise<string> {
  return decodedText(await readRaw(home, raw.feed, raw.rawId), raw.encoding);
}

/** Writes the text of what was received as DuckDB can read it. */
export async function writeRawText(home: Home, raw: RawRecord, path: string): Promise<void> {
  const bytes = await readRaw(home, raw.feed, raw.rawId);
  writeFileSync(path, raw.encoding === 'parquet' ? bytes : new LineFeeds().of(bytes));
  if (raw.encoding === 'cp949') makeUtf8(path);
  else if (raw.encoding === 'parquet') await parquetToText(path);
}

/** Writes compressed and plain text in one pass, taking the hash and judging the text as the blocks go by. */
async function copyWatched(
  source: RawSource,
  target: string,
  plain: string,
): Promise<Pick<RawRecord, 'rawId' | 'bytes' | 'encoding' | 'carriageReturns'>> {
  const hash = createHash('sha256');
  const isText = source.format === undefined;
  const watch = new EncodingWatch(source.name);
  const lines = new LineFeeds();
  const packed = createGzip(GZIP);
  const kept = packed.pipe(createWriteStream(target));
  const text = createWriteStream(plain);
  const ends = Promise.all([finished(packed), finished(kept), finished(text)]);
  // an end is waited for below; a failure before that is the same failure
  ends.catch(() => {});
  let bytes = 0;
  try {
    for await (const block of source.blocks) {
      hash.update(block);
      if (isText) watch.add(block);
      bytes += block.length;
      const plainBlock = isText ? lines.of(block) : block;
      await Promise.all([written(packed, block, ends), written(text, plainBlock, ends)]);
    }
    packed.end();
    text.end();
    await ends;
  } catch (error) {
    for (const stream of [packed, kept, text]) stream.destroy();
    throw error;
  }
  return {
    rawId: hash.digest('hex'),
    bytes,
    encoding: source.format ?? watch.finish(() => readFileSync(plain)),
    carriageReturns: watch.carriageReturns,
  };
}

/** Hands a block over and waits while the stream is full; a stream that fails meanwhile fails the wait. */
async function written(stream: NodeJS.WritableStream, block: Buffer, ends: Promise<unknown>): Promise<void> {
  if (!stream.write(block)) await Promise.race([new Promise((done) => stream.once('drain', done)), ends]);
}
