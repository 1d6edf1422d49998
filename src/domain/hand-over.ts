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

export type QuoteColumn = keyof typeof QUOTE_COLUMNS;
export type TradeColumn = keyof typeof TRADE_COLUMNS;

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
