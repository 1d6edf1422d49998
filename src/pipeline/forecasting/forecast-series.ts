import { canonicalJson, type FeedProfile, type SnapshotReader } from '../../domain/index.ts';
import type { RunTasks, Task } from '../../jobs/index.ts';
import {
  type GivenPaths,
  type GlobalQuestion,
  globalQuestion,
  groupOf,
  priceSnapshots,
  seriesOf,
  withheldForecast,
} from '../../tasks/price-forecast/index.ts';
import type { PlannedSeries } from '../forecast-plan.ts';
import { ForecastPublisher, type MadeForecast } from '../forecast-publisher.ts';
import type { IssuedForecast } from '../forecast-tables.ts';
import { type Ground, keepOutsideRuns } from './outside-runs.ts';

export interface StaleSeries {
  readonly stale: readonly PlannedSeries[];
  /** How many of them are headlines; those come first. */
  readonly headlines: number;
  readonly report: (done: number, headlinesLeft: number, published: number) => void;
}

export interface ForecastSeriesOptions {
  /** Stops with its reason. */
  readonly signal: AbortSignal | undefined;
  /** Comes when the rest is a run's: what is finished is published. */
  readonly left: AbortSignal;
  readonly now: () => Date;
  readonly run: RunTasks;
}

export interface MadeSeries {
  readonly attempted: readonly PlannedSeries[];
  readonly publications: number;
  readonly failed: readonly { readonly series: string; readonly message: string }[];
}

/** Computes the forecasts of these series from a snapshot and publishes them as they are finished. */
export async function forecastSeries(
  ground: Ground,
  profile: FeedProfile,
  { stale, headlines, report }: StaleSeries,
  { signal, left, now, run }: ForecastSeriesOptions,
): Promise<MadeSeries> {
  const { home, snapshot, recipe } = ground;
  const bySeries = new Map(stale.map((planned) => [planned.series, planned]));
  const publisher = new ForecastPublisher(home, profile.id, issuing(ground, now), now);
  const stop = signal ? AbortSignal.any([signal, left]) : left;
  const attempted: PlannedSeries[] = [];
  const failures: { series: string; message: string }[] = [];
  let headlinesLeft = headlines;

  async function* tasks(): AsyncGenerator<Task<'price-forecast'>> {
    for await (const one of priceSnapshots(snapshot, stale)) {
      const series = one.series.map((own) => ({ ...own, given: given.get(own.series) ?? [] }));
      yield { id: series[0]!.series, kind: 'price-forecast', input: { ...one, series, recipe } };
    }
  }
  let given = new Map<string, readonly GivenPaths[]>();
  try {
    if (recipe.global) given = await givenBySeries(snapshot, stale, run, stop);
    await run(tasks(), {
      signal: stop,
      onResult: (answer) => {
        const planned = bySeries.get(answer.id)!;
        const failed = 'failure' in answer;
        if (failed) failures.push({ series: answer.id, message: answer.failure });
        attempted.push(planned);
        const forecast = failed ? failedForecast(profile, planned) : answer.output[0]!;
        publisher.add({ planned, forecast, failed });
        if (planned.headline && --headlinesLeft === 0) publisher.publishSoon();
        else if (headlinesLeft === 0) publisher.publishWhenDue();
        report(attempted.length, headlinesLeft, publisher.published);
      },
    });
    await publisher.finish();
  } catch (error) {
    if (!left.aborted || signal?.aborted) throw error;
    await publisher.finish();
  } finally {
    await publisher.settled();
  }
  report(attempted.length, headlinesLeft, publisher.published);
  return { attempted, publications: publisher.publications, failed: failures };
}

/** Keeps the results of forecasts and says what each rests on; what failed has no result, and is tried again. */
function issuing(ground: Ground, now: () => Date) {
  let startedAt = now().toISOString();
  return async (made: readonly MadeForecast[]): Promise<readonly IssuedForecast[]> => {
    const endedAt = now().toISOString();
    const good = made.filter(({ failed }) => !failed).map(({ forecast }) => forecast);
    const artefact = good.length > 0 ? await keepOutsideRuns(ground, good, { startedAt, endedAt }) : null;
    startedAt = endedAt;
    return made.map(({ planned, forecast, failed }) => ({
      ...{ series: planned.series, forecast, fingerprint: failed ? '' : planned.fingerprint },
      ...{ issuedAt: endedAt, conditionsVersion: ground.conditions, recipe: canonicalJson(ground.recipe) },
      ...{ snapshot: ground.snapshot.sha256, artefact: failed ? null : artefact },
    }));
  };
}

/** What the model over all series of a market says of each of them; a market whose model failed goes on without it. */
async function givenBySeries(
  snapshot: SnapshotReader,
  stale: readonly PlannedSeries[],
  run: RunTasks,
  signal: AbortSignal,
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
    signal,
    onResult: (answer) => {
      const series = asked.get(answer.id)!.series;
      asked.delete(answer.id);
      if ('failure' in answer) return;
      for (const [k, paths] of answer.output.entries()) if (paths) given.set(series[k]!.series, [paths]);
    },
  });
  return given;
}

function failedForecast({ granularity }: FeedProfile, { series, originDay }: PlannedSeries) {
  return withheldForecast(series, { granularity, originDay }, 'computation-failed');
}
