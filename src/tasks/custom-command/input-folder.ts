import { copyFileSync, createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  EXIT,
  fromDayNumber,
  type JsonObject,
  MISSING_WHOLE,
  SihwangError,
  type SnapshotReader,
} from '../../domain/index.ts';
import type { CommandRecipe } from './recipe.ts';

/** Rows that become text at a time. */
const ROWS_AT_ONCE = 10_000;

/** Writes what a program is given: `<table>.csv` or `<table>.parquet` a table, and `job.json`. */
export async function writeInput(
  folder: string,
  reader: SnapshotReader,
  { query, format }: Pick<CommandRecipe, 'query' | 'format'>,
  job: JsonObject,
): Promise<void> {
  mkdirSync(folder);
  for (const { table, columns } of query.tables) {
    const path = join(folder, `${table}.${format}`);
    if (format === 'csv')
      await pipeline(Readable.from(csvOf(reader, table, columns)), createWriteStream(path));
    else copyFileSync(await parquetOf(reader, table), path);
  }
  writeFileSync(join(folder, 'job.json'), `${JSON.stringify(job, null, 1)}\n`);
}

async function parquetOf(reader: SnapshotReader, table: string): Promise<string> {
  if (reader.parquet) return reader.parquet(table);
  throw new SihwangError(
    'SNAPSHOT_IN_MEMORY',
    { ko: `파일이 아닌 표: ${table}`, en: `the table ${table} is no file` },
    {
      exit: EXIT.configuration,
      hint: { ko: '"format": "csv"를 주세요.', en: 'Give "format": "csv".' },
    },
  );
}

/** Days as `YYYY-MM-DD`, a missing value as nothing, texts in quotes where they need them; lines end with \n. */
async function* csvOf(
  reader: SnapshotReader,
  table: string,
  columns: readonly string[],
): AsyncGenerator<string> {
  yield `${columns.join(',')}\n`;
  const found = await reader.read(table, columns);
  const cells = columns.map((name) => cellsOf(found.any(name), name));
  for (let from = 0; from < found.rows; from += ROWS_AT_ONCE) {
    let text = '';
    for (let row = from; row < Math.min(from + ROWS_AT_ONCE, found.rows); row++)
      text += `${cells.map((cell) => cell(row)).join(',')}\n`;
    yield text;
  }
}

function cellsOf(column: ReturnType<Awaited<ReturnType<SnapshotReader['read']>>['any']>, name: string) {
  if (column instanceof Float64Array)
    return (row: number) => (Number.isNaN(column[row]) ? '' : String(column[row]));
  if (column instanceof Int32Array) {
    const isDay = name === 'day' || name.endsWith('_day');
    return (row: number) => {
      const value = column[row]!;
      if (value === MISSING_WHOLE) return '';
      return isDay ? fromDayNumber(value) : String(value);
    };
  }
  return (row: number) => quoted(column[row]!);
}

function quoted(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
