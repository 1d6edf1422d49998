import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { HandOver } from '../domain/index.ts';
import { holdsRows } from './clean-rows.ts';
import { type Commit, readCommits } from './commit-log.ts';
import { asLakeError, openDatabase } from './database.ts';
import type { Home } from './home.ts';
import { rehearse } from './rehearse.ts';
import { rowsHash } from './rows-hash.ts';
import { judgeAgain } from './undo.ts';

/** What became of one commit when it was made again from its raw bytes. */
export interface Replayed {
  readonly commit: Commit;
  /** `same-bytes` of every file; `same-rows` when only their bytes differ, as by another version of DuckDB. */
  readonly result: 'same-bytes' | 'same-rows' | 'other-rows';
  /** Order-free hash of its kept rows, as they are in the lake and as they were made again. */
  readonly rowsHash: string;
  readonly againHash: string;
}

/**
 * Makes every commit of a feed again from its raw bytes by the present rules, in a place of its own, and compares.
 * Commits by which a mended rule brought rows back are part of the commit they came from when it is made again. Changes nothing and needs
 * no lock.
 */
export async function replayCheck(
  home: Home,
  feed: string,
  handOverOf: (shape: string) => HandOver,
  onCommit: (commit: Commit) => void = () => {},
): Promise<Replayed[]> {
  return rehearse(
    home,
    feed,
    async (rehearsal) => {
      const commits = readCommits(home, feed);
      const again: Commit[] = [];
      const replayed: Replayed[] = [];
      for (const commit of commits.filter(({ replays }) => replays === undefined)) {
        onCommit(commit);
        again.push(await judgeAgain(rehearsal, handOverOf, commit, again, commit.number));
        const returned = commits.filter(({ replays }) => replays === commit.number);
        const { recordKind } = handOverOf(commit.shape).profile;
        const hashes = [
          await keptHash(home, recordKind, [commit, ...returned]),
          await keptHash(rehearsal, recordKind, [again.at(-1)!]),
        ] as const;
        replayed.push({
          commit,
          result: (await sameBytes(home, commit, rehearsal, again.at(-1)!))
            ? 'same-bytes'
            : hashes[0] === hashes[1]
              ? 'same-rows'
              : 'other-rows',
          rowsHash: hashes[0],
          againHash: hashes[1],
        });
      }
      return replayed;
    },
    ['raw'],
  );
}

async function keptHash(
  home: Home,
  recordKind: HandOver['profile']['recordKind'],
  commits: readonly Commit[],
): Promise<string> {
  if (!holdsRows(commits)) return 'no rows';
  const instance = await openDatabase({ tempDirectory: home.at('temp') });
  try {
    return await rowsHash(await instance.connect(), home, commits[0]!.feed, recordKind, commits);
  } catch (error) {
    throw asLakeError(error);
  } finally {
    instance.closeSync();
  }
}

async function sameBytes(home: Home, commit: Commit, other: Home, again: Commit): Promise<boolean> {
  if ((commit.aside === null) !== (again.aside === null)) return false;
  const { feed } = commit;
  const pairs = [[home.at('clean', feed, commit.clean), other.at('clean', feed, again.clean)]];
  if (commit.aside !== null)
    pairs.push([home.at('aside', feed, commit.aside), other.at('aside', feed, again.aside!)]);
  for (const [one, two] of pairs) if ((await sha256(one!)) !== (await sha256(two!))) return false;
  return true;
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
