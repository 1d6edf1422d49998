import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quoteLine, quotes, SmallLake, tradeLine, trades } from '../../test/support/small-lake.ts';
import { publishConditions } from './publish.ts';
import { publishForecasts } from './publish-forecasts.ts';
import { pointTo } from './serving-files.ts';
import { openServingLibrary, type ServingLibrary, type ServingReader } from './serving-library.ts';

let lake: SmallLake;
let library: ServingLibrary | undefined;
beforeEach(() => {
  lake = new SmallLake();
});
afterEach(async () => {
  await library?.close();
  library = undefined;
  lake.close();
});

const DERIVED = [{ name: 'total', sql: 'select count(*) as days, sum(price) as prices from daily' }];

/** A version of the quotes with one more day than the one before. */
async function publishDay(day: number): Promise<void> {
  await lake.take(quotes, [quoteLine({ day: `2024-03-${String(day).padStart(2, '0')}`, price: day })]);
  await publishConditions(lake.home, quotes.profile, DERIVED);
}

const open = async (profiles = [quotes.profile, trades.profile]) => {
  library = await openServingLibrary(lake.home, profiles);
  return library;
};

async function one(
  reader: ServingReader,
  sql: string,
  params?: Record<string, string | number | boolean | null>,
) {
  const { columns } = await reader.query(sql, params);
  return Object.values(columns)[0]![0];
}

