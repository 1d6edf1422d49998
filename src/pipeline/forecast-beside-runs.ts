import { setTimeout as sleep } from 'node:timers/promises';
import type { FeedProfile } from '../domain/index.ts';
import type { Home } from '../lake/index.ts';
import {
  type ForecastFeedEffects,
  type ForecastFeedOptions,
  type ForecastFeedResult,
  forecastFeed,
} from './forecast-feed.ts';

export interface BesideRunsOptions extends ForecastFeedOptions {
  readonly leftToRun: () => Promise<boolean>;
  /** Told once for each run that is waited for. */
  readonly onRun: () => void;
}

/** So often a run that is waited for is looked at. */
const LOOK_MS = 1_000;

/**
 * Brings the forecasts of a feed up to date beside runs: what a run is going to forecast is left to it and waited for, and
 * only what it has not made up to date is computed here. Gives what was computed here, over all turns.
 */
export async function forecastBesideRuns(
  home: Home,
  profile: FeedProfile,
  { onRun, ...options }: BesideRunsOptions,
  effects?: ForecastFeedEffects,
): Promise<ForecastFeedResult> {
  let computed = 0;
  let publications = 0;
  const failed: ForecastFeedResult['failed'][number][] = [];
  for (;;) {
    const turn = await forecastFeed(home, profile, options, effects);
    computed += turn.computed;
    publications += turn.publications;
    failed.push(...turn.failed);
    if (!turn.leftToRun) return { ...turn, computed, publications, failed };
    onRun();
    while (await options.leftToRun()) await sleep(LOOK_MS, undefined, { signal: options.signal });
  }
}
