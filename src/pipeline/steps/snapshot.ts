import type { Json } from '../../domain/index.ts';
import { homeStoreUri, openStore } from '../../store/index.ts';
import { drawSnapshot } from '../task-snapshot.ts';
import { feedIn, feedParamProblems } from './feed-step.ts';
import type { ChildKind, StepContext } from './step.ts';

/** What a `snapshot` step leaves for those that train on it. */
export interface SnapshotOutput {
  readonly feed: string;
  /** SHA-256: the snapshot's name. */
  readonly snapshot: string;
  /** The last moment at which something in it became known. */
  readonly asOf: string;
  /** The version of the published conditions that it was drawn from. */
  readonly conditions: string;
  readonly rows: number;
}

/**
 * Draws a snapshot of a feed's published conditions. Parameters: `feed`; `task` whose query it answers (default
 * price-forecast), with its `recipe` where it wants one; `asOf`, a day, an instant, or `run` for the run's own moment; by default everything that is published, which
 * for a morning's run includes what it has just fetched.
 */
export const snapshotStep: ChildKind = {
  kind: 'snapshot',
  does: {
    ko: '모델이 배울 자료를 떠서 내용으로 이름 붙입니다',
    en: 'draws the dataset that models are trained on, named by what it holds',
  },
  runs: 'child',
  writesLake: false,
  check: ({ recipe: _, ...params }) => feedParamProblems(params, ['task', 'asOf']),
  async perform(context: StepContext): Promise<Json> {
    const { home, params } = context;
    const { profile } = feedIn(context);
    const store = await openStore(homeStoreUri(home.path));
    const { sha256, manifest, lineage } = await drawSnapshot(home, store, profile, {
      task: typeof params.task === 'string' ? params.task : 'price-forecast',
      params: params.recipe ?? {},
      asOf: asOfOf(context),
    });
    const output: SnapshotOutput = {
      feed: profile.id,
      snapshot: sha256,
      asOf: manifest.asOf,
      conditions: lineage.conditions,
      rows: manifest.tables.reduce((sum, { rows }) => sum + rows, 0),
    };
    return { ...output };
  },
};

function asOfOf({ params, asOf }: StepContext): string | null {
  if (params.asOf === 'run') return asOf.toISOString();
  return typeof params.asOf === 'string' ? params.asOf : null;
}
