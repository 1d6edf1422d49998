import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { homeStoreUri, openStore } from '../store/index.ts';
import { readLog } from './commit-log.ts';
import { literal, openDatabase, queryColumns } from './database.ts';
import { snapshotsServed, snapshotsUncited } from './gc-snapshots.ts';
import type { Home } from './home.ts';
import { readPointer } from './serving-files.ts';

/** A file that nothing needs any more. `path` is below the home. */
export interface Leftover {
  readonly path: string;
  readonly bytes: number;
  readonly why:
    | 'no commit names it'
    | 'a serving file that was replaced'
    | 'a snapshot that nothing cites'
    | 'a run that nothing cites'
    | 'a trace of a run that ended'
    | 'a shard that no job names'
    | 'an upload that was never finished'
    | 'a report of a run that nothing cites';
}

export interface GcOptions {
  /** Replaced serving files and unnamed raw files younger than this are kept: a reader or a fetch may still hold them. */
  readonly retentionDays: number;
  readonly now: Date;
  /** Snapshots that models or issued forecasts rest on; null = not known, so none is touched. */
  readonly citedSnapshots: ReadonlySet<string> | null;
}

const DAY_MS = 86_400_000;

/**
 * What may be deleted: files of the lake that no commit names, and serving files that are not current, older than the
 * retention. Whatever a commit names stays, and so do undone commits as long as something published may rest on them.
 * The caller holds the home's lock.
 */
export async function leftovers(home: Home, options: GcOptions): Promise<Leftover[]> {
  const found: Leftover[] = [];
  const take = (path: string, why: Leftover['why']) => {
    const { size, mtimeMs } = statSync(join(home.path, path));
    if (options.now.getTime() - mtimeMs >= options.retentionDays * DAY_MS)
      found.push({ path, bytes: size, why });
  };
  const fetching = rawIdsInFetchState(home);
  for (const feed of foldersOf(home.at('commits'))) {
    const log = readLog(home, feed);
    const keepsUndone = log.dropped.length > 0 && (await mayRestOnUndone(home, feed));
    const commits = keepsUndone ? [...log.commits, ...log.dropped] : log.commits;
    const named = {
      raw: new Set(commits.flatMap(({ raws }) => raws.map(({ rawId }) => rawId))),
      clean: new Set(commits.map(({ clean }) => clean)),
      aside: new Set(commits.map(({ aside }) => aside)),
    };
    for (const folder of ['clean', 'aside'] as const) {
      for (const name of filesOf(home.at(folder, feed)))
        if (!named[folder].has(name)) take(join(folder, feed, name), 'no commit names it');
    }
    for (const name of filesOf(home.at('raw', feed))) {
      const rawId = name.split('.', 1)[0]!;
      if (!named.raw.has(rawId) && !fetching.has(rawId)) take(join('raw', feed, name), 'no commit names it');
    }
  }
  const current = new Set(
    Object.values(readPointer(home).feeds).flatMap(({ conditions, forecasts }) => [
      conditions.file,
      forecasts?.file,
    ]),
  );
  for (const name of filesOf(home.at('serving')))
    if (name.endsWith('.duckdb') && !current.has(name))
      take(join('serving', name), 'a serving file that was replaced');
  if (options.citedSnapshots) {
    const cited = new Set([...options.citedSnapshots, ...(await snapshotsServed(home))]);
    const store = await openStore(homeStoreUri(home.path));
    for (const { key, bytes } of await snapshotsUncited(store, cited, options)) {
      const path = relative(home.path, fileURLToPath(store.uriOf(key)));
      found.push({ path, bytes, why: 'a snapshot that nothing cites' });
    }
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Deletes what `leftovers` found. The caller has held the home's lock since. */
export function deleteLeftovers(home: Home, found: readonly Leftover[]): void {
  // what has no manifest is no snapshot: so that none is ever seen half
  const manifestsFirst = [...found].sort((a, b) => Number(isManifest(b.path)) - Number(isManifest(a.path)));
  for (const { path } of manifestsFirst) rmSync(join(home.path, path), { force: true });
}

function isManifest(path: string): boolean {
  return basename(path) === 'manifest.json';
}

/**
 * Whether something published may rest on commits that were undone since. A forecast says which version of the
 * conditions it rests on, and is carried over while its own prices stay as they are; only when all of them rest on the
 * present conditions, and those are younger than the whole log, is it sure that none does.
 */
async function mayRestOnUndone(home: Home, feed: string): Promise<boolean> {
  const published = readPointer(home).feeds[feed];
  if (!published) return false;
  const builtMs = statSync(home.at('serving', published.conditions.file)).mtimeMs;
  const log = home.at('commits', feed);
  if (filesOf(log).some((name) => statSync(join(log, name)).mtimeMs >= builtMs)) return true;
  if (!published.forecasts) return false;
  const cited = await conditionsCited(home.at('serving', published.forecasts.file));
  const present = `${feed}-${published.conditions.version}`;
  return cited === undefined || cited.some((version) => version !== present);
}

/** The versions of the conditions that a file's forecasts rest on; undefined when it does not say. */
async function conditionsCited(file: string): Promise<string[] | undefined> {
  const instance = await openDatabase({ threads: 1 });
  try {
    const connection = await instance.connect();
    await connection.run(`attach ${literal(file)} as forecasts (read_only)`);
    const { columns } = await queryColumns(
      connection,
      `select table_name from duckdb_columns()
       where database_name = 'forecasts' and column_name = 'conditions_version'`,
    );
    const tables = columns.table_name ?? [];
    if (tables.length === 0) return undefined;
    const all = tables.map((name) => `select conditions_version as version from forecasts.main."${name}"`);
    const { columns: cited } = await queryColumns(
      connection,
      `select distinct coalesce(version, '') as version from (${all.join(' union all ')})`,
    );
    return (cited.version ?? []).map(String);
  } finally {
    instance.closeSync();
  }
}

/** Answers that a fetch kept and has not taken in: whatever its journal mentions, whatever the journal's form. */
function rawIdsInFetchState(home: Home): ReadonlySet<string> {
  const folder = join(home.path, 'fetch');
  const texts = filesOf(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
  return new Set(texts.flatMap((text) => text.match(/[0-9a-f]{64}/g) ?? []));
}

function foldersOf(path: string): string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

function filesOf(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => basename(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
