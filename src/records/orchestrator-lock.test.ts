import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RecordsDatabase, recordsPrograms, withRecords } from '../../test/support/records-database.ts';
import { connectRecords, withSetting } from './connect.ts';
import {
  FROZEN_MS,
  HolderWatch,
  type OrchestratorLock,
  orchestratorAtWork,
  takeOrchestratorLock,
} from './orchestrator-lock.ts';

describe.skipIf(recordsPrograms() === null)('the orchestrator’s lock (skipped without PostgreSQL)', () => {
  let db: RecordsDatabase;
  beforeAll(async () => {
    db = await withRecords();
  });
  afterAll(async () => {
    await db?.drop();
  });

  const take = (): Promise<OrchestratorLock> =>
    takeOrchestratorLock(db.url, {
      signal: new AbortController().signal,
      onStandby: () => undefined,
      onLost: () => undefined,
      onRunChanged: () => undefined,
    });

  async function errorsOf(url: string): Promise<(string | undefined)[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query<{ table: string }>(
      `select oid::regclass::text as table from pg_class
       where relnamespace = 'sihwang'::regnamespace and relkind in ('r', 'p') and not relispartition
         and relname not in ('migrations', 'home')`,
    );
    expect(rows.length).toBeGreaterThan(15);
    const codes: (string | undefined)[] = [];
    for (const { table } of rows)
      codes.push(
        await client.query(`delete from ${table} where false`).then(
          () => undefined,
          ({ code }) => `${table} ${code}`,
        ),
      );
    await client.end();
    return codes;
  }

  it('lets the newest term write, whoever has none, and none of an earlier one, in any table', async () => {
    const first = await take();
    expect(await orchestratorAtWork(db.records.pool)).toBe(true);
    expect((await errorsOf(first.url)).filter(Boolean)).toEqual([]);
    await first.release();
    const second = await take();
    expect((await errorsOf(second.url)).filter(Boolean)).toEqual([]);
    expect((await errorsOf(db.url)).filter(Boolean)).toEqual([]);
    const refused = await errorsOf(first.url);
    expect(refused.filter((error) => !error?.endsWith(' SH001'))).toEqual([]);
    await second.release();
  });

  it('ends what an earlier term has under way, before it is kept', async () => {
    const first = await take();
    const step = connectRecords(first.url);
    const client = await step.pool.connect();
    await client.query('begin');
    await client.query("insert into sihwang.audit (actor, action, subject) values ('late', 'x', 'y')");
    await first.release();
    const second = await take();
    await expect(client.query('commit')).rejects.toThrow();
    client.release(true);
    await expect(
      step.pool.query("insert into sihwang.audit (actor, action, subject) values ('late', 'x', 'y')"),
    ).rejects.toThrow('took its place');
    const { rowCount } = await db.records.pool.query("select 1 from sihwang.audit where actor = 'late'");
    expect(rowCount).toBe(0);
    await step.close();
    await second.release();
    expect(await orchestratorAtWork(db.records.pool)).toBe(false);
  });
});

describe('a holder of the lock', () => {
  const holder = { pid: 7, name: 'sihwang orchestrator 7', sign: '1' };
  /** Looks every half second from a moment on; gives the last one's answer. */
  function watched(watch: HolderWatch, fromMs: number, toMs: number, given = holder): number {
    let silent = 0;
    for (let at = fromMs; at <= toMs; at += 500) silent = watch.silentMs(given, at);
    return silent;
  }

  it('is silent for as long as its last sign of life stays the same', () => {
    const watch = new HolderWatch();
    expect(watched(watch, 0, FROZEN_MS + 500)).toBeGreaterThan(FROZEN_MS);
    expect(watch.silentMs({ ...holder, sign: '2' }, FROZEN_MS + 1000)).toBe(0);
    expect(watch.silentMs({ ...holder, pid: 8, sign: '2' }, FROZEN_MS + 1500)).toBe(0);
  });

  it('is not called silent for the time that nobody looked, nor where its signs are not to be seen', () => {
    const watch = new HolderWatch();
    watched(watch, 0, 3000);
    expect(watch.silentMs(holder, 3_600_000)).toBe(0);
    expect(watch.silentMs(undefined, 3_600_500)).toBe(0);
    const blind = { ...holder, sign: null } as unknown as typeof holder;
    expect(watched(new HolderWatch(), 0, 60_000, blind)).toBe(0);
  });
});

it('a setting joins those of a connection string, whose own come last and count', () => {
  expect(withSetting('postgresql://a/b', 'x=1')).toBe('postgresql://a/b?options=-c%20x%3D1');
  expect(withSetting('postgresql://a/b?sslmode=require', 'x=1')).toBe(
    'postgresql://a/b?sslmode=require&options=-c%20x%3D1',
  );
  expect(withSetting('postgresql://a/b?options=-c%20x%3D2', 'x=1')).toBe(
    'postgresql://a/b?options=-c%20x%3D1%20-c%20x%3D2',
  );
});
