import { type Commit, type Home, readCommits, replayRejected, withWriterLock } from '../lake/index.ts';
import { type Feed, handOver } from '../sources/index.ts';
import { type IngestOptions, lockOf, publishIfStale } from './ingest-files.ts';

export interface Replayed {
  /** One for every commit of which rows came back. */
  readonly commits: readonly Commit[];
  /** Whether the feed's conditions were built anew. */
  readonly published: boolean;
}

/**
 * Brings back the rejected rows of a feed that its present rules accept, and publishes. A second run finds nothing to
 * do; one that was killed goes on where it was.
 */
export async function replayQuarantine(
  home: Home,
  feed: Feed,
  options: IngestOptions & { readonly reason?: string | undefined },
): Promise<Replayed> {
  return withWriterLock(home, lockOf(options), async () => {
    const replayed: Commit[] = [];
    for (const commit of readCommits(home, feed.profile.id)) {
      const shape = feed.shapes.find(({ id }) => id === commit.shape);
      if (shape === undefined || commit.replays !== undefined || commit.outcomes.rejected === 0) continue;
      const back = await replayRejected(home, handOver(feed, shape), commit, options.reason);
      if (back !== null) replayed.push(back);
    }
    return { commits: replayed, published: await publishIfStale(home, feed, options.onStage) };
  });
}
