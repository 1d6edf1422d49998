import type { Pool, PoolClient } from 'pg';
import { expect } from 'vitest';
import type { Records } from '../../src/records/records.ts';

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

/**
 * Holds a step to changing nothing more when it is done again after a death: it dies behind the first row that it makes
 * durable, then behind the second, and so on, is done again each time by a living process, and the records must say what
 * they say without a death. Leaves the records as the step leaves them. `alsoSaid`: what the step did elsewhere.
 */
export async function expectSameBehindEachDeath(
  records: Records,
  step: (records: Records) => Promise<unknown>,
  { before = async () => {}, alsoSaid = () => '' as unknown } = {},
): Promise<void> {
  const began = new Date();
  const restore = await remember(records.pool);
  const said = async () => `${await rowsOf(records.pool, began)}\n${JSON.stringify(alsoSaid())}`;
  await before();
  const standing = await said();
  await step(records);
  const undisturbed = await said();
  expect(undisturbed, 'the step writes something').not.toBe(standing);
  for (let after = 1; ; after++) {
    await restore();
    await before();
    const dying = dyingPool(records.pool, after);
    const died = await step({ ...records, pool: dying.pool }).then(
      () => false,
      (error) => {
        if (!dying.dead()) throw error;
        return true;
      },
    );
    // one that swallows the error of a single call goes on for a while, and has died all the same
    if (!died && !dying.dead()) {
      expect(after, 'some row was written').toBeGreaterThan(1);
      return;
    }
    await step(records);
    expect(await said(), `behind row ${after}`).toBe(undisturbed);
  }
}

async function tablesOf(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'sihwang'::regnamespace and relkind in ('r', 'p')
       and not relispartition and relname not in ('migrations', 'home') order by 1`,
  );
  return rows.map(({ name }) => name);
}

/** Keeps what every table holds; gives the way back to it. */
async function remember(pool: Pool): Promise<() => Promise<void>> {
  const tables = await tablesOf(pool);
  await pool.query('drop schema if exists remembered cascade; create schema remembered');
  for (const table of tables)
    await pool.query(`create table remembered.${table} as select * from sihwang.${table}`);
  return async () => {
    const again = tables.map(
      (table) => `insert into sihwang.${table} overriding system value select * from remembered.${table};`,
    );
    await pool.query(
      `begin; set local session_replication_role = replica;
       truncate ${tables.map((table) => `sihwang.${table}`).join(', ')} cascade; ${again.join(' ')} commit`,
    );
  };
}

/** Numbers that rows happen to get. */
const NUMBERS = ['id', 'decision_id', 'series_id', 'issue_id'];

/** All rows as text, without numbers that they happen to get; moments of the test itself are one. */
async function rowsOf(pool: Pool, began: Date): Promise<string> {
  const all: string[] = [];
  for (const table of await tablesOf(pool)) {
    const { rows } = await pool.query<{ row: Record<string, unknown> }>(
      `select to_jsonb(t) as row from sihwang.${table} t`,
    );
    const lines = rows.map(({ row }) =>
      JSON.stringify(
        Object.entries(row).filter(([name, value]) => !(NUMBERS.includes(name) && typeof value === 'number')),
      ).replace(/"\d{4}-\d\d-\d\dT\d\d:\d\d:[^"]*"/g, (moment) =>
        new Date(moment.slice(1, -1)) >= began ? '"now"' : moment,
      ),
    );
    all.push(table, ...lines.sort());
  }
  return all.join('\n');
}
