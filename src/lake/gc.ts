import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readLog } from './commit-log.ts';
import type { Home } from './home.ts';
import { readPointer } from './serving-files.ts';

/** A file that nothing needs any more. `path` is below the home. */
export interface Leftover {
  readonly path: string;
  readonly bytes: number;
  readonly why: 'no commit names it' | 'a serving file that was replaced';
}

export interface GcOptions {
  /** Replaced serving files and unnamed raw files younger than this are kept: a reader or a fetch may still hold them. */
  readonly retentionDays: number;
  readonly now: Date;
}

const DAY_MS = 86_400_000;

/**
 * What may be deleted: files of the lake that no commit names, and serving files that are not current, older than the
 * retention. Whatever a commit names stays, and so does everything that a published forecast was made of, because
 * current serving files and named rows are never touched. The caller holds the home's lock.
 */
export function leftovers(home: Home, options: GcOptions): Leftover[] {
  const found: Leftover[] = [];
  const take = (path: string, why: Leftover['why']) => {
    const { size, mtimeMs } = statSync(join(home.path, path));
    if (options.now.getTime() - mtimeMs >= options.retentionDays * DAY_MS)
      found.push({ path, bytes: size, why });
  };
  const fetching = rawIdsInFetchState(home);
  for (const feed of foldersOf(home.at('commits'))) {
    const { commits } = readLog(home, feed);
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
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Deletes what `leftovers` found. The caller has held the home's lock since. */
export function deleteLeftovers(home: Home, found: readonly Leftover[]): void {
  for (const { path } of found) rmSync(join(home.path, path), { force: true });
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
