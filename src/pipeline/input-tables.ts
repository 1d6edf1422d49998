import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { EXIT, type HandOver, SihwangError } from '../domain/index.ts';
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
  /** Files of a folder or an archive that are no tables of the feed. */
  readonly skipped: readonly string[];
  /** Deletes what was unpacked. */
  discard(): void;
}

const STANDARD_INPUT = '-';

/**
 * The tables of a feed in files, folders (their files in the order of their names), archives (gzip, zip) and standard
 * input (`-`), as text or Parquet, told by their content. A file that is no table of the feed is an error; in a folder or
 * a zip it is skipped, while one of its tables is there. What was packed is kept as it was before it was packed.
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
      } else if (isFolder(path)) {
        const names = readdirSync(path, { withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => entry.name)
          .sort();
        await lookAtEach(
          names.map((name) => ({ name, path: join(path, name) })),
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

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isReadable(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
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
