import type { FeedProfile } from '../domain/index.ts';
import type { DerivedTable } from '../lake/index.ts';
import { boardSql } from './comparisons.ts';
import { heldRows, type Vintage } from './held-rows.ts';
import { leftOutSql } from './history-rules.ts';
import { normalsSql } from './normal-years.ts';
import { marketDaysSql } from './open-days.ts';
import { pricedSql } from './priced-days.ts';
import { representativesSql } from './representatives.ts';

/** What an as-of question needs of the derived tables; everything by default. Conditions are SQL that keeps rows. */
interface Narrowing {
  /** In terms of `d` and `s`: rows of whole markets, on which openness is learned. */
  readonly markets?: string;
  /** In terms of `d` and `s`: rows of the series asked about. */
  readonly series?: string;
  /** In terms of `p`: the days whose comparisons are asked. */
  readonly targets?: string;
}

/**
 * The tables that the questions read, in the order they are made, inside the serving file of a feed:
 * `market_days`, `left_out`, `priced`, `normals`, `representative`, `board`. `publishConditions` takes them as they are.
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
  return `with ${tables(profile, 'as-of', narrowing)
    .filter((table) => names.includes(table.name))
    .map((table) => `${table.name} as materialized (${table.sql})`)
    .join(', ')}`;
}

function tables(profile: FeedProfile, vintage: Vintage, narrowing: Narrowing): readonly DerivedTable[] {
  const series = heldRows(vintage, narrowing.series ?? narrowing.markets);
  return [
    { name: 'market_days', sql: marketDaysSql(heldRows(vintage, narrowing.markets)) },
    { name: 'left_out', sql: leftOutSql(series) },
    { name: 'priced', sql: pricedSql(series) },
    { name: 'normals', sql: normalsSql(narrowing.targets) },
    { name: 'representative', sql: representativesSql(heldRows(vintage)) },
    { name: 'board', sql: boardSql(profile.granularity, narrowing.targets) },
  ];
}
