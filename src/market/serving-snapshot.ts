import type { RowsWhere, SnapshotReader } from '../domain/index.ts';
import { columnsRead, type ServingReader, selectColumns } from '../lake/index.ts';
import { snapshotTables } from './snapshot-tables.ts';

/**
 * What is published of a feed now, read as a snapshot of it would be, without keeping one. `openDaysAhead` gives the days
 * ahead of an origin by the feed's calendar, none where it is learned.
 */
export function servingSnapshot(
  reader: ServingReader,
  openDaysAhead: (originDay: number) => Iterable<number>,
): SnapshotReader {
  return {
    feed: reader.profile.id,
    granularity: reader.profile.granularity,
    async read(name: string, columns: readonly string[], where?: RowsWhere) {
      const [table] = snapshotTables({ tables: [{ table: name, columns }] });
      const ahead = name === 'days_ahead' ? await daysAheadSql(reader, openDaysAhead) : '';
      const { sql, params } = selectColumns(
        `(with known_series as (select * from series)${ahead} select * from (${table!.sql}))`,
        table!.columns,
        table!.order,
        where,
      );
      return columnsRead(await reader.query(sql, params), table!.columns);
    },
  };
}

async function daysAheadSql(
  reader: ServingReader,
  openDaysAhead: (originDay: number) => Iterable<number>,
): Promise<string> {
  const { columns } = await reader.query(
    `select distinct cast(max(day) - date '1970-01-01' as integer) as day from market_days where is_open group by price_kind`,
  );
  const rows = (columns.day ?? []).map(Number).flatMap((origin) => {
    const days = [...openDaysAhead(origin)];
    if (days.length === 0) return [];
    return [
      `select date '1970-01-01' + ${origin} as origin_day, date '1970-01-01' + unnest([${days.join(', ')}]) as day`,
    ];
  });
  const none = `select date '1970-01-01' as origin_day, date '1970-01-01' as day limit 0`;
  return `, open_days_ahead as (${rows.length > 0 ? rows.join(' union all ') : none})`;
}
