import type { HandOver } from '../domain/index.ts';
import { freshReceipts } from './answers.ts';
import { type Commit, readLog, writeCommit } from './commit-log.ts';
import { type Home, prepareFeedFolders } from './home.ts';
import { judgeTexts, type OnStage } from './judge-texts.ts';
import { fileSource, keepRaw, type RawRecord, type RawSource } from './raw-files.ts';
import { cellsOf, textsOf } from './raw-texts.ts';

export interface TakenIn {
  /** `already` = the very same bytes are in the lake, of a chunk as its last; nothing changed. */
  readonly status: 'taken' | 'already';
  readonly commit: Commit;
}

export interface TakeInEffects {
  readonly now: () => Date;
  readonly onStage: OnStage;
}

const REAL: TakeInEffects = { now: () => new Date(), onStage: () => {} };

/**
 * Takes one published file into the lake: raw bytes kept, every row judged, accepted and flagged rows written in
 * columns, all others set aside with reason and pointer, one commit at the end. Dying anywhere before the commit
 * leaves the lake as it was. The caller holds the home's lock.
 */
export async function takeIn(
  home: Home,
  handOver: HandOver,
  source: string | RawSource,
  effects: Partial<TakeInEffects> = {},
): Promise<TakenIn> {
  const { now, onStage } = { ...REAL, ...effects };
  const feed = handOver.profile.id;
  prepareFeedFolders(home, feed);
  onStage('keeping');
  const from = typeof source === 'string' ? fileSource(source) : source;
  const { record, text } = await keepRaw(home, feed, from, now());
  try {
    const { commits, nextNumber: number } = readLog(home, feed);
    const before = sameBefore(commits, record);
    if (before) return { status: 'already', commit: before };
    const texts = { paths: text.paths, raws: [record], ...cellsOf(handOver.shape, record) };
    const commit = await judgeTexts(home, handOver, texts, { commits, number }, onStage);
    writeCommit(home, commit);
    return { status: 'taken', commit };
  } finally {
    text.discard();
  }
}

/**
 * The commit beside which a source says nothing new: any that names a file's bytes, but only the last of a chunk, whose
 * table may return to what it was before.
 */
function sameBefore(commits: readonly Commit[], { chunk, rawId }: RawRecord): Commit | undefined {
  const taken = commits.filter(({ replays }) => replays === undefined);
  if (chunk === undefined)
    return taken.find(({ raws }) => raws.some((raw) => raw.chunk === undefined && raw.rawId === rawId));
  const last = taken.findLast(({ raws }) => raws.some((raw) => raw.chunk === chunk));
  return last?.raws.some((raw) => raw.rawId === rawId) ? last : undefined;
}

/**
 * Takes the answers of one feed and one shape, kept before, into the lake as one commit. A chunk whose answers are, byte
 * for byte, those of the last commit that names it says nothing new and is left out; when all are, nothing changes. The
 * caller holds the home's lock.
 */
export async function takeInAnswers(
  home: Home,
  handOver: HandOver,
  receipts: readonly RawRecord[],
  effects: Partial<TakeInEffects> = {},
): Promise<TakenIn> {
  const { onStage } = { ...REAL, ...effects };
  const feed = handOver.profile.id;
  prepareFeedFolders(home, feed);
  const { commits, nextNumber: number } = readLog(home, feed);
  const { fresh, lastNamed } = freshReceipts(commits, receipts);
  if (fresh.length === 0) {
    if (lastNamed === undefined) throw new Error('no receipts were given');
    return { status: 'already', commit: lastNamed };
  }
  const texts = await textsOf(home, handOver.shape, fresh);
  try {
    const commit = await judgeTexts(home, handOver, texts, { commits, number }, onStage);
    writeCommit(home, commit);
    return { status: 'taken', commit };
  } finally {
    texts.discard();
  }
}
