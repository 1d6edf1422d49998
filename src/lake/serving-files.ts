import { existsSync, readdirSync, rmSync } from 'node:fs';
import { writeFileDurably } from '../store/index.ts';
import { readOwnJson } from './damaged.ts';
import type { Home } from './home.ts';
import { reach } from './kill-points.ts';

/** One current serving file. */
export interface ServingFile {
  readonly file: string;
  readonly version: number;
  /** Hash of what it was built from, the lake's files and the SQL; a different one means that it is out of date. */
  readonly recipe: string;
}

/** Which serving files are current: conditions of each feed, and its forecasts once they are computed. */
export interface ServingPointer {
  /** Grows with every publication; a version is never used twice. */
  readonly counter: number;
  readonly feeds: Readonly<
    Record<string, { readonly conditions: ServingFile; readonly forecasts: ServingFile | null }>
  >;
}

const EMPTY: ServingPointer = { counter: 0, feeds: {} };

export function readPointer(home: Home): ServingPointer {
  const path = home.at('serving', 'current.json');
  return existsSync(path) ? readOwnJson<ServingPointer>(path) : EMPTY;
}

/** Makes a finished serving file current, and deletes those that were replaced two publications ago. */
export function pointTo(
  home: Home,
  feed: string,
  part: 'conditions' | 'forecasts',
  file: ServingFile,
): ServingPointer {
  const before = readPointer(home);
  const current = before.feeds[feed];
  if (part === 'forecasts' && !current) throw new Error(`forecasts of ${feed} came before its conditions`);
  const entry =
    part === 'conditions'
      ? { conditions: file, forecasts: current?.forecasts ?? null }
      : { conditions: current!.conditions, forecasts: file };
  const after: ServingPointer = {
    counter: Math.max(before.counter, file.version),
    feeds: { ...before.feeds, [feed]: entry },
  };
  writeFileDurably(home.at('serving', 'current.json'), `${JSON.stringify(after)}\n`);
  reach('pointer-written');
  deleteUnused(home, before, after);
  return after;
}

/** Takes a feed out of what is served: nothing of it is left in the lake. False when it was not served. */
export function withdraw(home: Home, feed: string): boolean {
  const before = readPointer(home);
  const { [feed]: withdrawn, ...feeds } = before.feeds;
  if (!withdrawn) return false;
  const after: ServingPointer = { counter: before.counter, feeds };
  writeFileDurably(home.at('serving', 'current.json'), `${JSON.stringify(after)}\n`);
  reach('unpublished');
  deleteUnused(home, before, after);
  return true;
}

/** A reader may have read the pointer just before it moved, so the files it named are kept one publication longer. */
function deleteUnused(home: Home, before: ServingPointer, after: ServingPointer): void {
  const named = new Set(
    [before, after].flatMap((pointer) =>
      Object.values(pointer.feeds).flatMap(({ conditions, forecasts }) => [
        conditions.file,
        ...(forecasts ? [forecasts.file] : []),
      ]),
    ),
  );
  for (const name of readdirSync(home.at('serving'))) {
    if (name.endsWith('.duckdb') && !named.has(name)) rmSync(home.at('serving', name), { force: true });
  }
}
