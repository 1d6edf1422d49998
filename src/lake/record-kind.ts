import { type HandOver, QUOTE_COLUMNS, QUOTE_KEY, TRADE_COLUMNS, TRADE_KEY } from '../domain/index.ts';

/** Names are for people and times of recording are not content: a row that differs in them alone is the same row. */
const NOT_CONTENT = new Set(['item_name', 'market_name', 'recorded_at', 'sub_source', 'source_rank']);

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
export function kindOf(handOver: HandOver): Kind {
  const trade = handOver.profile.recordKind === 'trade';
  const types: Readonly<Record<string, string>> = trade ? TRADE_COLUMNS : QUOTE_COLUMNS;
  const key: readonly string[] = trade ? TRADE_KEY : QUOTE_KEY;
  const content = Object.keys(types).filter((name) => !key.includes(name) && !NOT_CONTENT.has(name));
  return { types, key, content, rank: trade ? '0' : 'coalesce(source_rank, 0)' };
}
