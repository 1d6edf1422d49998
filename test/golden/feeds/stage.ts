import { closeSync, openSync, readSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { CALENDAR_COLUMNS, OBSERVATION_COLUMNS, QUOTE_COLUMNS, type RecordKind, TRADE_COLUMNS } from '../../../src/domain/index.ts';
import { registerUnitGrammar } from '../../../src/lake/unit-function.ts';
import { type Feed, handOver, recogniseShape } from '../../../src/sources/index.ts';

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const name = (value: string): string => `"${value.replaceAll('"', '""')}"`;

const COLUMNS: Readonly<Record<RecordKind, Readonly<Record<string, string>>>> = {
  trade: TRADE_COLUMNS,
  quote: QUOTE_COLUMNS,
  observation: OBSERVATION_COLUMNS,
  calendar: CALENDAR_COLUMNS,
};

/** The first line of a file, read as UTF-8. */
function firstLine(path: string): string {
  const head = Buffer.alloc(4096);
  const descriptor = openSync(path, 'r');
  try {
    const length = readSync(descriptor, head, 0, head.length, 0);
    return head.toString('utf8', 0, length).split(/\r?\n/, 1)[0]!;
  } finally {
    closeSync(descriptor);
  }
}

/** A file read by a feed: rows of any query over `staged` and `rejects`, until it is closed. */
export interface Staged {
  rows(sql: string): Promise<Record<string, unknown>[]>;
  close(): void;
}

/**
 * Reads one file the way a feed describes it, without a lake: a table `staged` of our columns, the evidence, and the
 * first rule met (`reason`, `outcome`); lines that cannot be split are in `rejects`. For the tests of the feeds alone.
 */
export async function stage(feed: Feed, path: string): Promise<Staged> {
  const shape = recogniseShape(feed, firstLine(path));
  if (shape === undefined) throw new Error(`${path} has no form that ${feed.profile.id} knows`);
  const types = COLUMNS[feed.profile.recordKind];
  const columns = Object.entries(types).map(
    ([column, type]) => `CAST(${shape.project[column]} AS ${type}) AS ${name(column)}`,
  );
  const evidence = Object.entries(shape.evidence ?? {}).map(([column, sql]) => `${sql} AS ${name(column)}`);
  const mark = text(shape.quote ?? '"');
  const { rules } = handOver(feed, shape);
  const chosen = (of: 'id' | 'outcome'): string =>
    `CASE ${rules.map((rule) => `WHEN ${rule.sql} THEN ${text(rule[of])}`).join(' ')} END`;
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  try {
    const connection = await instance.connect();
    registerUnitGrammar(connection);
    await connection.run(`CREATE TEMP TABLE staged AS
      SELECT *, ${chosen('id')} AS reason, coalesce(${chosen('outcome')}, 'accepted') AS outcome
      FROM (SELECT ${[...columns, ...evidence].join(', ')}
            FROM read_csv(${text(path)}, columns = {${shape.header.map((column) => `${text(column)}: 'VARCHAR'`).join(', ')}},
              header = true, delim = ${text(shape.delimiter)}, quote = ${mark}, escape = ${mark}, auto_detect = false,
              store_rejects = true, rejects_table = 'rejects', rejects_scan = 'reject_scans', rejects_limit = 0))`);
    return {
      rows: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson(),
      close: () => instance.closeSync(),
    };
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}
