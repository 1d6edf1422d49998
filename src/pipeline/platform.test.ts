import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PostgresServer, postgresPrograms, startPostgres } from '../../test/support/postgres-server.ts';
import { type Home, openHome, openServingLibrary, replayCheck } from '../lake/index.ts';
import { parseMapping } from '../sources/index.ts';
import { checkPlatform, takePlatform } from './platform.ts';
import { addMapping, feedsOf, mappingNamed } from './platform-mappings.ts';
import { handOverOf } from './undo-commit.ts';

const COLUMNS = {
  marketDay: 'sold_at',
  lot: 'line_id',
  item: { column: 'sku', values: { C: '211', R: '231' } },
  itemName: 'name',
  unit: 'unit_text',
  quantity: 'boxes',
  price: 'price',
  amount: 'total',
  market: { constant: 'hub-1' },
  marketName: { constant: 'Hub 1' },
  recordedAt: 'updated_at',
  status: { column: 'state', values: { paid: 'sold', void: 'cancelled', cart: 'left-out' } },
};

const mappingOf = (from: object, name = 'orders') => ({
  name,
  title: { ko: '주문', en: 'Orders' },
  from,
  currency: 'KRW',
  timeZone: 'Asia/Seoul',
  columns: COLUMNS,
});

const folder = mkdtempSync(join(tmpdir(), 'sihwang-platform-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const options = (now: string) => ({ waitMs: 0, command: 'test', now: () => new Date(now) });

let nth = 0;
function freshHome(from: object) {
  const home = openHome(join(folder, `home-${++nth}`));
  const path = join(folder, `mapping-${nth}.json`);
  writeFileSync(path, JSON.stringify(mappingOf(from)));
  addMapping(home, path);
  return { home, mapping: mappingNamed(home, 'orders') };
}

/** Price and kg of every series and day, as a reader sees them. */
const prices = (home: Home) =>
  read(
    home,
    'select cast(p.day as varchar), s.item_code, p.price, p.volume_kg from priced p join series s using (series_id) order by all',
  );

/** Every price that ever held, and from when. */
const versions = (home: Home) =>
  read(home, 'select price, cast(known_from as varchar) from daily order by known_from');

async function read(home: Home, sql: string) {
  const library = await openServingLibrary(
    home,
    feedsOf(home).map(({ profile }) => profile),
  );
  try {
    return await library.read('platform-orders', async (reader) => {
      const { rowCount, columns } = await reader.query(sql);
      return Array.from({ length: rowCount }, (_, row) =>
        Object.values(columns).map((values) => values[row]),
      );
    });
  } finally {
    await library.close();
  }
}

const HEADER = 'line_id,sold_at,sku,name,unit_text,boxes,price,total,state,updated_at';

describe('a drop folder', () => {
  let drop: string;
  beforeEach(() => {
    drop = mkdtempSync(join(folder, 'drop-'));
  });

  it('is taken in once by content, its files left where they are, bad ones reported', async () => {
    const { home, mapping } = freshHome({ folder: drop });
    writeFileSync(
      join(drop, 'a.csv'),
      `${HEADER}\n1,2026-01-05 09:30+09,C,배추,10kg망,3,8000,24000,paid,2026-01-05T01:00:00Z\n2,2026-01-04T15:30:00Z,R,무,20키로상자,1,12000,12000,paid,2026-01-05T01:00:00Z\n3,2026-01-05,C,배추,10kg망,5,1,5,cart,2026-01-05T01:00:00Z\n4,2026-01-05,C,배추,10kg망,5,1,5,strange,2026-01-05T01:00:00Z\n`,
    );
    writeFileSync(join(drop, 'b.csv'), 'other,columns\n1,2\n');
    const before = statSync(join(drop, 'a.csv')).mtimeMs;
    const first = await takePlatform(home, mapping, options('2026-01-06T00:00:00Z'));
    expect(first.taken.map(({ commit }) => commit.outcomes)).toEqual([
      { accepted: 2, flagged: 0, duplicate: 0, aggregate: 0, rejected: 2 },
    ]);
    expect(first.taken[0]!.commit.reasons.map(({ reason }) => reason).sort()).toEqual([
      'not-sold',
      'unknown-status',
    ]);
    expect(first.unreadable).toMatchObject([{ path: join(drop, 'b.csv') }]);
    expect(first.unreadable[0]!.reason).toContain('sold_at (columns.marketDay)');
    expect(await prices(home)).toEqual([
      ['2026-01-05', '211', 800, 30],
      ['2026-01-05', '231', 600, 20],
    ]);

    writeFileSync(join(drop, 'copy of a.csv'), readFileSync(join(drop, 'a.csv')));
    const again = await takePlatform(home, mapping, options('2026-01-07T00:00:00Z'));
    expect(again.taken.map(({ status }) => status)).toEqual(['already', 'already']);
    expect(readdirSync(drop).sort()).toEqual(['a.csv', 'b.csv', 'copy of a.csv']);
    expect(statSync(join(drop, 'a.csv')).mtimeMs).toBe(before);
  }, 60_000);

  it('takes a cancellation as the end of its sale, whatever the order of columns in the new file', async () => {
    const { home, mapping } = freshHome({ folder: drop });
    writeFileSync(
      join(drop, '1.csv'),
      `${HEADER}\n1,2026-01-05,C,배추,10kg망,3,8000,24000,paid,2026-01-05T01:00:00Z\n2,2026-01-05,C,배추,10kg망,1,9000,9000,paid,2026-01-05T01:00:00Z\n`,
    );
    await takePlatform(home, mapping, options('2026-01-06T00:00:00Z'));
    writeFileSync(
      join(drop, '2.csv'),
      `state,line_id,sold_at,sku,name,unit_text,boxes,price,total,updated_at\nvoid,2,2026-01-05,C,배추,10kg망,1,9000,9000,2026-01-06T03:00:00Z\n`,
    );
    const { taken } = await takePlatform(home, mapping, options('2026-01-07T00:00:00Z'));
    expect(taken.at(-1)!.commit.reasons).toEqual([{ outcome: 'flagged', reason: 'cancelled', rows: 1 }]);
    expect(await prices(home)).toEqual([['2026-01-05', '211', 800, 30]]);
    expect(
      feedsOf(home)
        .at(-1)!
        .shapes.map((shape) => shape.header[0]),
    ).toContain('state');
  }, 60_000);

  it('may hold Parquet', async () => {
    const { home, mapping } = freshHome({ folder: drop });
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(`copy (select 1 as line_id, date '2026-01-05' as sold_at, 'C' as sku, '배추' as name, '10kg망' as unit_text,
      3 as boxes, 8000 as price, 24000 as total, 'paid' as state, timestamp '2026-01-05 10:00:00' as updated_at)
      to '${join(drop, 'a.parquet')}' (format parquet)`);
    instance.closeSync();
    const { taken, unreadable } = await takePlatform(home, mapping, options('2026-01-06T00:00:00Z'));
    expect(unreadable).toEqual([]);
    expect(taken.map(({ commit }) => commit.outcomes.accepted)).toEqual([1]);
    expect(await prices(home)).toEqual([['2026-01-05', '211', 800, 30]]);
  }, 60_000);

  it('shows how its first rows would be understood, and keeps nothing', async () => {
    writeFileSync(
      join(drop, 'a.csv'),
      `${HEADER}\n1,2026-01-05 00:30:00+09,C,배추,상자,3,8000,24000,paid,\n`,
    );
    const { rowCount, columns } = await checkPlatform(
      parseMapping(JSON.stringify(mappingOf({ folder: drop })), 'm'),
      new Date('2026-02-01'),
    );
    expect(rowCount).toBe(1);
    expect([columns.market_day, columns.item_code, columns.reason]).toEqual([
      ['2026-01-05'],
      ['211'],
      ['no-unit'],
    ]);
  });
});

const programs = postgresPrograms();

describe.skipIf(!programs)(programs ? 'a table' : 'a table (skipped: PostgreSQL is not installed)', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres(programs!);
    await server.run(`create table lines (line_id bigint primary key, sold_at timestamptz, sku text, name text, unit_text text,
      boxes numeric, price numeric, total numeric, state text, updated_at timestamptz);
      insert into lines select i, '2026-01-05 09:00+09', 'C', '배추', '10kg망', 2, 8000, 16000, 'paid', '2026-01-05 10:00+09' from generate_series(1, 1000) i`);
  }, 60_000);
  afterAll(() => server?.stop());

  it('is read whole once, then what changed since; a changed status is a revision', async () => {
    const { home, mapping } = freshHome({
      postgres: { connection: 'ORDERS_DB', table: 'lines', changedBy: 'updated_at', trailingDays: 1 },
    });
    const take = (now: string) => takePlatform(home, mapping, options(now), { ORDERS_DB: server.url });
    const first = await take('2026-01-06T00:00:00Z');
    expect(first.taken[0]!.commit).toMatchObject({ rows: 1000, outcomes: { accepted: 1000 } });
    expect(await prices(home)).toEqual([['2026-01-05', '211', 800, 20_000]]);

    await server.run(`update lines set state = 'void', updated_at = '2026-01-08 10:00+09' where line_id <= 900;
      insert into lines values (2000, '2026-01-08 09:00+09', 'R', '무', '20kg상자', 1, 10000, 10000, 'paid', '2026-01-08 10:00+09')`);
    const second = await take('2026-01-09T00:00:00Z');
    expect(second.taken[0]!.commit).toMatchObject({
      rows: 1000 + 1,
      outcomes: { accepted: 1, flagged: 900, duplicate: 100 },
    });
    expect(await prices(home)).toEqual([
      ['2026-01-05', '211', 800, 2000],
      ['2026-01-08', '231', 500, 20],
    ]);
    const third = await take('2026-01-20T00:00:00Z');
    expect(third.taken[0]!.commit.rows).toBe(901);
    expect(third.taken[0]!.commit.outcomes).toMatchObject({ accepted: 0, flagged: 0, duplicate: 901 });
  }, 60_000);

  it('that returns to what it was before is what it is now, and was what it was', async () => {
    await server.run(
      `create table fickle (like lines); insert into fickle select * from lines where line_id = 1`,
    );
    await server.run(`update fickle set state = 'paid', updated_at = null`);
    const { home, mapping } = freshHome({ postgres: { connection: 'ORDERS_DB', table: 'fickle' } });
    const take = (now: string) => takePlatform(home, mapping, options(now), { ORDERS_DB: server.url });
    const atPrice = (price: number) => server.run(`update fickle set price = ${price}, total = ${2 * price}`);
    await take('2026-01-06T00:00:00Z');
    await atPrice(99_000);
    await take('2026-01-07T00:00:00Z');
    expect(await prices(home)).toEqual([['2026-01-05', '211', 9900, 20]]);
    await atPrice(8000);
    const third = await take('2026-01-08T00:00:00Z');
    expect(third.taken[0]!.status).toBe('taken');
    expect(await prices(home)).toEqual([['2026-01-05', '211', 800, 20]]);
    expect((await take('2026-01-09T00:00:00Z')).taken[0]!.status).toBe('already');
    expect(await versions(home)).toEqual([
      [800, '2026-01-06 00:00:00'],
      [9900, '2026-01-07 00:00:00'],
      [800, '2026-01-08 00:00:00'],
    ]);
    const again = await replayCheck(home, 'platform-orders', handOverOf(feedsOf(home).at(-1)!));
    expect(again.map(({ result }) => result)).toEqual(['same-bytes', 'same-bytes', 'same-bytes']);
  }, 60_000);

  it('leaves the connection string in no file', async () => {
    const { home, mapping } = freshHome({ postgres: { connection: 'ORDERS_DB', table: 'lines' } });
    await takePlatform(home, mapping, options('2026-01-06T00:00:00Z'), { ORDERS_DB: server.url });
    const files = readdirSync(home.path, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.length).toBeGreaterThan(3);
    for (const file of files)
      expect(readFileSync(join(file.parentPath, file.name)).includes('not-the-secret')).toBe(false);
  }, 60_000);
});
