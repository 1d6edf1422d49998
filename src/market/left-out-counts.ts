import type { ServingReader } from '../lake/index.ts';
import { rowsOf, textOf } from './result-rows.ts';

/** How many prices of a reason are kept in the lake but out of prices, and on how many days they stand. */
export interface LeftOutCount {
  readonly reason: string;
  readonly prices: number;
  readonly days: number;
}

/** What do the rules that look at a market's past leave out of prices, by reason, over the feed's whole record? */
export async function leftOutCounts(reader: ServingReader): Promise<LeftOutCount[]> {
  const counted = await reader.query(
    'select reason, count(*) as prices, count(distinct day) as days from left_out group by reason order by prices desc, reason',
  );
  return rowsOf(counted).map((row) => ({
    reason: textOf(row, 'reason'),
    prices: Number(row.prices),
    days: Number(row.days),
  }));
}
