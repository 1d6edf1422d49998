import type { Json } from '../../domain/index.ts';
import { openServingLibrary } from '../../lake/index.ts';
import { recordForecasts, recordTraining } from '../../records/index.ts';
import { computedBy } from '../../tasks/index.ts';
import { publishedForecasts } from '../ledger/published-forecasts.ts';
import { settleChampion } from '../promotion/settle-champion.ts';
import { feedIn, feedParamProblems } from './feed-step.ts';
import type { ForecastOutput } from './forecast.ts';
import { type ChildKind, Skipped, type StepContext } from './step.ts';

const TASK = 'price-forecast';

/**
 * Keeps in the ledger every forecast that is published, once, and in the registry the version and training that made it.
 * Parameters: `feed`; `forecast`, the id of the step that made them, for its training.
 */
export const recordForecastsStep: ChildKind = {
  kind: 'record-forecasts',
  does: {
    ko: '공표한 예측을 모두 장부에 그대로 남깁니다',
    en: 'keeps every published forecast in the ledger, unchanged for ever',
  },
  runs: 'child',
  writesLake: false,
  check: (params) => feedParamProblems(params, ['forecast']),
  async perform(context: StepContext): Promise<Json | Skipped> {
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
