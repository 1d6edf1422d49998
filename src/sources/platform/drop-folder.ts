import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import iconv from 'iconv-lite';
import { EXIT, SihwangError } from '../../domain/index.ts';

export interface Dropped {
  /** Paths of files that nobody is writing any more, in the order of their names. */
  readonly settled: readonly string[];
  /** Files that grew or changed while we looked: the next run takes them. */
  readonly stillWritten: readonly string[];
}

const TABLE_NAME = /\.(?:csv|tsv|txt|parquet)$/i;

export interface DropFolderEffects {
  /** How long a file must stay as it is. */
  readonly settleMs: number;
  readonly wait: (ms: number) => Promise<unknown>;
}

/**
 * Looks into a folder in which other programs put files. A file whose size or time of change moves within two seconds is
 * still being written. Hidden files, folders and names that are no table's are passed over. Throws FOLDER_UNREADABLE.
 */
export async function filesDropped(
  folder: string,
  { settleMs, wait }: DropFolderEffects = { settleMs: 2000, wait: sleep },
): Promise<Dropped> {
  const before = seen(folder);
  if (before.size > 0) await wait(settleMs);
  const after = seen(folder);
  const settled: string[] = [];
  const stillWritten: string[] = [];
  for (const [name, state] of [...after].sort(([a], [b]) => (a < b ? -1 : 1)))
    (before.get(name) === state ? settled : stillWritten).push(join(folder, name));
  return { settled, stillWritten };
}

/** Names of tables in the folder with what would change when they are written to. */
function seen(folder: string): Map<string, string> {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (cause) {
    throw new SihwangError(
      'FOLDER_UNREADABLE',
      {
        ko: `읽을 수 없는 폴더입니다: ${folder}: ${(cause as Error).message}`,
        en: `cannot read the folder ${folder}: ${(cause as Error).message}`,
      },
      {
        exit: EXIT.configuration,
        hint: { ko: '매핑의 from.folder를 확인하세요.', en: 'Check from.folder in the mapping.' },
        cause,
      },
    );
  }
  const files = new Map<string, string>();
  for (const name of names.filter((one) => !one.startsWith('.') && TABLE_NAME.test(one))) {
    const state = statSync(join(folder, name), { throwIfNoEntry: false });
    if (state?.isFile()) files.set(name, `${state.size} ${state.mtimeMs}`);
  }
  return files;
}

const HEAD_BYTES = 64 * 1024;

/** The first lines of a text table, the header among them, without their ends; CP949 is decoded. */
export function firstLines(path: string, count: number): string[] {
  const descriptor = openSync(path, 'r');
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const bytes = head.subarray(0, readSync(descriptor, head, 0, head.length, 0));
    const whole = bytes.subarray(0, bytes.length < HEAD_BYTES ? bytes.length : bytes.lastIndexOf(10));
    const text = isUtf8(whole) ? whole.toString('utf8') : iconv.decode(whole, 'cp949');
    return text
      .split(/\r?\n/)
      .slice(0, count)
      .filter((line) => line !== '');
  } finally {
    closeSync(descriptor);
  }
}
