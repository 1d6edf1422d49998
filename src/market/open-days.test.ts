import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { serveInMemory } from '../../test/doubles/serving-in-memory.ts';
import { openDatabase } from '../lake/database.ts';
import { heldTotals, marketTotalsSql } from './market-totals.ts';
import { marketDaysSql } from './open-days.ts';

const JAPAN = `${process.env.SIHWANG_TEST_DATA ?? '../shared/data'}/japan-maff/dev_2016_2024.csv`;

async function openness(kg: readonly (number | null)[]): Promise<boolean[]> {
  const serving = await serveInMemory(
    [{ item: '1' }],
    kg.map((volumeKg, index) => ({
      series: 0,
      day: new Date(Date.UTC(2024, 0, 1 + index)).toISOString().slice(0, 10),
      price: 100,
      volumeKg,
    })),
  );
  const { columns } = await serving.reader.query(
    `with market_totals as (${marketTotalsSql()}) select is_open from (${marketDaysSql(heldTotals('newest'))}) order by day`,
  );
  serving.close();
  return columns.is_open as boolean[];
}

test('a trickle closes a day once five earlier days say what is usual', async () => {
  expect(await openness([100, 100, 100, 100, 4, 100, 4, 5.1, 100])).toEqual([
    true,
    true,
    true,
    true,
    true,
    true,
    false,
    true,
    true,
  ]);
});

test('a market without published volume is open whenever quoted', async () => {
  expect(await openness([null, null, null, null, null, null])).toEqual(Array(6).fill(true));
});

test('a later day never closes an earlier one', async () => {
  const early = await openness([10, 10, 10, 10, 10, 10]);
  const late = await openness([10, 10, 10, 10, 10, 10, 100_000, 100_000]);
  expect(late.slice(0, 6)).toEqual(early);
});

test.skipIf(!existsSync(JAPAN))(
  'Japan: the 101 trickle days of the data note, 4,099 rows with the total',
  async () => {
    const instance = await openDatabase();
    const connection = await instance.connect();
    const file = `read_csv('${JAPAN}', all_varchar = true)`;
    await connection.run(`create table series as select cast(item_code as integer) as series_id, 'wholesale-reported' as price_kind,
    '' as market_code from ${file} group by all`);
    await connection.run(`create table daily as select cast(item_code as integer) as series_id, cast(date as date) as day,
    timestamp '2025-01-01' as known_from, timestamp 'infinity' as known_to, false as observed, cast(price_jpy_per_kg as double) as price,
    null as low, null as high, cast(volume_kg as double) as volume_kg, null as amount, null as units, null as lots from ${file}`);
    // the total (30000) is a row of its own on every day: out of the sums by the feed's rule, counted in the data note
    await connection.run('create table total as from daily where series_id = 30000');
    await connection.run('delete from daily where series_id = 30000');
    await connection.run(`create table market_totals as ${marketTotalsSql()}`);
    await connection.run('insert into daily from total');
    await connection.run(`create table market_days as ${marketDaysSql(heldTotals('newest'))}`);
    const counted = await connection.runAndReadAll(`select count(distinct day)::integer, count(*)::integer,
    count(*) filter (series_id <> 30000)::integer from daily join market_days using (day) where not is_open`);
    expect(counted.getRows()).toEqual([[101, 4099, 3998]]);
    instance.closeSync();
  },
);
