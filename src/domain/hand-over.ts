import type { FeedProfile } from './feed-profile.ts';
import type { Bilingual, Outcome } from './words.ts';

/**
 * The hand-over from a feed's folder to the lake: columns, never row objects. A feed describes how its published
 * table becomes our columns as SQL expressions over text; DuckDB reads, casts and judges millions of rows at once.
 */

/** Columns of a staged quote (a price its publisher aggregated). Each is an SQL expression over the file's text columns. */
export const QUOTE_COLUMNS = {
  market_day: 'DATE',
  /** When the publisher says the row was recorded, UTC; NULL when it does not say. */
  recorded_at: 'TIMESTAMP',
  item_code: 'VARCHAR',
  item_name: 'VARCHAR',
  variety: 'VARCHAR',
  grade: 'VARCHAR',
  package: 'VARCHAR',
  /** Price is for this many units: 100 with unit kg for a quintal. */
  unit_value: 'DOUBLE',
  /** kg, or a count unit in English singular (head, piece, bunch, stem, twin); NULL = unknown. */
  unit: 'VARCHAR',
  market_code: 'VARCHAR',
  market_name: 'VARCHAR',
  method: 'VARCHAR',
  price_kind: 'VARCHAR',
  /** In the feed's currency per unit_value units; NULL = not quoted. */
  price: 'DOUBLE',
  low: 'DOUBLE',
  high: 'DOUBLE',
  /** NULL when the feed publishes no volume. */
  volume_kg: 'DOUBLE',
  /** Which of a publisher's own sources gave the row; the smaller rank is shown when several did. */
  sub_source: 'VARCHAR',
  source_rank: 'INTEGER',
} as const;

/** Columns of a staged trade (one lot sold at auction, or its cancellation: quantity below 0). */
export const TRADE_COLUMNS = {
  market_day: 'DATE',
  recorded_at: 'TIMESTAMP',
  sold_at: 'TIMESTAMP',
  item_code: 'VARCHAR',
  item_name: 'VARCHAR',
  variety: 'VARCHAR',
  grade: 'VARCHAR',
  package: 'VARCHAR',
  unit_value: 'DOUBLE',
  unit: 'VARCHAR',
  market_code: 'VARCHAR',
  market_name: 'VARCHAR',
  method: 'VARCHAR',
  price_kind: 'VARCHAR',
  corporation: 'VARCHAR',
  origin: 'VARCHAR',
  /** The auction house's own number of the lot, unique within market, corporation and market day. */
  lot: 'VARCHAR',
  /** Packages; below 0 = a cancelled trade. */
  quantity: 'DOUBLE',
  /** Per package, in the feed's currency. */
  price: 'DOUBLE',
  amount: 'DOUBLE',
} as const;

/** Columns of a staged observation: one station's weather of one day. NULL = not observed, never 0. */
export const OBSERVATION_COLUMNS = {
  market_day: 'DATE',
  recorded_at: 'TIMESTAMP',
  station_code: 'VARCHAR',
  station_name: 'VARCHAR',
  mean_temperature_c: 'DOUBLE',
  min_temperature_c: 'DOUBLE',
  max_temperature_c: 'DOUBLE',
  rain_mm: 'DOUBLE',
  relative_humidity_pct: 'DOUBLE',
  sunshine_hours: 'DOUBLE',
  solar_radiation_mj_m2: 'DOUBLE',
  mean_wind_m_s: 'DOUBLE',
} as const;

/** Columns of a staged calendar entry: a public holiday, or a day on which a market does not trade. */
export const CALENDAR_COLUMNS = {
  market_day: 'DATE',
  recorded_at: 'TIMESTAMP',
  /** A country (`KR`) or a market (`taiwan-amis/N04/109`). */
  scope_code: 'VARCHAR',
  /** `holiday` or `closure`. */
  kind: 'VARCHAR',
  name: 'VARCHAR',
} as const;

export type QuoteColumn = keyof typeof QUOTE_COLUMNS;
export type TradeColumn = keyof typeof TRADE_COLUMNS;
export type ObservationColumn = keyof typeof OBSERVATION_COLUMNS;
export type CalendarColumn = keyof typeof CALENDAR_COLUMNS;

/** The columns that make two rows the same row; equal content then is a duplicate, different content a new version. */
export const QUOTE_KEY = [
  'market_day',
  'price_kind',
  'item_code',
  'variety',
  'grade',
  'package',
  'unit_value',
  'unit',
  'market_code',
  'method',
] as const satisfies readonly QuoteColumn[];
export const TRADE_KEY = [
  'market_day',
  'market_code',
  'corporation',
  'lot',
] as const satisfies readonly TradeColumn[];
export const OBSERVATION_KEY = ['market_day', 'station_code'] as const satisfies readonly ObservationColumn[];
export const CALENDAR_KEY = [
  'market_day',
  'scope_code',
  'kind',
  'name',
] as const satisfies readonly CalendarColumn[];

/** The columns that make a price series of its own (`domain.md` §4): won/kg is a measure beside it, never the identity. */
export const SERIES_COLUMNS = [
  'price_kind',
  'item_code',
  'variety',
  'grade',
  'package',
  'unit_value',
  'unit',
  'market_code',
  'method',
] as const satisfies readonly (QuoteColumn & TradeColumn)[];

/** One published form of a feed's table: the header it is known by, and how each of our columns is made of its text. */
export interface TableShape {
  readonly id: string;
  /** The header row, exactly, byte order mark and outer blanks removed. */
  readonly header: readonly string[];
  readonly delimiter: string;
  /**
   * The mark that encloses cells, `"` when not stated. Empty for a publisher that never encloses any: then one stray
   * mark is a character of its own line and cannot swallow the lines after it.
   */
  readonly quote?: '"' | '';
  /**
   * For answers that are no table of text (JSON, XML, another layout): reads one answer's whole text into rows of cells
   * in the header's order, as text; null = the cell is absent. Never throws on what passed the connector's judgement;
   * an answer it cannot read gives no row and is refused before. Without it the answer itself is the table.
   * `asked` is the query that it answers, without secrets: some publishers do not repeat the day or the item.
   */
  readonly decode?: (
    answer: string,
    asked: Readonly<Record<string, string>>,
  ) => Iterable<readonly (string | null)[]>;
  /** SQL over the header's columns (all VARCHAR, quoted names); every column of the record kind is present. */
  readonly project: Readonly<Record<string, string>>;
  /** Extra text columns that rules look at, by name, also SQL over the header's columns. */
  readonly evidence?: Readonly<Record<string, string>>;
}

/** A rule over one row, already compiled: SQL that is true for the rows it meets. The first that meets decides. */
export interface CompiledRule {
  readonly id: string;
  readonly outcome: Exclude<Outcome, 'accepted' | 'duplicate'>;
  readonly sql: string;
  readonly says: Bilingual;
}

/** Everything the lake needs to take in one file of one feed. */
export interface HandOver {
  readonly profile: FeedProfile;
  readonly shape: TableShape;
  readonly rules: readonly CompiledRule[];
}
