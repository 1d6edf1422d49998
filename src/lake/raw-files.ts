import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
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
  makeLineFeeds,
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

/** What a source became: its receipt, its text, and the end of the keeping. */
interface Kept {
  readonly record: RawRecord;
  /** Can be read at once; the caller discards it. */
  readonly text: TextFile;
  /** Resolves when the bytes are kept for good; a commit that names them waits for it. */
  readonly done: Promise<void>;
}

/**
 * Keeps the bytes of a source under their hash, compressed, with a record of where and when; bytes that are there
 * already keep their first record. Compressing goes on while the text is read, on another core.
 */
export async function keepRaw(home: Home, feed: string, source: RawSource, receivedAt: Date): Promise<Kept> {
  const plain = temporaryName(home.at('temp', 'incoming.csv'));
  try {
    const seen = await copyWatched(source, plain);
    const recordPath = home.at('raw', feed, `${seen.rawId}.json`);
    const first = existsSync(recordPath) ? (JSON.parse(readFileSync(recordPath, 'utf8')) as RawRecord) : null;
    const record: RawRecord = first ?? {
      feed,
      name: source.name,
      ...seen,
      receivedAt: receivedAt.toISOString(),
    };
    const done = compress(plain, rawPath(home, feed, seen.rawId)).then(() => {
      if (first === null && createFileDurably(recordPath, `${JSON.stringify(record)}\n`))
        reach('raw-recorded');
    });
    // the caller waits for it later; a failure before that is the same failure
    done.catch(() => {});
    if (seen.encoding !== 'utf-8' || seen.carriageReturns) {
      await done;
      await makeReadable(plain, seen);
    }
    return { record, done, text: { path: plain, discard: () => rmSync(plain, { force: true }) } };
  } catch (error) {
    rmSync(plain, { force: true });
    throw error;
  }
}

/** Compresses a copy of raw bytes into its place, unless they are there. */
async function compress(plain: string, target: string): Promise<void> {
  const temporary = temporaryName(target);
  try {
    if (!existsSync(target)) {
      await pipeline(
        createReadStream(plain, { highWaterMark: BLOCK_BYTES }),
        createGzip(GZIP),
        createWriteStream(temporary),
      );
      publishFile(temporary, target);
    }
    reach('raw-copied');
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Turns a copy of raw bytes into the text that DuckDB can read. */
async function makeReadable(
  path: string,
  raw: Pick<RawRecord, 'encoding' | 'carriageReturns'>,
): Promise<void> {
  if (raw.encoding === 'parquet') return parquetToText(path);
  if (raw.carriageReturns) await makeLineFeeds(path);
  if (raw.encoding === 'cp949') makeUtf8(path);
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
  writeFileSync(path, await readRaw(home, raw.feed, raw.rawId));
  await makeReadable(path, raw);
}

/** Copies in large blocks, taking the hash and judging the text as they go by. */
async function copyWatched(
  source: RawSource,
  plain: string,
): Promise<Pick<RawRecord, 'rawId' | 'bytes' | 'encoding' | 'carriageReturns'>> {
  const hash = createHash('sha256');
  const isText = source.format === undefined;
  const watch = new EncodingWatch(source.name);
  const copy = await open(plain, 'w');
  let bytes = 0;
  try {
    for await (const block of source.blocks) {
      hash.update(block);
      if (isText) watch.add(block);
      bytes += block.length;
      await copy.writeFile(block);
    }
  } finally {
    await copy.close();
  }
  return {
    rawId: hash.digest('hex'),
    bytes,
    encoding: source.format ?? watch.finish(() => readFileSync(plain)),
    carriageReturns: watch.carriageReturns,
  };
}
