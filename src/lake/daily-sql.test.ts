import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Answer,
  amountOf,
  dayAnswers,
  instant,
  type Lot,
  lot,
  someLot,
} from '../../test/support/lot-days.ts';
import { asRows, type Row } from '../../test/support/small-lake.ts';
import { propertyRuns } from '../../test/support/whole-suites.ts';
import { QUOTE_COLUMNS, TRADE_COLUMNS } from '../domain/index.ts';
import { quotesDailySql, seriesSql, tradesDailySql } from './daily-sql.ts';
import { openDatabase, queryColumns } from './database.ts';

let connection: DuckDBConnection;
let close: () => void;
beforeAll(async () => {
  const instance = await openDatabase({ threads: 2 });
  connection = await instance.connect();
  close = () => instance.closeSync();
});
afterAll(() => close());

const BASE = {
  place: 'BIGINT',
  commit_number: 'INTEGER',
  known_at: 'TIMESTAMP',
  observed: 'BOOLEAN',
  outcome: 'VARCHAR',
};
const text = (value: string | null) => (value === null ? 'null' : `'${value}'`);

async function withRows(
  kind: Readonly<Record<string, string>>,
  rows: readonly Readonly<Record<string, string | number | boolean | null>>[],
) {
  const columns = { ...BASE, ...kind };
  await connection.run(
    'drop table if exists clean_row; drop table if exists series; drop table if exists daily',
  );
  for (const name of ['lot', 'unsettled', 'unsettled_lot', 'held', 'moment'])
    await connection.run(`drop table if exists ${name}`);
  await connection.run(
    `create temp table clean_row (${Object.entries(columns)
      .map(([name, type]) => `${name} ${type}`)
      .join(', ')})`,
  );
  const values = rows.map(
    (row, place) =>
      `(${Object.keys(columns)
        .map((name) => {
          const value =
            { place, commit_number: 1, observed: false, outcome: 'accepted', ...row }[name] ?? null;
          return typeof value === 'string' || value === null ? text(value) : String(value);
        })
        .join(', ')})`,
  );
  if (values.length > 0) await connection.run(`insert into clean_row values ${values.join(', ')}`);
  await connection.run(
    `create table series as select cast(row_number() over () - 1 as integer) as series_id, * from (${seriesSql()})`,
  );
}

async function dailyOf(sqls: readonly string[]): Promise<Row[]> {
  for (const sql of sqls) await connection.run(sql);
  return asRows(
    await queryColumns(
      connection,
      `select grade || '/' || unit || '/' || unit_value as series, d.* exclude (series_id, known_to),
              case when known_to < timestamp 'infinity' then known_to end as known_to
       from daily d join series using (series_id) order by series, day, known_from`,
    ),
  );
}

async function trade(lots: readonly Lot[]): Promise<Row[]> {
  await withRows(
    TRADE_COLUMNS,
    lots.map((one) => ({
      ...{
        known_at: instant(one.knownHour),
        observed: one.observed ?? false,
        outcome: one.flagged ? 'flagged' : 'accepted',
      },
      ...{
        market_day: one.day,
        item_code: 'cabbage',
        grade: one.grade,
        unit_value: one.unitValue,
        unit: one.unit,
      },
      ...{
        market_code: 'garak',
        price_kind: 'auction',
        corporation: one.corporation,
        origin: one.origin,
        lot: one.lot,
      },
      ...{ quantity: one.quantity, price: one.price, amount: amountOf(one) },
    })),
  );
  return dailyOf(tradesDailySql());
}

function asOf(daily: readonly Row[], hour: number): Map<string, Answer> {
  const at = instant(hour);
  const answers = new Map<string, Answer>();
  for (const row of daily) {
    if (String(row.known_from) > at || (row.known_to !== null && String(row.known_to) <= at)) continue;
    const key = `${row.series} ${row.day}`;
    expect(answers.has(key), `two versions of ${key} at ${at}`).toBe(false);
    const { price, low, high, volume_kg, amount, units, lots, unpaired } = row as unknown as Answer;
    answers.set(key, { price, low, high, volume_kg, amount, units, lots, unpaired });
  }
  return answers;
}

function expectAlike(found: Map<string, Answer>, expected: Map<string, Answer>): void {
  expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [key, answer] of expected) {
    for (const [name, value] of Object.entries(answer)) {
      const got = found.get(key)![name as keyof Answer];
      if (value === null || got === null) expect(got, `${key} ${name}`).toBe(value);
      else expect(got, `${key} ${name}`).toBeCloseTo(value, 9);
    }
  }
}

const HOURS = [0, 1, 2, 3, 4, 5, 6, 7];

