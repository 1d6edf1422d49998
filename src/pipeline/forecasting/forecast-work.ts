import type { FeedProfile } from '../../domain/index.ts';
import { canonicalJson, type Json } from '../../domain/index.ts';
import { type Home, openServingLibrary, openSnapshot } from '../../lake/index.ts';
import type { Store } from '../../store/index.ts';
import { type PriceRecipe, readRecipe } from '../../tasks/price-forecast/index.ts';
import { feedEmpty } from '../feed-empty.ts';
import { planForecasts, publishedRecipe } from '../forecast-plan.ts';

/** What a run's forecast step decided to compute, once for all its tries. */
export interface ForecastWork {
  readonly snapshot: string;
  readonly recipe: PriceRecipe;
  /** Each series to be forecast with what its forecast will rest on, in order. */
  readonly fingerprints: Readonly<Record<string, string>>;
}

export interface ForecastQuestion {
  readonly snapshot: string;
  /** null = the recipe that what is published was made by. */
  readonly recipe: Json;
  /** Every series, or those whose published forecast rests on something else. */
  readonly only: 'stale' | 'all';
}

/**
 * What there is to compute. Asked again under the same key it gives the same answer, whatever has been published since:
 * the jobs of a step are the same at every try.
 */
export async function forecastWork(
  home: Home,
  store: Store,
  profile: FeedProfile,
  key: string,
  question: ForecastQuestion,
): Promise<ForecastWork> {
  const before = await workUnder(store, key);
  if (before) return before;
  const work = await decide(home, store, profile, question);
  await store.put(key, Buffer.from(canonicalJson(work as unknown as Json)), { ifAbsent: true });
  // of two that decided at once, the first has decided
  return (await workUnder(store, key)) ?? work;
}

/** What was decided under a key. */
export async function workUnder(store: Store, key: string): Promise<ForecastWork | null> {
  const bytes = await store.get(key);
  return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as ForecastWork);
}

async function decide(
  home: Home,
  store: Store,
  profile: FeedProfile,
  { snapshot: sha256, recipe: asked, only }: ForecastQuestion,
): Promise<ForecastWork> {
  const library = await openServingLibrary(home, [profile]);
  const snapshot = await openSnapshot(store, sha256);
  try {
    if (!library.feeds().includes(profile.id)) throw feedEmpty(profile.id);
    return await library.read(profile.id, async (published) => {
      const recipe = readRecipe(asked ?? (JSON.parse(await publishedRecipe(published)) as Json));
      const plan = await planForecasts(snapshot, published, 'all', recipe);
      const wanted = (only === 'all' ? plan.series : plan.stale).map(
        ({ series, fingerprint }) => [series, fingerprint] as const,
      );
      return { snapshot: sha256, recipe, fingerprints: Object.fromEntries(wanted) };
    });
  } finally {
    snapshot.close();
    await library.close();
  }
}
