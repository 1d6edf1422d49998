import type { Pool, PoolClient } from 'pg';

/** A pool, or one of its connections inside a transaction. */
export type Db = Pool | PoolClient;

/** Runs `work` in one transaction: all of it is kept, or nothing. */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((problem: Error) => {
      broken = problem;
    });
    throw error;
  } finally {
    // a connection that could not even roll back is closed instead of being lent again
    client.release(broken);
  }
}
