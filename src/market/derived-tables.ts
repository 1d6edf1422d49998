import type { FeedProfile } from '../domain/index.ts';
import type { DerivedTable } from '../lake/index.ts';
import { boardSql } from './comparisons.ts';
import { dayCountsSql } from './day-counts.ts';
import { heldRows, type Vintage } from './held-rows.ts';
import { normalsSql } from './normal-years.ts';
import { marketDaysSql } from './open-days.ts';
import { leftOutSql, warnedSql } from './past-rules.ts';
import { pricedSql } from './priced-days.ts';
import { representativesSql } from './representatives.ts';

/** What an as-of question needs of the derived tables; everything by default. Conditions are SQL over `d` and `s`. */
interface Narrowing {
  /** Keeps rows of whole markets, on which openness is learned. */
  readonly markets?: string;
  /** Keeps, of those, the rows of the series asked about. */
  readonly series?: string;
  /** Keeps the rows by which representatives are chosen. */
  readonly representatives?: string;
  /** The one day whose comparisons are asked. */
  readonly day?: string;
}

/**
 * The tables that the questions read, in the order they are made, inside the serving file of a feed:
 * `market_days`, `left_out`, `warned`, `priced`, `day_counts`, `normals`, `representative`, `board`. `publishConditions` takes them as they are.
 */
export function conditionTables(profile: FeedProfile): readonly DerivedTable[] {
  return tables(profile, 'newest', {});
}

/**
 * The very same tables as of `$asOf`, as the WITH clause of a query: what the newest tables would have been, had they
 * been published at that moment. The names shadow the published tables.
 */
export function asOfTables(
  profile: FeedProfile,
  names: readonly string[],
  narrowing: Narrowing = {},
): string {
  const wanted = tables(profile, 'as-of', narrowing).filter((table) => names.includes(table.name));
  const held = { name: 'held_rows', sql: heldRows('as-of', narrowing.markets) };
  return `with ${[...(wanted.some(({ sql }) => sql.includes(held.name)) ? [held] : []), ...wanted]
    .map(({ name, sql }) => `${name} as materialized (${sql})`)
    .join(', ')}`;
}

function tables(profile: FeedProfile, vintage: Vintage, narrowing: Narrowing): readonly DerivedTable[] {
  const { day, series } = narrowing;
  const all = vintage === 'newest' ? heldRows('newest') : 'held_rows';
  const some =
    series === undefined
      ? all
      : `(select d.* from held_rows d join series s using (series_id) where ${series})`;
  return [
    { name: 'market_days', sql: marketDaysSql(all) },
    { name: 'left_out', sql: leftOutSql(profile, some) },
    { name: 'warned', sql: warnedSql(profile, some) },
    { name: 'priced', sql: pricedSql(some) },
    { name: 'day_counts', sql: dayCountsSql(some) },
    { name: 'normals', sql: normalsSql(day) },
    { name: 'representative', sql: representativesSql(heldRows(vintage, narrowing.representatives)) },
    { name: 'board', sql: boardSql(profile.granularity, day) },
  ];
}
