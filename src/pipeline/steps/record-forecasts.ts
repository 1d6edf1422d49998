import type { Json } from '../../domain/index.ts';
import { openServingLibrary, openSnapshot } from '../../lake/index.ts';
import { recordForecasts, recordTraining } from '../../records/index.ts';
import { homeStoreUri, openStore } from '../../store/index.ts';
import { computedBy, decodeTables } from '../../tasks/index.ts';
import { publishedForecasts } from '../ledger/published-forecasts.ts';
import { saidByProgram } from '../ledger/said-by-program.ts';
import { publishedThrough } from '../ledger/truths.ts';
import { settleChampion } from '../promotion/settle-champion.ts';
import type { EvaluateOutput } from './evaluate.ts';
import { feedIn, feedParamProblems } from './feed-step.ts';
import type { ForecastOutput } from './forecast.ts';
import type { SnapshotOutput } from './snapshot.ts';
import { type ChildKind, Skipped, type StepContext } from './step.ts';

const TASK = 'price-forecast';

/**
 * Keeps in the ledger every forecast that is published, once, and in the registry the version and training that made it; of
 * another `task` what its champion said of days to come, which nobody publishes. Parameters: `feed`; `forecast`, the id of the
 * step that made them, for its training; `task` with `snapshot` and `evaluate`, the ids of the steps before.
 */
export const recordForecastsStep: ChildKind = {
  kind: 'record-forecasts',
  does: {
    ko: '공표한 예측을 모두 장부에 그대로 남깁니다',
    en: 'keeps every published forecast in the ledger, unchanged for ever',
  },
  runs: 'child',
  writesLake: false,
  check(params) {
    const problems = feedParamProblems(params, ['forecast', 'task', 'snapshot', 'evaluate']);
    const own = params.task !== undefined && params.task !== TASK;
    for (const name of ['snapshot', 'evaluate'])
      if (own && typeof params[name] !== 'string')
        problems.push(`its parameter ${name} is not the id of a step`);
    return problems;
  },
  async perform(context: StepContext): Promise<Json | Skipped> {
    const { task } = context.params;
    if (typeof task === 'string' && task !== TASK) return recordOwn(context, task);
    const { profile } = feedIn(context);
    const library = await openServingLibrary(context.home, [profile]);
    const issues = library.feeds().includes(profile.id)
      ? await library.read(profile.id, publishedForecasts).finally(() => library.close())
      : await library.close().then(() => []);
    if (issues.length === 0) return new Skipped('nothing-to-keep');
    const deciding = {
      task: TASK,
      feed: profile.id,
      key: context.key,
      at: context.scheduledFor.toISOString(),
    };
    // the recipe of the most forecasts is what production is
    const ordered = issues.toSorted((a, b) => b.rows.length - a.rows.length);
    let recorded = 0;
    const versions = new Set<string>();
    for (const { recipe, snapshotSha256, conditionsVersion, rows } of ordered) {
      const modelVersion = await settleChampion(context.records, deciding, {
        recipe: JSON.parse(recipe) as Json,
        codeVersion: computedBy().codeVersion,
      });
      versions.add(modelVersion);
      const issue = {
        task: TASK,
        feed: profile.id,
        modelVersion,
        snapshotSha256,
        conditionsVersion,
        run: context.run,
      };
      recorded += (await recordForecasts(context.records.pool, issue, rows)).recorded;
      context.event('ledger.recorded', { conditions: conditionsVersion, rows: rows.length });
    }
    await keepTraining(context);
    return { feed: profile.id, recorded, versions: [...versions] };
  },
};

/** What the champion of a user's task said of days to come. */
async function recordOwn(context: StepContext, task: string): Promise<Json | Skipped> {
  const { home, params, records, run, inputOf } = context;
  const { profile } = feedIn(context);
  const drawn = inputOf(String(params.snapshot)) as (SnapshotOutput & Json) | undefined;
  const judged = inputOf(String(params.evaluate)) as (EvaluateOutput & Json) | undefined;
  if (!drawn || !judged) return new Skipped('no-champion');
  const through = await publishedThrough(home, profile);
  if (through === null) return new Skipped('not-published');
  const store = await openStore(homeStoreUri(home.path));
  const snapshot = await openSnapshot(store, drawn.snapshot);
  let said = 0;
  let recorded = 0;
  let late = 0;
  try {
    for (const { key, sha256, computedAt: issuedAt } of judged.results) {
      const bytes = await store.get(key, { sha256 });
      if (!bytes) throw new RangeError(`the result ${key} of a job is not in the store`);
      const { issued_forecast: forecasts } = decodeTables(bytes);
      if (!forecasts) continue;
      const own = await saidByProgram(forecasts, snapshot, { issuedAt, publishedThrough: through });
      const issue = {
        ...{ task, feed: profile.id, modelVersion: judged.champion },
        ...{ snapshotSha256: drawn.snapshot, conditionsVersion: drawn.conditions, run },
      };
      said += own.rows.length;
      late += own.late;
      recorded += (await recordForecasts(records.pool, issue, own.rows)).recorded;
    }
  } finally {
    snapshot.close();
  }
  if (said + late === 0) return new Skipped('no-forecasts-file');
  context.event('ledger.recorded', { conditions: drawn.conditions, rows: said, late });
  return { feed: profile.id, task, version: judged.champion, recorded, late };
}

async function keepTraining(context: StepContext): Promise<void> {
  const { params, records, run, scheduledFor } = context;
  const made =
    typeof params.forecast === 'string'
      ? (context.inputOf(params.forecast) as (ForecastOutput & Json) | undefined)
      : undefined;
  if (!made) return;
  const { codeVersion, nodeMajor, cpuClass } = computedBy();
  const at = scheduledFor.toISOString();
  const versionId = await settleChampion(
    records,
    { task: TASK, feed: made.feed, key: context.key, at },
    { recipe: made.recipe, codeVersion },
  );
  await recordTraining(records.pool, {
    versionId,
    snapshotSha256: made.snapshot,
    artefactKey: made.artefact.key,
    artefactSha256: made.artefact.sha256,
    nodeMajor,
    cpuClass,
    run,
    trainedAt: at,
    lineage: { feed: made.feed, conditions: made.conditions, asOf: made.asOf },
    metrics: { series: made.series, failed: made.failed },
  });
}
