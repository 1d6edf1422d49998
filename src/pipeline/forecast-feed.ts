import type { FeedProfile } from '../domain/index.ts';
import { type RunTasks, runTasks } from '../jobs/index.ts';
import {
  type Home,
  openServingLibrary,
  openSnapshot,
  readPointer,
  type ServingReader,
  withForecastLock,
} from '../lake/index.ts';
import { homeStoreUri, openStore } from '../store/index.ts';
import { readRecipe } from '../tasks/price-forecast/index.ts';
import { planForecasts, publishedRecipe } from './forecast-plan.ts';
import { type ForecastSeriesOptions, forecastSeries } from './forecasting/forecast-series.ts';
import { drawSnapshot, snapshotOf } from './task-snapshot.ts';

/** How far a forecast run is. */
export interface ForecastProgress {
  /** Series whose forecast is up to date by now, of `series`; the same for the headline ones. */
  readonly done: number;
  readonly series: number;
  readonly headlinesDone: number;
  readonly headlines: number;
  /** Those of `done` that a reader can see. */
  readonly published: number;
}

export interface ForecastFeedOptions {
  /** Only the series that stand for their item on the front page, or every series after them. */
  readonly only: 'headline' | 'all';
  readonly onProgress?: (progress: ForecastProgress) => void;
  readonly signal?: AbortSignal;
  /** Told once when another process is computing forecasts of the feed, with who that is. */
  readonly onWait?: (holder: string) => void;
  /**
   * Whether a run is going to forecast the feed. Asked before anything is computed and every second after: what is
   * finished then is published, and the rest is left to the run.
   */
  readonly leftToRun?: () => Promise<boolean>;
}

export interface ForecastFeedResult {
  /** Series forecast in this run; the others were up to date. */
  readonly computed: number;
  readonly publications: number;
  /** Series whose task failed: shown as withheld, and tried again by the next run. */
  readonly failed: readonly { readonly series: string; readonly message: string }[];
  /** Whether a run has been left to do the rest. */
  readonly leftToRun: boolean;
}

export interface ForecastFeedEffects {
  readonly now: () => Date;
  readonly run: RunTasks;
}

/** So often a computation looks whether a run has come for it. */
const LOOK_MS = 1_000;

/**
 * Forecasts the series of a feed whose data changed since their forecast was made, and publishes: once when the
 * headline series are done, then every 15 seconds, each time beside the forecasts that were there. They are computed from
 * a snapshot, which they cite, and each publication leaves its result as a job would. Nobody else computes forecasts of
 * the feed outside of runs meanwhile, and a run that is to decide what it computes waits. The home is locked
 * only while publishing. Conditions that are republished meanwhile are noticed at the end and followed.
 * Stops at the signal with its reason; what was published by then stays. Ends with HOME_BUSY (75) when another writer
 * keeps the home for more than a minute after the last series.
 */
export async function forecastFeed(
  home: Home,
  profile: FeedProfile,
  options: ForecastFeedOptions,
  effects: ForecastFeedEffects = { now: () => new Date(), run: runTasks },
): Promise<ForecastFeedResult> {
  const { signal, leftToRun, onWait } = options;
  const nobodyElse = {
    command: 'forecasts behind the pages',
    waitMs: Number.POSITIVE_INFINITY,
    ...(signal && { signal }),
    ...(onWait && { onWait }),
  };
  return withForecastLock(home, profile.id, nobodyElse, async () => {
    const result: RunningResult = { computed: 0, publications: 0, failed: [], leftToRun: false };
    if (await leftToRun?.()) return { ...result, leftToRun: true };
    const run = watchForRun(leftToRun);
    try {
      await followConditions(home, profile, { ...options, left: run.comes, ...effects }, result);
    } finally {
      run.stop();
    }
    return result;
  });
}

interface Watched {
  /** Comes with the run. */
  readonly comes: AbortSignal;
  stop(): void;
}

function watchForRun(leftToRun: (() => Promise<boolean>) | undefined): Watched {
  const coming = new AbortController();
  // one that could not be asked is asked again
  const look = () =>
    leftToRun!().then(
      (left) => left && coming.abort(),
      () => undefined,
    );
  const timer = leftToRun && setInterval(look, LOOK_MS);
  return { comes: coming.signal, stop: () => clearInterval(timer) };
}

interface RunningResult {
  computed: number;
  publications: number;
  readonly failed: { series: string; message: string }[];
  leftToRun: boolean;
}

type RunningOptions = ForecastFeedOptions & Omit<ForecastSeriesOptions, 'signal'>;

/** Brings forecasts up to date until they rest on the conditions that are current. */
async function followConditions(
  home: Home,
  profile: FeedProfile,
  options: RunningOptions,
  result: RunningResult,
): Promise<void> {
  const attempted = new Set<string>();
  for (let version = currentConditions(home, profile); version !== undefined; ) {
    const library = await openServingLibrary(home, [profile]);
    try {
      await library.read(profile.id, async (reader) => {
        version = conditionsOf(reader);
        await forecastVersion(home, reader, options, attempted, result);
      });
    } finally {
      await library.close();
    }
    result.leftToRun = options.left.aborted;
    if (result.leftToRun || version === currentConditions(home, profile)) return;
  }
}

/** Brings the forecasts of one version of the conditions up to date. */
async function forecastVersion(
  home: Home,
  reader: ServingReader,
  options: RunningOptions,
  attempted: Set<string>,
  result: RunningResult,
): Promise<void> {
  const recipe = readRecipe(JSON.parse(await publishedRecipe(reader)));
  const plan = await planForecasts(snapshotOf(reader), reader, options.only, recipe);
  const stale = plan.stale.filter(({ series, fingerprint }) => !attempted.has(`${series} ${fingerprint}`));
  const headlines = stale.filter(({ headline }) => headline).length;
  const fresh = plan.seriesCount - stale.length;
  const report = (done: number, headlinesLeft: number, published: number) =>
    options.onProgress?.({
      done: fresh + done,
      series: plan.seriesCount,
      headlinesDone: plan.headlineCount - headlinesLeft,
      headlines: plan.headlineCount,
      published: fresh + published,
    });
  report(0, headlines, 0);
  if (stale.length === 0) return;

  const store = await openStore(homeStoreUri(home.path));
  const wanted = { task: 'price-forecast', params: {}, asOf: null };
  const { sha256, lineage } = await drawSnapshot(home, store, reader.profile, wanted);
  // others have published meanwhile, and are followed
  if (lineage.conditions !== conditionsOf(reader)) return;
  const snapshot = await openSnapshot(store, sha256);
  try {
    const ground = { home, store, snapshot, conditions: lineage.conditions, recipe };
    const made = await forecastSeries(
      ground,
      reader.profile,
      { stale, headlines, report },
      { ...options, signal: options.signal },
    );
    result.computed += made.attempted.length;
    result.publications += made.publications;
    result.failed.push(...made.failed);
    for (const { series, fingerprint } of made.attempted) attempted.add(`${series} ${fingerprint}`);
  } finally {
    snapshot.close();
  }
}

/** `demo-12` of `demo-12.13`: the part of a serving version that names the conditions. */
function conditionsOf({ version }: ServingReader): string {
  return version.slice(0, version.lastIndexOf('.'));
}

function currentConditions(home: Home, { id }: FeedProfile): string | undefined {
  const published = readPointer(home).feeds[id];
  return published && `${id}-${published.conditions.version}`;
}
