import {
  CALENDAR_COLUMNS,
  CALENDAR_KEY,
  OBSERVATION_COLUMNS,
  OBSERVATION_KEY,
  QUOTE_COLUMNS,
  QUOTE_KEY,
  type RecordKind,
  TRADE_COLUMNS,
  TRADE_KEY,
} from '../domain/index.ts';

/** Names are for people and times of recording are not content: a row that differs in them alone is the same row. */
const NOT_CONTENT = new Set([
  'item_name',
  'market_name',
  'station_name',
  'recorded_at',
  'sub_source',
  'source_rank',
]);

const COLUMNS_AND_KEY: Readonly<
  Record<RecordKind, readonly [types: Readonly<Record<string, string>>, key: readonly string[]]>
> = {
  trade: [TRADE_COLUMNS, TRADE_KEY],
  quote: [QUOTE_COLUMNS, QUOTE_KEY],
  observation: [OBSERVATION_COLUMNS, OBSERVATION_KEY],
  calendar: [CALENDAR_COLUMNS, CALENDAR_KEY],
};

interface Kind {
  /** Column names and their SQL types. */
  readonly types: Readonly<Record<string, string>>;
  /** Two rows with the same key are versions of one. */
  readonly key: readonly string[];
  /** Columns that make two versions different. */
  readonly content: readonly string[];
  /** SQL of the precedence among a publisher's own sources; the smallest is shown. */
  readonly rank: string;
}

/** What the lake must know of a kind of record to judge its rows. */
export function kindOf(recordKind: RecordKind): Kind {
  const [types, key] = COLUMNS_AND_KEY[recordKind];
  const content = Object.keys(types).filter((name) => !key.includes(name) && !NOT_CONTENT.has(name));
  return { types, key, content, rank: 'source_rank' in types ? 'coalesce(source_rank, 0)' : '0' };
}
