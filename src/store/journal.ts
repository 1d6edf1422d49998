import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { createFileDurably, sweepTemporary, writeFileDurably } from './durable-file.ts';
import { reach } from './kill-point.ts';

/** A journal that cannot be trusted any more, or that another writer touched. */
export class JournalError extends Error {
  readonly code: 'JOURNAL_DAMAGED' | 'JOURNAL_FOREIGN_WRITER' | 'JOURNAL_BROKEN';

  constructor(code: JournalError['code'], message: string) {
    super(message);
    this.name = 'JournalError';
    this.code = code;
  }
}

/** An append-only file of JSON records with one writer. */
export interface Journal {
  /** Adds one record; after return it survives a power cut. When it throws, nothing was added. */
  append(record: unknown): void;
  /** Replaces all records by these, as a whole: a death in the middle leaves the old ones. */
  rewrite(records: Iterable<unknown>): void;
  /** Records in the file, those that later ones made void included. */
  readonly length: number;
  close(): void;
}

interface Frames {
  readonly records: readonly unknown[];
  /** Where the last whole record ends. */
  readonly end: number;
}

/** `length checksum json\n`, both numbers as eight hexadecimal digits, the length in bytes of the JSON. */
const HEAD_BYTES = 18;
const LINE_FEED = 10;

const openHere = new Set<string>();

/**
 * Opens a journal for writing, making it when absent, and tells its records to `replay`, oldest first. What a death in
 * the middle of an append left at the end is cut off and told to `onNote`; it was never acknowledged. A record that is
 * damaged with whole ones behind it is refused: those were acknowledged. The caller sees to it that no other process
 * writes at the same time; a write by one is found out before the next append.
 */
export function openJournal(
  path: string,
  replay: (record: unknown) => void,
  onNote: (note: { readonly ko: string; readonly en: string }) => void = () => {},
): Journal {
  const name = resolve(path);
  if (openHere.has(name)) throw foreign(path);
  mkdirSync(dirname(path), { recursive: true });
  sweepTemporary(dirname(path));
  if (!existsSync(path)) {
    createFileDurably(path, '');
    reach('journal-created');
  }
  const { records, end: found } = readFrames(path);
  let descriptor = openSync(path, 'r+');
  let end = found;
  let length = records.length;
  let usable = true;
  const torn = fstatSync(descriptor).size - end;
  if (torn > 0) {
    ftruncateSync(descriptor, end);
    fsyncSync(descriptor);
    reach('journal-cut');
    onNote({
      ko: `다 쓰지 못한 기록 ${torn}바이트를 잘라 냄: ${path}`,
      en: `${torn} bytes of an unfinished record were cut off ${path}`,
    });
  }
  for (const record of records) replay(record);
  openHere.add(name);

  const checkOwn = () => {
    if (!usable) throw new JournalError('JOURNAL_BROKEN', `${path} failed before and must be opened anew`);
    const [mine, there] = [fstatSync(descriptor), statSync(path)];
    if (mine.ino !== there.ino || mine.size !== end) throw foreign(path);
  };
  return {
    append(record) {
      checkOwn();
      const bytes = frameOf(record);
      try {
        // a short write (a full disk) does not throw by itself
        if (writeSync(descriptor, bytes, 0, bytes.length, end) !== bytes.length) throw diskFull();
        fsyncSync(descriptor);
      } catch (error) {
        usable = false;
        ftruncateSync(descriptor, end);
        usable = true;
        throw error;
      }
      end += bytes.length;
      length += 1;
      reach('journal-appended');
    },
    rewrite(kept) {
      checkOwn();
      const frames = Array.from(kept, frameOf);
      writeFileDurably(path, Buffer.concat(frames));
      reach('journal-rewritten');
      closeSync(descriptor);
      descriptor = openSync(path, 'r+');
      end = fstatSync(descriptor).size;
      length = frames.length;
    },
    get length() {
      return length;
    },
    close() {
      if (!openHere.delete(name)) return;
      usable = false;
      closeSync(descriptor);
    },
  };
}

/** The acknowledged records of a journal that another process may be writing; none when there is no file. */
export function readJournal(path: string): readonly unknown[] {
  return existsSync(path) ? readFrames(path).records : [];
}

/** How a journal is, without changing it; null when there is no file. Throws JOURNAL_DAMAGED like every reading. */
export function inspectJournal(
  path: string,
): { readonly records: number; readonly bytes: number; readonly tornBytes: number } | null {
  if (!existsSync(path)) return null;
  const { records, end } = readFrames(path);
  const bytes = statSync(path).size;
  return { records: records.length, bytes, tornBytes: Math.max(0, bytes - end) };
}

function frameOf(record: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(record), 'utf8');
  const head = `${hex(json.length)} ${hex(crc32(json))} `;
  return Buffer.concat([Buffer.from(head, 'latin1'), json, Buffer.from('\n')]);
}

function hex(number: number): string {
  return number.toString(16).padStart(8, '0');
}

function readFrames(path: string): Frames {
  const bytes = readFileSync(path);
  const records: unknown[] = [];
  let end = 0;
  for (;;) {
    const frame = frameAt(bytes, end);
    if (!frame) break;
    records.push(JSON.parse(frame.json));
    end = frame.end;
  }
  // an append begins only after the one before is on the disk, so nothing whole can stand behind a torn record
  for (let at = bytes.indexOf(LINE_FEED, end); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) {
    if (frameAt(bytes, at + 1)) {
      throw new JournalError(
        'JOURNAL_DAMAGED',
        `${path} is damaged after byte ${end}, with whole records behind it`,
      );
    }
  }
  return { records, end };
}

/** The record that begins at a byte; undefined when it is not whole or not what was written. */
function frameAt(bytes: Buffer, begin: number): { json: string; end: number } | undefined {
  const head = bytes.toString('latin1', begin, begin + HEAD_BYTES);
  if (!/^[0-9a-f]{8} [0-9a-f]{8} $/.test(head)) return undefined;
  const from = begin + HEAD_BYTES;
  const to = from + Number.parseInt(head.slice(0, 8), 16);
  if (bytes[to] !== LINE_FEED) return undefined;
  const json = bytes.subarray(from, to);
  if (crc32(json) !== Number.parseInt(head.slice(9, 17), 16)) return undefined;
  return { json: json.toString('utf8'), end: to + 1 };
}

function foreign(path: string): JournalError {
  return new JournalError('JOURNAL_FOREIGN_WRITER', `another writer has ${path} open or has changed it`);
}

function diskFull(): Error {
  return Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
}
