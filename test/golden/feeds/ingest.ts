import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Commit, type Home, openHome, readHeaderLine, takeIn } from '../../../src/lake/index.ts';
import { feedById, handOver, recogniseShape } from '../../../src/sources/index.ts';

/** Everything is received at one moment long after the files' days, so that no outcome depends on the clock. */
const RECEIVED = new Date('2026-11-01T00:00:00Z');

/** Runs `use` with a fresh home that is gone afterwards. */
export async function inFreshHome<T>(use: (home: Home) => Promise<T>): Promise<T> {
  const path = mkdtempSync(join(tmpdir(), 'sihwang-feeds-'));
  try {
    return await use(openHome(path));
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

/** Takes a file in as the product does. */
export async function ingest(home: Home, feedId: string, path: string): Promise<Commit> {
  const feed = feedById(feedId)!;
  const shape = recogniseShape(feed, readHeaderLine(path));
  if (shape === undefined) throw new Error(`${path} has no form that ${feedId} knows`);
  return (await takeIn(home, handOver(feed, shape), path, { now: () => RECEIVED })).commit;
}
