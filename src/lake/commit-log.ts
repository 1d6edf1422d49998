import { existsSync, readdirSync } from 'node:fs';
import type { Outcome, OutcomeCounts } from '../domain/index.ts';
import { createFileDurably } from '../store/index.ts';
import { readOwnJson } from './damaged.ts';
import type { Home } from './home.ts';
import { reach } from './kill-points.ts';
import type { RawRecord } from './raw-files.ts';

/** How many rows of a file met one reason. */
export interface ReasonCount {
  readonly outcome: Outcome;
  readonly reason: string;
  readonly rows: number;
}

/** One file, or the answers of one fetch, taken into the lake. The lake is what its commits name; everything else is a leftover. */
export interface Commit {
  /** Grows within a feed; a number is never used twice, but those of commits that were undone are missing. */
  readonly number: number;
  readonly feed: string;
  readonly shape: string;
  /** What it was made of, in the order of its rows: one file, or answers of one shape. A row's raw_id says which. */
  readonly raws: readonly RawRecord[];
  /** The place in the commit's rows of the first one of each raw. */
  readonly firstPlaces: readonly number[];
  readonly rows: number;
  readonly outcomes: OutcomeCounts;
  readonly reasons: readonly ReasonCount[];
  /** File names below clean/<feed> and aside/<feed>; null when nothing was set aside. */
  readonly clean: string;
  readonly aside: string | null;
  /** Of the rows that were read and not refused, whether they were new or not. */
  readonly firstDay: string | null;
  readonly lastDay: string | null;
  /**
   * The commit whose rejected rows a mended rule brought back by this one: its `rows` is then 0 and its outcomes are
   * moves, rejected below 0 and accepted above.
   */
  readonly replays?: number;
  /** The places of those rows in the commit that they come from, in the order of the rows here. */
  readonly replayedPlaces?: readonly number[];
}

/** An undo: in one instant the commits dropped are no longer part of the lake, and what takes their place is. */
interface Replacement {
  readonly kind: 'replacement';
  readonly number: number;
  readonly feed: string;
  readonly drops: readonly number[];
  readonly commits: readonly Commit[];
}

interface Log {
  /** Oldest first. */
  readonly commits: readonly Commit[];
  /** Those that an undo dropped: they are no part of the lake any more, but something published may rest on them. */
  readonly dropped: readonly Commit[];
  /** The first number that was never used. */
  readonly nextNumber: number;
}

function entryName(number: number): string {
  return `${String(number).padStart(6, '0')}.json`;
}

/** What the entries of a feed's log, none of which is ever rewritten, come to. */
export function readLog(home: Home, feed: string): Log {
  const folder = home.at('commits', feed);
  let commits: Commit[] = [];
  const dropped: Commit[] = [];
  let last = 0;
  if (existsSync(folder)) {
    for (const name of readdirSync(folder)
      .filter((one) => /^\d{6,}\.json$/.test(one))
      .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))) {
      const entry = readEntry(home.at('commits', feed, name));
      const added = 'kind' in entry ? entry.commits : [entry];
      if ('kind' in entry) {
        dropped.push(...commits.filter(({ number }) => entry.drops.includes(number)));
        commits = commits.filter(({ number }) => !entry.drops.includes(number));
      }
      commits.push(...added);
      last = Math.max(last, entry.number, ...added.map(({ number }) => number));
    }
  }
  return { commits: commits.sort((a, b) => a.number - b.number), dropped, nextNumber: last + 1 };
}

/** Commits of home format 1 name their one raw file as `raw`. */
function readEntry(path: string): Commit | Replacement {
  const { raw, ...entry } = readOwnJson<(Commit | Replacement) & { readonly raw?: RawRecord }>(path);
  return raw === undefined ? entry : { ...(entry as Commit), raws: [raw], firstPlaces: [0] };
}

/** All commits of a feed that are part of the lake, oldest first. */
export function readCommits(home: Home, feed: string): readonly Commit[] {
  return readLog(home, feed).commits;
}

/** Feeds of which this home has taken in at least one file. */
export function feedsTakenIn(home: Home): string[] {
  return readdirSync(home.at('commits'))
    .filter((feed) => readCommits(home, feed).length > 0)
    .sort();
}

/** The moment at which a file becomes part of the lake. */
export function writeCommit(home: Home, commit: Commit): void {
  writeEntry(home, commit);
  reach('committed');
}

/** The moment at which commits are undone. `number` was never used. */
export function writeReplacement(home: Home, replacement: Omit<Replacement, 'kind'>): void {
  writeEntry(home, { kind: 'replacement', ...replacement });
  reach('replaced');
}

function writeEntry(home: Home, entry: Commit | Replacement): void {
  const path = home.at('commits', entry.feed, entryName(entry.number));
  if (!createFileDurably(path, `${JSON.stringify(entry, null, 1)}\n`)) {
    throw new Error(`commit ${entry.number} of ${entry.feed} exists already: two writers held the lock`);
  }
}
