import { renameSync, rmSync } from 'node:fs';
import { EXIT, SihwangError } from '../domain/index.ts';
import { asLakeError, literal, openDatabase, queryColumns } from './database.ts';

/** The column names of a Parquet file, as text cells will have them. */
export async function parquetColumns(path: string): Promise<readonly string[]> {
  return reading(path, async (connection, file) => {
    const { columns } = await queryColumns(connection, `select column_name from (describe from ${file})`);
    return columns.column_name as string[];
  });
}

/** Rewrites a Parquet file as the text table that DuckDB reads for every other file: all cells text, absent ones left empty. */
export async function parquetToText(path: string): Promise<void> {
  const target = `${path}.text`;
  try {
    await reading(path, (connection, file) =>
      connection.run(
        `copy (select replace(replace(cast(columns(*) as varchar), chr(13) || chr(10), chr(10)), chr(13), chr(10)) from ${file})
         to ${literal(target)} (format csv, header, delimiter ',', quote '"', escape '"')`,
      ),
    );
    renameSync(target, path);
  } finally {
    rmSync(target, { force: true });
  }
}

async function reading<T>(
  path: string,
  work: (connection: Awaited<ReturnType<Instance['connect']>>, file: string) => Promise<T>,
): Promise<T> {
  const instance = await openDatabase();
  try {
    return await work(await instance.connect(), `read_parquet(${literal(path)})`);
  } catch (cause) {
    if (asLakeError(cause) !== cause) throw asLakeError(cause);
    throw new SihwangError(
      'FILE_UNREADABLE',
      {
        ko: `Parquet으로 읽을 수 없습니다: ${path}: ${(cause as Error).message.split('\n')[0]}`,
        en: `${path} cannot be read as Parquet: ${(cause as Error).message.split('\n')[0]}`,
      },
      {
        exit: EXIT.badData,
        hint: {
          ko: '파일을 다시 만드세요. 아무것도 받아 넣지 않았습니다.',
          en: 'Write the file again; nothing was taken in.',
        },
        cause,
      },
    );
  } finally {
    instance.closeSync();
  }
}

type Instance = Awaited<ReturnType<typeof openDatabase>>;
