import { basename } from 'node:path';
import { EXIT, type HandOver, SihwangError } from '../domain/index.ts';
import {
  conditionsAreCurrent,
  type Home,
  type LockOptions,
  publishConditions,
  readCommits,
  readHeaderLine,
  type TakenIn,
  takeIn,
  withWriterLock,
} from '../lake/index.ts';
import { conditionTables } from '../market/index.ts';
import { type Feed, handOver, recogniseShape } from '../sources/index.ts';

/** What an ingest says while it works; `file` is the name of the file it is at. */
export type IngestStage = 'waiting' | 'keeping' | 'reading' | 'judging' | 'writing' | 'publishing';

export interface IngestOptions {
  /** How long to wait for another writer of this home. */
  readonly waitMs: number;
  /** What this process calls itself when another one has to wait for it. */
  readonly command: string;
  readonly onStage?: (stage: IngestStage, detail: string) => void;
  readonly now?: () => Date;
}

export interface Ingested {
  readonly taken: readonly TakenIn[];
  /** Whether the feed's conditions were built anew. */
  readonly published: boolean;
}

/**
 * Takes files of one feed into the home and publishes the feed's conditions. Files are recognised before anything is
 * touched, so a wrong one changes nothing. Files already there change nothing, but a publication that an earlier
 * process did not live to make is made up for.
 */
export async function ingestFiles(
  home: Home,
  feed: Feed,
  paths: readonly string[],
  options: IngestOptions,
): Promise<Ingested> {
  for (const path of paths) recognise(feed, path);
  return withWriterLock(home, lockOf(options), () => takeInAndPublish(home, feed, paths, options));
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
  const onStage = options.onStage ?? (() => {});
  const taken: TakenIn[] = [];
  for (const path of paths) {
    taken.push(
      await takeIn(home, recognise(feed, path), path, {
        onStage: (stage) => onStage(stage, basename(path)),
        ...(options.now ? { now: options.now } : {}),
      }),
    );
  }
  return { taken, published: await publishIfStale(home, feed, onStage) };
}

/** Publishes again what an interrupted build, or an older version of the rules, left behind. */
export async function publishIfStale(
  home: Home,
  feed: Feed,
  onStage: (stage: IngestStage, detail: string) => void = () => {},
): Promise<boolean> {
  if (!hasPrices(feed)) return false;
  const derive = conditionTables(feed.profile);
  if (readCommits(home, feed.profile.id).length === 0 || conditionsAreCurrent(home, feed.profile, derive))
    return false;
  onStage('publishing', feed.profile.id);
  await publishConditions(home, feed.profile, derive);
  return true;
}

/** Weather and calendars are kept for those who ask about prices; they have no conditions of their own. */
function hasPrices({ profile }: Feed): boolean {
  return profile.recordKind === 'trade' || profile.recordKind === 'quote';
}

function recognise(feed: Feed, path: string): HandOver {
  const header = readHeaderLine(path);
  const shape = recogniseShape(feed, header);
  if (shape) return handOver(feed, shape);
  const known = feed.shapes.map((one) => one.header.join(one.delimiter)).join('\n  or ');
  throw new SihwangError(
    'COLUMNS_UNKNOWN',
    `${path} is not a table of ${feed.profile.id}: its first line is\n     ${header.slice(0, 200)}\n  expected ${known}`,
    {
      exit: EXIT.badData,
      hint: 'Check the feed name (sihwang ingest --help lists them) and the file. Nothing was taken in.',
    },
  );
}