describe('the daily mart of trades', () => {
  it('is what a plain loop over the lots known at a moment finds, at any moment', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(someLot, { maxLength: 12 }), async (lots) => {
        const daily = await trade(lots);
        for (const hour of HOURS) expectAlike(asOf(daily, hour), dayAnswers(lots, hour));
      }),
      { numRuns: propertyRuns(30, 60) },
    );
  });

  it('answers for a moment alike whatever becomes known after it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(someLot, { maxLength: 10 }),
        fc.array(someLot, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(2, 4, 6),
        async (lots, more, hour) => {
          const before = await trade(lots);
          const after = await trade([
            ...lots,
            ...more.map((one) => ({ ...one, knownHour: hour + one.knownHour })),
          ]);
          for (let at = 0; at <= hour; at++) expectAlike(asOf(after, at), asOf(before, at));
        },
      ),
      { numRuns: propertyRuns(20, 40) },
    );
  });

  it('has one version of a series and day at any moment from the first on, without gaps', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(someLot, { minLength: 1, maxLength: 12 }), async (lots) => {
        const daily = await trade(lots);
        for (let row = 0; row < daily.length; row++) {
          const next = daily[row + 1];
          const sameDay = next && next.series === daily[row]!.series && next.day === daily[row]!.day;
          expect(daily[row]!.known_to).toBe(sameDay ? next.known_from : null);
        }
      }),
      { numRuns: propertyRuns(20, 40) },
    );
  });

  const now = async (lots: readonly Lot[], hour = 1000) =>
    asOf(await trade(lots), hour).get('A/kg/10.0 2024-01-01');

  it('weighs prices by what was sold', async () => {
    const answer = await now([lot(), lot({ lot: '2', quantity: 8, price: 150 })]);
    // (200 + 1200) won for (20 + 80) kg
    expect(answer).toEqual({
      price: 14,
      low: 10,
      high: 15,
      volume_kg: 100,
      amount: 1400,
      units: 100,
      lots: 2,
      unpaired: 0,
    });
  });

  it('takes price × quantity for an amount that is not stated', async () => {
    expect(await now([lot({ amount: null })])).toMatchObject({ price: 10, amount: 200 });
  });

  it('gives an hour-by-hour history to a late lot', async () => {
    const lots = [lot(), lot({ lot: '2', price: 200, knownHour: 40 })];
    expect(await now(lots, 9)).toBeUndefined();
    expect(await now(lots, 39)).toMatchObject({ price: 10, lots: 1 });
    expect(await now(lots, 40)).toMatchObject({ price: 15, lots: 2 });
  });

  it('replaces a corrected lot from the moment its correction is known', async () => {
    const lots = [lot(), lot({ price: 120, knownHour: 30 })];
    expect(await now(lots, 29)).toMatchObject({ price: 10, lots: 1 });
    expect(await now(lots, 30)).toMatchObject({ price: 12, lots: 1 });
  });

  it('moves a lot to the series its correction names, and leaves nothing behind', async () => {
    const daily = await trade([lot(), lot({ grade: 'B', knownHour: 30 })]);
    expect(asOf(daily, 30).get('A/kg/10.0 2024-01-01')).toMatchObject({ price: null, lots: 0, volume_kg: 0 });
    expect(asOf(daily, 30).get('B/kg/10.0 2024-01-01')).toMatchObject({ price: 10, lots: 1 });
    expect(asOf(daily, 29).has('B/kg/10.0 2024-01-01')).toBe(false);
  });

  it('keeps a cancelled lot in until its cancellation is known, then both are out', async () => {
    const lots = [lot(), lot({ lot: '2', price: 200 }), lot({ lot: '1-C', quantity: -2, knownHour: 30 })];
    expect(await now(lots, 29)).toMatchObject({ price: 15, lots: 2, volume_kg: 40 });
    expect(await now(lots, 30)).toMatchObject({ price: 20, lots: 1, volume_kg: 20, unpaired: 0 });
  });

  it('has no price when everything is cancelled, and a volume of nothing', async () => {
    const answer = await now([lot(), lot({ lot: '1-C', quantity: -2 })]);
    expect(answer).toEqual({
      price: null,
      low: null,
      high: null,
      volume_kg: 0,
      amount: null,
      units: null,
      lots: 0,
      unpaired: 0,
    });
  });

  it('lowers the volume alone by a cancellation without its lot, and counts it', async () => {
    const answer = await now([lot({ quantity: 8 }), lot({ lot: '9', quantity: -2, price: 999 })]);
    expect(answer).toMatchObject({
      price: 10,
      low: 10,
      high: 10,
      volume_kg: 60,
      units: 80,
      lots: 1,
      unpaired: 1,
    });
  });

  it('counts a cancellation as unpaired until its late lot is known', async () => {
    const lots = [lot({ lot: '1-C', quantity: -2, knownHour: 5 }), lot({ knownHour: 30 })];
    expect(await now(lots, 29)).toMatchObject({ price: null, volume_kg: -20, unpaired: 1 });
    expect(await now(lots, 30)).toMatchObject({ price: null, volume_kg: 0, unpaired: 0 });
  });

  it.each<[string, Partial<Lot>]>([
    ['corporation', { corporation: 'y' }],
    ['origin', { origin: 'there' }],
    ['price', { price: 101 }],
    ['quantity', { quantity: -3 }],
  ])('pairs a cancellation with no lot of another %s', async (_, other) => {
    expect(await now([lot(), lot({ lot: '1-C', quantity: -2, ...other })])).toMatchObject({
      price: 10,
      lots: 1,
      unpaired: 1,
    });
  });

  it('leaves flagged lots out of price and volume', async () => {
    expect(await now([lot(), lot({ lot: '2', price: 9999, flagged: true })])).toMatchObject({
      price: 10,
      volume_kg: 20,
      lots: 1,
    });
    expect(await now([lot({ flagged: true })])).toMatchObject({ price: null, volume_kg: null, lots: 0 });
  });

  it('publishes no kilograms of what is sold by the head', async () => {
    const daily = await trade([lot({ unit: 'head', unitValue: 3, quantity: 5 })]);
    expect(daily).toMatchObject([{ price: 100 / 3, volume_kg: null, units: 15, lots: 1 }]);
  });

  it('is observed only when every lot it rests on was', async () => {
    const daily = await trade([lot({ observed: true }), lot({ lot: '2', observed: false, knownHour: 30 })]);
    expect(daily.map((row) => row.observed)).toEqual([true, false]);
  });
});

