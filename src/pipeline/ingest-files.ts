import {
  conditionsAreCurrent,
  type Home,
  holdsRows,
  type LockOptions,
  publishConditions,
  readCommits,
  rehearse,
  type TakenIn,
  takeIn,
  withdraw,
  withWriterLock,
} from '../lake/index.ts';
import { conditionTables } from '../market/index.ts';
import type { Feed } from '../sources/index.ts';
import { findTables, type InputTable } from './input-tables.ts';

/** What an ingest says while it works; `file` is the name of the file it is at. */
export type IngestStage = 'waiting' | 'keeping' | 'reading' | 'judging' | 'writing' | 'publishing';

export interface IngestOptions {
  /** How long to wait for another writer of this home. */
  readonly waitMs: number;
  /** What this process calls itself when another one has to wait for it. */
  readonly command: string;
  readonly onStage?: (stage: IngestStage, detail: string) => void;
  readonly now?: () => Date;
  /** False leaves the feed's conditions as they were, for a later step that publishes; default true. */
  readonly publish?: boolean;
}

export interface Ingested {
  readonly taken: readonly TakenIn[];
  /** Files that were given but are no tables of the feed. */
  readonly skipped: readonly string[];
  /** Whether the feed's conditions were built anew. */
  readonly published: boolean;
}

/**
 * Takes tables of one feed, wherever `findTables` finds them, into the home and publishes the feed's conditions. They are
 * recognised before anything is touched, so a wrong one changes nothing. Files already there change nothing, but a publication that an earlier
 * process did not live to make is made up for. A dry run judges all of it in a rehearsal and changes nothing.
 */
export async function ingestFiles(
  home: Home,
  feed: Feed,
  paths: readonly string[],
  options: IngestOptions & { readonly dryRun?: boolean },
): Promise<Ingested> {
  const { tables, skipped, discard } = await findTables(feed, paths);
  try {
    if (options.dryRun) {
      const taken = await rehearse(home, feed.profile.id, (rehearsal) =>
        takeInTables(rehearsal, tables, options),
      );
      return { taken, skipped, published: false };
    }
    return await withWriterLock(home, lockOf(options), async () => {
      const taken = await takeInTables(home, tables, options);
      return { taken, skipped, published: await publishAfter(home, feed, options) };
    });
  } finally {
    discard();
  }
}

async function takeInTables(
  home: Home,
  tables: readonly InputTable[],
  options: IngestOptions,
): Promise<readonly TakenIn[]> {
  const taken: TakenIn[] = [];
  for (const { handOver, name, source } of tables) {
    taken.push(
      await takeIn(home, handOver, source(), {
        onStage: (stage) => options.onStage?.(stage, name),
        ...(options.now ? { now: options.now } : {}),
      }),
    );
  }
  return taken;
}

/** How a build asks for the home's lock. */
export function lockOf(options: IngestOptions): LockOptions {
  return {
    command: options.command,
    waitMs: options.waitMs,
    onWait: (holder) => options.onStage?.('waiting', holder),
  };
}

/** The work of an ingest, for a caller that holds the lock. */
export async function takeInAndPublish(
  home: Home,
  feed: Feed,
  paths: readonly string[],
  options: IngestOptions,
): Promise<Ingested> {
  const { tables, skipped, discard } = await findTables(feed, paths);
  try {
    const taken = await takeInTables(home, tables, options);
    return { taken, skipped, published: await publishAfter(home, feed, options) };
  } finally {
    discard();
  }
}

/** Takes in without publishing, for a caller that holds the lock. */
export async function takeInAll(
  home: Home,
  feed: Feed,
  paths: readonly string[],
  options: IngestOptions,
): Promise<readonly TakenIn[]> {
  const { tables, discard } = await findTables(feed, paths);
  try {
    return await takeInTables(home, tables, options);
  } finally {
    discard();
  }
}

/** Publishes what was taken in, unless the caller leaves that to another. */
export async function publishAfter(home: Home, feed: Feed, options: IngestOptions): Promise<boolean> {
  return options.publish !== false && (await publishIfStale(home, feed, options.onStage));
}

/** Publishes again what an interrupted build, or an older version of the rules, left behind. */
export async function publishIfStale(
  home: Home,
  feed: Feed,
  onStage: (stage: IngestStage, detail: string) => void = () => {},
): Promise<boolean> {
  if (!hasPrices(feed)) return false;
  const derive = conditionTables(feed.profile);
  const commits = readCommits(home, feed.profile.id);
  // after an undo nothing may be left of what is still served
  if (!holdsRows(commits)) return withdraw(home, feed.profile.id);
  if (conditionsAreCurrent(home, feed.profile, derive)) return false;
  onStage('publishing', feed.profile.id);
  await publishConditions(home, feed.profile, derive);
  return true;
}

/** Weather and calendars are kept for those who ask about prices; they have no conditions of their own. */
function hasPrices({ profile }: Feed): boolean {
  return profile.recordKind === 'trade' || profile.recordKind === 'quote';
}
