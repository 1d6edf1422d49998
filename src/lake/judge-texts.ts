import { rmSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { type HandOver, OUTCOMES, type Outcome, type OutcomeCounts } from '../domain/index.ts';
import { publishFile, temporaryName } from '../store/index.ts';
import { cleanRowsSql, holdsRows } from './clean-rows.ts';
import type { Commit, ReasonCount } from './commit-log.ts';
import { contestSql } from './contest-sql.ts';
import { asLakeError, literal, openDatabase, queryColumns, queryOne } from './database.ts';
import type { Home } from './home.ts';
import { reach } from './kill-points.ts';
import { copy, isReadAlike, readTexts, THREADS } from './read-texts.ts';
import type { Texts } from './take-in-sql.ts';

/** Told as each stage of a long judgement begins. */
export type OnStage = (stage: 'keeping' | 'reading' | 'judging' | 'writing') => void;

/**
 * Judges the rows of texts, by themselves and beside those of the commits given, and writes their files under a number
 * that was never used. Nothing of it is part of the lake before the commit that is returned is written.
 */
export async function judgeTexts(
  home: Home,
  handOver: HandOver,
  texts: Texts,
  { commits, number }: { readonly commits: readonly Commit[]; readonly number: number },
  onStage: OnStage = () => {},
): Promise<Commit> {
  const staged = temporaryName(home.at('clean', handOver.profile.id, cleanName(number)));
  const instance = await openDatabase({ tempDirectory: home.at('temp') });
  try {
    const connection = await instance.connect();
    onStage('reading');
    await readTexts(instance, handOver, texts, number, staged);
    return await judgeStaged(home, connection, handOver, staged, texts, { commits, number }, onStage);
  } catch (error) {
    throw asLakeError(error);
  } finally {
    instance.closeSync();
    rmSync(staged, { force: true });
  }
}

export function cleanName(number: number): string {
  return `${String(number).padStart(6, '0')}.parquet`;
}

/** Judges the rows of a staged file beside those of the commits given. The instance holds the lines that could not be read as `unreadable`. */
export async function judgeStaged(
  home: Home,
  connection: DuckDBConnection,
  handOver: HandOver,
  staged: string,
  texts: Texts,
  { commits, number }: { readonly commits: readonly Commit[]; readonly number: number },
  onStage: OnStage = () => {},
): Promise<Commit> {
  const feed = handOver.profile.id;
  const { raws } = texts;
  const name = cleanName(number);
  onStage('judging');
  const known = await knownRows(connection, home, feed, commits, staged);
  for (const sql of contestSql(handOver, staged, known, texts, number)) await connection.run(sql);
  const firstPlaces = await queryColumns(connection, 'select first_place from receipt order by receipt');
  const { outcomes, reasons, rows, firstDay, lastDay } = await count(connection);
  onStage('writing');
  await keepClean(connection, staged, home.at('clean', feed, name), texts);
  const aside = rows > outcomes.accepted + outcomes.flagged ? name : null;
  if (aside) await keepAside(connection, home.at('aside', feed, name));
  return {
    number,
    feed,
    shape: handOver.shape.id,
    raws,
    firstPlaces: firstPlaces.columns.first_place as number[],
    rows,
    outcomes,
    reasons,
    clean: name,
    aside,
    firstDay,
    lastDay,
  };
}

/** The lake's rows of the days that are judged: every key has its day in it, so no others can be contested. */
async function knownRows(
  connection: DuckDBConnection,
  home: Home,
  feed: string,
  commits: readonly Commit[],
  staged: string,
): Promise<string | null> {
  const range = await queryOne(
    connection,
    `select min(market_day) as first, max(market_day) as last from read_parquet(${literal(staged)}) where outcome in ('accepted', 'flagged')`,
  );
  const [first, last] = [range!.first, range!.last] as (string | null)[];
  if (first == null || last == null) return null;
  const near = commits.filter(
    ({ firstDay, lastDay }) => firstDay !== null && lastDay !== null && firstDay <= last && first <= lastDay,
  );
  if (!holdsRows(near)) return null;
  return `from (${cleanRowsSql(home, feed, near)}) where market_day between date ${literal(first)} and date ${literal(last)}`;
}

/**
 * The staged file becomes the lake's. It is written anew when it revises what was known, and so its moments of knowledge,
 * to leave out which of several receipts a row came by, which the commit says for all rows at once, and when several
 * threads read it, because they cut row groups where chance has it and no replay would give the same bytes.
 */
async function keepClean(
  connection: DuckDBConnection,
  staged: string,
  path: string,
  texts: Texts,
): Promise<void> {
  let whole = staged;
  const found = (await queryOne(
    connection,
    `select (select count(*) from revised) as revised,
            (select num_row_groups from parquet_file_metadata(${literal(staged)})) as groups`,
  ))!;
  if (found.revised !== 0 || texts.raws.length > 1 || (Number(found.groups) > 1 && !isReadAlike(texts))) {
    whole = temporaryName(path);
    const times =
      found.revised === 0
        ? ''
        : 'replace (coalesce(r.known_at, s.known_at) as known_at, coalesce(r.observed, s.observed) as observed)';
    const revised =
      found.revised === 0 ? '' : 'left join (select place, known_at, observed from revised) r using (place)';
    await connection.run('set threads = 1');
    await copy(
      connection,
      `select s.* exclude (place, receipt) ${times} from staged s ${revised} order by s.place`,
      whole,
    );
    await connection.run(`set threads = ${THREADS}`);
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
    group by all order by outcome, n desc, reason`,
  );
  const outcomes = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  const reasons: ReasonCount[] = [];
  for (let index = 0; index < rowCount; index++) {
    const outcome = columns.outcome![index] as Outcome;
    const rows = columns.n![index] as number;
    // rows that were all set aside again still say which days they are of
    if (rows === 0) continue;
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
