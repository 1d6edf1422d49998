import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import {
  canonicalJson,
  type DataQuery,
  type FeedProfile,
  type Json,
  type SnapshotLineage,
  type SnapshotManifest,
  type SnapshotTable,
} from '../domain/index.ts';
import type { Store } from '../store/index.ts';
import { asLakeError, literal, openDatabase, queryColumns, queryOne, timestamp } from './database.ts';
import type { Home } from './home.ts';
import type { DerivedTable } from './publish.ts';
import { readPointer, type ServingFile } from './serving-files.ts';
import type { TypedColumn } from './snapshot-select.ts';
import { keepLineage, sealSnapshot } from './snapshot-store.ts';

/** One table to be kept: SQL over the tables of a publication and those made for the snapshot. */
export interface SnapshotTableSql {
  readonly name: string;
  readonly columns: readonly TypedColumn[];
  readonly sql: string;
  readonly order: readonly string[];
}

/** What goes into a snapshot. */
export interface SnapshotPlan {
  readonly query: DataQuery;
  readonly tables: readonly SnapshotTableSql[];
  /** What the tables read, in the order it is made: of what is known now, and of what was known at `$asOf`. */
  readonly ground: Readonly<Record<'newest' | 'as-of', readonly DerivedTable[]>>;
  /** The days ahead of an origin by the feed's calendar, for the table `open_days_ahead`; none where it is learned. */
  readonly openDaysAhead: (originDay: number) => Iterable<number>;
  /** Version of the code that draws it. */
  readonly codeVersion: string;
}

export interface TakenSnapshot {
  readonly sha256: string;
  readonly manifest: SnapshotManifest;
  readonly lineage: SnapshotLineage;
  /** False when it was there already. */
  readonly made: boolean;
}

/** Folders in which snapshots are made, then the process that makes it. */
const DRAWING = 'snapshot-';
const ROWS_A_GROUP = 122_880;
const ISO_MICROSECONDS = literal('%Y-%m-%dT%H:%M:%S.%fZ');

/**
 * Draws a snapshot from a feed's published conditions and keeps it in a store: its tables first, its manifest last, so
 * that what has a manifest is whole. Written by one thread in a stated order: the same data has the same bytes and the
 * same name. `asOf` null = everything that is published. The home needs no lock: a published version never changes.
 * Throws a RangeError when the feed is not published.
 */
