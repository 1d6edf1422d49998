import type { HandOver } from '../domain/index.ts';
import { openDatabase, queryColumns } from './database.ts';
import type { Columns } from './result-columns.ts';
import { stagedSql } from './take-in-sql.ts';

/**
 * The rows of a text table as the lake would read and judge them by themselves: our columns, `outcome` and `reason`, in
 * their order. Nothing is kept.
 */
export async function previewRows(handOver: HandOver, path: string, receivedAt: Date): Promise<Columns> {
  const { delimiter, quote = '"' } = handOver.shape;
  const raw = {
    rawId: 'preview',
    feed: handOver.profile.id,
    name: path,
    bytes: 0,
    encoding: 'utf-8',
    carriageReturns: false,
    receivedAt: receivedAt.toISOString(),
  } as const;
  const instance = await openDatabase();
  try {
    const connection = await instance.connect();
    const columns = [...Object.keys(handOver.shape.project), 'outcome', 'reason'].join(', ');
    const rows = stagedSql(handOver, { paths: [path], raws: [raw], delimiter, quote }, 0);
    return await queryColumns(connection, `select ${columns} from (${rows})`);
  } finally {
    instance.closeSync();
  }
}
