import { setTimeout as sleep } from 'node:timers/promises';
import type { FeedProfile } from '../domain/index.ts';
import type { Home, ServingLibrary } from '../lake/index.ts';
import { type ForecastProgress, forecastFeed } from './forecast-feed.ts';

export interface KeepForecastingOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (feed: string, progress: ForecastProgress) => void;
  /** Told when a feed's forecasts could not be made for now; they are tried again. */
  readonly onProblem: (feed: string, problem: unknown) => void;
}

const RETRY_MS = 30_000;

/**
 * Keeps the forecasts of every published feed up to date until the signal comes: once at the beginning, and again
 * whenever a feed's conditions are published anew, by whatever process.
 */
export async function keepForecasting(
  home: Home,
  profiles: readonly FeedProfile[],
  library: ServingLibrary,
  options: KeepForecastingOptions,
): Promise<void> {
  const due = new Set(library.feeds());
  let wake = () => {};
  const stopListening = library.onChange((feed) => {
    due.add(feed);
    wake();
  });
  const stop = () => wake();
  options.signal.addEventListener('abort', stop);
  try {
    while (!options.signal.aborted) {
      const profile = profiles.find(({ id }) => due.has(id));
      if (!profile) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      due.delete(profile.id);
      await once(home, profile, options, () => due.add(profile.id));
    }
  } finally {
    options.signal.removeEventListener('abort', stop);
    stopListening();
  }
}

async function once(
  home: Home,
  profile: FeedProfile,
  { signal, onProgress, onProblem }: KeepForecastingOptions,
  again: () => void,
): Promise<void> {
  try {
    await forecastFeed(home, profile, {
      only: 'all',
      signal,
      onProgress: (progress) => onProgress(profile.id, progress),
    });
  } catch (problem) {
    if (signal.aborted) return;
    onProblem(profile.id, problem);
    again();
    await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
  }
}