export async function takeSnapshot(
  home: Home,
  store: Store,
  profile: FeedProfile,
  plan: SnapshotPlan,
  asOf: string | null,
): Promise<TakenSnapshot> {
  sweepDead(home);
  const folder = mkdtempSync(home.at('temp', `${DRAWING}${process.pid}-`));
  const instance = await openDatabase({ threads: 1, tempDirectory: home.at('temp') });
  try {
    const connection = await instance.connect();
    const published = await attachPublished(home, profile.id, connection);
    const known = await lastKnown(connection, asOf);
    await layGround(connection, plan, known);
    const tables: SnapshotTable[] = [];
    for (const table of plan.tables) tables.push(await writeTable(connection, table, folder));
    const manifest: SnapshotManifest = {
      v: 1,
      feed: profile.id,
      granularity: profile.granularity,
      currency: profile.currency,
      asOf: known.asOf,
      query: plan.query,
      tables,
    };
    const text = canonicalJson(manifest as unknown as Json);
    const sha256 = createHash('sha256').update(text).digest('hex');
    const lineage: SnapshotLineage = {
      feed: profile.id,
      conditions: `${profile.id}-${published.version}`,
      recipe: published.recipe,
      commits: await commitsOf(connection),
      codeVersion: plan.codeVersion,
      writtenBy: await programOf(connection),
    };
    const made = await sealSnapshot(store, sha256, text, tables, folder);
    await keepLineage(store, sha256, lineage);
    return { sha256, manifest, lineage, made };
  } catch (error) {
    throw asLakeError(error);
  } finally {
    instance.closeSync();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Deletes what processes left that died while they drew: nobody holds a lock by which it could be known otherwise. */
function sweepDead(home: Home): void {
  for (const name of readdirSync(home.at('temp'))) {
    if (!name.startsWith(DRAWING)) continue;
    const pid = Number(name.slice(DRAWING.length).split('-')[0]);
    if (!isAlive(pid)) rmSync(home.at('temp', name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The conditions that are current; a version that was replaced and deleted just now is followed. */
async function attachPublished(home: Home, feed: string, connection: DuckDBConnection): Promise<ServingFile> {
  for (;;) {
    const published = readPointer(home).feeds[feed]?.conditions;
    if (!published) throw new RangeError(`the feed ${feed} has not been published`);
    try {
      await connection.run(`attach ${literal(home.at('serving', published.file))} as published (read_only)`);
      await connection.run(`set search_path = 'published.main'`);
      return published;
    } catch (error) {
      if (readPointer(home).feeds[feed]?.conditions.file === published.file) throw error;
    }
  }
}

interface Known {
  /** The last moment up to the one asked for at which something became known. */
  readonly asOf: string;
  /** Whether nothing became known after it. */
  readonly isNewest: boolean;
}

async function lastKnown(connection: DuckDBConnection, asOf: string | null): Promise<Known> {
  const until = asOf === null ? `timestamp 'infinity'` : timestamp(asOf);
  const found = await queryOne(
    connection,
    `with change as (select unnest([known_from, known_to]) as moment from daily)
     select strftime(max(moment) filter (moment <= ${until}), ${ISO_MICROSECONDS}) as known,
            strftime(max(moment), ${ISO_MICROSECONDS}) as newest
     from change where moment < timestamp 'infinity'`,
  );
  // of nothing it is the moment asked for
  const known = textOrNull(found?.known) ?? asOf ?? '1970-01-01T00:00:00Z';
  return { asOf: known.replace(/000Z$/, 'Z'), isNewest: known === found?.newest };
}

async function layGround(
  connection: DuckDBConnection,
  { ground, openDaysAhead }: SnapshotPlan,
  { asOf, isNewest }: Known,
): Promise<void> {
  for (const { name, sql } of ground[isNewest ? 'newest' : 'as-of'])
    await connection.run(
      `create temp table ${name} as ${sql.replaceAll('$asOf', literal(withoutZone(asOf)))}`,
    );
  await connection.run('create temp table open_days_ahead (origin_day date, day date)');
  const origins = await queryColumns(
    connection,
    `select distinct cast(max(day) - date '1970-01-01' as integer) as day from market_days where is_open group by price_kind`,
  );
  for (const origin of (origins.columns.day ?? []).map(Number)) {
    const days = [...openDaysAhead(origin)];
    if (days.length > 0)
      await connection.run(
        `insert into open_days_ahead select date '1970-01-01' + ${origin}, date '1970-01-01' + unnest([${days.join(', ')}])`,
      );
  }
}

function withoutZone(iso: string): string {
  return iso.replace('Z', '');
}

async function writeTable(
  connection: DuckDBConnection,
  { name, columns, sql, order }: SnapshotTableSql,
  folder: string,
): Promise<SnapshotTable> {
  const path = join(folder, `${name}.parquet`);
  const list = columns.map((column) => `cast(${column.name} as ${column.type}) as ${column.name}`);
  await connection.run(
    `copy (select ${list.join(', ')} from (select * from (${sql}) order by ${order.join(', ')}))
     to ${literal(path)} (format parquet, compression zstd, row_group_size ${ROWS_A_GROUP})`,
  );
  const day = columns.some((column) => column.name === 'day' && column.type === 'DATE');
  const bounds = await queryOne(
    connection,
    `select count(*) as rows ${day ? ', min(day) as first_day, max(day) as last_day' : ''} from read_parquet(${literal(path)})`,
  );
  return {
    name,
    columns: columns.map((column) => ({ name: column.name, type: column.type })),
    rows: Number(bounds!.rows),
    firstDay: textOrNull(bounds!.first_day),
    lastDay: textOrNull(bounds!.last_day),
    bytes: statSync(path).size,
    sha256: createHash('sha256').update(readFileSync(path)).digest('hex'),
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** The commits that the published conditions were built from; none where they were built before that was recorded. */
async function commitsOf(connection: DuckDBConnection): Promise<number[]> {
  const found = await queryOne(connection, `select value from meta where key = 'commits'`);
  return found ? (JSON.parse(String(found.value)) as number[]) : [];
}

async function programOf(connection: DuckDBConnection): Promise<string> {
  const found = await queryOne(connection, 'select version() as version');
  return `DuckDB ${found!.version}`;
}
