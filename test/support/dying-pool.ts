import type { Pool, PoolClient } from 'pg';

/** A pool whose process dies behind one of the rows that are made durable through it. */
export interface DyingPool {
  readonly pool: Pool;
  /** Whether it has died: fewer rows may be written than it was to survive. */
  readonly dead: () => boolean;
}

const WRITES = /\b(insert into|update|delete from) sihwang\./i;
const textOf = (asked: unknown): string =>
  typeof asked === 'string' ? asked : String((asked as { readonly text?: unknown } | undefined)?.text ?? '');

/**
 * Passes everything on until the `after`th time that something has become durable, a statement of its own or a transaction;
 * from then on every call is answered by an error, as a dead process answers none.
 */
export function dyingPool(pool: Pool, after: number): DyingPool {
  let left = after;
  let dead = false;
  const alive = (): void => {
    if (dead) throw new Error('died behind a durable row');
  };
  const durable = (): void => {
    left -= 1;
    if (left > 0) return;
    dead = true;
    alive();
  };
  const dyingClient = (client: PoolClient): PoolClient => {
    let wrote = false;
    const query = async (...args: unknown[]): Promise<unknown> => {
      const text = textOf(args[0]);
      if (!/^rollback/i.test(text)) alive();
      const answer = await (client.query as (...all: unknown[]) => Promise<unknown>)(...args);
      if (WRITES.test(text)) wrote = true;
      if (/^commit/i.test(text) && wrote) durable();
      return answer;
    };
    // a stream of rows (COPY) is no promise; what it fills is a table of the transaction
    const either = (...args: unknown[]): unknown =>
      typeof args[0] === 'string'
        ? query(...args)
        : (client.query as (...all: unknown[]) => unknown)(...args);
    return new Proxy(client, {
      get: (target, name) => {
        if (name === 'query') return either;
        const value = Reflect.get(target, name) as unknown;
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  };
  const dying = {
    query: async (...args: unknown[]): Promise<unknown> => {
      alive();
      const answer = await (pool.query as (...all: unknown[]) => Promise<unknown>)(...args);
      if (WRITES.test(textOf(args[0]))) durable();
      return answer;
    },
    connect: async (): Promise<PoolClient> => {
      alive();
      return dyingClient(await pool.connect());
    },
  };
  return { pool: dying as unknown as Pool, dead: () => dead };
}
