import { readFileSync } from 'node:fs';
import { EXIT, SihwangError } from '../domain/index.ts';

/** What DuckDB says of a file that is cut off or changed. */
const DAMAGE =
  /no magic bytes|too small to be a parquet|not a valid duckdb database|could not read enough bytes|corrupt/i;

/**
 * Reads a JSON file that this program wrote. Such files appear whole or not at all, so what is no JSON is the disk's
 * fault, or somebody's: throws FILE_DAMAGED (65) naming it.
 */
export function readOwnJson<T>(path: string): T {
  const text = readFileSync(path, 'utf8');
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw damaged(`${path}: ${(cause as Error).message}`, cause);
  }
}

/** Turns what DuckDB says of a damaged file of the home into FILE_DAMAGED (65); others pass unchanged. */
export function asDamage(error: unknown): unknown {
  if (error instanceof SihwangError || !(error instanceof Error) || !DAMAGE.test(error.message)) return error;
  return damaged(error.message.split('\n')[0]!, error);
}

function damaged(what: string, cause: unknown): SihwangError {
  return new SihwangError(
    'FILE_DAMAGED',
    { ko: `손상된 파일이 있습니다. ${what}`, en: `a file is damaged: ${what}` },
    {
      exit: EXIT.badData,
      hint: {
        ko: 'serving/ 아래의 파일은 지워도 sihwang start가 다시 만듭니다. 다른 파일은 백업에서 되살리세요(sihwang restore).',
        en: 'Files below serving/ may be deleted, for sihwang start makes them again; others come back from a backup (sihwang restore).',
      },
      cause,
    },
  );
}
