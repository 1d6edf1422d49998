import type { DuckDBConnection } from '@duckdb/node-api';
import type { RecordKind } from '../domain/index.ts';
import { cleanRowsSql } from './clean-rows.ts';
import type { Commit } from './commit-log.ts';
import { queryOne } from './database.ts';
import type { Home } from './home.ts';
import { kindOf } from './record-kind.ts';

const NOTHING = 'chr(30)';

/**
 * A hash of the kept rows of commits, whatever their order: 128 bits in hex, the sum of the MD5s of the rows. It is made
 * of their values as text, days and moments as counts of microseconds and numbers by their eight bytes, so that
 * another version of DuckDB or of Parquet comes to the same one.
 */
export async function rowsHash(
  connection: DuckDBConnection,
  home: Home,
  feed: string,
  recordKind: RecordKind,
  commits: readonly Commit[],
): Promise<string> {
  const values = Object.entries(kindOf(recordKind).types).map(([name, type]) => asText(name, type));
  const own = [
    asText('known_at', 'TIMESTAMP'),
    asText('received_at', 'TIMESTAMP'),
    'observed::varchar',
    'outcome::varchar',
    `coalesce(reason::varchar, ${NOTHING})`,
    'raw_id::varchar',
  ];
  const row = `concat_ws(chr(31), ${[...values, ...own].join(', ')})`;
  const found = await queryOne(
    connection,
    `select count(*)::varchar as n, coalesce(sum(md5_number_lower(${row})::hugeint), 0)::varchar as low,
            coalesce(sum(md5_number_upper(${row})::hugeint), 0)::varchar as high
     from (${cleanRowsSql(home, feed, commits)})`,
  );
  const part = (name: string) =>
    BigInt.asUintN(64, BigInt(String(found![name])))
      .toString(16)
      .padStart(16, '0');
  return `${part('high')}${part('low')}-${found!.n}`;
}

function asText(name: string, type: string): string {
  const text =
    type === 'DATE' || type === 'TIMESTAMP'
      ? `epoch_us(${name}::timestamp)::varchar`
      : type === 'DOUBLE'
        ? `(${name})::bit::varchar`
        : `${name}::varchar`;
  return `coalesce(${text}, ${NOTHING})`;
}
