import type { Json } from '../../domain/index.ts';
import { readPointer, withWriterLock } from '../../lake/index.ts';
import { publishIfStale } from '../ingest-files.ts';
import { feedIn, feedParamProblems, lockForStep } from './feed-step.ts';
import { type ChildKind, Skipped, type StepContext } from './step.ts';

/**
 * Builds the conditions of a feed anew where its data or the rules changed. Parameters: `feed`, and `check`, the id of the
 * step that checked it: what a red check stops is not published, and what was published before stays.
 */
export const publishConditionsStep: ChildKind = {
  kind: 'publish-conditions',
  does: 'publishes the prices, comparisons and normal years of a feed when its data changed',
  runs: 'child',
  writesLake: true,
  check: (params) => feedParamProblems(params, ['check']),
  async perform(context: StepContext): Promise<Json | Skipped> {
    const feed = feedIn(context);
    const stopped = stoppedBy(context);
    if (stopped !== undefined) return new Skipped(stopped);
    const published = await withWriterLock(context.home, lockForStep(context), () =>
      publishIfStale(context.home, feed),
    );
    const version = readPointer(context.home).feeds[feed.profile.id]?.conditions.version;
    return { feed: feed.profile.id, published, version: version ?? null };
  },
};

/** Why a check keeps the feed from being published; undefined when it does not. */
function stoppedBy({ params, inputOf }: StepContext): string | undefined {
  if (typeof params.check !== 'string') return undefined;
  const checked = inputOf(params.check) as { stops?: unknown } | undefined;
  return typeof checked?.stops === 'string' ? checked.stops : undefined;
}
