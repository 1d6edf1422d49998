import {
  accessSync,
  closeSync,
  constants,
  createReadStream,
  openSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { EXIT, fileTrouble, SihwangError } from '../../domain/index.ts';
import type { Language } from '../../show/index.ts';
import { publishFile, temporaryName } from '../../store/index.ts';
import { type Say, sayIn } from '../language.ts';
import { badOption } from './refusal.ts';

const CHUNK_BYTES = 1 << 20;

/** What the file commands do to the world. */
export interface TableIo {
  /** The bytes of a file, or of standard input for `-`. */
  read(path: string): AsyncIterable<Uint8Array>;
  /** Appends to standard output; done when its reader has room for more. */
  print(text: string): Promise<void>;
  /** Words in the language of whoever reads what is printed and noted. */
  readonly say: Say;
  /** Appends to standard error. */
  note(text: string): void;
  /** Whether standard error is a terminal, where a line can be drawn over. */
  readonly noteIsTerminal: boolean;
  /** Seconds on a clock that only moves forward. */
  now(): number;
}

/** The real streams of this process. */
export const processIo = (language: Language): TableIo => ({
  read: (path) => (path === '-' ? process.stdin : createReadStream(path, { highWaterMark: CHUNK_BYTES })),
  print: (text) =>
    new Promise((done, failed) => {
      process.stdout.write(text, (error) => (error ? failed(error) : done()));
    }),
  say: sayIn(language),
  note: (text) => void process.stderr.write(text),
  noteIsTerminal: process.stderr.isTTY === true,
  now: () => performance.now() / 1000,
});

/** Turns what the system says about reading `path` into a message with a next step; passes other errors on. */
export function readingFault(path: string, error: unknown): unknown {
  const name = path === '-' ? { ko: '표준 입력', en: 'standard input' } : { ko: path, en: path };
  if (error instanceof SihwangError) {
    const { code, exit, hint, ko, cause } = error;
    return new SihwangError(
      code,
      { ko: `${name.ko}: ${ko.message}`, en: `${name.en}: ${error.message}` },
      { exit, hint: { ko: ko.hint, en: hint }, cause },
    );
  }
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || !/^E[A-Z]+$/.test(code)) return error;
  const reason = fileTrouble(error);
  const says = {
    ko: `읽을 수 없습니다: ${name.ko}: ${reason.ko}`,
    en: `cannot read ${name.en}: ${reason.en}`,
  };
  return new SihwangError('FILE_UNREADABLE', says, {
    exit: EXIT.usage,
    hint: {
      ko: '경로를 확인하거나, 표준 입력에서 읽으려면 -를 주세요.',
      en: 'Check the path, or give - to read standard input.',
    },
    cause: error,
  });
}

/** Throws SihwangError 2 when `path` cannot become a file, before time is spent on what it would hold. */
export function requireWritable(path: string): void {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a folder');
    accessSync(dirname(path), constants.W_OK);
  } catch (cause) {
    throw badOption(
      {
        ko: `쓸 수 없는 파일입니다: ${path}: ${(cause as Error).message}`,
        en: `cannot write ${path}: ${(cause as Error).message}`,
      },
      {
        ko: '--out에 쓸 수 있는 폴더의 파일을 주세요.',
        en: 'Give --out a file in a folder that exists and can be written.',
      },
    );
  }
}

/**
 * Writes `chunks` to `path` under a temporary name and renames it when complete: a reader sees the old file or the
 * new one. What is no regular file (a device, a pipe) is written as it stands.
 * Throws SihwangError 75 when the disk is full; the old file is then untouched.
 */
export function writeWhole(path: string, chunks: Iterable<string>): void {
  const there = statSync(path, { throwIfNoEntry: false });
  const special = there !== undefined && !there.isFile();
  const target = special ? path : temporaryName(path);
  try {
    const descriptor = openSync(target, 'w');
    try {
      for (const chunk of chunks) writeAll(descriptor, Buffer.from(chunk));
    } finally {
      closeSync(descriptor);
    }
    if (!special) publishFile(target, path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ENOSPC' && code !== 'EDQUOT') throw cause;
    throw new SihwangError(
      'DISK_FULL',
      { ko: `디스크에 빈 곳이 없어 쓸 수 없습니다: ${path}`, en: `no space left to write ${path}` },
      {
        exit: EXIT.tryAgain,
        hint: {
          ko: '디스크를 비우거나 --out으로 다른 디스크를 주세요. 아무것도 바뀌지 않았습니다.',
          en: 'Free some space, or give --out on another disk; nothing was changed.',
        },
        cause,
      },
    );
  } finally {
    if (!special) rmSync(target, { force: true });
  }
}

function writeAll(descriptor: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}
