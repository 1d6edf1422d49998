import {
  type Bilingual,
  type ColumnType,
  type DataQuery,
  EXIT,
  type FeedProfile,
  SihwangError,
  type TableQuery,
} from '../domain/index.ts';
import type { DerivedTable, SnapshotTableSql } from '../lake/index.ts';
import { asOfTableList } from './derived-tables.ts';

/** One table that a task can ask for: its columns, the SQL that gives them, the order of its rows. */
interface CatalogueTable {
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** Reads the tables of a publication, or those of a moment under the same names. */
  readonly sql: string;
  readonly order: readonly string[];
}

const MARKET = `s.price_kind || '~' || s.market_code`;

/**
 * What a snapshot can hold. Days of a market are named by its price kind and code, as `auction~110001`; a series by its
 * text form. Everything is what was known at the snapshot's moment.
 */
const CATALOGUE: Readonly<Record<string, CatalogueTable>> = {
  /** One row a series. `data` is a hash of its prices and of its market's days: other data, other text. */
  series: {
    columns: {
      series: 'VARCHAR',
      market: 'VARCHAR',
      price_kind: 'VARCHAR',
      item_code: 'VARCHAR',
      market_code: 'VARCHAR',
      unit: 'VARCHAR',
      /** The last day on which any market of its price kind is known to have traded. */
      origin_day: 'DATE',
      priced_days: 'INTEGER',
      data: 'VARCHAR',
    },
    sql: `
      with market as (
        select price_kind, market_code, bit_xor(hash(day)) as days from market_days where is_open group by all),
      kind as (select price_kind, max(day) as last_day from market_days where is_open group by all),
      price as (
        select series_id, count(*) as days, bit_xor(hash(day, price, units)) as prices from priced group by all)
      select s.series, ${MARKET} as market, s.price_kind, s.item_code, s.market_code, s.unit, kind.last_day as origin_day,
             cast(coalesce(price.days, 0) as integer) as priced_days,
             concat_ws(':', kind.last_day, market.days, price.days, price.prices) as data
      from known_series s join kind using (price_kind)
      left join market using (price_kind, market_code)
      left join price using (series_id)`,
    order: ['series'],
  },
  /** One row a series and day with a price that no rule left out. Prices per one unit, in the feed's currency. */
  prices: {
    columns: {
      series: 'VARCHAR',
      day: 'DATE',
      price: 'DOUBLE',
      low: 'DOUBLE',
      high: 'DOUBLE',
      units: 'DOUBLE',
      volume_kg: 'DOUBLE',
      amount: 'DOUBLE',
      lots: 'INTEGER',
    },
    sql: `select s.series, p.day, p.price, p.low, p.high, p.units, p.volume_kg, p.amount, p.lots
          from priced p join known_series s using (series_id)`,
    order: ['series', 'day'],
  },
  /** One row a market and day on which it traded. */
  market_days: {
    columns: { market: 'VARCHAR', day: 'DATE', total_kg: 'DOUBLE' },
    sql: `select ${MARKET} as market, s.day, s.total_kg from market_days s where is_open`,
    order: ['market', 'day'],
  },
  /** The days after each origin on which the feed's calendar opens its markets; no rows where it is learned. */
  days_ahead: {
    columns: { origin_day: 'DATE', day: 'DATE' },
    sql: 'select origin_day, day from open_days_ahead',
    order: ['origin_day', 'day'],
  },
};

/** Days of a table of the catalogue, where it has them. */
const DAY = 'day';

/** The SQL of each table that a query asks for. Throws QUERY_UNKNOWN for a table or a column that there is none of. */
export function snapshotTables(query: DataQuery): SnapshotTableSql[] {
  return query.tables.map(({ table, columns, lastYears }) => {
    const known = Object.hasOwn(CATALOGUE, table) ? CATALOGUE[table] : undefined;
    if (!known)
      throw unknown(
        { ko: `뜬 자료에 없는 표: ${table}`, en: `a snapshot has no table ${table}` },
        Object.keys(CATALOGUE),
      );
    const stranger = columns.find((column) => !Object.hasOwn(known.columns, column));
    if (stranger !== undefined)
      throw unknown(
        {
          ko: `뜬 자료의 표 ${table}에 없는 열: ${stranger}`,
          en: `the table ${table} of a snapshot has no column ${stranger}`,
        },
        Object.keys(known.columns),
      );
    return {
      name: table,
      columns: columns.map((name) => ({ name, type: known.columns[name]! })),
      sql: within(known, lastYears),
      order: known.order,
    };
  });
}

function within({ sql, columns }: CatalogueTable, lastYears: TableQuery['lastYears']): string {
  if (lastYears === undefined || !(DAY in columns)) return sql;
  const years = Math.floor(lastYears);
  return `select * from (${sql}) qualify ${DAY} > max(${DAY}) over () - interval ${years} year`;
}

/**
 * The tables that the catalogue reads, in the order they are made, under the names that a publication has: at a moment
 * they are made anew from the versions that held then (`$asOf`); what is known now is there already.
 */
export function snapshotGround(profile: FeedProfile, vintage: 'newest' | 'as-of'): readonly DerivedTable[] {
  if (vintage === 'newest') return [{ name: 'known_series', sql: 'select * from series' }];
  return [
    {
      name: 'known_series',
      sql: `select * from series s semi join
            (select series_id from daily where known_from <= cast($asOf as timestamp)) known using (series_id)`,
    },
    ...asOfTableList(profile, ['market_days', 'left_out', 'priced']),
  ];
}

function unknown(what: Bilingual, names: readonly string[]): SihwangError {
  return new SihwangError('QUERY_UNKNOWN', what, {
    exit: EXIT.configuration,
    hint: { ko: `있는 것: ${names.join(', ')}.`, en: `There are ${names.join(', ')}.` },
  });
}
