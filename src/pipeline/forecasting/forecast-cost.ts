import { canonicalJson, type FeedProfile, type Json } from '../../domain/index.ts';
import type { JobOutcome } from '../../jobs/index.ts';
import { type Home, openServingLibrary } from '../../lake/index.ts';
import { homeStoreUri, openStore, type Store } from '../../store/index.ts';
import { priceForecastTask, readRecipe } from '../../tasks/price-forecast/index.ts';
import { planForecasts, publishedRecipe } from '../forecast-plan.ts';
import { snapshotOf } from '../task-snapshot.ts';
import { cutShards, itemsOfShard } from './shards.ts';

/** What one run of jobs took. */
interface RunCost {
  readonly items: number;
  readonly seconds: number;
  /** By a recipe with the model over all series of a market, which costs several times as much. */
  readonly global: boolean;
}

/** The newest runs that an estimate rests on. */
const REMEMBERED = 8;
const KEY = 'estimates/price-forecast.json';

export interface ForecastEstimate {
  /** Series of the feed, and those of them that are counted here. */
  readonly series: number;
  readonly counted: number;
  /** Jobs that those that are counted are cut into. */
  readonly jobs: number;
  /** Seconds of one core for those that are counted. */
  readonly costSeconds: number;
  /** `past-runs`: by what a series took in the newest runs here; `default`: by the figures of our own bench. */
  readonly basis: 'past-runs' | 'default';
  /** Series in the newest runs here; 0 where there were none. */
  readonly pastSeries: number;
}

/** Which forecasts are counted. */
export interface EstimatedForecasts {
  /** Those that would be computed now, or every one. */
  readonly only: 'stale' | 'all';
  /** null = the recipe that what is published was made by. */
  readonly recipe: Json;
}

/** Remembers what jobs took, for estimates. */
export async function rememberCost(store: Store, ended: readonly JobOutcome[]): Promise<void> {
  let items = 0;
  let seconds = 0;
  let global = false;
  for (const { manifest } of ended) {
    if (!manifest?.spec.job.shard) continue;
    global = manifest.spec.job.params.global === true;
    items += (await itemsOfShard(store, manifest.spec.job.shard.itemsSha256)).length;
    seconds += (Date.parse(manifest.endedAt) - Date.parse(manifest.startedAt)) / 1000;
  }
  if (items === 0) return;
  const costs = [...(await remembered(store)), { items, seconds, global }].slice(-REMEMBERED);
  await store.put(KEY, Buffer.from(canonicalJson(costs as unknown as Json)), { durable: false });
}

async function remembered(store: Store): Promise<RunCost[]> {
  const bytes = await store.get(KEY);
  return bytes ? (JSON.parse(new TextDecoder().decode(bytes)) as RunCost[]) : [];
}

/** What forecasting a feed would take now; null when it is not published. */
export async function estimateForecast(
  home: Home,
  profile: FeedProfile,
  { only, recipe: asked }: EstimatedForecasts,
): Promise<ForecastEstimate | null> {
  const library = await openServingLibrary(home, [profile]);
  try {
    if (!library.feeds().includes(profile.id)) return null;
    const all = await remembered(await openStore(homeStoreUri(home.path)));
    return await library.read(profile.id, async (published) => {
      const snapshot = snapshotOf(published);
      const recipe = readRecipe(asked ?? (JSON.parse(await publishedRecipe(published)) as Json));
      const past = all.filter(({ global }) => (global ?? false) === recipe.global);
      const plan = await planForecasts(snapshot, published, 'all', recipe);
      const counted = only === 'all' ? plan.series : plan.stale;
      const pastItems = past.reduce((sum, { items }) => sum + items, 0);
      const pastSeconds = past.reduce((sum, { seconds }) => sum + seconds, 0);
      const names = new Set(counted.map(({ series }) => series));
      const items = (await priceForecastTask.items(snapshot, recipe)).filter(({ item }) => names.has(item));
      const byBench = items.reduce((sum, { costSeconds }) => sum + costSeconds, 0);
      return {
        series: plan.seriesCount,
        counted: counted.length,
        jobs: items.length === 0 ? 0 : cutShards(items).length,
        costSeconds: pastItems > 0 ? (counted.length * pastSeconds) / pastItems : byBench,
        basis: pastItems > 0 ? 'past-runs' : 'default',
        pastSeries: pastItems,
      };
    });
  } finally {
    await library.close();
  }
}
