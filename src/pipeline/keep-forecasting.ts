import { setTimeout as sleep } from 'node:timers/promises';
import type { FeedProfile } from '../domain/index.ts';
import type { Home, ServingLibrary } from '../lake/index.ts';
import { type ForecastProgress, forecastFeed } from './forecast-feed.ts';

export interface KeepForecastingOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (feed: string, progress: ForecastProgress) => void;
  /** Told when a feed's forecasts could not be made for now; they are tried again. */
  readonly onProblem: (feed: string, problem: unknown) => void;
  /** Whether a run is going to forecast a feed; nothing is computed twice. */
  readonly leftToRun: (feed: string) => Promise<boolean>;
}

const RETRY_MS = 30_000;
/** So often a feed that was left to a run is looked at: whatever the run did not do is done here. */
const RUN_LOOK_MS = 1_000;

/**
 * Keeps the forecasts of every published feed up to date until the signal comes: once at the beginning, and again
 * whenever a feed's conditions are published anew, by whatever process. What a run is going to forecast is left to it, and
 * looked at again when the run has ended.
 */
export async function keepForecasting(
  home: Home,
  profiles: readonly FeedProfile[],
  library: ServingLibrary,
  options: KeepForecastingOptions,
): Promise<void> {
  const due = new Set(library.feeds());
  const withRun = new Set<string>();
  let wake = () => {};
  const stopListening = library.onChange((feed) => {
    due.add(feed);
    wake();
  });
  const stop = () => wake();
  options.signal.addEventListener('abort', stop);
  try {
    while (!options.signal.aborted) {
      const profile = profiles.find(({ id }) => due.has(id) && !withRun.has(id));
      if (!profile) {
        await new Promise<void>((resolve) => {
          const timer = withRun.size > 0 ? setTimeout(resolve, RUN_LOOK_MS) : undefined;
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        withRun.clear();
        continue;
      }
      due.delete(profile.id);
      const again = () => due.add(profile.id);
      if (await once(home, profile, options, again)) {
        again();
        withRun.add(profile.id);
      }
    }
  } finally {
    options.signal.removeEventListener('abort', stop);
    stopListening();
  }
}

/** Whether the feed was left to a run. */
async function once(
  home: Home,
  profile: FeedProfile,
  { signal, onProgress, onProblem, leftToRun }: KeepForecastingOptions,
  again: () => void,
): Promise<boolean> {
  try {
    const result = await forecastFeed(home, profile, {
      only: 'all',
      signal,
      onProgress: (progress) => onProgress(profile.id, progress),
      leftToRun: () => leftToRun(profile.id),
    });
    return result.leftToRun;
  } catch (problem) {
    if (signal.aborted) return false;
    onProblem(profile.id, problem);
    again();
    await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
    return false;
  }
}
