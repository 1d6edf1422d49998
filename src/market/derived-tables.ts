import type { FeedProfile, PastSeverity } from '../domain/index.ts';
import type { DerivedTable } from '../lake/index.ts';
import { readyTables } from './board-ready.ts';
import { boardSql } from './comparisons.ts';
import { dayCountsSql } from './day-counts.ts';
import { heldRows, type Vintage } from './held-rows.ts';
import { HISTORY_SQL } from './history-days.ts';
import { heldTotals, marketTotalsSql } from './market-totals.ts';
import { normalsSql } from './normal-years.ts';
import { marketDaysSql } from './open-days.ts';
import { LEFT_OUT_SQL, rulesMetSql, WARNED_SQL } from './past-rules.ts';
import { pricedSql } from './priced-days.ts';
import { representativesSql } from './representatives.ts';

/** What an as-of question needs of the derived tables; everything by default. Conditions are SQL over `d` (daily) and `s` (series). */
interface Narrowing {
  /** Keeps days, of series and of the markets on which openness is learned; SQL over `d.day` alone. */
  readonly days?: string;
  /** Keeps the one market that this series belongs to. */
  readonly marketOf?: number;
  /** Keeps rows of the series asked about. */
  readonly series?: string;
  /** Keeps the rows by which representatives are chosen. */
  readonly representatives?: string;
  /** The one day whose comparisons are asked. */
  readonly day?: string;
}

/**
 * The tables that the questions read, in the order they are made, inside the serving file of a feed:
 * `market_totals`, `market_days`, `day_counts`, `left_out`, `warned`, `priced`, `history`, `representative`, `board`, `board_ready`, `newest_row`. `publishConditions` takes them as they are.
 */
export function conditionTables(profile: FeedProfile): readonly DerivedTable[] {
  return [
    { name: 'market_totals', sql: marketTotalsSql() },
    ...tables(profile, 'newest', ['flag', 'warn'], {}),
    ...readyTables(profile.granularity),
  ];
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
  return `with ${asOfTableList(profile, names, narrowing)
    .map(({ name, sql }) => `${name} as materialized (${sql})`)
    .join(', ')}`;
}

/** The same, one by one in the order they are made. */
export function asOfTableList(
  profile: FeedProfile,
  names: readonly string[],
  narrowing: Narrowing = {},
): readonly DerivedTable[] {
  const severities: readonly PastSeverity[] = names.includes('warned') ? ['flag', 'warn'] : ['flag'];
  const wanted = tables(profile, 'as-of', severities, narrowing).filter(
    ({ name }) => names.includes(name) || (name === 'rules_met' && names.some((one) => RULED.includes(one))),
  );
  const { days = 'true', series = 'true' } = narrowing;
  const held = { name: 'held_rows', sql: heldRows('as-of', `${days} and (${series})`) };
  return [...(wanted.some(({ sql }) => sql.includes(held.name)) ? [held] : []), ...wanted];
}

/** Tables made of what the rules say. */
const RULED: readonly string[] = ['left_out', 'warned'];

function tables(
  profile: FeedProfile,
  vintage: Vintage,
  severities: readonly PastSeverity[],
  narrowing: Narrowing,
): readonly DerivedTable[] {
  const { day, days = 'true', marketOf } = narrowing;
  const rows = vintage === 'newest' ? heldRows('newest') : 'held_rows';
  // a question about some series still judges them beside the others of their item
  const everyRow = narrowing.series === undefined ? rows : heldRows(vintage, days);
  const ownMarket =
    marketOf === undefined
      ? 'true'
      : ['price_kind', 'market_code']
          .map((part) => `d.${part} = (select s.${part} from series s where s.series_id = ${marketOf})`)
          .join(' and ');
  const totals = heldTotals(vintage, `${days} and ${ownMarket}`);
  return [
    { name: 'market_days', sql: marketDaysSql(totals) },
    { name: 'day_counts', sql: dayCountsSql(totals) },
    { name: 'rules_met', sql: rulesMetSql(profile, severities, rows, everyRow), temporary: true },
    { name: 'left_out', sql: LEFT_OUT_SQL },
    { name: 'warned', sql: WARNED_SQL },
    { name: 'priced', sql: pricedSql(rows) },
    { name: 'normals', sql: normalsSql(day), temporary: true },
    { name: 'history', sql: HISTORY_SQL },
    {
      name: 'representative',
      sql: representativesSql(heldRows(vintage, narrowing.representatives), vintage),
    },
    { name: 'board', sql: boardSql(profile.granularity, day) },
  ];
}
