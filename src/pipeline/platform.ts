import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { EXIT, SihwangError } from '../domain/index.ts';
import {
  type Columns,
  fileSource,
  type Home,
  parquetColumns,
  previewRows,
  readCommits,
  readHeaderLine,
  type TakenIn,
  takeIn,
  withWriterLock,
} from '../lake/index.ts';
import {
  checkColumns,
  columnOf,
  columnsRead,
  filesDropped,
  firstLines,
  handOver,
  headerCells,
  mappedFeed,
  type PlatformMapping,
  type PlatformTable,
  platformFeedId,
  withTable,
} from '../sources/index.ts';
import { type IngestOptions, lockOf, publishIfStale } from './ingest-files.ts';
import { feedForTable } from './platform-mappings.ts';

export interface PlatformTaken {
  readonly taken: readonly TakenIn[];
  /** Files that are being written by another program and stay for the next run. */
  readonly stillWritten: readonly string[];
  /** Files that are no table of this mapping, with the reason. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
  readonly published: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

const MS_PER_DAY = 86_400_000;
const COMMA = ',';
const PARQUET = /\.parquet$/i;

/**
 * Takes the platform's trades into the home and publishes its conditions: the rows of its table that changed since the
 * last run and the trailing days before it, or the files of its drop folder that are not in the lake yet. What was taken
 * before changes nothing, so a run may be repeated at any time.
 */
export async function takePlatform(
  home: Home,
  mapping: PlatformMapping,
  options: IngestOptions,
  environment: Environment = process.env,
): Promise<PlatformTaken> {
  return withWriterLock(home, lockOf(options), async () => {
    const found =
      'postgres' in mapping.from
        ? await takeTable(home, mapping, mapping.from.postgres, options, environment)
        : await takeFolder(home, mapping, mapping.from.folder, mapping.from.delimiter, options);
    const { feed } = feedForTable(home, mapping, columnsRead(mapping), COMMA);
    return { ...found, published: await publishIfStale(home, feed, options.onStage) };
  });
}

async function takeTable(
  home: Home,
  mapping: PlatformMapping,
  table: PlatformTable,
  options: IngestOptions,
  environment: Environment,
): Promise<Omit<PlatformTaken, 'published'>> {
  const since = table.changedBy === undefined ? undefined : lastReceived(home, mapping, table.trailingDays);
  const taken = await withTable(
    table,
    async (open) => {
      checkColumns(mapping, open.columns, table.table);
      const columns = columnsRead(mapping);
      const { feed, shape } = feedForTable(home, mapping, columns, COMMA);
      // One order for the same rows, so that the same rows are the same bytes.
      const order = columnOf(mapping.columns.lot);
      const blocks = open.read(columns, order === undefined ? [] : [order], since);
      return takeIn(
        home,
        handOver(feed, shape),
        { name: `${table.table}.csv`, blocks, chunk: `table ${table.table}` },
        effectsOf(options, table.table),
      );
    },
    environment,
  );
  return { taken: [taken], stillWritten: [], unreadable: [] };
}

/** The day from which rows are read again; undefined before the first run, which reads everything. */
function lastReceived(home: Home, { name }: PlatformMapping, trailingDays: number): string | undefined {
  const received = readCommits(home, platformFeedId(name)).flatMap((commit) =>
    commit.raws.map((raw) => Date.parse(raw.receivedAt)),
  );
  if (received.length === 0) return undefined;
  return new Date(Math.max(...received) - trailingDays * MS_PER_DAY).toISOString().slice(0, 10);
}

async function takeFolder(
  home: Home,
  mapping: PlatformMapping,
  folder: string,
  delimiter: string,
  options: IngestOptions,
): Promise<Omit<PlatformTaken, 'published'>> {
  const { settled, stillWritten } = await filesDropped(folder);
  const taken: TakenIn[] = [];
  const unreadable: { path: string; reason: string }[] = [];
  for (const path of settled) {
    try {
      const isParquet = PARQUET.test(path);
      const header = isParquet ? await parquetColumns(path) : headerCells(readHeaderLine(path), delimiter);
      checkColumns(mapping, header, basename(path));
      const { feed, shape } = feedForTable(home, mapping, header, isParquet ? COMMA : delimiter);
      const source = isParquet ? { ...fileSource(path), format: 'parquet' as const } : fileSource(path);
      taken.push(await takeIn(home, handOver(feed, shape), source, effectsOf(options, basename(path))));
    } catch (error) {
      // One bad file must not keep the others out; anything but its own fault ends the run.
      if (!(error instanceof SihwangError) || !isFaultOfFile(error)) throw error;
      unreadable.push({ path, reason: error.message });
    }
  }
  return { taken, stillWritten, unreadable };
}

function isFaultOfFile({ code, exit }: SihwangError): boolean {
  return exit === EXIT.badData || code === 'FILE_UNREADABLE';
}

function effectsOf({ onStage, now }: IngestOptions, name: string) {
  return {
    onStage: (stage: 'keeping' | 'reading' | 'judging' | 'writing') => onStage?.(stage, name),
    ...(now ? { now } : {}),
  };
}

const SHOWN_ROWS = 10;

/** The first rows of what a mapping names, as the lake would understand and judge them. Nothing is kept. */
export async function checkPlatform(
  mapping: PlatformMapping,
  now: Date = new Date(),
  environment: Environment = process.env,
): Promise<Columns> {
  const { header, lines, delimiter } = await firstRows(mapping, environment);
  const feed = mappedFeed(mapping, [{ id: 'check', header, delimiter }]);
  const folder = mkdtempSync(join(tmpdir(), 'sihwang-check-'));
  try {
    const path = join(folder, 'first.csv');
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
    return await previewRows(handOver(feed, feed.shapes[0]!), path, now);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function firstRows(mapping: PlatformMapping, environment: Environment) {
  if ('folder' in mapping.from) {
    const { folder, delimiter } = mapping.from;
    const { settled } = await filesDropped(folder, { settleMs: 0, wait: async () => {} });
    const path = settled.find((one) => !PARQUET.test(one));
    if (path === undefined) {
      throw new SihwangError(
        'FOLDER_EMPTY',
        { ko: `표가 없는 폴더입니다: ${folder}`, en: `there is no table in ${folder}` },
        {
          exit: EXIT.badData,
          hint: {
            ko: '열을 알 수 있게 글자로 된 파일(.csv, .tsv, .txt) 하나를 넣으세요.',
            en: 'Put one text file there (.csv, .tsv or .txt), so that its columns can be seen.',
          },
        },
      );
    }
    const header = headerCells(readHeaderLine(path), delimiter);
    checkColumns(mapping, header, basename(path));
    return { header, delimiter, lines: firstLines(path, SHOWN_ROWS + 1) };
  }
  const table = mapping.from.postgres;
  const header = columnsRead(mapping);
  const rows = await withTable(
    table,
    (open) => {
      checkColumns(mapping, open.columns, table.table);
      return open.first(header, SHOWN_ROWS);
    },
    environment,
  );
  const quoted = (cell: string | null) => (cell === null ? '' : `"${cell.replaceAll('"', '""')}"`);
  return { header, delimiter: COMMA, lines: [header, ...rows].map((row) => row.map(quoted).join(COMMA)) };
}
