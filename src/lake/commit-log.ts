import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Outcome, OutcomeCounts } from '../domain/index.ts';
import { createFileDurably } from '../store/index.ts';
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
  /** 1, 2, 3 … per feed. */
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
}

function commitName(number: number): string {
  return `${String(number).padStart(6, '0')}.json`;
}

/** All commits of a feed, oldest first. */
export function readCommits(home: Home, feed: string): Commit[] {
  const folder = home.at('commits', feed);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^\d{6}\.json$/.test(name))
    .sort()
    .map((name) => parseCommit(readFileSync(home.at('commits', feed, name), 'utf8')));
}

/** Commits of home format 1 name their one raw file as `raw`; what was committed is never rewritten. */
function parseCommit(text: string): Commit {
  const { raw, ...commit } = JSON.parse(text) as Commit & { readonly raw?: RawRecord };
  return raw === undefined ? commit : { ...commit, raws: [raw], firstPlaces: [0] };
}

/** Feeds of which this home has taken in at least one file. */
export function feedsTakenIn(home: Home): string[] {
  return readdirSync(home.at('commits'))
    .filter((feed) => readCommits(home, feed).length > 0)
    .sort();
}

/** The moment at which a file becomes part of the lake. */
export function writeCommit(home: Home, commit: Commit): void {
  const path = home.at('commits', commit.feed, commitName(commit.number));
  if (!createFileDurably(path, `${JSON.stringify(commit, null, 1)}\n`)) {
    throw new Error(`commit ${commit.number} of ${commit.feed} exists already: two writers held the lock`);
  }
  reach('committed');
}
