import { expect, it } from 'vitest';
import { type DailyRow, serveInMemory, TEST_PROFILE } from '../../test/doubles/serving-in-memory.ts';
import { addDays, localDate } from '../domain/index.ts';
import { board } from './board.ts';
import { conditionTables } from './derived-tables.ts';
import { itemHistory } from './item-history.ts';

const FIRST = localDate('2024-01-01');
const NOW = '2025-01-01T00:00:00Z';

/**
 * 120 days: one series every day, one every third, one that ended after forty, one seen live since its fiftieth; and one
 * of the first item that trades less of it in another market, so that it is not the headline.
 */
const ROWS: DailyRow[] = Array.from({ length: 120 }, (_, at) => addDays(FIRST, at)).flatMap((day, at) => [
  { series: 0, day, price: 100 + at, observed: true },
  ...(at % 3 === 0 ? [{ series: 1, day, price: 200 - at, observed: true }] : []),
  ...(at < 40 ? [{ series: 2, day, price: 300 + (at % 7), observed: true }] : []),
  { series: 3, day, price: 400, observed: at >= 50 },
  ...(at % 2 === 0 ? [{ series: 4, day, price: 110 + at, observed: true }] : []),
]);

it('what lies ready, of the last days and of headline series, is what is worked out for any other, sparklines and times too', async () => {
  const items = [...['1', '2', '3', '4'].map((item) => ({ item })), { item: '1', market: 'b' }];
  const serving = await serveInMemory(items, ROWS, { derive: conditionTables(TEST_PROFILE) });
  const { reader } = serving;
  try {
    const ready = await reader.query(
      'select count(*) as n, count(*) filter (headline) as headline from board_ready',
    );
    expect(ready.columns).toEqual({ n: [120 + 40 + 40 + 120 + 10], headline: [120 + 40 + 40 + 120] });
    for (const [at, scope] of [5, 39, 98, 99, 100, 101, 119].flatMap((day) =>
      (['all', 'headline'] as const).map((one) => [day, one] as const),
    )) {
      const day = addDays(FIRST, at);
      const [now, then] = [
        await board(reader, { day, scope }),
        await board(reader, { day, scope, asOf: NOW }),
      ];
      expect(now.rows.length).toBeGreaterThan(1);
      expect(now.rows.map((row) => ({ ...row, forecast: null }))).toEqual(
        then.rows.map((row) => ({ ...row, forecast: null })),
      );
    }
    const series = (await board(reader, { day: addDays(FIRST, 39), scope: 'all' })).rows.map(
      (row) => row.series,
    );
    for (const one of series) {
      const [now, then] = [
        await itemHistory(reader, { series: one }),
        await itemHistory(reader, { series: one, asOf: NOW }),
      ];
      expect(now.latest).toEqual(then.latest);
      expect(now.closed).toEqual(then.closed);
      expect({ ...now.meta, asOf: null, receivedAt: null }).toEqual({ ...then.meta, asOf: null });
    }
    const last = (await board(reader, { scope: 'all' })).rows;
    expect(last.map((row) => row.spark.length)).toEqual(last.map((row) => (row.item.code === '2' ? 20 : 30)));
  } finally {
    serving.close();
  }
});