describe('the daily mart of quotes', () => {
  const quote = async (rows: readonly Readonly<Record<string, string | number | boolean | null>>[]) => {
    const shared = {
      market_day: '2024-01-01',
      item_code: 'cabbage',
      unit_value: 100,
      unit: 'kg',
      market_code: 'garak',
    };
    await withRows(
      QUOTE_COLUMNS,
      rows.map((row) => ({ ...shared, price_kind: 'auction', price: 5000, known_at: instant(10), ...row })),
    );
    return dailyOf(quotesDailySql());
  };

  it('says everything per one unit', async () => {
    expect(await quote([{ low: 4000, high: 6000, volume_kg: 30 }])).toMatchObject([
      {
        price: 50,
        low: 40,
        high: 60,
        volume_kg: 30,
        amount: 1500,
        units: 30,
        lots: null,
        unpaired: 0,
        known_to: null,
      },
    ]);
  });

  it('keeps every version from the moment it is known until the next', async () => {
    const daily = await quote([{ known_at: instant(30), price: 6000, observed: true }, {}]);
    expect(daily.map((row) => [row.price, row.known_from, row.known_to, row.observed])).toEqual([
      [50, instant(10), instant(30), false],
      [60, instant(30), null, true],
    ]);
  });

  it('holds the place of a flagged row without its figures', async () => {
    expect(await quote([{ outcome: 'flagged', volume_kg: 3, low: 1, high: 2 }])).toMatchObject([
      { price: null, low: null, high: null, volume_kg: null, amount: null, units: null },
    ]);
  });
});

describe('the series of a feed', () => {
  it('are the distinct keys, what is not stated empty, under the latest names', async () => {
    await withRows(TRADE_COLUMNS, [
      {
        market_day: '2024-01-01',
        item_code: 'a',
        item_name: 'old',
        unit_value: 1,
        unit: 'kg',
        market_code: 'm',
        grade: null,
      },
      {
        market_day: '2024-01-02',
        item_code: 'a',
        item_name: 'new',
        unit_value: 1,
        unit: 'kg',
        market_code: 'm',
        grade: '',
      },
      {
        market_day: '2024-01-02',
        item_code: 'a',
        item_name: 'new',
        unit_value: 2,
        unit: 'kg',
        market_code: 'm',
        grade: '',
      },
    ]);
    const series = asRows(await queryColumns(connection, 'from series order by series_id'));
    expect(series).toMatchObject([
      { series_id: 0, item_code: 'a', item_name: 'new', grade: '', unit_value: 1 },
      { series_id: 1, item_code: 'a', item_name: 'new', grade: '', unit_value: 2 },
    ]);
  });
});
