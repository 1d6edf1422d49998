import { canonicalJson, type Json, type JsonObject } from '../../domain/index.ts';
import { isRunnerKind, type JobOutcome, type JobSpec } from '../../jobs/index.ts';
import { openSnapshot } from '../../lake/index.ts';
import { challengersOf, championOf, keepEvaluation } from '../../records/index.ts';
import { homeStoreUri, openStore, type Store } from '../../store/index.ts';
import { decodeTables, RESULT_FILE } from '../../tasks/index.ts';
import { bringBack, jobPlace } from '../forecasting/job-place.ts';
import { jobsFailed } from '../forecasting/kept-back.ts';
import { taskJobs } from '../forecasting/task-jobs.ts';
import { ownScores, pairedScores } from '../promotion/origin-scores.ts';
import { feedIn, feedParamProblems } from './feed-step.ts';
import type { SnapshotOutput } from './snapshot.ts';
import { type JobsKind, Skipped, type StepContext } from './step.ts';

/** A version that is judged. */
interface Judged {
  readonly versionId: string;
  readonly recipe: Json;
}

/** What an `evaluate` step leaves for the steps behind it. */
export interface EvaluateOutput {
  readonly task: string;
  readonly feed: string;
  readonly champion: string;
  readonly challengers: readonly string[];
  /** What the champion's jobs left, with the moment at which it was computed. */
  readonly results: readonly { readonly key: string; readonly sha256: string; readonly computedAt: string }[];
}

/**
 * Lets the champion and every challenger forecast the same snapshot, and keeps how each did at the same past origins: the
 * evidence that a `promote` step weighs. Parameters: `feed`; `snapshot`, the id of the step that drew it;
 * `task`, by default price-forecast; `runner`.
 */
export const evaluateStep: JobsKind<JobSpec, JobOutcome> = {
  kind: 'evaluate',
  does: {
    ko: '챔피언과 도전자에게 같은 과거를 예측하게 합니다(일감으로 나누어)',
    en: 'lets champion and challengers forecast the same past, in jobs',
  },
  runs: 'jobs',
  check(params) {
    const problems = feedParamProblems(params, ['snapshot', 'task', 'runner']);
    if (typeof params.snapshot !== 'string') problems.push('its parameter snapshot is not the id of a step');
    if (params.runner !== undefined && !isRunnerKind(params.runner))
      problems.push(`there is no runner ${JSON.stringify(params.runner)}`);
    return problems;
  },

  async specs(context) {
    const { home, params, run } = context;
    const drawn = context.inputOf(String(params.snapshot)) as (SnapshotOutput & Json) | undefined;
    if (!drawn) return new Skipped('no-snapshot');
    const store = await openStore(homeStoreUri(home.path));
    const judged = await judgedIn(context, store);
    if (judged.length === 0) return new Skipped('no-champion');
    const place = await jobPlace(home, params.runner);
    const snapshot = await openSnapshot(store, drawn.snapshot);
    try {
      const specs: JobSpec[] = [];
      for (const { recipe } of judged) {
        const { jobs, costSeconds, untouched } = await taskJobs(store, snapshot, {
          task: taskOf(params),
          params: recipe as JsonObject,
        });
        // one job is as long as its task says; many are shards, which are short
        const limits = jobs.length === 1 ? { attemptSeconds: Math.max(7200, costSeconds + 600) } : {};
        specs.push(...jobs.map((job) => place.place(job, run, { limits, untouched })));
      }
      await place.send(specs);
      return specs;
    } finally {
      snapshot.close();
    }
  },

  async collect(context, outcomes) {
    const store = await openStore(homeStoreUri(context.home.path));
    const [champion, ...challengers] = await judgedIn(context, store);
    await bringBack(store, outcomes);
    const own = await resultsOf(store, outcomes, champion!);
    const { pool } = context.records;
    const of = { task: taskOf(context.params), feed: feedIn(context).profile.id };
    await keepEvaluation(pool, { ...of, versionId: champion!.versionId, pairedWith: '' }, ownScores(own));
    for (const challenger of challengers) {
      const [left, right] = pairedScores(own, await resultsOf(store, outcomes, challenger));
      await keepEvaluation(
        pool,
        { ...of, versionId: champion!.versionId, pairedWith: challenger.versionId },
        left,
      );
      await keepEvaluation(
        pool,
        { ...of, versionId: challenger.versionId, pairedWith: champion!.versionId },
        right,
      );
      context.event('evaluate.compared', {
        challenger: challenger.versionId,
        weeks: new Set(left.map(({ originDay }) => originDay)).size,
      });
    }
    const output: EvaluateOutput = {
      ...of,
      champion: champion!.versionId,
      challengers: challengers.map(({ versionId }) => versionId),
      results: outcomes
        .filter((outcome) => isOf(outcome, champion!))
        .map(({ manifest }) => {
          const { key, sha256 } = manifest!.outputs.find(({ name }) => name === RESULT_FILE)!;
          return { key, sha256, computedAt: manifest!.endedAt };
        }),
    };
    return { ...output } as unknown as Json;
  },
};

/** What is trained and judged. */
function taskOf({ task }: JsonObject): string {
  return typeof task === 'string' ? task : 'price-forecast';
}

/** Champion and challengers, champion first, as they stood when the step first looked: the same at every try. */
async function judgedIn(context: StepContext, store: Store): Promise<readonly Judged[]> {
  const key = `runs/${context.run}/${context.step}.json`;
  const before = await store.get(key);
  if (before) return JSON.parse(new TextDecoder().decode(before)) as Judged[];
  const { pool } = context.records;
  const feed = feedIn(context).profile.id;
  const task = taskOf(context.params);
  const champion = await championOf(pool, task, feed);
  const standing = champion ? [champion, ...(await challengersOf(pool, task, feed))] : [];
  const judged = standing.map(({ versionId, recipe }) => ({ versionId, recipe }));
  await store.put(key, Buffer.from(JSON.stringify(judged)), { ifAbsent: true });
  return JSON.parse(new TextDecoder().decode((await store.get(key))!)) as Judged[];
}

function isOf({ manifest }: JobOutcome, { recipe }: Pick<Judged, 'recipe'>): boolean {
  return canonicalJson(manifest!.spec.job.params) === canonicalJson(recipe);
}

/** What one version's jobs left, a file a shard. */
async function resultsOf(store: Store, outcomes: readonly JobOutcome[], { recipe }: Judged) {
  const parts = [];
  for (const outcome of outcomes) {
    const output = outcome.manifest?.outputs.find(({ name }) => name === RESULT_FILE);
    if (outcome.state !== 'SUCCEEDED' || !outcome.manifest || !output) throw jobsFailed(outcome);
    if (!isOf(outcome, { recipe })) continue;
    const bytes = await store.get(output.key, { sha256: output.sha256 });
    if (!bytes) throw new RangeError(`the result ${output.key} of a job is not in the store`);
    const { origin_outcome } = decodeTables(bytes);
    if (origin_outcome) parts.push({ origin_outcome });
  }
  return parts;
}
