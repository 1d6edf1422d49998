import { isUtf8 } from 'node:buffer';
import {
  closeSync,
  createReadStream,
  createWriteStream,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createGunzip, inflateRawSync } from 'node:zlib';
import iconv from 'iconv-lite';
import { EXIT, SihwangError } from '../domain/index.ts';

/** A table never is larger; an archive that claims or turns out to hold more is refused before the disk is full. */
const TABLE_LIMIT_BYTES = 8 * 2 ** 30;
/** Archives are read as a whole. */
const ARCHIVE_LIMIT_BYTES = 2 ** 30;
const ENTRY_LIMIT = 10_000;

/** What a file is, told by its first bytes. */
export type Packing = 'gzip' | 'zip' | 'parquet' | 'plain';

/** One file that came out of another. */
export interface Unpacked {
  readonly name: string;
  readonly path: string;
}

export function packingOf(path: string): Packing {
  const head = Buffer.alloc(4);
  const descriptor = openSync(path, 'r');
  try {
    readSync(descriptor, head, 0, 4, 0);
  } finally {
    closeSync(descriptor);
  }
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head.readUInt32LE(0) === LOCAL_HEADER || head.readUInt32LE(0) === END_OF_DIRECTORY) return 'zip';
  return head.toString('latin1') === 'PAR1' ? 'parquet' : 'plain';
}

/** Writes a stream to a file, a gzip's content when `packed`; throws ARCHIVE_DAMAGED or ARCHIVE_TOO_LARGE. */
export async function spool(from: Readable, path: string, name: string, packed: boolean): Promise<void> {
  let bytes = 0;
  async function* limited(blocks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
    for await (const block of blocks) {
      bytes += block.length;
      if (bytes > TABLE_LIMIT_BYTES) throw tooLarge(name);
      yield block;
    }
  }
  try {
    if (packed) await pipeline(from, createGunzip(), limited, createWriteStream(path));
    else await pipeline(from, limited, createWriteStream(path));
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    if (packed && code.startsWith('Z_')) throw damaged(name, (cause as Error).message, cause);
    throw cause;
  }
}

/** Unpacks a gzip file into a folder. */
export async function unpackGzip(path: string, name: string, folder: string): Promise<Unpacked> {
  const target = join(mkdtempSync(join(folder, 'gzip-')), 'content');
  await spool(createReadStream(path), target, name, true);
  return { name: name.replace(/\.gz$/i, ''), path: target };
}

const LOCAL_HEADER = 0x04034b50;
const DIRECTORY_ENTRY = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const STORED = 0;
const DEFLATED = 8;

/** Unpacks the files of a zip into a folder, by its directory and in the order of their names; every checksum must hold. */
export function unpackZip(path: string, name: string, folder: string): Unpacked[] {
  if (statSync(path).size > ARCHIVE_LIMIT_BYTES) throw tooLarge(name);
  const bytes = readFileSync(path);
  try {
    const files = directoryOf(bytes, name).filter((entry) => !entry.name.endsWith('/'));
    const into = mkdtempSync(join(folder, 'zip-'));
    return files
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((entry, at) => {
        const target = join(into, String(at));
        writeFileSync(target, contentOf(bytes, entry));
        return { name: `${name}/${entry.name}`, path: target };
      });
  } catch (cause) {
    if (cause instanceof SihwangError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(name);
    throw damaged(name, (cause as Error).message, cause);
  }
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly checksum: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly at: number;
}

/** The central directory at the end of a zip (APPNOTE.TXT 4.3.12, 4.3.16). */
function directoryOf(bytes: Buffer, name: string): Entry[] {
  const end = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < 0) throw new Error('it has no directory at its end');
  const count = bytes.readUInt16LE(end + 10);
  if (count > ENTRY_LIMIT) throw tooLarge(name);
  const entries: Entry[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let nth = 0; nth < count; nth++) {
    if (bytes.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error('its directory is broken');
    if (bytes.readUInt16LE(at + 8) & 1) throw new Error('it is encrypted');
    const nameLength = bytes.readUInt16LE(at + 28);
    const entry: Entry = {
      name: nameOf(bytes.subarray(at + 46, at + 46 + nameLength)),
      method: bytes.readUInt16LE(at + 10),
      checksum: bytes.readUInt32LE(at + 16),
      packedBytes: bytes.readUInt32LE(at + 20),
      bytes: bytes.readUInt32LE(at + 24),
      at: bytes.readUInt32LE(at + 42),
    };
    if (entry.bytes > ARCHIVE_LIMIT_BYTES || entry.packedBytes > ARCHIVE_LIMIT_BYTES) throw tooLarge(name);
    entries.push(entry);
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

/** Korean Windows writes names in CP949 and does not say so. */
function nameOf(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString('utf8') : iconv.decode(bytes, 'cp949');
}

function contentOf(bytes: Buffer, entry: Entry): Buffer {
  if (bytes.readUInt32LE(entry.at) !== LOCAL_HEADER)
    throw new Error(`${entry.name} is not where it should be`);
  const from = entry.at + 30 + bytes.readUInt16LE(entry.at + 26) + bytes.readUInt16LE(entry.at + 28);
  const packed = bytes.subarray(from, from + entry.packedBytes);
  if (packed.length !== entry.packedBytes) throw new Error(`${entry.name} is cut off`);
  if (entry.method !== STORED && entry.method !== DEFLATED)
    throw new Error(`${entry.name} is packed by method ${entry.method}, which is not known here`);
  const content =
    entry.method === STORED ? packed : inflateRawSync(packed, { maxOutputLength: Math.max(entry.bytes, 1) });
  if (content.length !== entry.bytes || crc32(content) !== entry.checksum)
    throw new Error(`${entry.name} is not what its checksum says`);
  return content;
}

function tooLarge(name: string): SihwangError {
  return new SihwangError(
    'ARCHIVE_TOO_LARGE',
    {
      ko: `표를 담은 압축 파일치고 너무 큽니다: ${name}. 아무것도 받아 넣지 않았습니다`,
      en: `${name} holds more than an archive of tables may; nothing was taken in`,
    },
    {
      exit: EXIT.badData,
      hint: {
        ko: '다른 도구로 풀어 살펴본 뒤, 표를 하나씩 넣으세요.',
        en: 'Unpack it by other means, look at it, and take in its tables one by one.',
      },
    },
  );
}

function damaged(name: string, why: string, cause: unknown): SihwangError {
  return new SihwangError(
    'ARCHIVE_DAMAGED',
    {
      ko: `압축을 풀 수 없습니다: ${name}: ${why}. 아무것도 받아 넣지 않았습니다`,
      en: `${name} cannot be unpacked: ${why}; nothing was taken in`,
    },
    {
      exit: EXIT.badData,
      hint: { ko: '다시 내려받으세요.', en: 'Download it again.' },
      cause,
    },
  );
}
