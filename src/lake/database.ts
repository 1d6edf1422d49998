import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from '@duckdb/node-api';
import { EXIT, SihwangError } from '../domain/index.ts';
import { duckdb } from './duckdb.ts';
import { type Columns, columnsOf, type SqlValue } from './result-columns.ts';
import { registerUnitGrammar } from './unit-function.ts';

export interface DatabaseOptions {
  readonly path?: string;
  readonly tempDirectory?: string;
  readonly memoryLimit?: string;
  readonly threads?: number;
  /**
   * Gives memory back to the system whenever a megabyte is freed at once (by default half a gigabyte), and all but a
   * megabyte a thread when it rests: for a process that lives long and should stay small. Questions that spill take
   * 5 to 10 % more time.
   */
  readonly returnsMemory?: boolean;
}

/** An analytic database that never reaches for the network: extensions are neither fetched nor loaded. */
export async function openDatabase(options: DatabaseOptions = {}): Promise<DuckDBInstance> {
  try {
    const instance = await duckdb.DuckDBInstance.create(options.path ?? ':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      threads: String(options.threads ?? 2),
      memory_limit: options.memoryLimit ?? '2GB',
      ...(options.returnsMemory
        ? { allocator_flush_threshold: '1MB', allocator_bulk_deallocation_flush_threshold: '1MB' }
        : {}),
      ...(options.tempDirectory ? { temp_directory: options.tempDirectory } : {}),
    });
    const connection = await instance.connect();
    registerUnitGrammar(connection);
    connection.closeSync();
    return instance;
  } catch (error) {
    throw asLakeError(error);
  }
}

export async function queryColumns(
  connection: DuckDBConnection,
  sql: string,
  params?: Readonly<Record<string, SqlValue>>,
): Promise<Columns> {
  // with parameters a statement is planned before its values are known, and again with them: an empty list of them, too
  const values = params !== undefined && Object.keys(params).length > 0 ? params : undefined;
  const result = await connection.run(sql, values as Record<string, DuckDBValue> | undefined);
  return columnsOf(result.columnNames(), await result.fetchAllChunks());
}

/** One row as an object; undefined when there is none. For counts and look-ups, not for data. */
export async function queryOne(
  connection: DuckDBConnection,
  sql: string,
  params?: Readonly<Record<string, SqlValue>>,
): Promise<Record<string, SqlValue> | undefined> {
  const { rowCount, columns } = await queryColumns(connection, sql, params);
  if (rowCount === 0) return undefined;
  return Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[0]!]));
}

/** Puts text into SQL as a literal; for file names and constants of ours (values from users travel as parameters). */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** An ISO instant as an SQL literal (timestamps in the lake are UTC without a zone). */
export function timestamp(iso: string): string {
  return `cast(${literal(iso.replace('Z', ''))} as timestamp)`;
}

/** Turns what DuckDB or the file system says into an error that says what to do. Others pass unchanged. */
export function asLakeError(error: unknown): unknown {
  if (error instanceof SihwangError || !(error instanceof Error)) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (
    code === 'ENOSPC' ||
    /no space left on device|out of disk|max_temp_directory_size/i.test(error.message)
  ) {
    return new SihwangError(
      'DISK_FULL',
      {
        ko: '디스크가 가득 찼습니다. 아무것도 공표하지 않았고, 있던 것은 잃지 않았습니다',
        en: 'the disk is full; nothing was published and nothing that was there is lost',
      },
      {
        exit: EXIT.tryAgain,
        hint: {
          ko: '디스크를 비우고(홈이 쓰는 양은 sihwang doctor) 같은 명령을 다시 실행하세요.',
          en: 'Free some space (sihwang doctor shows what the home uses) and run the same command again.',
        },
        cause: error,
      },
    );
  }
  if (
    code === 'EACCES' ||
    code === 'EROFS' ||
    /permission denied|read-only file system/i.test(error.message)
  ) {
    return new SihwangError(
      'HOME_UNUSABLE',
      {
        ko: `홈에 쓸 수 없습니다: ${error.message.split('\n')[0]}`,
        en: `the home cannot be written: ${error.message.split('\n')[0]}`,
      },
      {
        exit: EXIT.configuration,
        hint: {
          ko: '--home이나 SIHWANG_HOME으로 쓸 수 있는 폴더를 주세요.',
          en: 'Give a folder you may write to with --home or SIHWANG_HOME.',
        },
        cause: error,
      },
    );
  }
  return error;
}
