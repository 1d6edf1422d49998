import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PostgresServer, postgresPrograms, startPostgres } from '../../test/support/postgres-server.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { openRecords } from './open.ts';
import { shippedPrograms } from './server/programs.ts';

describe.each([
  { whose: 'npm brought', programs: shippedPrograms() },
  { whose: 'the distribution brought', programs: postgresPrograms() ?? null },
])('migrations, on the PostgreSQL that $whose', ({ programs }) => {
  /** Skipped where there is none. */
  const here = it.skipIf(programs === null);
  let server: PostgresServer;
  let pool: pg.Pool;

  beforeAll(async () => {
    if (programs === null) return;
    server = await startPostgres(programs);
    pool = new pg.Pool({ connectionString: server.url });
    pool.on('error', () => undefined);
    pool.on('connect', (client) => client.on('error', () => undefined));
  });
  afterAll(async () => {
    await pool?.end();
    await server?.stop();
  });
  beforeEach(async () => {
    await pool?.query('drop schema if exists sihwang cascade');
  });

  /** Every column and index of ours: what a migration leaves behind. */
  async function shape(): Promise<string[]> {
    const { rows } = await pool.query<{ line: string }>(
      `select format('%s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default) as line
       from information_schema.columns where table_schema = 'sihwang'
       union all select indexdef from pg_indexes where schemaname = 'sihwang' order by 1`,
    );
    return rows.map(({ line }) => line);
  }

  here('come to the same tables from every earlier version, and a second time change nothing', async () => {
    await migrate(pool);
    const whole = await shape();
    expect(whole.length).toBeGreaterThan(10);
    for (let known = 0; known < MIGRATIONS.length; known++) {
      await pool.query('drop schema sihwang cascade');
      await migrate(pool, { migrations: MIGRATIONS.slice(0, known) });
      expect(await migrate(pool)).toEqual(MIGRATIONS.slice(known).map(({ id }) => id));
      expect(await shape()).toEqual(whole);
    }
    expect(await migrate(pool)).toEqual([]);
  });

  here('run once when eight processes begin together', async () => {
    const applied = await Promise.all(Array.from({ length: 8 }, () => migrate(pool)));
    expect(applied.flat()).toEqual(MIGRATIONS.map(({ id }) => id));
  });

  here('are numbered without a gap or a double', () => {
    expect(MIGRATIONS.map(({ id }) => Number(id.slice(0, 4)))).toEqual(
      MIGRATIONS.map((_, index) => index + 1),
    );
  });

  here('leave nothing behind when one of them fails', async () => {
    const broken = [
      ...MIGRATIONS,
      { id: '9999-broken', sql: 'create table sihwang.half (x int); select 1/0' },
    ];
    await expect(migrate(pool, { migrations: broken })).rejects.toThrow('division by zero');
    expect(await shape()).toEqual([]);
  });

  here('refuse records that a later version migrated, or whose text was changed', async () => {
    await migrate(pool, { migrations: [...MIGRATIONS, { id: '9999-later', sql: 'select 1' }] });
    await expect(migrate(pool)).rejects.toMatchObject({ code: 'RECORDS_NEWER', exit: 78 });
    await pool.query("delete from sihwang.migrations where id = '9999-later'");
    await pool.query("update sihwang.migrations set sha256 = 'x'");
    await expect(migrate(pool)).rejects.toMatchObject({ code: 'RECORDS_CHANGED' });
  });

  here('refuse another home until it adopts them', async () => {
    const at = (id: string) => ({ path: '/nowhere', id });
    const first = await openRecords(at('one'), { databaseUrl: server.url });
    await first.close();
    await expect(openRecords(at('two'), { databaseUrl: server.url })).rejects.toMatchObject({
      code: 'RECORDS_OTHER_HOME',
    });
    await (await openRecords(at('one'), { databaseUrl: server.url })).close();
    await (await openRecords(at('two'), { databaseUrl: server.url, adopt: true })).close();
    await expect(openRecords(at('one'), { databaseUrl: server.url })).rejects.toMatchObject({
      code: 'RECORDS_OTHER_HOME',
    });
  });

  here('say where nobody answers, without the password', async () => {
    const opening = openRecords(
      { path: '/nowhere', id: 'one' },
      { databaseUrl: 'postgresql://me:hidden@127.0.0.1:9/x' },
    );
    await expect(opening).rejects.toMatchObject({ code: 'RECORDS_UNREACHABLE', exit: 75 });
    await expect(opening).rejects.not.toThrow('hidden');
    await expect(
      openRecords({ path: '/nowhere', id: 'one' }, { databaseUrl: 'hidden' }),
    ).rejects.toMatchObject({
      ...{ code: 'RECORDS_ADDRESS_UNREADABLE', message: expect.not.stringContaining('hidden') },
    });
  });
});
