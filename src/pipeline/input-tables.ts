import { accessSync, constants, createReadStream, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { EXIT, fileTrouble, type HandOver, SihwangError } from '../domain/index.ts';
import { fileSource, parquetColumns, type RawSource, readHeaderLine } from '../lake/index.ts';
import { type Feed, handOver, recogniseShape } from '../sources/index.ts';
import { columnsDiffer } from './columns-differ.ts';
import { packingOf, spool, unpackGzip, unpackZip } from './unpack.ts';

/** A table that was found among what a person gave, and recognised as one of the feed's. */
export interface InputTable {
  readonly handOver: HandOver;
  readonly name: string;
  /** Its bytes, to be read once. */
  source(): RawSource;
}

export interface InputTables {
  readonly tables: readonly InputTable[];
  /** Files of a folder or an archive that are no tables of the feed, and folders in a folder, whose names end in `/`. */
  readonly skipped: readonly string[];
  /** Deletes what was unpacked. */
  discard(): void;
}

const STANDARD_INPUT = '-';

/**
 * The tables of a feed in files, folders (their files in the order of their names), archives (gzip, zip), pipes and
 * standard input (`-`), as text or Parquet, told by their content. A file that is no table of the feed is an error; in a
 * folder or a zip it is skipped, while one of its tables is there. Folders below a folder are skipped: what lies there may
 * be older editions. What was packed is kept as it was before it was packed. Throws FILE_UNREADABLE.
 */
export async function findTables(
  feed: Feed,
  paths: readonly string[],
  input: NodeJS.ReadStream = process.stdin,
): Promise<InputTables> {
  const folder = mkdtempSync(join(tmpdir(), 'sihwang-input-'));
  const discard = () => rmSync(folder, { recursive: true, force: true });
  const tables: InputTable[] = [];
  const skipped: string[] = [];
  /** Looks at one file and what is packed in it. */
  const look = async (path: string, name: string): Promise<void> => {
    const packing = isReadable(path) ? packingOf(path) : 'plain';
    if (packing === 'gzip') {
      const inner = await unpackGzip(path, name, folder);
      return look(inner.path, inner.name);
    }
    if (packing === 'zip') return lookAtEach(unpackZip(path, name, folder), name);
    const format = packing === 'parquet' ? packing : undefined;
    const found = await recognise(feed, path, name, format);
    tables.push({
      handOver: found,
      name,
      source: () => ({ ...fileSource(path), name, ...(format ? { format } : {}) }),
    });
  };
  const lookAtEach = async (
    files: readonly { readonly path: string; readonly name: string }[],
    name: string,
  ): Promise<void> => {
    const before = tables.length;
    for (const file of files) {
      try {
        await look(file.path, file.name);
      } catch (error) {
        if (!(error instanceof SihwangError) || !NO_TABLE.has(error.code)) throw error;
        skipped.push(file.name);
      }
    }
    if (tables.length === before) throw noTables(feed, name);
  };
  try {
    for (const path of paths) {
      if (path === STANDARD_INPUT) {
        const spooled = join(folder, 'standard-input');
        await spool(input, spooled, 'standard input', false);
        await look(spooled, 'standard input');
      } else if (kindOf(path) === 'pipe') {
        // a pipe can be read once, and its head is read before its rest
        const spooled = join(mkdtempSync(join(folder, 'pipe-')), 'content');
        await spool(createReadStream(path), spooled, path, false);
        await look(spooled, basename(path));
      } else if (kindOf(path) === 'folder') {
        const names = namesIn(path);
        const isFolder = (name: string) => kindOf(join(path, name)) === 'folder';
        skipped.push(...names.filter(isFolder).map((name) => `${name}/`));
        await lookAtEach(
          names.filter((name) => !isFolder(name)).map((name) => ({ name, path: join(path, name) })),
          path,
        );
      } else await look(path, basename(path));
    }
    return { tables, skipped, discard };
  } catch (error) {
    discard();
    throw error;
  }
}

/** What says that a file of a folder is something else than a table of the feed. */
const NO_TABLE = new Set(['COLUMNS_UNKNOWN', 'FILE_NOT_TEXT', 'FILE_EMPTY', 'NO_TABLES']);

/** What a path leads to; undefined for anything else, and for what cannot be looked at, which reading it then says. */
function kindOf(path: string): 'file' | 'folder' | 'pipe' | undefined {
  try {
    const stat = statSync(path);
    return stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : stat.isFIFO() ? 'pipe' : undefined;
  } catch {
    return undefined;
  }
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return kindOf(path) === 'file';
  } catch {
    return false;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (cause) {
    const trouble = fileTrouble(cause);
    throw new SihwangError(
      'FILE_UNREADABLE',
      {
        ko: `읽을 수 없는 폴더입니다: ${folder}: ${trouble.ko}`,
        en: `cannot read the folder ${folder}: ${trouble.en}`,
      },
      {
        exit: EXIT.usage,
        hint: { ko: '--file로 준 경로를 확인하세요.', en: 'Check the path given with --file.' },
        cause,
      },
    );
  }
}

function noTables(feed: Feed, name: string): SihwangError {
  return new SihwangError(
    'NO_TABLES',
    {
      ko: `${name}에는 ${feed.profile.id}의 표가 없습니다. 아무것도 받아 넣지 않았습니다`,
      en: `${name} holds no table of ${feed.profile.id}; nothing was taken in`,
    },
    {
      exit: EXIT.badData,
      hint: {
        ko: '자료 이름(sihwang ingest --help)과 파일을 확인하세요.',
        en: 'Check the feed name (sihwang ingest --help lists them) and the files.',
      },
    },
  );
}

async function recognise(feed: Feed, path: string, name: string, format?: 'parquet'): Promise<HandOver> {
  const columns = format ? await parquetColumns(path) : undefined;
  const header = columns?.join(', ') ?? readHeaderLine(path);
  const shape = columns
    ? feed.shapes.find((one) => JSON.stringify(one.header) === JSON.stringify(columns))
    : recogniseShape(feed, header);
  if (shape) return handOver(feed, shape);
  const differ = columnsDiffer(feed.shapes, columns ?? header);
  const known = (or: string) => feed.shapes.map((one) => one.header.join(one.delimiter)).join(`\n  ${or} `);
  throw new SihwangError(
    'COLUMNS_UNKNOWN',
    {
      ko: `${feed.profile.id}의 표가 아닌 파일: ${name}. ${differ.ko}.\n  ${columns ? '열' : '첫 줄'}:\n     ${header.slice(0, 200)}\n  있어야 할 것: ${known('또는')}`,
      en: `${name} is not a table of ${feed.profile.id}: ${differ.en}.\n  its ${columns ? 'columns are' : 'first line is'}\n     ${header.slice(0, 200)}\n  expected ${known('or')}`,
    },
    {
      exit: EXIT.badData,
      hint: {
        ko: '자료 이름(sihwang ingest --help)과 파일을 확인하세요. 아무것도 받아 넣지 않았습니다.',
        en: 'Check the feed name (sihwang ingest --help lists them) and the file. Nothing was taken in.',
      },
    },
  );
}
