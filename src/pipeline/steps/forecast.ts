import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../../domain/index.ts';
import { isRunnerKind, type JobOutcome, type JobSpec } from '../../jobs/index.ts';
import { openSnapshot, withForecastLock } from '../../lake/index.ts';
import { championOf } from '../../records/index.ts';
import { homeStoreUri, openStore, type Store } from '../../store/index.ts';
import { decodeTables, encodeTables, mergeTables, RESULT_FILE } from '../../tasks/index.ts';
import { readRecipe } from '../../tasks/price-forecast/index.ts';
import { rememberCost } from '../forecasting/forecast-cost.ts';
import { type ForecastQuestion, forecastWork, workUnder } from '../forecasting/forecast-work.ts';
import { bringBack, jobPlace } from '../forecasting/job-place.ts';
import { jobsFailed, type KeptBack, keptBackProblem, partFailed } from '../forecasting/kept-back.ts';
import { taskJobs } from '../forecasting/task-jobs.ts';
import { feedIn, feedParamProblems, lockForStep } from './feed-step.ts';
import type { SnapshotOutput } from './snapshot.ts';
import { type JobsKind, Partly, Skipped, type StepContext } from './step.ts';

/** What a `forecast` step leaves for those that judge and publish. */
export interface ForecastOutput extends SnapshotOutput {
  /** Tables of all its series, in one file (`decodeTables`). */
  readonly artefact: { readonly key: string; readonly sha256: string; readonly bytes: number };
  readonly recipe: JsonObject;
  /** Where `workUnder` finds what each forecast rests on. */
  readonly work: string;
  readonly series: number;
  /** Series whose computation failed: withheld, and tried again the next time. */
  readonly failed: number;
  /** Those whose job failed for good: their previous forecasts stay published. */
  readonly kept: readonly KeptBack[];
  readonly jobs: number;
}

const TASK = 'price-forecast';

/**
 * Forecasts a snapshot in jobs, a shard each. Parameters: `feed`; `snapshot`, the id of the step that drew it; `recipe`, by
 * default the champion's, else the one that what is published was made by; `only`, `stale` (default) or `all`; `runner`. Forecasts that are
 * published already and rest on the same are not computed again. A shard that fails for good keeps back its own series alone.
 */
export const forecastStep: JobsKind<JobSpec, JobOutcome> = {
  kind: 'forecast',
  does: {
    ko: '자료가 바뀐 계열을 모두 일감으로 나누어 예측합니다',
    en: 'forecasts every series whose data changed, in jobs',
  },
  runs: 'jobs',
  check(params) {
    const { recipe, ...others } = params;
    const problems = feedParamProblems(others, ['snapshot', 'only', 'runner']);
    if (typeof params.snapshot !== 'string') problems.push('its parameter snapshot is not the id of a step');
    if (params.runner !== undefined && !isRunnerKind(params.runner))
      problems.push(`there is no runner ${JSON.stringify(params.runner)}`);
    if (params.only !== undefined && params.only !== 'stale' && params.only !== 'all')
      problems.push('its parameter only is neither stale nor all');
    try {
      readRecipe(recipe ?? null);
    } catch (error) {
      problems.push((error as Error).message);
    }
    return problems;
  },

  async specs(context) {
    const { home, params, run, signal } = context;
    const drawn = snapshotFor(context);
    if (!drawn) return new Skipped('no-snapshot');
    const place = await jobPlace(home, params.runner);
    const store = await openStore(homeStoreUri(home.path));
    const question: ForecastQuestion = {
      snapshot: drawn.snapshot,
      recipe: params.recipe ?? (await championOf(context.records.pool, TASK, drawn.feed))?.recipe ?? null,
      only: params.only === 'all' ? 'all' : 'stale',
    };
    // whoever computes forecasts behind the pages publishes what is finished, and leaves the rest
    const work = await withForecastLock(home, drawn.feed, { ...lockForStep(context), signal }, () =>
      forecastWork(home, store, feedIn(context).profile, workKey(context), question),
    );
    const items = new Set(Object.keys(work.fingerprints));
    if (items.size === 0) return new Skipped('up-to-date');
    const snapshot = await openSnapshot(store, drawn.snapshot);
    try {
      const { jobs, costSeconds } = await taskJobs(store, snapshot, {
        task: TASK,
        params: work.recipe,
        items,
      });
      context.event('forecast.cut', { series: items.size, jobs: jobs.length, costSeconds });
      const specs = jobs.map((job) => place.place(job, run));
      await place.send(specs);
      return specs;
    } finally {
      snapshot.close();
    }
  },

  async collect(context, outcomes) {
    const store = await openStore(homeStoreUri(context.home.path));
    const drawn = snapshotFor(context)!;
    const work = (await workUnder(store, workKey(context)))!;
    await bringBack(store, outcomes);
    const series = Object.keys(work.fingerprints).length;
    const { done, kept } = await partFailed(store, outcomes, series);
    // what a part came to has a name of its own: once more is a larger part, or the whole
    const part =
      kept.length === 0 ? '' : `.${shaOf(done.map(({ jobSha256 }) => jobSha256).join()).slice(0, 16)}`;
    const merged = await mergeResults(store, `${prefixOf(context)}${part}.tables`, done);
    const { key, bytes, sha256, failed } = merged;
    await rememberCost(store, done);
    const output: ForecastOutput = {
      ...drawn,
      artefact: { key, sha256, bytes },
      recipe: work.recipe,
      work: workKey(context),
      series,
      failed,
      kept,
      jobs: outcomes.length,
    };
    const problem = await keptBackProblem(store, kept, series);
    const whole = { ...output } as unknown as Json;
    return problem ? new Partly(whole, problem) : whole;
  },
};

/** Puts the results of shards together; the same bytes however the work was cut. Throws JOBS_FAILED. */
export async function mergeResults(
  store: Store,
  key: string,
  outcomes: readonly JobOutcome[],
): Promise<{ key: string; bytes: number; sha256: string; failed: number }> {
  const parts = [];
  for (const outcome of outcomes) {
    const output = outcome.manifest?.outputs.find(({ name }) => name === RESULT_FILE);
    if (outcome.state !== 'SUCCEEDED' || !output) throw jobsFailed(outcome);
    const bytes = await store.get(output.key, { sha256: output.sha256 });
    if (!bytes) throw new RangeError(`the result ${output.key} of a job is not in the store`);
    parts.push(decodeTables(bytes));
  }
  const tables = mergeTables(parts);
  const merged = encodeTables(tables);
  await store.put(key, merged);
  return {
    key,
    bytes: merged.length,
    sha256: shaOf(merged),
    failed: tables.forecast_failure?.series?.values.length ?? 0,
  };
}

function shaOf(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function snapshotFor({ inputOf, params }: StepContext): SnapshotOutput | undefined {
  return inputOf(String(params.snapshot)) as (SnapshotOutput & Json) | undefined;
}

/** Everything that the step keeps in the store stands beside its jobs. */
function prefixOf({ run, step }: StepContext): string {
  return `runs/${run}/${step}`;
}

function workKey(context: StepContext): string {
  return `${prefixOf(context)}.json`;
}
