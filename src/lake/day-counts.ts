import { addDays, localDate } from '../domain/index.ts';
import { cleanRowsSql, holdsRows } from './clean-rows.ts';
import { readCommits } from './commit-log.ts';
import { openDatabase, queryColumns } from './database.ts';
import type { Home } from './home.ts';

/** How many kept rows a feed has of one market day. */
export interface DayCount {
  readonly day: string;
  readonly rows: number;
}

/** No market is shut for so long; what ends earlier cannot hold the last days. */
const REACH_DAYS = 90;

/** Kept rows of the last `days` market days that a feed has, up to a day, the latest first. */
export async function dayCounts(home: Home, feed: string, upTo: string, days: number): Promise<DayCount[]> {
  const from = addDays(localDate(upTo), -REACH_DAYS);
  const commits = readCommits(home, feed).filter(
    ({ firstDay, lastDay }) => firstDay !== null && lastDay !== null && firstDay <= upTo && lastDay >= from,
  );
  if (!holdsRows(commits)) return [];
  const instance = await openDatabase({ threads: 1 });
  try {
    const { rowCount, columns } = await queryColumns(
      await instance.connect(),
      `select market_day as day, count(*) as rows from (${cleanRowsSql(home, feed, commits)})
       where market_day between $from::date and $upTo::date group by all order by day desc limit ${days}`,
      { from, upTo },
    );
    return Array.from({ length: rowCount }, (_, at) => ({
      day: columns.day![at] as string,
      rows: columns.rows![at] as number,
    }));
  } finally {
    instance.closeSync();
  }
}
