import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from './database.ts';
import { joinParquet } from './join-parquet.ts';
import { readStruct, writeStruct } from './thrift-compact.ts';

const folder = mkdtempSync(join(tmpdir(), 'sihwang-join-'));
let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  instance = await openDatabase({ threads: 1 });
  connection = await instance.connect();
});
afterAll(() => {
  instance.closeSync();
  rmSync(folder, { recursive: true, force: true });
});

const at = (name: string) => join(folder, name);
const rows = (from: number, to: number) =>
  `select i, i / 7 as share, case when i % 3 = 0 then null else 'word ' || i % 11 end as word, date '2020-01-01' + (i % 900)::integer as day,
     case when i % 5 = 0 then 'a' else 'b' end::enum('a', 'b') as kind, i % 2 = 0 as even, 'only'::enum('only') as one
   from range(${from}, ${to}) t(i)`;

async function write(name: string, select: string, options = ''): Promise<string> {
  await connection.run(
    `copy (${select}) to '${at(name)}' (format parquet, compression zstd, row_group_size 2048${options})`,
  );
  return at(name);
}

async function ask(sql: string): Promise<unknown> {
  return (await connection.runAndReadAll(sql)).getRowsJson();
}

describe('Parquet files put behind each other', () => {
  it('hold the rows of all in order, found by place, by filter and by statistics', async () => {
    const parts = [
      await write('a', rows(0, 5000)),
      await write('none', rows(0, 0)),
      await write('b', rows(5000, 5001)),
      await write('c', rows(5001, 20_000), ', write_bloom_filter true'),
    ];
    joinParquet(parts, at('joined'));
    const whole = `read_parquet('${at('joined')}', file_row_number = true)`;
    expect(
      await ask(
        `select count(*), count(*) filter (i = file_row_number), sum(i), count(word), min(day), max(kind) from ${whole}`,
      ),
    ).toEqual(
      await ask(
        `select count(*), count(*), sum(i), count(word), min(day), max(kind) from (${rows(0, 20_000)})`,
      ),
    );
    for (const where of ['i = 5000', 'i between 4990 and 5010', `word = 'word 3' and i > 19000`, 'i = 20001'])
      expect(await ask(`select i, word, share from ${whole} where ${where} order by i`)).toEqual(
        await ask(`select i, word, share from (${rows(0, 20_000)}) where ${where} order by i`),
      );
    expect(
      await ask(`select num_rows, num_row_groups from parquet_file_metadata('${at('joined')}')`),
    ).toEqual(
      await ask(
        `select sum(num_rows), sum(num_row_groups) from parquet_file_metadata([${parts.map((part) => `'${part}'`).join(', ')}])`,
      ),
    );
  });

  it('are one file again byte for byte when there is only one', async () => {
    const part = await write('alone', rows(0, 9000));
    joinParquet([part], at('same'));
    expect(readFileSync(at('same'))).toEqual(readFileSync(part));
  });

  it('are refused when their schemas differ or one is no Parquet', async () => {
    const part = await write('first', rows(0, 10));
    const other = await write('second', 'select 1 as i');
    writeFileSync(at('text'), 'market_day,price\n2026-01-02,100\n');
    expect(() => joinParquet([part, other], at('refused'))).toThrow('different schemas');
    expect(() => joinParquet([part, at('text')], at('refused'))).toThrow('no Parquet file');
  });
});

it('a footer is written as it was read, and one that is cut off is refused', async () => {
  const bytes = readFileSync(await write('footer', rows(0, 5000), `, kv_metadata {known: 'yes'}`));
  const footer = bytes.subarray(bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8), bytes.length - 8);
  expect(Buffer.from(writeStruct(readStruct(footer)))).toEqual(footer);
  for (let length = 0; length < footer.length; length += 13)
    expect(() => readStruct(footer.subarray(0, length))).toThrow(RangeError);
});
