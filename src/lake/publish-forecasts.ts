import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api';
import { type ColumnType, rowsIn, type Table, type Tables } from '../domain/index.ts';
import { buildServingFile } from './build-serving-file.ts';
import { literal } from './database.ts';
import { duckdb } from './duckdb.ts';
import type { Home } from './home.ts';
import { readPointer, type ServingFile } from './serving-files.ts';

/**
 * Publishes new forecasts beside the feed's earlier ones. Every table has a column `series`; the rows of the series in
 * `replaced` are exchanged for those given, the rows of other series are carried over while the feed still has them.
 * Tables of another make (other names or columns) are not carried over. The caller holds the home's lock.
 */
export async function publishForecasts(
  home: Home,
  feed: string,
  tables: Tables,
  replaced: readonly string[],
): Promise<ServingFile> {
  const make = JSON.stringify(Object.entries(tables).map(([name, table]) => [name, columnsSql(table)]));
  const current = readPointer(home).feeds[feed];
  const earlier = current?.forecasts?.recipe === make ? current.forecasts : null;
  return buildServingFile(home, feed, 'forecasts', make, async (connection) => {
    const attach = (file: string, name: string) =>
      connection.run(`attach ${literal(home.at('serving', file))} as ${name} (read_only)`);
    if (earlier) {
      await attach(earlier.file, 'earlier');
      await attach(current!.conditions.file, 'conditions');
      await append(connection, 'replaced_series', { series: { type: 'VARCHAR', values: replaced } });
    }
    for (const [name, table] of Object.entries(tables)) {
      await append(connection, `new_${name}`, table);
      const carried = earlier
        ? `union all select * from earlier.main.${name} semi join conditions.main.series using (series)
           anti join replaced_series using (series)`
        : '';
      await connection.run(`create table ${name} as select * from new_${name} ${carried} order by series`);
    }
    if (earlier) await connection.run('detach earlier; detach conditions');
  });
}

function columnsSql(table: Table): string {
  return Object.entries(table)
    .map(([name, { type }]) => `${name} ${type}`)
    .join(', ');
}

async function append(connection: DuckDBConnection, name: string, table: Table): Promise<void> {
  await connection.run(`create temp table ${name} (${columnsSql(table)})`);
  const appender = await connection.createAppender(name, null, 'temp');
  const columns = Object.values(table);
  const rows = rowsIn(table);
  for (let row = 0; row < rows; row++) {
    for (const { type, values } of columns) appendValue(appender, type, values[row]!);
    appender.endRow();
  }
  appender.closeSync();
}

function appendValue(appender: DuckDBAppender, type: ColumnType, value: string | number | null): void {
  if (value === null || Number.isNaN(value)) appender.appendNull();
  else if (type === 'VARCHAR') appender.appendVarchar(String(value));
  else if (type === 'DOUBLE') appender.appendDouble(Number(value));
  else if (type === 'INTEGER') appender.appendInteger(Number(value));
  else if (type === 'DATE') appender.appendDate(new duckdb.DuckDBDateValue(Number(value)));
  else appender.appendTimestamp(new duckdb.DuckDBTimestampValue(BigInt(Date.parse(String(value))) * 1000n));
}
