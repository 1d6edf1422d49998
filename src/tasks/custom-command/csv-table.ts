import { readFileSync } from 'node:fs';
import {
  type Bilingual,
  type Column,
  dayNumber,
  EXIT,
  parseLocalDate,
  SihwangError,
  type Table,
} from '../../domain/index.ts';

/** A file that a program may leave: the names of its columns, in the order of the table that is made of it. */
export interface CsvFile {
  readonly name: string;
  /** Of the error that is thrown for what cannot be read. */
  readonly code: string;
  /** The first column is the item. */
  readonly columns: Readonly<Record<string, 'VARCHAR' | 'DATE' | 'DOUBLE'>>;
}

/** A row in the order of the file, for those who have more to ask of it. */
export interface CsvRow {
  readonly line: number;
  readonly values: Readonly<Record<string, string | number>>;
}

/**
 * The rows of a file as a program wrote it, those of an item together. Fields are separated by commas, in quotes where they
 * hold one; columns in any order; days `YYYY-MM-DD`; an empty number is missing.
 * @throws SihwangError of the file's own code, naming the line
 */
export function csvRows(path: string, file: CsvFile): CsvRow[] {
  const [head = [], ...lines] = fieldsIn(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  const columns = Object.entries(file.columns);
  const at = columns.map(([name]) => head.indexOf(name));
  const missing = columns.find((_, index) => at[index] === -1);
  if (missing !== undefined)
    throw csvUnreadable(file, 1, { ko: `빠진 열: ${missing[0]}`, en: `it has no column ${missing[0]}` });
  const item = columns[0]![0];
  return lines
    .map((fields, index) => ({
      line: index + 2,
      values: Object.fromEntries(
        columns.map(([name, type], column) => [
          name,
          cellOf(fields[at[column]!] ?? '', type, (what) => csvUnreadable(file, index + 2, what)),
        ]),
      ),
    }))
    .sort((a, b) => compare(String(a.values[item]), String(b.values[item])) || a.line - b.line);
}

export function csvTable(rows: readonly CsvRow[], { columns }: CsvFile): Table {
  return Object.fromEntries(
    Object.entries(columns).map(([name, type]): [string, Column] => [
      name,
      { type, values: rows.map(({ values }) => values[name]!) },
    ]),
  );
}

export function csvUnreadable({ name, code, columns }: CsvFile, line: number, what: Bilingual): SihwangError {
  return new SihwangError(
    code,
    { ko: `${name} ${line}행: ${what.ko}`, en: `${name}, line ${line}: ${what.en}` },
    {
      exit: EXIT.bug,
      hint: {
        ko: `열은 ${Object.keys(columns).join(',')}입니다. 쓸 것이 없으면 파일을 빼세요. 규칙은 docs/bring-your-own-model.md.`,
        en: `Its columns are ${Object.keys(columns).join(',')}; leave the file out where there is nothing to say. docs/bring-your-own-model.md has its rules.`,
      },
    },
  );
}

function cellOf(
  field: string,
  type: 'VARCHAR' | 'DATE' | 'DOUBLE',
  wrong: (what: Bilingual) => SihwangError,
): string | number {
  if (type === 'VARCHAR') return field;
  if (type === 'DATE') {
    const day = parseLocalDate(field);
    if (day === undefined) throw wrong({ ko: `날짜가 아님: ${field}`, en: `${field} is no day` });
    return dayNumber(day);
  }
  const text = field.trim();
  const value = text === '' ? Number.NaN : Number(text);
  if (text !== '' && Number.isNaN(value))
    throw wrong({ ko: `숫자가 아님: ${field}`, en: `${field} is no number` });
  return value;
}

function fieldsIn(text: string): string[][] {
  return text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) =>
      Array.from(`,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g), ([, inQuotes, plain]) =>
        inQuotes === undefined ? (plain ?? '') : inQuotes.replaceAll('""', '"'),
      ),
    );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
