import { createHash, randomBytes } from 'node:crypto';
import { leaveResult, placeJob } from '../../jobs/index.ts';
import type { Home, OpenSnapshot } from '../../lake/index.ts';
import type { Store } from '../../store/index.ts';
import { computedBy, encodeTables, RESULT_FILE } from '../../tasks/index.ts';
import {
  type PriceRecipe,
  priceForecastTask,
  resultOf,
  type SeriesForecast,
} from '../../tasks/price-forecast/index.ts';
import { shardJob } from './task-jobs.ts';

/** What forecasts that are made outside of runs rest on. */
export interface Ground {
  readonly home: Home;
  readonly store: Store;
  readonly snapshot: OpenSnapshot;
  /** The version of the conditions that the snapshot was drawn from: `demo-12`. */
  readonly conditions: string;
  readonly recipe: PriceRecipe;
}

/**
 * Keeps forecasts that were computed outside of runs as the result of the job that computes them, so that they can be
 * issued again like those of runs, from where `runs/pages-<conditions>/` of the store would hold a run's. Gives the SHA-256 of the result.
 */
export async function keepOutsideRuns(
  { home, store, snapshot, conditions, recipe }: Ground,
  forecasts: readonly SeriesForecast[],
  { startedAt, endedAt }: { readonly startedAt: string; readonly endedAt: string },
): Promise<string> {
  const items = forecasts.map(({ series }) => series).sort();
  const { name: task, version: taskVersion } = priceForecastTask;
  const job = await shardJob(store, snapshot, { task, params: recipe }, { index: 0, items });
  const where = { home: home.id, run: `pages-${conditions}`, runner: 'local', store: store.uri };
  const bytes = encodeTables(resultOf(forecasts));
  await leaveResult(store, [{ name: RESULT_FILE, bytes }], {
    spec: placeJob(job, where),
    ...{ gen: 1, attempt: 1, writer: randomBytes(8).toString('hex'), providerId: null },
    metrics: { task, taskVersion, items: items.length },
    computedBy: { ...computedBy() },
    ...{ startedAt, endedAt },
  });
  return createHash('sha256').update(bytes).digest('hex');
}
