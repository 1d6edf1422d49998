import { isUtf8 } from 'node:buffer';
import {
  closeSync,
  createReadStream,
  createWriteStream,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { pipeline } from 'node:stream/promises';
import iconv from 'iconv-lite';
import { EXIT, fileTrouble, SihwangError } from '../domain/index.ts';

/**
 * How a file's bytes are to be read as text. `damaged` = UTF-8 with broken lines, which become rejects; `parquet` = no
 * text at all, but columns that are read as text.
 */
export type Encoding = 'utf-8' | 'cp949' | 'damaged' | 'parquet';

const HEAD_BYTES = 64 * 1024;
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * The header line of a delimited text file, byte order mark and line end removed.
 * An absent, empty or binary file is refused here with a message that says so.
 */
export function readHeaderLine(path: string): string {
  const head = readHead(path);
  const end = head.indexOf(10);
  // Only the header's own bytes decide: a broken letter further down is that row's fault, not the file's.
  const line = end < 0 ? head : head.subarray(0, end);
  const text = isUtf8(line) ? line.toString('utf8') : iconv.decode(line, 'cp949');
  return text.replace(BYTE_ORDER_MARK, '').split(/\r?\n/, 1)[0]!;
}

function readHead(path: string): Buffer {
  let descriptor: number;
  try {
    if (statSync(path).isDirectory()) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
    descriptor = openSync(path, 'r');
  } catch (cause) {
    const trouble = fileTrouble(cause);
    throw new SihwangError(
      'FILE_UNREADABLE',
      {
        ko: `읽을 수 없습니다: ${path}: ${trouble.ko}`,
        en: `cannot read ${path}: ${trouble.en}`,
      },
      {
        exit: EXIT.usage,
        hint: { ko: '--file로 준 경로를 확인하세요.', en: 'Check the path given with --file.' },
        cause,
      },
    );
  }
  try {
    const head = Buffer.alloc(Math.min(HEAD_BYTES, fstatSync(descriptor).size));
    readSync(descriptor, head, 0, head.length, 0);
    if (head.toString('latin1').trim() === '') {
      throw new SihwangError(
        'FILE_EMPTY',
        {
          ko: `빈 파일입니다: ${path}. 아무것도 받아 넣지 않았습니다`,
          en: `${path} is empty; nothing was taken in`,
        },
        {
          exit: EXIT.badData,
          hint: {
            ko: '다시 내려받으세요. 답이 비었으면 대개 공표처의 탈입니다.',
            en: 'Download the file again; an empty answer usually means that its publisher failed.',
          },
        },
      );
    }
    if (head.includes(0)) throw notText(path);
    return head;
  } finally {
    closeSync(descriptor);
  }
}

function notText(path: string): SihwangError {
  return new SihwangError(
    'FILE_NOT_TEXT',
    {
      ko: `글자로 된 표가 아니라 이진 파일입니다: ${path}. 아무것도 받아 넣지 않았습니다`,
      en: `${path} is a binary file, not a table in text; nothing was taken in`,
    },
    {
      exit: EXIT.badData,
      hint: { ko: '압축을 풀거나 CSV로 내보낸 뒤 넣으세요.', en: 'Unpack it or export it as CSV first.' },
    },
  );
}

function wholeLines(bytes: Buffer): Buffer {
  const end = bytes.lastIndexOf(10);
  return end < 0 ? bytes : bytes.subarray(0, end + 1);
}

/** Watches a text's bytes go by and says at the end how they are to be read. */
export class EncodingWatch {
  private valid = true;
  private returns = false;
  private carry: Buffer = Buffer.alloc(0);
  private readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  /** Feeds the next chunk; throws when the file turns out to be binary. */
  add(chunk: Buffer): void {
    if (chunk.includes(0)) throw notText(this.name);
    this.returns ||= chunk.includes(13);
    if (!this.valid) return;
    const whole = wholeLines(chunk);
    this.valid = isUtf8(this.carry.length > 0 ? Buffer.concat([this.carry, whole]) : whole);
    // the caller uses its buffer again
    this.carry = Buffer.from(chunk.subarray(whole.length));
  }

  /** Whether lines end, some or all, with a carriage return. */
  get carriageReturns(): boolean {
    return this.returns;
  }

  /**
   * The text is CP949 only when that reading explains every byte; otherwise its broken lines are rejected one by one.
   * `all` gives the bytes again, line ends aside.
   */
  finish(all: () => Buffer): Encoding {
    if (this.valid && isUtf8(this.carry)) return 'utf-8';
    return iconv.decode(all(), 'cp949').includes('\uFFFD') ? 'damaged' : 'cp949';
  }
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** Turns every line end of a text that goes by into a line feed; no byte of a UTF-8 or CP949 letter is one. */
class LineFeeds {
  private afterReturn = false;

  of(block: Buffer): Buffer {
    if (!this.afterReturn && !block.includes(CARRIAGE_RETURN)) return block;
    const out = Buffer.allocUnsafe(block.length);
    let length = 0;
    for (const byte of block) {
      if (byte === CARRIAGE_RETURN) out[length++] = LINE_FEED;
      else if (byte !== LINE_FEED || !this.afterReturn) out[length++] = byte;
      this.afterReturn = byte === CARRIAGE_RETURN;
    }
    return out.subarray(0, length);
  }
}

/** Rewrites a CP949 text in UTF-8. */
export function makeUtf8(path: string): void {
  writeFileSync(path, iconv.decode(readFileSync(path), 'cp949'));
}

/** A whole text in letters, with plain line feeds and without byte order mark. */
export function decodedText(bytes: Buffer, encoding: Encoding): string {
  const text = encoding === 'cp949' ? iconv.decode(bytes, 'cp949') : bytes.toString('utf8');
  return text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
}

/** Rewrites a file with plain line feeds, whatever its size. */
export async function makeLineFeeds(path: string): Promise<void> {
  const lines = new LineFeeds();
  const plain = `${path}.lf`;
  await pipeline(
    createReadStream(path, { highWaterMark: 1 << 20 }),
    async function* (blocks: AsyncIterable<Buffer>) {
      for await (const block of blocks) yield lines.of(block);
    },
    createWriteStream(plain),
  );
  renameSync(plain, path);
}
