import { rmSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import {
  EXIT,
  type HandOver,
  OUTCOMES,
  type Outcome,
  type OutcomeCounts,
  QUOTE_COLUMNS,
  QUOTE_KEY,
  SihwangError,
  TRADE_COLUMNS,
  TRADE_KEY,
} from '../domain/index.ts';
import { publishFile, temporaryName } from '../store/index.ts';
import { type Commit, type ReasonCount, readCommits, writeCommit } from './commit-log.ts';
import { asLakeError, literal, openDatabase, queryColumns, queryOne, timestamp } from './database.ts';
import { type Home, prepareFeedFolders } from './home.ts';
import { type KillPoint, reach } from './kill-points.ts';
import { keepRaw, type RawRecord, rawPath } from './raw-files.ts';
import { duplicatesSql, judgeSql, knownSql, stageSql } from './take-in-sql.ts';
import { decodeCp949 } from './text-input.ts';

export interface TakenIn {
  /** `already` = the very same bytes are in the lake; nothing changed. */
  readonly status: 'taken' | 'already';
  readonly commit: Commit;
}

export interface TakeInEffects {
  readonly now: () => Date;
  /** Told as each stage of a long ingest begins. */
  readonly onStage: (stage: 'keeping' | 'reading' | 'judging' | 'writing') => void;
}

const REAL: TakeInEffects = { now: () => new Date(), onStage: () => {} };

/**
 * Takes one published file into the lake: raw bytes kept, every row judged, accepted and flagged rows written in
 * columns, all others set aside with reason and pointer, one commit at the end. Dying anywhere before the commit
 * leaves the lake as it was. The caller holds the home's lock.
 */
export async function takeIn(
  home: Home,
  handOver: HandOver,
  path: string,
  effects: Partial<TakeInEffects> = {},
): Promise<TakenIn> {
  const { now, onStage } = { ...REAL, ...effects };
  const feed = handOver.profile.id;
  prepareFeedFolders(home, feed);
  onStage('keeping');
  const raw = await keepRaw(home, feed, path, now());
  const commits = readCommits(home, feed);
  const before = commits.find((commit) => commit.raw.rawId === raw.rawId);
  if (before) return { status: 'already', commit: before };

  const text = readableCopy(home, raw);
  const instance = await openDatabase({ tempDirectory: home.at('temp') });
  try {
    const connection = await instance.connect();
    onStage('reading');
    await stage(connection, handOver, text.path, raw, path);
    onStage('judging');
    await judge(connection, home, handOver, raw, commits);
    onStage('writing');
    const number = (commits.at(-1)?.number ?? 0) + 1;
    const commit = await write(connection, home, handOver, raw, number);
    writeCommit(home, commit);
    return { status: 'taken', commit };
  } catch (error) {
    throw asLakeError(error);
  } finally {
    instance.closeSync();
    text.discard();
  }
}

function readableCopy(home: Home, raw: RawRecord): { path: string; discard: () => void } {
  const kept = rawPath(home, raw.feed, raw.rawId);
  if (raw.encoding !== 'cp949') return { path: kept, discard: () => {} };
  const decoded = temporaryName(home.at('temp', `${raw.rawId}.csv`));
  decodeCp949(kept, decoded);
  return { path: decoded, discard: () => rmSync(decoded, { force: true }) };
}

async function stage(
  connection: DuckDBConnection,
  handOver: HandOver,
  path: string,
  raw: RawRecord,
  givenPath: string,
): Promise<void> {
  try {
    await connection.run(stageSql(handOver, path, raw));
  } catch (cause) {
    if (asLakeError(cause) !== cause) throw cause;
    throw new SihwangError(
      'FILE_UNREADABLE',
      `${givenPath} cannot be read as a table: ${(cause as Error).message.split('\n')[0]}`,
      {
        exit: EXIT.badData,
        hint: 'Open it in a text editor: a table has a header line and one row a line.',
        cause,
      },
    );
  }
}

async function judge(
  connection: DuckDBConnection,
  home: Home,
  handOver: HandOver,
  raw: RawRecord,
  commits: readonly Commit[],
): Promise<void> {
  await connection.run(judgeSql(handOver, raw));
  const known = commits.flatMap((commit) =>
    commit.clean === null ? [] : [home.at('clean', handOver.profile.id, commit.clean)],
  );
  await connection.run(knownSql(handOver, known));
  for (const sql of duplicatesSql(handOver, raw)) await connection.run(sql);
}

async function write(
  connection: DuckDBConnection,
  home: Home,
  handOver: HandOver,
  raw: RawRecord,
  number: number,
): Promise<Commit> {
  const { profile, shape } = handOver;
  const columns = Object.keys(profile.recordKind === 'trade' ? TRADE_COLUMNS : QUOTE_COLUMNS);
  const key: readonly string[] = profile.recordKind === 'trade' ? TRADE_KEY : QUOTE_KEY;
  const name = `${String(number).padStart(6, '0')}.parquet`;
  const { outcomes, reasons, rows } = await count(connection);
  const span = await queryOne(
    connection,
    `select min(market_day) as first_day, max(market_day) as last_day from judged where outcome in ('accepted', 'flagged')`,
  );

  const kept = outcomes.accepted + outcomes.flagged > 0;
  if (kept) {
    const order = [...new Set(['item_code', 'market_code', ...key])].join(', ');
    await copy(
      connection,
      home.at('clean', profile.id, name),
      'clean-written',
      `
      select ${columns.join(', ')}, ${timestamp(raw.receivedAt)} as received_at, known_at, observed,
             outcome, reason, ${literal(raw.rawId)} as raw_id, raw_row
      from judged where outcome in ('accepted', 'flagged') order by ${order}, raw_row`,
    );
  }
  const aside = rows > outcomes.accepted + outcomes.flagged;
  if (aside) {
    await copy(
      connection,
      home.at('aside', profile.id, name),
      'aside-written',
      `
      select raw_id, raw_row, outcome, reason, text, first_raw_id, first_raw_row from aside order by raw_row`,
    );
  }
  return {
    number,
    feed: profile.id,
    shape: shape.id,
    raw,
    rows,
    outcomes,
    reasons,
    clean: kept ? name : null,
    aside: aside ? name : null,
    firstDay: (span?.first_day as string | null) ?? null,
    lastDay: (span?.last_day as string | null) ?? null,
  };
}

async function copy(
  connection: DuckDBConnection,
  path: string,
  point: KillPoint,
  select: string,
): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await connection.run(`copy (${select}) to ${literal(temporary)} (format parquet, compression zstd)`);
    publishFile(temporary, path);
    reach(point);
  } finally {
    rmSync(temporary, { force: true });
  }
}

async function count(
  connection: DuckDBConnection,
): Promise<{ outcomes: OutcomeCounts; reasons: ReasonCount[]; rows: number }> {
  const { rowCount, columns } = await queryColumns(
    connection,
    `
    select outcome, coalesce(reason, '') as reason, count(*) as n from judged where outcome in ('accepted', 'flagged') group by all
    union all select outcome, coalesce(reason, ''), count(*) from aside group by all
    order by outcome, n desc, reason`,
  );
  const outcomes = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  const reasons: ReasonCount[] = [];
  for (let index = 0; index < rowCount; index++) {
    const outcome = columns.outcome![index] as Outcome;
    const rows = columns.n![index] as number;
    outcomes[outcome] += rows;
    const reason = columns.reason![index] as string;
    if (reason !== '') reasons.push({ outcome, reason, rows });
  }
  return { outcomes, reasons, rows: OUTCOMES.reduce((sum, outcome) => sum + outcomes[outcome], 0) };
}
