import { createHash } from 'node:crypto';
import type { Json, JsonObject, Tables } from '../../domain/index.ts';
import { isRunnerKind, type JobOutcome, type JobSpec } from '../../jobs/index.ts';
import { openSnapshot } from '../../lake/index.ts';
import { keepEvaluation, recordTraining } from '../../records/index.ts';
import { homeStoreUri, openStore, type Store } from '../../store/index.ts';
import { decodeTables, RESULT_FILE, taskNamed } from '../../tasks/index.ts';
import { bringBack, jobPlace } from '../forecasting/job-place.ts';
import { jobsFailed } from '../forecasting/kept-back.ts';
import { taskJobs } from '../forecasting/task-jobs.ts';
import { ownScores } from '../promotion/origin-scores.ts';
import { settleChampion } from '../promotion/settle-champion.ts';
import { feedIn, feedParamProblems } from './feed-step.ts';
import type { SnapshotOutput } from './snapshot.ts';
import { type JobsKind, Skipped, type StepContext } from './step.ts';

/** What trains where the step names no other task: a program of the user's own. */
export const PROGRAM = 'custom-command';

/**
 * Trains a task on a snapshot in one job, and keeps version, training and scores in the registry; the first version of a
 * task and feed reigns. Parameters: `feed`; `snapshot`, the id of the step that drew it; `task`, by default custom-command;
 * `recipe`, what the task is to be done with; `runner`.
 */
export const trainStep: JobsKind<JobSpec, JobOutcome> = {
  kind: 'train',
  does: {
    ko: '직접 만든 프로그램을 일감으로 학습시키고 나온 모델을 등록합니다',
    en: 'trains a program of your own in a job, and registers what it made',
  },
  runs: 'jobs',
  check(params) {
    const { recipe, ...others } = params;
    const problems = feedParamProblems(others, ['snapshot', 'task', 'runner']);
    if (typeof params.snapshot !== 'string') problems.push('its parameter snapshot is not the id of a step');
    if (params.runner !== undefined && !isRunnerKind(params.runner))
      problems.push(`there is no runner ${JSON.stringify(params.runner)}`);
    if (typeof recipe !== 'object' || recipe === null) problems.push('its parameter recipe is no object');
    return problems;
  },

  async specs(context) {
    const { home, params, run } = context;
    const drawn = drawnFor(context);
    if (!drawn) return new Skipped('no-snapshot');
    const place = await jobPlace(home, params.runner);
    const store = await openStore(homeStoreUri(home.path));
    const snapshot = await openSnapshot(store, drawn.snapshot);
    try {
      const work = { task: taskOf(params), params: params.recipe as JsonObject };
      const { jobs, costSeconds, untouched } = await taskJobs(store, snapshot, {
        ...work,
        shardSeconds: Infinity,
      });
      const limits = limitsFor(costSeconds);
      const specs = jobs.map((job) => place.place(job, run, { limits, untouched }));
      await place.send(specs);
      return specs;
    } finally {
      snapshot.close();
    }
  },

  async collect(context, outcomes) {
    const { records, params, run, scheduledFor } = context;
    const [outcome] = outcomes;
    if (outcome?.state !== 'SUCCEEDED' || !outcome.manifest) throw jobsFailed(outcome!);
    const store = await openStore(homeStoreUri(context.home.path));
    await bringBack(store, outcomes);
    const { manifest } = outcome;
    const { feed, snapshot, conditions, asOf } = drawnFor(context)!;
    const of = { task: taskOf(params), feed, key: context.key, at: scheduledFor.toISOString() };
    const { codeVersion, nodeMajor, cpuClass } = manifest.computedBy;
    const recipe = (await taskNamed(of.task)).readParams(params.recipe as Json);
    const versionId = await settleChampion(records, of, { recipe, codeVersion: String(codeVersion) });
    const { reported } = manifest.metrics;
    const artefactKey = `${manifest.spec.placement.result}manifest.json`;
    const listed = await store.get(artefactKey);
    if (!listed) throw new RangeError(`the manifest ${artefactKey} of a job is not in the store`);
    await recordTraining(records.pool, {
      versionId,
      snapshotSha256: snapshot,
      // it lists the artefact's files, each with its hash
      artefactKey,
      artefactSha256: createHash('sha256').update(listed).digest('hex'),
      nodeMajor: Number(nodeMajor),
      cpuClass: String(cpuClass),
      run,
      trainedAt: of.at,
      lineage: { feed, conditions, asOf },
      metrics: (reported as JsonObject | undefined) ?? {},
    });
    const scores = ownScores([await outcomesOf(store, outcome)]);
    await keepEvaluation(records.pool, { task: of.task, feed, versionId, pairedWith: '' }, scores);
    context.event('train.registered', { version: versionId, origins: scores.length });
    return {
      feed,
      task: of.task,
      version: versionId,
      artefact: artefactKey,
      files: manifest.outputs.flatMap(({ name }) => (name === RESULT_FILE ? [] : [name])),
      metrics: (reported as JsonObject | undefined) ?? {},
    };
  },
};

/** Longer than the task expects to take, two hours at the least. */
function limitsFor(costSeconds: number) {
  return { attemptSeconds: Math.max(7200, costSeconds + 600) };
}

/** The limits of a program's training by its recipe alone, whose default time is within the least. */
export function programLimits(recipe: Json | undefined) {
  const { timeoutSeconds } = (recipe ?? {}) as JsonObject;
  return limitsFor(typeof timeoutSeconds === 'number' ? timeoutSeconds : 0);
}

function taskOf({ task }: JsonObject): string {
  return typeof task === 'string' ? task : PROGRAM;
}

function drawnFor(context: StepContext): (SnapshotOutput & Json) | undefined {
  // the feed is known, or the plan is wrong
  feedIn(context);
  return context.inputOf(String(context.params.snapshot)) as (SnapshotOutput & Json) | undefined;
}

async function outcomesOf(store: Store, outcome: JobOutcome): Promise<Tables> {
  const output = outcome.manifest?.outputs.find(({ name }) => name === RESULT_FILE);
  const bytes = output && (await store.get(output.key, { sha256: output.sha256 }));
  if (!bytes) throw jobsFailed(outcome);
  const { origin_outcome } = decodeTables(bytes);
  return origin_outcome ? { origin_outcome } : {};
}
