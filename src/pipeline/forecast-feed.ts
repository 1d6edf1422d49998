import { canonicalJson, type FeedProfile, type SnapshotReader } from '../domain/index.ts';
import { type RunTasks, runTasks, type Task } from '../jobs/index.ts';
import { type Home, openServingLibrary, readPointer, type ServingReader } from '../lake/index.ts';
import {
  type GivenPaths,
  type GlobalQuestion,
  globalQuestion,
  groupOf,
  priceSnapshots,
  readRecipe,
  seriesOf,
  withheldForecast,
} from '../tasks/price-forecast/index.ts';
import { type PlannedSeries, planForecasts, publishedRecipe } from './forecast-plan.ts';
import { ForecastPublisher } from './forecast-publisher.ts';
import { snapshotOf } from './task-snapshot.ts';

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
}

export interface ForecastFeedResult {
  /** Series forecast in this run; the others were up to date. */
  readonly computed: number;
  readonly publications: number;
  /** Series whose task failed: shown as withheld, and tried again by the next run. */
  readonly failed: readonly { readonly series: string; readonly message: string }[];
}

export interface ForecastFeedEffects {
  readonly now: () => Date;
  readonly run: RunTasks;
}

/**
 * Forecasts the series of a feed whose data changed since their forecast was made, and publishes: once when the
 * headline series are done, then every 15 seconds, each time beside the forecasts that were there. The home is locked
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
  const result = { computed: 0, publications: 0, failed: [] as { series: string; message: string }[] };
  const attempted = new Set<string>();
  for (let version = currentConditions(home, profile); version !== undefined; ) {
    const library = await openServingLibrary(home, [profile]);
    try {
      await library.read(profile.id, async (reader) => {
        version = conditionsOf(reader);
        await forecastVersion(home, reader, options, effects, attempted, result);
      });
    } finally {
      await library.close();
    }
    if (version === currentConditions(home, profile)) break;
  }
  return result;
}

interface RunningResult {
  computed: number;
  publications: number;
  readonly failed: { series: string; message: string }[];
}

/** Brings the forecasts of one version of the conditions up to date. */
async function forecastVersion(
  home: Home,
  reader: ServingReader,
  options: ForecastFeedOptions,
  { now, run }: ForecastFeedEffects,
  attempted: Set<string>,
  result: RunningResult,
): Promise<void> {
  const snapshot = snapshotOf(reader);
  const recipe = readRecipe(JSON.parse(await publishedRecipe(reader)));
  const plan = await planForecasts(snapshot, reader, options.only, recipe);
  const stale = plan.stale.filter(({ series, fingerprint }) => !attempted.has(`${series} ${fingerprint}`));
  const bySeries = new Map(stale.map((planned) => [planned.series, planned]));
  const publisher = new ForecastPublisher(home, reader.profile.id, now);
  let headlinesLeft = stale.filter(({ headline }) => headline).length;
  const fresh = plan.seriesCount - stale.length;
  let done = 0;
  const report = () =>
    options.onProgress?.({
      done: fresh + done,
      series: plan.seriesCount,
      headlinesDone: plan.headlineCount - headlinesLeft,
      headlines: plan.headlineCount,
      published: fresh + publisher.published,
    });
  report();
  if (stale.length === 0) return;

  async function* tasks(): AsyncGenerator<Task<'price-forecast'>> {
    for await (const one of priceSnapshots(snapshot, stale)) {
      const series = one.series.map((own) => ({ ...own, given: given.get(own.series) ?? [] }));
      yield { id: series[0]!.series, kind: 'price-forecast', input: { ...one, series, recipe } };
    }
  }
  const given = recipe.global ? await givenBySeries(snapshot, stale, run, options.signal) : new Map();
  try {
    await run(tasks(), {
      ...(options.signal ? { signal: options.signal } : {}),
      onResult: (answer) => {
        const planned = bySeries.get(answer.id)!;
        const failed = 'failure' in answer;
        if (failed) result.failed.push({ series: answer.id, message: answer.failure });
        attempted.add(`${planned.series} ${planned.fingerprint}`);
        publisher.add({
          series: planned.series,
          forecast: failed ? failedForecast(reader, planned) : answer.output[0]!,
          fingerprint: failed ? '' : planned.fingerprint,
          issuedAt: now().toISOString(),
          conditionsVersion: conditionsOf(reader),
          recipe: canonicalJson(recipe),
          snapshot: null,
          artefact: null,
        });
        done++;
        result.computed++;
        if (planned.headline && --headlinesLeft === 0) publisher.publishSoon();
        else if (headlinesLeft === 0) publisher.publishWhenDue();
        report();
      },
    });
    await publisher.finish();
  } finally {
    await publisher.settled();
    result.publications += publisher.publications;
  }
  report();
}

/** What the model over all series of a market says of each of them; a market whose model failed goes on without it. */
async function givenBySeries(
  snapshot: SnapshotReader,
  stale: readonly PlannedSeries[],
  run: RunTasks,
  signal: AbortSignal | undefined,
): Promise<Map<string, readonly GivenPaths[]>> {
  const known = await seriesOf(snapshot);
  const groups = [...new Set(stale.map((series) => groupOf(snapshot, series)))];
  const asked = new Map<string, GlobalQuestion>();
  async function* questions(): AsyncGenerator<Task<'global-paths'>> {
    for (const group of groups) {
      const input = await globalQuestion(snapshot, known, group);
      asked.set(group, input);
      yield { id: group, kind: 'global-paths', input };
    }
  }
  const given = new Map<string, readonly GivenPaths[]>();
  await run(questions(), {
    ...(signal ? { signal } : {}),
    onResult: (answer) => {
      const series = asked.get(answer.id)!.series;
      asked.delete(answer.id);
      if ('failure' in answer) return;
      for (const [k, paths] of answer.output.entries()) if (paths) given.set(series[k]!.series, [paths]);
    },
  });
  return given;
}

function failedForecast({ profile }: ServingReader, { series, originDay }: PlannedSeries) {
  return withheldForecast(series, { granularity: profile.granularity, originDay }, 'computation-failed');
}

/** `demo-12` of `demo-12.13`: the part of a serving version that names the conditions. */
function conditionsOf({ version }: ServingReader): string {
  return version.slice(0, version.lastIndexOf('.'));
}

function currentConditions(home: Home, { id }: FeedProfile): string | undefined {
  const published = readPointer(home).feeds[id];
  return published && `${id}-${published.conditions.version}`;
}
