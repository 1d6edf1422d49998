import { badTable } from './refusal.ts';

export const COMMA = 44;
const NEWLINE = 10;
const RETURN = 13;
const QUOTE = 34;
/** A record longer than this is a quote that nobody closed, not a row. */
const LONGEST_RECORD_BYTES = 1 << 20;

/** One record of a CSV file as positions in `bytes`; the same object is filled anew for every record. */
export interface CsvRecord {
  bytes: Buffer;
  /** Field f is `bytes[starts[f] .. ends[f])`, outer quotes left out. */
  readonly starts: number[];
  readonly ends: number[];
  /** True where a field holds doubled quotes that stand for one. */
  readonly doubled: boolean[];
  count: number;
  /** The byte that parts fields: a comma, or a semicolon or tab where the header has those and no comma. */
  delimiter: number;
  /** The line of the file on which the record begins, the header being line 1. */
  line: number;
}

/**
 * Splits a stream of bytes into CSV records (RFC 4180: commas, or semicolons or tabs where the header has no comma; quoted fields with doubled quotes and line breaks,
 * LF or CRLF) and hands each to `take` before the next is read. Blank lines are no records; a byte order mark is
 * skipped. Memory: one chunk and one record.
 * Throws SihwangError 65 for NUL bytes, an unclosed quote and text behind a closing quote, naming the line.
 */
export async function eachRecord(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  take: (record: CsvRecord) => void,
): Promise<void> {
  const record: CsvRecord = {
    ...{ bytes: Buffer.alloc(0), starts: [], ends: [], doubled: [] },
    ...{ count: 0, delimiter: COMMA, line: 1 },
  };
  const place = { at: 0, line: 1 };
  let rest: Buffer = Buffer.alloc(0);
  let atStart = true;
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (bytes.includes(0)) {
      throw badTable(
        'FILE_NOT_TEXT',
        {
          ko: 'UTF-8 CSV 표가 아니라 이진 파일(또는 UTF-16)입니다',
          en: 'this is a binary file (or UTF-16), not a CSV table in UTF-8',
        },
        { ko: '압축을 풀거나 UTF-8 CSV로 저장하세요.', en: 'Unpack it, or save it as CSV in UTF-8.' },
      );
    }
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    if (atStart) {
      const header = firstLine(rest);
      if (header === undefined && rest.length <= LONGEST_RECORD_BYTES) continue;
      rest = withoutByteOrderMark(rest);
      record.delimiter = delimiterOf(header);
      atStart = false;
    }
    drain(rest, record, place, false, take);
    rest = rest.subarray(place.at);
    if (rest.length > LONGEST_RECORD_BYTES) throw neverClosed(place.line);
  }
  if (atStart) {
    rest = withoutByteOrderMark(rest);
    record.delimiter = delimiterOf(rest.toString('latin1'));
  }
  drain(rest, record, place, true, take);
}

/** The first line that is not blank, a byte for a character; undefined while its end is not there. */
function firstLine(bytes: Buffer): string | undefined {
  return /[^\r\n]+(?=[\r\n])/.exec(bytes.toString('latin1', 0, LONGEST_RECORD_BYTES))?.[0];
}

function delimiterOf(header = ''): number {
  const outsideQuotes = header.replaceAll(/"[^"]*"/g, '');
  return ([',', ';', '\t'].find((one) => outsideQuotes.includes(one)) ?? ',').charCodeAt(0);
}

/** The text of field `field` with doubled quotes undone. */
export function fieldText(record: CsvRecord, field: number): string {
  const text = record.bytes.toString('utf8', record.starts[field]!, record.ends[field]!);
  return record.doubled[field] ? text.replaceAll('""', '"') : text;
}

/** Leaves out blanks around a field. */
export function trim(record: CsvRecord, field: number): void {
  const { bytes, starts, ends } = record;
  let start = starts[field]!;
  let end = ends[field]!;
  while (start < end && (bytes[start] === 32 || bytes[start] === 9)) start++;
  while (end > start && (bytes[end - 1] === 32 || bytes[end - 1] === 9)) end--;
  starts[field] = start;
  ends[field] = end;
}

function withoutByteOrderMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

/** Takes every complete record; leaves `place.at` where the first incomplete one begins. */
function drain(
  bytes: Buffer,
  record: CsvRecord,
  place: { at: number; line: number },
  isLast: boolean,
  take: (record: CsvRecord) => void,
): void {
  const end = bytes.length;
  const { starts, ends, doubled, delimiter } = record;
  record.bytes = bytes;
  let i = 0;
  let line = place.line;
  place.at = 0;
  while (i < end) {
    const byte = bytes[i]!;
    if (byte === NEWLINE || (byte === RETURN && bytes[i + 1] === NEWLINE)) {
      i += byte === NEWLINE ? 1 : 2;
      place.at = i;
      place.line = ++line;
      continue;
    }
    record.line = line;
    let count = 0;
    let inside = true;
    while (inside) {
      if (bytes[i] === QUOTE) {
        const opened = line;
        const start = ++i;
        let twice = false;
        for (; ; i++) {
          if (i >= end) {
            if (isLast) throw neverClosed(opened);
            return;
          }
          if (bytes[i] === NEWLINE) line++;
          if (bytes[i] !== QUOTE) continue;
          if (i + 1 >= end && !isLast) return;
          if (bytes[i + 1] !== QUOTE) break;
          twice = true;
          i++;
        }
        starts[count] = start;
        ends[count] = i;
        doubled[count++] = twice;
        i++;
      } else {
        const start = i;
        while (i < end && bytes[i] !== delimiter && bytes[i] !== NEWLINE) i++;
        if (i >= end && !isLast) return;
        starts[count] = start;
        ends[count] = bytes[i - 1] === RETURN && i > start && bytes[i] !== delimiter ? i - 1 : i;
        doubled[count++] = false;
      }
      if (bytes[i] === RETURN && (bytes[i + 1] === NEWLINE || i + 1 >= end)) {
        if (i + 1 >= end && !isLast) return;
        i++;
      }
      if (i >= end) {
        if (!isLast) return;
        inside = false;
      } else if (bytes[i] === delimiter) i++;
      else if (bytes[i] === NEWLINE) {
        i++;
        line++;
        inside = false;
      } else {
        throw badTable(
          'BAD_CSV',
          {
            ko: `${line}행: 닫는 따옴표 뒤에 글자가 있습니다`,
            en: `line ${line}: text after a closing quote`,
          },
          {
            ko: '따옴표로 싼 칸 안의 따옴표는 두 번("") 쓰세요.',
            en: 'Write a quote inside a quoted field twice ("").',
          },
        );
      }
    }
    record.count = count;
    take(record);
    place.at = i;
    place.line = line;
  }
}

function neverClosed(line: number): Error {
  return badTable(
    'BAD_CSV',
    {
      ko: `${line}행: 시작한 칸이 끝나지 않습니다 (닫지 않은 따옴표, 또는 줄바꿈이 없음)`,
      en: `line ${line}: a field begins that never ends (a quote that is not closed, or no line breaks at all)`,
    },
    {
      ko: '따옴표를 닫고, 행마다 줄을 바꾸세요.',
      en: 'Close the quote, and end every row with a line break.',
    },
  );
}
