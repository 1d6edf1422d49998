import { createHash } from 'node:crypto';
import type { JsonObject } from '../../domain/index.ts';
import { feedsTakenIn, type Home, readCommits } from '../../lake/index.ts';
import { codeHash, computedBy } from '../../tasks/index.ts';
import { feedsOf } from '../platform-mappings.ts';

/** On what the result of a run rests: with all of it unchanged, doing the run again gives the same. */
export interface RestedOn extends JsonObject {
  /** A hash of the code that makes conditions, and one of the code that makes forecasts. */
  readonly code: { readonly conditions: string; readonly forecasts: string };
  /** By feed: a hash of its columns, its rules and its profile. */
  readonly rules: { readonly [feed: string]: string };
  /** By feed: the last commit of its rows. Later rows make no result stale: they were not known then. */
  readonly commits: { readonly [feed: string]: number };
}

/** What a run of this home rests on now. */
export function restingOn(home: Home): RestedOn {
  const taken = new Set(feedsTakenIn(home));
  const feeds = feedsOf(home).filter(({ profile }) => taken.has(profile.id));
  return {
    code: { conditions: codeHash(['domain', 'lake', 'market']), forecasts: computedBy().codeVersion },
    rules: Object.fromEntries(
      feeds.map(({ profile, shapes, rules }) => [
        profile.id,
        sha256(JSON.stringify([profile, shapes, rules])),
      ]),
    ),
    commits: Object.fromEntries(
      feeds.map(({ profile }) => [profile.id, readCommits(home, profile.id).at(-1)?.number ?? 0]),
    ),
  };
}

/** Why a result that rested on `was` would be another now, each reason a code and what it is about (`show` has the words); empty when it would not. */
export function staleReasons(was: RestedOn, now: RestedOn): string[] {
  const code = (['conditions', 'forecasts'] as const).filter((part) => was.code[part] !== now.code[part]);
  const rules = Object.keys(was.rules).filter(
    (feed) => now.rules[feed] !== undefined && now.rules[feed] !== was.rules[feed],
  );
  return [...code.map((part) => `code ${part}`), ...rules.map((feed) => `rules ${feed}`)];
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