describe('a library', () => {
  it('opens an empty home and finds what is published later', async () => {
    const served = await open();
    expect(served.feeds()).toEqual([]);
    await expect(served.read('quotes', async () => 0)).rejects.toThrow(
      'the feed quotes has not been published',
    );
    await publishDay(1);
    await served.catchUp();
    expect(served.feeds()).toEqual(['quotes']);
  });

  it('answers a question as of a moment after one that failed', async () => {
    await publishDay(1);
    const served = await open();
    await served.read('quotes', async (reader) => {
      const asOf = '2024-06-01 00:00:00';
      const answers = await Promise.allSettled([
        one(reader, 'select no_such_column, $asOf from total', { asOf }),
        one(reader, 'select days from total where cast($asOf as timestamp) is not null', { asOf }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    });
  });

  it('tells of a version what it is made of', async () => {
    await lake.take(trades, [tradeLine(), tradeLine(), 'broken'], '2026-01-01T00:00:00Z');
    await publishConditions(lake.home, trades.profile, [], { now: () => new Date('2026-01-01T00:00:05Z') });
    const served = await open();
    await served.read('trades', async (reader) => {
      expect(reader).toMatchObject({
        version: 'trades-1.0',
        builtAt: '2026-01-01T00:00:05.000Z',
        receivedAt: '2026-01-01T00:00:00.000Z',
        outcomes: { accepted: 1, flagged: 0, duplicate: 1, aggregate: 0, rejected: 1 },
        hasForecasts: false,
      });
      expect(reader.profile.id).toBe('trades');
    });
  });

  it('answers in columns: days and instants as text, numbers as numbers, missing as null', async () => {
    await publishDay(4);
    const served = await open();
    const { rowCount, columns } = await served.read('quotes', (reader) =>
      reader.query('select day, known_from, known_to, price, lots, observed, $more as more from daily', {
        more: 'x',
      }),
    );
    expect(rowCount).toBe(1);
    expect(columns).toEqual({
      ...{ day: ['2024-03-04'], known_from: ['2024-03-04T02:00:00.000Z'], known_to: [null] },
      ...{ price: [4], lots: [null], observed: [false], more: ['x'] },
    });
  });

  it('reads each feed by its own tables, and forecasts beside conditions', async () => {
    await publishDay(1);
    await lake.take(trades, [tradeLine(), tradeLine({ lot: '2', grade: 'B' })]);
    await publishConditions(lake.home, trades.profile, []);
    await publishForecasts(
      lake.home,
      'trades',
      { forecast: { series: { type: 'VARCHAR', values: ['s'] } } },
      [],
    );
    const served = await open();
    expect(await served.read('quotes', (reader) => one(reader, 'select count(*) from series'))).toBe(1);
    await served.read('trades', async (reader) => {
      expect(reader.hasForecasts).toBe(true);
      expect(await one(reader, 'select count(*) from series')).toBe(2);
      expect(await one(reader, 'select series from forecast')).toBe('s');
    });
    await expect(
      served.read('quotes', (reader) => one(reader, 'select series from forecast')),
    ).rejects.toThrow('forecast');
  });

  it('knows only the feeds whose profiles it was given', async () => {
    await publishDay(1);
    expect((await open([trades.profile])).feeds()).toEqual([]);
  });
});

describe('a swap', () => {
  it('beside hundreds of reads fails none, tears none and ends none on another version', async () => {
    await publishDay(1);
    const served = await open();
    const announced: string[] = [];
    const stop = served.onChange((feed, version) => announced.push(`${feed} ${version}`));
    let publishing = true;
    const versions = new Map<string, number>();
    let reads = 0;
    const readAll = async (): Promise<void> => {
      while (publishing || reads < 300) {
        await served.read('quotes', async (reader) => {
          const before = await one(reader, `select value from meta where key = 'version'`);
          const days = await one(reader, 'select count(*) from daily');
          await sleep(Math.random() * 8);
          const total = await reader.query('select * from total');
          const prices = Number(days) * (Number(days) + 1) * 0.5;
          expect(total.columns).toEqual({ days: [days], prices: [prices] });
          expect(await one(reader, `select value from meta where key = 'version'`)).toBe(before);
          expect(reader.version).toBe(`quotes-${before}.0`);
          versions.set(reader.version, Number(days));
        });
        reads++;
      }
    };
    const publishAll = async (): Promise<void> => {
      for (let day = 2; day <= 8; day++) {
        await publishDay(day);
        await sleep(30);
        await served.catchUp();
      }
      publishing = false;
    };
    await Promise.all([publishAll(), ...Array.from({ length: 24 }, readAll)]);
    stop();

    expect(reads).toBeGreaterThanOrEqual(300);
    expect(announced.at(-1)).toBe('quotes quotes-8.0');
    expect(versions.size).toBeGreaterThan(3);
    for (const [version, days] of versions) expect(version).toBe(`quotes-${days}.0`);
    // the versions that nobody reads any more are let go
    const attached = await served.read('quotes', (reader) =>
      reader.query(`select database_name from duckdb_databases() where database_name like 'quotes%'`),
    );
    expect(attached.columns.database_name).toEqual(['quotes_conditions_8']);
  });

  it('is noticed within half a second or so without being asked', async () => {
    await publishDay(1);
    const served = await open();
    const seen = new Promise<string>((resolve) => served.onChange((_, version) => resolve(version)));
    await publishDay(2);
    expect(await Promise.race([seen, sleep(3000, 'never')])).toBe('quotes-2.0');
  });

  it('leaves a long request its version while files come and go', async () => {
    await publishDay(1);
    const served = await open();
    await served.read('quotes', async (reader) => {
      for (const day of [2, 3, 4]) {
        await publishDay(day);
        await served.catchUp();
      }
      expect(await one(reader, 'select days from total')).toBe(1);
    });
    expect(await served.read('quotes', (reader) => one(reader, 'select days from total'))).toBe(4);
  });

  it('keeps the version before while the new one cannot be read', async () => {
    await publishDay(1);
    const served = await open();
    const broken = { file: 'quotes-conditions-9.duckdb', version: 9, recipe: '' };
    pointTo(lake.home, 'quotes', 'conditions', broken);
    await expect(served.catchUp()).rejects.toThrow();
    expect(await served.read('quotes', (reader) => one(reader, 'select days from total'))).toBe(1);
    await publishDay(2);
    await served.catchUp();
    expect(await served.read('quotes', (reader) => one(reader, 'select days from total'))).toBe(2);
  });
});

describe('whatever SQL it is made to run, a reader', () => {
  beforeEach(async () => {
    await publishDay(1);
    await open();
  });

  it.each([
    ['reads no file outside', `select * from read_text('/etc/hostname')`],
    ['reads no raw file of the home', `select * from read_text('HOME/raw/quotes/*')`],
    ['reads no table outside', `select * from read_csv('/etc/passwd')`],
    ['attaches no database outside', `attach '/tmp/elsewhere.duckdb'`],
    ['writes no file outside', `copy (select 1) to '/tmp/sihwang-written.csv'`],
    ['changes no limit', `set memory_limit = '99GB'`],
    ['opens no door', 'set enable_external_access = true'],
    ['loads no extension', 'install httpfs'],
    ['changes no published row', 'delete from daily'],
    ['makes no published table', 'create table more as select 1'],
  ])('%s', async (_, sql) => {
    const attempt = library!.read('quotes', (reader) => reader.query(sql.replace('HOME', lake.home.path)));
    await expect(attempt).rejects.toThrow(/permission|configuration|read-only|disabled/i);
  });
});
