import { rmSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import {
  EXIT,
  type HandOver,
  OUTCOMES,
  type Outcome,
  type OutcomeCounts,
  SihwangError,
} from '../domain/index.ts';
import { publishFile, temporaryName } from '../store/index.ts';
import { cleanRowsSql, holdsRows } from './clean-rows.ts';
import { type Commit, type ReasonCount, readCommits, writeCommit } from './commit-log.ts';
import { contestSql } from './contest-sql.ts';
import { asLakeError, literal, openDatabase, queryColumns, queryOne } from './database.ts';
import { type Home, prepareFeedFolders } from './home.ts';
import { reach } from './kill-points.ts';
import { keepRaw, type RawRecord, rawPath } from './raw-files.ts';
import { stagedSql } from './take-in-sql.ts';
import { readableAsIs, writeReadable } from './text-input.ts';

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
  const number = (commits.at(-1)?.number ?? 0) + 1;
  const name = `${String(number).padStart(6, '0')}.parquet`;
  const staged = temporaryName(home.at('clean', feed, name));
  const instance = await openDatabase({ tempDirectory: home.at('temp') });
  try {
    const connection = await instance.connect();
    onStage('reading');
    await read(connection, stagedSql(handOver, text.path, raw, number), staged, path);
    onStage('judging');
    const known = holdsRows(commits) ? cleanRowsSql(home, feed, commits) : null;
    for (const sql of contestSql(handOver, staged, known, raw, number)) await connection.run(sql);
    const { outcomes, reasons, rows, firstDay, lastDay } = await count(connection);
    onStage('writing');
    await keepClean(connection, staged, home.at('clean', feed, name));
    const aside = rows > outcomes.accepted + outcomes.flagged ? name : null;
    if (aside) await keepAside(connection, home.at('aside', feed, name));
    const commit: Commit = {
      number,
      feed,
      shape: handOver.shape.id,
      raw,
      rows,
      outcomes,
      reasons,
      clean: name,
      aside,
      firstDay,
      lastDay,
    };
    writeCommit(home, commit);
    return { status: 'taken', commit };
  } catch (error) {
    throw asLakeError(error);
  } finally {
    instance.closeSync();
    rmSync(staged, { force: true });
    text.discard();
  }
}

function readableCopy(home: Home, raw: RawRecord): { path: string; discard: () => void } {
  const kept = rawPath(home, raw.feed, raw.rawId);
  if (readableAsIs(raw)) return { path: kept, discard: () => {} };
  const decoded = temporaryName(home.at('temp', `${raw.rawId}.csv`));
  writeReadable(kept, decoded, raw.encoding);
  return { path: decoded, discard: () => rmSync(decoded, { force: true }) };
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
      `${givenPath} cannot be read as a table: ${(cause as Error).message.split('\n')[0]}`,
      {
        exit: EXIT.badData,
        hint: 'Open it in a text editor: a table has a header line and one row a line.',
        cause,
      },
    );
  }
}

async function copy(connection: DuckDBConnection, select: string, target: string): Promise<void> {
  await connection.run(
    `copy (${select}) to ${literal(target)} (format parquet, compression zstd, write_bloom_filter false)`,
  );
}

/** The staged file becomes the lake's; only when it revises what was known must the moments of knowledge be written anew. */
async function keepClean(connection: DuckDBConnection, staged: string, path: string): Promise<void> {
  let whole = staged;
  const { n } = (await queryOne(connection, 'select count(*) as n from revised'))!;
  if (n !== 0) {
    whole = temporaryName(path);
    await copy(
      connection,
      `select s.* exclude (place) replace (coalesce(r.known_at, s.known_at) as known_at, coalesce(r.observed, s.observed) as observed)
      from staged s left join (select place, known_at, observed from revised) r using (place) order by s.place`,
      whole,
    );
  }
  publishFile(whole, path);
  reach('clean-written');
}

async function keepAside(connection: DuckDBConnection, path: string): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await copy(connection, 'from aside', temporary);
    publishFile(temporary, path);
    reach('aside-written');
  } finally {
    rmSync(temporary, { force: true });
  }
}

interface Counted {
  readonly outcomes: OutcomeCounts;
  readonly reasons: readonly ReasonCount[];
  readonly rows: number;
  readonly firstDay: string | null;
  readonly lastDay: string | null;
}

async function count(connection: DuckDBConnection): Promise<Counted> {
  const { rowCount, columns } = await queryColumns(
    connection,
    `
    select outcome, reason, cast(sum(n) as bigint) as n, min(first_day) as first_day, max(last_day) as last_day from (
      select outcome, coalesce(reason, '') as reason, count(*) as n, min(market_day) as first_day, max(market_day) as last_day
      from staged where outcome in ('accepted', 'flagged') group by all
      union all select outcome, coalesce(reason, ''), -count(*), null, null from contested semi join aside using (place) group by all
      union all select outcome, reason, count(*), null, null from aside group by all)
    group by all having sum(n) > 0 order by outcome, n desc, reason`,
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
  const days = (name: string) =>
    columns[name]!.filter((day) => day !== null)
      .map(String)
      .sort();
  return {
    outcomes,
    reasons,
    rows: OUTCOMES.reduce((sum, outcome) => sum + outcomes[outcome], 0),
    firstDay: days('first_day').at(0) ?? null,
    lastDay: days('last_day').at(-1) ?? null,
  };
}
