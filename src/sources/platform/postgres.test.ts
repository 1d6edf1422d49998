import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type PostgresServer,
  postgresPrograms,
  startPostgres,
} from '../../../test/support/postgres-server.ts';
import type { PlatformTable } from './mapping.ts';
import { withTable } from './postgres.ts';

const programs = postgresPrograms();
const title = programs
  ? 'a table of PostgreSQL'
  : 'a table of PostgreSQL (skipped: no server programs are installed)';

const TABLE: PlatformTable = {
  connection: 'ORDERS_DATABASE_URL',
  table: 'shop.Order lines',
  where: [],
  trailingDays: 14,
  timeoutSeconds: 60,
};

describe.skipIf(!programs)(title, () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres(programs!);
    await server.run(`
      create schema shop;
      create table shop.orders (id bigint primary key, "it""em" text, sold timestamptz, kg numeric, state text);
      insert into shop.orders values
        (2, '배추, "상"', '2026-01-05 09:30+09', 10.50, 'done'), (1, '무', '2026-01-04 23:30+09', null, 'open'),
        (3, E'두\\n줄', '2026-01-07 00:00+09', 1e3, 'it''s');
      create view shop."lines" as select * from shop.orders;
      create table shop.many as select i as id, repeat('x', 100) as text from generate_series(1, 50000) i;
      create role reader login; grant usage on schema shop to reader; grant select on shop.orders to reader;`);
  }, 60_000);
  afterAll(() => server?.stop());

  const read = async (
    table: Partial<PlatformTable>,
    columns: string[],
    order: string[] = ['id'],
    since?: string,
  ) =>
    withTable(
      { ...TABLE, table: 'shop.orders', ...table },
      async (open) => {
        const blocks: Buffer[] = [];
        for await (const block of open.read(columns, order, since)) blocks.push(block);
        return Buffer.concat(blocks).toString('utf8');
      },
      { ORDERS_DATABASE_URL: server.url },
    );

  it('comes as CSV in UTC, in a stated order, whatever is in its cells and names', async () => {
    expect(await read({}, ['id', 'it"em', 'sold', 'kg'])).toBe(
      'id,"it""em",sold,kg\n1,무,2026-01-04 14:30:00+00,\n2,"배추, ""상""",2026-01-05 00:30:00+00,10.50\n3,"두\n줄",2026-01-06 15:00:00+00,1000\n',
    );
  });

  it('is narrowed by filters and by what changed', async () => {
    expect(await read({ where: [{ column: 'state', is: "it's" }] }, ['id'])).toBe('id\n3\n');
    expect(await read({ where: [{ column: 'state', oneOf: ['open', 'done'] }] }, ['id'])).toBe('id\n1\n2\n');
    expect(await read({ where: [{ column: 'kg', is: null }] }, ['id'])).toBe('id\n1\n');
    expect(await read({ where: [{ column: 'kg', isNot: null }] }, ['id'])).toBe('id\n2\n3\n');
    expect(await read({ where: [{ column: 'state', is: "x' or true --" }] }, ['id'])).toBe('id\n');
    expect(await read({ changedBy: 'sold' }, ['id'], ['id'], '2026-01-05T00:00:00Z')).toBe('id\n2\n3\n');
  });

  it('may be a view, and says what columns it has', async () => {
    await withTable(
      { ...TABLE, table: 'shop.lines' },
      async (open) => {
        expect(open.columns).toEqual(['id', 'it"em', 'sold', 'kg', 'state']);
        expect(await open.first(['kg', 'id'], 2)).toHaveLength(2);
      },
      { ORDERS_DATABASE_URL: server.url },
    );
  });

  it('arrives in blocks, not as one', async () => {
    await withTable(
      { ...TABLE, table: 'shop.many' },
      async (open) => {
        let blocks = 0;
        let bytes = 0;
        for await (const block of open.read(['id', 'text'], [])) {
          blocks++;
          bytes += block.length;
        }
        expect(bytes).toBeGreaterThan(5_000_000);
        expect(blocks).toBeGreaterThan(20);
      },
      { ORDERS_DATABASE_URL: server.url },
    );
  });

  it('is never written to', async () => {
    await server.run(`create function shop.sneak() returns int language sql as 'insert into shop.orders values (9) returning 1';
      create view shop.trap as select shop.sneak() as id`);
    await expect(read({ table: 'shop.trap' }, ['id'])).rejects.toMatchObject({
      code: 'DATABASE_REFUSED',
      message: expect.stringContaining('read-only transaction'),
    });
  });

  it('that is slow, absent or forbidden is refused with what to do', async () => {
    await server.run('create view shop.slow as select 1 as id from (select pg_sleep(20)) s');
    await expect(read({ table: 'shop.slow', timeoutSeconds: 1 }, ['id'])).rejects.toMatchObject({
      code: 'DATABASE_SLOW',
      exit: 75,
    });
    await expect(read({ table: 'shop.none' }, ['id'])).rejects.toMatchObject({ code: 'TABLE_UNKNOWN' });
    const reader = server.url.replace('owner:', 'reader:');
    await expect(
      withTable({ ...TABLE, table: 'shop.many' }, (open) => open.first(['id'], 1), {
        ORDERS_DATABASE_URL: reader,
      }),
    ).rejects.toMatchObject({ code: 'DATABASE_REFUSED' });
  });

  it('whose server goes away while it is read is to be asked again', async () => {
    const reading = (url: string, afterFirst: () => unknown) =>
      withTable(
        { ...TABLE, table: 'shop.many' },
        async (open) => {
          let blocks = 0;
          for await (const _ of open.read(['id', 'text'], [])) if (++blocks === 1) await afterFirst();
          return blocks;
        },
        { ORDERS_DATABASE_URL: url },
      );
    await server.run(
      'insert into shop.many select i, repeat(md5(i::text), 20) from generate_series(1, 50000) i',
    );
    const ended = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'sihwang'`;
    await expect(reading(server.url, () => server.run(ended))).rejects.toMatchObject({
      code: 'DATABASE_LOST',
      exit: 75,
    });
    const at = new URL(server.url);
    const { port, hostname } = at;
    const lines: Socket[] = [];
    const between = createServer((client) => {
      const line = connect(Number(port), hostname);
      lines.push(client, line);
      for (const end of [client, line]) end.on('error', () => {});
      client.pipe(line).pipe(client);
    }).listen(0, '127.0.0.1');
    await once(between, 'listening');
    at.port = String((between.address() as AddressInfo).port);
    at.hostname = '127.0.0.1';
    try {
      await expect(
        reading(at.href, () => {
          for (const line of lines) line.destroy();
        }),
      ).rejects.toMatchObject({ code: 'DATABASE_LOST', exit: 75 });
    } finally {
      between.close();
    }
  });

  it('is reached by a string from the environment that no message shows', async () => {
    await expect(withTable(TABLE, async () => 1, {})).rejects.toMatchObject({
      code: 'CONNECTION_MISSING',
      exit: 78,
    });
    for (const url of [
      'postgresql://owner:s3cr%65t@127.0.0.1:1/x',
      'postgresql://owner:s3cret@no host/x',
      's3cret',
    ]) {
      const error = await withTable(TABLE, async () => 1, { ORDERS_DATABASE_URL: url }).catch(
        (one: Error) => one,
      );
      expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE' });
      expect(`${(error as Error).message} ${(error as Error).stack} ${JSON.stringify(error)}`).not.toMatch(
        /s3cr/,
      );
    }
  });
});
