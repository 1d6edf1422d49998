import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { EXIT, SihwangError } from '../domain/index.ts';
import { createFileDurably, publishFile, temporaryName } from '../store/index.ts';
import { readOwnJson } from './damaged.ts';
import { type Home, prepareFeedFolders } from './home.ts';
import { reach } from './kill-points.ts';
import { parquetToText } from './parquet-text.ts';
import { Packer, pack, packedPath, unpackFile } from './raw-packing.ts';
import { decodedText, type Encoding, EncodingWatch, makeLineFeeds, makeUtf8 } from './text-input.ts';
import { joinParts, TextParts } from './text-parts.ts';

const BLOCK_BYTES = 1 << 20;
/** DuckDB passes over a line that is longer than its buffer of 32 MB without a word, and its row would have no outcome. */
const LINE_LIMIT_BYTES = 16 << 20;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

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
  /** The piece of the source whose present state it is, where it is asked for again and again; absent for a file. */
  readonly chunk?: string;
  /** Each in a buffer of its own. */
  readonly blocks: AsyncIterable<Buffer>;
}

/** A file of this machine as a source. */
export function fileSource(path: string): RawSource {
  return { name: basename(path), blocks: createReadStream(path, { highWaterMark: BLOCK_BYTES }) };
}

/** Where raw bytes are kept or would be. */
export function rawPath(home: Home, feed: string, rawId: string): string {
  return packedPath(home.at('raw', feed, rawId));
}

/** What a source became: its receipt, and its text. */
interface Kept {
  readonly record: RawRecord;
  readonly text: ReadableText;
}

/** A text as DuckDB can read it, in UTF-8 with plain line feeds; broken letters become rejects. The caller discards it. */
interface ReadableText {
  /** One file, or several parts that can be read apart. */
  readonly paths: readonly string[];
  discard(): void;
}

/**
 * Keeps the bytes of a source under their hash, compressed. A file has a record of where and when beside them, and bytes
 * that are there already keep their first; the record of a chunk is its reader's, for the same bytes may come back later.
 */
export async function keepRaw(home: Home, feed: string, source: RawSource, receivedAt: Date): Promise<Kept> {
  const folder = temporaryName(home.at('temp', 'incoming'));
  const packed = temporaryName(home.at('raw', feed, 'incoming'));
  mkdirSync(folder);
  try {
    const { parts, ...seen } = await copyWatched(source, folder, packed);
    const target = rawPath(home, feed, seen.rawId);
    if (!existsSync(target)) publishFile(packed, target);
    reach('raw-copied');
    const received: RawRecord = { feed, name: source.name, ...seen, receivedAt: receivedAt.toISOString() };
    const record =
      source.chunk === undefined
        ? firstRecord(home.at('raw', feed, `${seen.rawId}.json`), received)
        : { ...received, chunk: source.chunk };
    const paths = await makeReadable(parts, seen);
    return { record, text: { paths, discard: () => rmSync(folder, { recursive: true, force: true }) } };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  } finally {
    rmSync(packed, { force: true });
  }
}

/** The record of a file's bytes as it was when they first came; made now when they are new. */
function firstRecord(path: string, received: RawRecord): RawRecord {
  if (existsSync(path)) return readOwnJson(path);
  if (createFileDurably(path, `${JSON.stringify(received)}\n`)) reach('raw-recorded');
  return received;
}

/** Raw bytes in parts, and whether those parts can be read apart as they are. */
interface Parts {
  readonly paths: readonly string[];
  readonly apart: boolean;
}

