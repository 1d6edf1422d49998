import { canonicalJson, type SnapshotReader } from '../domain/index.ts';
import type { ServingReader } from '../lake/index.ts';
import {
  DEFAULT_RECIPE,
  daysAheadOf,
  PRICE_FORECAST_VERSION,
  type PriceRecipe,
  type SnapshotSeries,
  seriesOf,
} from '../tasks/price-forecast/index.ts';

/** A series with what its forecast will rest on. */
export interface PlannedSeries extends SnapshotSeries {
  /** Equal text, equal forecast: prices, market's days, calendar, code and recipe. */
  readonly fingerprint: string;
  readonly headline: boolean;
}

export interface ForecastPlan {
  /** Those without a forecast, or with one that rests on something else: headline series first, then those that stand for their item in a market, then the others. */
  readonly stale: readonly PlannedSeries[];
  /** All of them, in the same order. */
  readonly series: readonly PlannedSeries[];
  /** Series of the feed, and those of them that are headlines, whether stale or not. */
  readonly seriesCount: number;
  readonly headlineCount: number;
}

/** Which series of a snapshot have no published forecast, or one that rests on other data or another recipe. */
export async function planForecasts(
  snapshot: SnapshotReader,
  published: ServingReader,
  only: 'headline' | 'all',
  recipe: PriceRecipe,
): Promise<ForecastPlan> {
  const known = await publishedFingerprints(published);
  const standing = await standingOf(published);
  const rank = ({ series }: PlannedSeries) => standing.get(series) ?? 2;
  const marks = await marksOf(snapshot);
  const planned = [...(await seriesOf(snapshot)).values()]
    .map(
      (series): PlannedSeries => ({
        ...series,
        headline: standing.get(series.series) === 0,
        fingerprint: fingerprintOf(series, marks.get(series.originDay) ?? '', recipe),
      }),
    )
    .filter(({ headline }) => only === 'all' || headline)
    .sort((a, b) => rank(a) - rank(b) || (a.series < b.series ? -1 : 1));
  return {
    series: planned,
    seriesCount: planned.length,
    headlineCount: planned.filter(({ headline }) => headline).length,
    stale: planned.filter(({ series, fingerprint }) => known.get(series) !== fingerprint),
  };
}

/**
 * The recipe by which most of what is published was made, so that whoever brings forecasts up to date goes on with what a
 * promotion has put in place; the default one where nothing is published.
 */
export async function publishedRecipe(published: ServingReader): Promise<string> {
  if (!published.hasForecasts) return canonicalJson(DEFAULT_RECIPE);
  const { columns } = await published.query(
    'select recipe from forecast_state group by recipe order by count(*) desc, recipe limit 1',
  );
  return columns.recipe?.[0] ? String(columns.recipe[0]) : canonicalJson(DEFAULT_RECIPE);
}

function fingerprintOf({ data }: SnapshotSeries, mark: string, recipe: PriceRecipe): string {
  const made = canonicalJson(recipe);
  const by = made === canonicalJson(DEFAULT_RECIPE) ? '' : `:${made}`;
  return `v${PRICE_FORECAST_VERSION}:${data}${mark}${by}`;
}

/** A mark for the days ahead of each origin by the feed's calendar, that tells them from others. */
async function marksOf(snapshot: SnapshotReader): Promise<ReadonlyMap<number, string>> {
  return new Map(
    [...(await daysAheadOf(snapshot))].map(([originDay, days]) => {
      const bits = days.reduce((sum, day) => sum + 2 ** (day - originDay - 1), 0);
      return [originDay, `:${bits.toString(36)}`];
    }),
  );
}

async function publishedFingerprints(published: ServingReader): Promise<ReadonlyMap<string, string>> {
  if (!published.hasForecasts) return new Map();
  const { columns } = await published.query('select series, fingerprint from forecast_state');
  return new Map(
    (columns.series ?? []).map((series, row) => [String(series), String(columns.fingerprint![row])]),
  );
}

/** 0 for the series that stands for its item on the front page, 1 for one that does in its market. */
async function standingOf(published: ServingReader): Promise<ReadonlyMap<string, number>> {
  const { columns } = await published.query(
    'select s.series, r.headline from representative r join series s using (series_id)',
  );
  return new Map(
    (columns.series ?? []).map((series, row) => [String(series), columns.headline![row] === true ? 0 : 1]),
  );
}
