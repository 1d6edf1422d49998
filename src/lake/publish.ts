import { createHash } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import {
  type Currency,
  type FeedProfile,
  formatSeriesKey,
  OUTCOMES,
  type PriceKind,
  SERIES_COLUMNS,
} from '../domain/index.ts';
import { buildServingFile } from './build-serving-file.ts';
import { cleanRowsSql, holdsRows } from './clean-rows.ts';
import { type Commit, readCommits } from './commit-log.ts';
import { quotesDailySql, seriesSql, tradesDailySql } from './daily-sql.ts';
import { queryColumns } from './database.ts';
import type { Home } from './home.ts';
import type { Columns } from './result-columns.ts';
import { readPointer, type ServingFile } from './serving-files.ts';
import { SERVING_LAYOUT } from './serving-layout.ts';

/** A table that a question has prepared in advance, made inside the new serving file. */
export interface DerivedTable {
  readonly name: string;
  readonly sql: string;
  /** Read by tables after it, and kept in no file. */
  readonly temporary?: boolean;
}

export interface PublishEffects {
  readonly now: () => Date;
}

/**
 * Builds a feed's serving file from the lake and makes it current: series, the daily mart in all its versions, then
 * the derived tables in the order given. Nothing is visible before it is whole. The caller holds the home's lock.
 */
export async function publishConditions(
  home: Home,
  profile: FeedProfile,
  derive: readonly DerivedTable[],
  effects: PublishEffects = { now: () => new Date() },
): Promise<ServingFile> {
  const commits = readCommits(home, profile.id);
  if (!holdsRows(commits)) throw new Error(`the lake holds no rows of ${profile.id} to publish`);
  const recipe = conditionsRecipe(profile, derive, commits);
  return buildServingFile(home, profile.id, 'conditions', recipe, async (connection, version) => {
    await connection.run(`create temp view clean_row as ${cleanRowsSql(home, profile.id, commits)}`);
    await makeSeries(connection, profile);
    for (const sql of dailySql(profile)) await connection.run(sql);
    for (const { name, sql, temporary } of derive)
      await connection.run(`create ${temporary ? 'temp table' : 'table'} ${name} as ${sql}`);
    await connection.run('create table meta (key varchar, value varchar)');
    const meta = Object.entries({
      version: String(version),
      layout: String(SERVING_LAYOUT),
      feed: profile.id,
      builtAt: effects.now().toISOString(),
      receivedAt:
        commits
          .flatMap((commit) => commit.raws.map((raw) => raw.receivedAt))
          .sort()
          .at(-1) ?? '',
      outcomes: JSON.stringify(totals(commits)),
      commits: JSON.stringify(commits.map(({ number }) => number)),
    });
    for (const [key, value] of meta)
      await connection.run('insert into meta values ($key, $value)', { key, value });
  });
}

/** Whether the current serving file was made from all that the lake holds, by this very SQL. */
export function conditionsAreCurrent(
  home: Home,
  profile: FeedProfile,
  derive: readonly DerivedTable[],
): boolean {
  const commits = readCommits(home, profile.id);
  if (!holdsRows(commits)) return true;
  return (
    readPointer(home).feeds[profile.id]?.conditions.recipe === conditionsRecipe(profile, derive, commits)
  );
}

function dailySql(profile: FeedProfile): string[] {
  return profile.recordKind === 'trade' ? tradesDailySql() : quotesDailySql();
}

function conditionsRecipe(
  profile: FeedProfile,
  derive: readonly DerivedTable[],
  commits: readonly Commit[],
): string {
  const rows = commits.map(({ clean, raws }) => [clean, raws.map((raw) => raw.rawId)]);
  const ingredients = [rows, dailySql(profile), seriesSql(), derive, SERVING_LAYOUT];
  return createHash('sha256').update(JSON.stringify(ingredients)).digest('hex');
}

async function makeSeries(connection: DuckDBConnection, profile: FeedProfile): Promise<void> {
  const { rowCount, columns } = await queryColumns(connection, seriesSql());
  await connection.run(`create table series (series_id integer, series varchar, price_kind varchar, item_code varchar, item_name varchar, variety varchar,
    grade varchar, package varchar, unit_value double, unit varchar, market_code varchar, market_name varchar, method varchar, currency varchar)`);
  const appender = await connection.createAppender('series');
  const text = (name: string, row: number) => String(columns[name]![row] ?? '');
  let seriesId = 0;
  for (const row of standingFirst(columns, rowCount)) {
    const unitValue = Number(columns.unit_value![row]);
    const part = Object.fromEntries(SERIES_COLUMNS.map((name) => [name, text(name, row)])) as Record<
      (typeof SERIES_COLUMNS)[number],
      string
    >;
    const key = formatSeriesKey({
      feed: profile.id,
      priceKind: part.price_kind as PriceKind,
      currency: profile.currency as Currency,
      item: part.item_code,
      variety: part.variety,
      grade: part.grade,
      package: part.package,
      unitValue,
      unit: part.unit,
      market: part.market_code,
      method: part.method,
    });
    appender.appendInteger(seriesId++);
    for (const value of [
      key,
      part.price_kind,
      part.item_code,
      text('item_name', row),
      part.variety,
      part.grade,
      part.package,
    ])
      appender.appendVarchar(value);
    appender.appendDouble(unitValue);
    for (const value of [
      part.unit,
      part.market_code,
      text('market_name', row),
      part.method,
      profile.currency,
    ])
      appender.appendVarchar(value);
    appender.endRow();
  }
  appender.closeSync();
}

/**
 * Rows of `seriesSql`: of each item the series of most rows first, then the second of each, and so on. Tables lie in this
 * order, so a question about the series that stand for their items reads a small part of them.
 */
function standingFirst(columns: Columns['columns'], rowCount: number): number[] {
  const rows = Array.from({ length: rowCount }, (_, row) => row);
  const rowsHeld = columns.row_count as readonly number[];
  const seen = new Map<string, number>();
  const rank = new Map<number, number>();
  for (const row of rows.toSorted((a, b) => rowsHeld[b]! - rowsHeld[a]!)) {
    const item = JSON.stringify([columns.price_kind![row], columns.item_code![row]]);
    const before = seen.get(item) ?? 0;
    rank.set(row, before);
    seen.set(item, before + 1);
  }
  return rows.sort((a, b) => rank.get(a)! - rank.get(b)!);
}

function totals(commits: readonly Commit[]): Record<string, number> {
  return Object.fromEntries(
    OUTCOMES.map((outcome) => [outcome, commits.reduce((sum, commit) => sum + commit.outcomes[outcome], 0)]),
  );
}