/** Turns a copy of raw bytes into the text that DuckDB can read: its parts as they are, or one file. */
async function makeReadable(
  { paths, apart }: Parts,
  raw: Pick<RawRecord, 'encoding' | 'carriageReturns'>,
): Promise<readonly string[]> {
  if (apart && raw.encoding === 'utf-8' && !raw.carriageReturns) return paths;
  const path = await joinParts(paths);
  if (raw.encoding === 'parquet') await parquetToText(path);
  else {
    if (raw.carriageReturns) await makeLineFeeds(path);
    if (raw.encoding === 'cp949') makeUtf8(path);
  }
  return [path];
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
  if (!existsSync(target)) createFileDurably(target, await pack(buffer));
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
    const bytes = await unpackFile(path);
    if (createHash('sha256').update(bytes).digest('hex') === rawId) return bytes;
    throw new Error('its bytes are not those that were received');
  } catch (cause) {
    throw new SihwangError(
      'RAW_DAMAGED',
      {
        ko: `쓸 수 없는 원본입니다: ${path}: ${(cause as Error).message}`,
        en: `${path} cannot be used: ${(cause as Error).message}`,
      },
      {
        exit: EXIT.badData,
        hint: {
          ko: '홈의 백업에서 이 파일을 되살리세요.',
          en: 'Restore this file from a backup of the home.',
        },
        cause,
      },
    );
  }
}

/** The text of what was received, in one piece, with plain line feeds. */
export async function readRawText(home: Home, raw: RawRecord): Promise<string> {
  return decodedText(await readRaw(home, raw.feed, raw.rawId), raw.encoding);
}

/** Writes the text of what was received into a folder as DuckDB can read it, in parts where they can be read apart; returns their paths. */
export async function writeRawText(home: Home, raw: RawRecord, folder: string): Promise<readonly string[]> {
  const parts = new TextParts(folder);
  await parts.write(await readRaw(home, raw.feed, raw.rawId));
  return makeReadable(await parts.finish(), raw);
}

function lineTooLong(name: string): SihwangError {
  return new SihwangError(
    'LINE_TOO_LONG',
    {
      ko: `한 줄이 ${LINE_LIMIT_BYTES >> 20} MB를 넘어 표일 수 없는 파일: ${name}. 이 파일에서는 아무것도 받아 넣지 않았습니다`,
      en: `${name} has a line of more than ${LINE_LIMIT_BYTES >> 20} MB, which no table has; nothing of it was taken in`,
    },
    {
      exit: EXIT.badData,
      hint: {
        ko: '다시 내려받거나, 줄이 왜 끝나지 않는지 살펴보세요.',
        en: 'Download it again, or see why its lines do not end.',
      },
    },
  );
}

/** Copies in large blocks, in parts and compressed, taking the hash and judging the text as they go by. */
async function copyWatched(
  source: RawSource,
  folder: string,
  packed: string,
): Promise<Pick<RawRecord, 'rawId' | 'bytes' | 'encoding' | 'carriageReturns'> & { readonly parts: Parts }> {
  const hash = createHash('sha256');
  const isText = source.format === undefined;
  const watch = new EncodingWatch(source.name);
  const copy = new TextParts(folder);
  const packer = new Packer(packed);
  let bytes = 0;
  let lineBytes = 0;
  const look = async (block: Buffer) => {
    hash.update(block);
    bytes += block.length;
    if (!isText) return;
    watch.add(block);
    const feed = block.lastIndexOf(LINE_FEED);
    const end = feed < 0 ? block.lastIndexOf(CARRIAGE_RETURN) : feed;
    lineBytes = end < 0 ? lineBytes + block.length : block.length - end - 1;
    if (lineBytes > LINE_LIMIT_BYTES) throw lineTooLong(source.name);
  };
  try {
    // looked at while the one before is still compressed on another core
    for await (const block of source.blocks)
      await Promise.all([copy.write(block), packer.write(block), look(block)]);
    await packer.finish();
  } catch (error) {
    await packer.abandon();
    throw error;
  }
  const parts = await copy.finish();
  const encoding =
    source.format ?? watch.finish(() => Buffer.concat(parts.paths.map((path) => readFileSync(path))));
  return { rawId: hash.digest('hex'), bytes, encoding, carriageReturns: watch.carriageReturns, parts };
}
