import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { EXIT, SihwangError } from '../domain/index.ts';

/** Of a tar archive. Source: POSIX.1-2024, pax, "ustar Interchange Format". */
const BLOCK_BYTES = 512;
/** Plain files have this type, or, written by old programs, none. */
const PLAIN = ['0', '\0'];

/**
 * Writes the plain files of these names that stand at the top of a `.tar.gz` into a folder, and leaves everything else in it
 * unread: folders, links and names that lead elsewhere are never made. `wanted` says how many bytes each may have. The last
 * of one name counts, as for whoever unpacks the archive.
 * @throws SihwangError `ARCHIVE_UNREADABLE` (70)
 */
export async function unpackNamed(
  archive: string,
  folder: string,
  wanted: Readonly<Record<string, number>>,
): Promise<void> {
  const entries = new TarEntries(folder, wanted);
  let refused: unknown;
  try {
    await pipeline(createReadStream(archive), createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
      try {
        for await (const chunk of chunks) entries.take(chunk);
      } catch (error) {
        // the pipeline tells only that it was ended
        refused = error;
        throw error;
      }
    });
    entries.end();
  } catch (error) {
    const why = refused ?? error;
    throw why instanceof SihwangError ? why : unreadable((why as Error).message, why);
  } finally {
    entries.closeFile();
  }
}

/** Reads an archive as its bytes come, however they are cut. */
class TarEntries {
  private readonly folder: string;
  private readonly wanted: Readonly<Record<string, number>>;
  private readonly header = Buffer.alloc(BLOCK_BYTES);
  private headerBytes = 0;
  /** Of the entry's content, and of what fills its last block. */
  private contentLeft = 0;
  private fillLeft = 0;
  private file: number | undefined;

  constructor(folder: string, wanted: Readonly<Record<string, number>>) {
    this.folder = folder;
    this.wanted = wanted;
  }

  take(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      if (this.contentLeft > 0) {
        const part = chunk.subarray(at, at + this.contentLeft);
        if (this.file !== undefined) writeSync(this.file, part);
        this.contentLeft -= part.length;
        at += part.length;
        if (this.contentLeft === 0) this.closeFile();
      } else if (this.fillLeft > 0) {
        const part = Math.min(this.fillLeft, chunk.length - at);
        this.fillLeft -= part;
        at += part;
      } else {
        const part = chunk.copy(this.header, this.headerBytes, at);
        this.headerBytes += part;
        at += part;
        if (this.headerBytes === BLOCK_BYTES) this.begin();
      }
    }
  }

  /** An archive that was cut off is none. */
  end(): void {
    if (this.contentLeft + this.fillLeft + this.headerBytes > 0) throw unreadable('it is cut off');
  }

  closeFile(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }

  private begin(): void {
    this.headerBytes = 0;
    // blocks of zeros end it
    if (this.header.every((byte) => byte === 0)) return;
    if (octalAt(this.header, 148, 8) !== checksumOf(this.header))
      throw unreadable('a header of it is damaged');
    this.contentLeft = sizeIn(this.header);
    this.fillLeft = (BLOCK_BYTES - (this.contentLeft % BLOCK_BYTES)) % BLOCK_BYTES;
    const name = textAt(this.header, 0, 100).replace(/^\.\//, '');
    const most =
      textAt(this.header, 345, 155) === '' && Object.hasOwn(this.wanted, name)
        ? this.wanted[name]
        : undefined;
    if (most === undefined || !PLAIN.includes(String.fromCharCode(this.header[156]!))) return;
    if (this.contentLeft > most) throw unreadable(`${name} has more than ${most} bytes`);
    this.file = openSync(join(this.folder, name), 'w');
    if (this.contentLeft === 0) this.closeFile();
  }
}

function textAt(header: Buffer, from: number, length: number): string {
  const field = header.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? length : end);
}

function octalAt(header: Buffer, from: number, length: number): number {
  return Number.parseInt(textAt(header, from, length).trim() || '0', 8);
}

/** In octal digits, or, above 8 GiB, as a number behind a set first bit. */
function sizeIn(header: Buffer): number {
  const size = (header[124]! & 0x80) === 0 ? octalAt(header, 124, 12) : header.readUIntBE(130, 6);
  if (Number.isSafeInteger(size) && size >= 0) return size;
  throw unreadable('a header of it states no size');
}

/** The sum of the header's bytes, its own checksum counted as blanks. */
function checksumOf(header: Buffer): number {
  return header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0);
}

function unreadable(why: string, cause?: unknown): SihwangError {
  return new SihwangError(
    'ARCHIVE_UNREADABLE',
    {
      ko: `학습 결과 압축 파일을 읽을 수 없습니다: ${why}`,
      en: `the archive of the training cannot be read: ${why}`,
    },
    {
      exit: EXIT.bug,
      hint: {
        ko: '이미지가 /opt/ml/model에 보통 파일을 쓰게 하세요. 압축은 SageMaker가 합니다.',
        en: 'Let the image write plain files into /opt/ml/model; SageMaker packs them.',
      },
      cause,
    },
  );
}
