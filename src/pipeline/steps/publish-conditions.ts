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
  does: {
    ko: '자료가 바뀌었으면 가격, 견줌, 평년을 공표합니다',
    en: 'publishes the prices, comparisons and normal years of a feed when its data changed',
  },
  runs: 'child',
  writesLake: true,
  check: (params) => feedParamProblems(params, ['check']),
  async perform(context: StepContext): Promise<Json | Skipped> {
    const feed = feedIn(context);
    if (stopped(context)) return new Skipped('check-is-red');
    const published = await withWriterLock(context.home, lockForStep(context), () =>
      publishIfStale(context.home, feed),
    );
    const version = readPointer(context.home).feeds[feed.profile.id]?.conditions.version;
    return { feed: feed.profile.id, published, version: version ?? null };
  },
};

/** Whether a red check keeps the feed from being published. */
function stopped({ params, inputOf }: StepContext): boolean {
  if (typeof params.check !== 'string') return false;
  const checked = inputOf(params.check) as { state?: unknown } | undefined;
  return checked?.state === 'red';
}
