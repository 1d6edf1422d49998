import { closeSync, openSync, readSync, rmSync } from 'node:fs';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { EXIT, type HandOver, SihwangError } from '../domain/index.ts';
import { asLakeError, literal, queryOne } from './database.ts';
import { joinParquet } from './join-parquet.ts';
import { receiptOfFile, stagedSql, type Texts } from './take-in-sql.ts';

/** Threads that read and judge. */
export const THREADS = 2;
const QUOTE = 34;
const SCAN_BYTES = 1 << 20;

/**
 * Judges every readable row of the texts by itself and writes it to the staged file; lines that cannot be split into the
 * right columns go to the instance's table `unreadable`, with the row of their raw (from 1, headers not counted).
 *
 * Two threads of one statement cut Parquet's row groups where chance has it, and replaying raw bytes must give the same
 * clean bytes. So one thread reads a text; of a text in parts each reads one, and the files they come to are joined.
 */
export async function readTexts(
  instance: DuckDBInstance,
  handOver: HandOver,
  texts: Texts,
  number: number,
  staged: string,
): Promise<void> {
  const connection = await instance.connect();
  await connection.run('create table unreadable (receipt integer, raw_row bigint, text varchar)');
  try {
    if (isReadAlike(texts)) await connection.run('set threads = 1');
    if (inParts(texts)) await readParts(instance, connection, handOver, texts, number, staged);
    else {
      await read(connection, stagedSql(handOver, texts, number), staged, texts.raws[0]!.name);
      await connection.run(
        `insert into unreadable select ${texts.raws.length === 1 ? '1' : receiptOfFile('file_path')}, cast(line as bigint) - 1, ${BROKEN_LINE}
         from rejects join reject_scans using (scan_id, file_id) where line > 1 group by file_path, line`,
      );
    }
    await connection.run(`set threads = ${THREADS}`);
  } finally {
    connection.closeSync();
  }
}

const BROKEN_LINE = 'ltrim(any_value(csv_line), chr(10))';

function inParts({ paths, raws }: Texts): boolean {
  return paths.length > raws.length;
}

/**
 * Whether reading the texts again gives the same row groups: each by one thread. DuckDB then loses a last row whose quote
 * is never closed, so it must be one text without any quote; parts are such by their making.
 */
export function isReadAlike(texts: Texts): boolean {
  if (inParts(texts)) return true;
  if (texts.paths.length > 1) return false;
  const block = Buffer.allocUnsafe(SCAN_BYTES);
  const descriptor = openSync(texts.paths[0]!, 'r');
  try {
    for (;;) {
      const length = readSync(descriptor, block);
      if (length === 0) return true;
      if (block.subarray(0, length).includes(QUOTE)) return false;
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Several connections take the parts in turns; which of them reads one makes no difference. */
async function readParts(
  instance: DuckDBInstance,
  connection: DuckDBConnection,
  handOver: HandOver,
  texts: Texts,
  number: number,
  staged: string,
): Promise<void> {
  await connection.run('create table unreadable_of_part (part integer, line bigint, text varchar)');
  const files = texts.paths.map((_, part) => `${staged}.${part}`);
  const waiting = [...texts.paths.keys()];
  const readOn = async (): Promise<void> => {
    for (;;) {
      const part = waiting.shift();
      if (part === undefined) return;
      const header = part === 0;
      const sql = stagedSql(handOver, texts, number, { paths: [texts.paths[part]!], header });
      // the lines that it could not read are in tables of its own
      const own = await instance.connect();
      try {
        await read(own, sql, files[part]!, texts.raws[0]!.name);
        await own.run(
          `insert into unreadable_of_part select ${part}, cast(line as bigint)${header ? ' - 1' : ''}, ${BROKEN_LINE}
           from rejects ${header ? 'where line > 1' : ''} group by line`,
        );
      } finally {
        own.closeSync();
      }
    }
  };
  try {
    await settled(Array.from({ length: THREADS }, readOn));
    const rows: number[] = [];
    for (const file of files)
      rows.push(
        Number(
          (await queryOne(connection, `select num_rows from parquet_file_metadata(${literal(file)})`))!
            .num_rows,
        ),
      );
    await connection.run(
      `insert into unreadable
       with part_rows as (
         select part, n + (select count(*) from unreadable_of_part u where u.part = p.part) as n
         from (select unnest([${rows.join(', ')}]) as n, generate_subscripts([${rows.join(', ')}], 1) - 1 as part) p),
       before as (
         select part, coalesce(sum(n) over (order by part rows between unbounded preceding and 1 preceding), 0) as n from part_rows)
       select 1, cast(line + before.n as bigint), text from unreadable_of_part join before using (part)`,
    );
    joinParquet(files, staged);
  } finally {
    for (const file of files) rmSync(file, { force: true });
  }
}

/** Waits for all of them, so that none writes on when one has failed. */
async function settled(works: readonly Promise<void>[]): Promise<void> {
  for (const work of await Promise.allSettled(works)) if (work.status === 'rejected') throw work.reason;
}

async function read(
  connection: DuckDBConnection,
  select: string,
  target: string,
  givenPath: string,
): Promise<void> {
  try {
    await copy(connection, select, target);
  } catch (cause) {
    if (asLakeError(cause) !== cause) throw cause;
    throw new SihwangError(
      'FILE_UNREADABLE',
      {
        ko: `표로 읽을 수 없습니다: ${givenPath}: ${(cause as Error).message.split('\n')[0]}`,
        en: `${givenPath} cannot be read as a table: ${(cause as Error).message.split('\n')[0]}`,
      },
      {
        exit: EXIT.badData,
        hint: {
          ko: '편집기로 열어 보세요. 표에는 머리글 한 줄과, 한 줄에 한 행이 있어야 합니다.',
          en: 'Open it in a text editor: a table has a header line and one row a line.',
        },
        cause,
      },
    );
  }
}

/** Writes the rows of a statement to a Parquet file as the lake keeps them. */
export async function copy(connection: DuckDBConnection, select: string, target: string): Promise<void> {
  await connection.run(
    `copy (${select}) to ${literal(target)} (format parquet, compression zstd, write_bloom_filter false)`,
  );
}
