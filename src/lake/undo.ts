import { EXIT, type HandOver, SihwangError } from '../domain/index.ts';
import { type Commit, readLog, writeReplacement } from './commit-log.ts';
import type { Home } from './home.ts';
import { judgeTexts, type OnStage } from './judge-texts.ts';
import { textsOf } from './raw-texts.ts';

export interface Undone {
  readonly undone: Commit;
  /** Commits that were judged again without it, as they are now; the others are untouched. */
  readonly judgedAgain: readonly Commit[];
}

/**
 * Takes a commit out of the lake as if it had never been taken in: later commits of its days are judged again from
 * their raw bytes by the present rules, so that rows which only repeated it come back. One file makes all of it true at
 * once. The raw bytes stay. The caller holds the home's lock.
 */
export async function undoCommit(
  home: Home,
  feed: string,
  number: number,
  handOverOf: (shape: string) => HandOver,
  onStage: OnStage = () => {},
): Promise<Undone> {
  const { commits, nextNumber } = readLog(home, feed);
  const undone = commits.find((commit) => commit.number === number);
  if (!undone) {
    throw new SihwangError(
      'COMMIT_UNKNOWN',
      { ko: `${feed}에 없는 커밋: ${number}`, en: `${feed} has no commit ${number}` },
      {
        exit: EXIT.usage,
        hint: { ko: `목록은 sihwang commits ${feed}.`, en: `sihwang commits ${feed} lists them.` },
      },
    );
  }
  const { dropped, again } = touchedBy(undone, commits);
  let standing = commits.filter((commit) => !dropped.includes(commit));
  const judgedAgain: Commit[] = [];
  for (const [at, commit] of again.entries()) {
    // a commit is judged beside those that came before it, as it was the first time
    const before = standing.filter((one) => one.number < commit.number || judgedAgain.includes(one));
    const judged = await judgeAgain(home, handOverOf, commit, before, nextNumber + at, onStage);
    standing = [...standing, judged];
    judgedAgain.push(judged);
  }
  const drops = dropped.map((commit) => commit.number);
  writeReplacement(home, { number: nextNumber, feed, drops, commits: judgedAgain });
  return { undone, judgedAgain };
}

/** Judges what was received for a commit as if it came now, under the number given. */
export async function judgeAgain(
  home: Home,
  handOverOf: (shape: string) => HandOver,
  commit: Commit,
  commits: readonly Commit[],
  number: number,
  onStage?: OnStage,
): Promise<Commit> {
  const handOver = handOverOf(commit.shape);
  const texts = await textsOf(home, handOver.shape, commit.raws);
  try {
    return await judgeTexts(home, handOver, texts, { commits, number }, onStage);
  } finally {
    texts.discard();
  }
}

/**
 * The commits that an undo drops, and those of them that are judged again. Every key has its day in it, so a commit is
 * touched only when its days meet those of one that is. What a mended rule brought back is found again by judging.
 */
function touchedBy(
  undone: Commit,
  commits: readonly Commit[],
): { readonly dropped: readonly Commit[]; readonly again: readonly Commit[] } {
  const touched = new Set([undone]);
  for (let grew = true; grew; ) {
    grew = false;
    for (const commit of commits) {
      if (touched.has(commit) || ![...touched].some((one) => touches(one, commit, undone))) continue;
      touched.add(commit);
      grew = true;
    }
  }
  const dropped = commits.filter((commit) => touched.has(commit));
  return {
    dropped,
    again: dropped.filter((commit) => commit !== undone && commit.replays === undefined),
  };
}

/** Whether a commit cannot stay as it is when another is taken out or judged again. */
function touches(changed: Commit, commit: Commit, undone: Commit): boolean {
  if (commit.replays === changed.number) return true;
  if (changed.replays === commit.number) return changed !== undone;
  return commit.number > changed.number && sharesDays(changed, commit);
}

function sharesDays(one: Commit, other: Commit): boolean {
  // commits whose rows were all duplicates did not always say their days
  if (one.firstDay === null || one.lastDay === null) return one.outcomes.duplicate > 0;
  if (other.firstDay === null || other.lastDay === null) return other.outcomes.duplicate > 0;
  return one.firstDay <= other.lastDay && other.firstDay <= one.lastDay;
}
