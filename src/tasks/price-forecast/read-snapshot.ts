import type { DataQuery, SnapshotReader } from '../../domain/index.ts';
import type { PriceSnapshot } from './snapshot.ts';

/** What a price forecast wants to know of a market. */
export const PRICE_QUERY: DataQuery = {
  tables: [
    { table: 'series', columns: ['series', 'market', 'origin_day', 'priced_days', 'data'] },
    { table: 'market_days', columns: ['market', 'day'] },
    { table: 'days_ahead', columns: ['origin_day', 'day'] },
    { table: 'prices', columns: ['series', 'day', 'price', 'units'] },
  ],
};

/** One series of a snapshot, before its prices are read. */
export interface SnapshotSeries {
  readonly series: string;
  readonly market: string;
  readonly originDay: number;
  readonly pricedDays: number;
  /** Hash of its prices and its market's days: other data, other text. */
  readonly data: string;
}

/** The series of a snapshot by their text form, in its order. */
export async function seriesOf(reader: SnapshotReader): Promise<ReadonlyMap<string, SnapshotSeries>> {
  const found = await reader.read('series', ['series', 'market', 'origin_day', 'priced_days', 'data']);
  const markets = found.text('market');
  const origins = found.whole('origin_day');
  const pricedDays = found.whole('priced_days');
  const data = found.text('data');
  return new Map(
    found.text('series').map((series, row) => {
      const of = { market: markets[row]!, originDay: origins[row]!, data: data[row]! };
      return [series, { series, pricedDays: pricedDays[row]!, ...of }];
    }),
  );
}

/** Series whose prices are read in one question: a few megabytes at a time, whatever the size of the feed. */
const SERIES_PER_READ = 32;

/** What is known of each of these series, one a piece, in their order, read as they are asked for. */
export async function* priceSnapshots(
  reader: SnapshotReader,
  wanted: readonly SnapshotSeries[],
): AsyncGenerator<PriceSnapshot> {
  const marketDays = daysBy(await reader.read('market_days', ['market', 'day']), (days) =>
    days.text('market'),
  );
  const daysAhead = await daysAheadOf(reader);
  for (let start = 0; start < wanted.length; start += SERIES_PER_READ) {
    const some = wanted.slice(start, start + SERIES_PER_READ);
    const found = await reader.read('prices', ['series', 'day', 'price', 'units'], {
      column: 'series',
      in: some.map(({ series }) => series),
    });
    const rowsOf = rangesOf(found.text('series'));
    for (const { series, market, originDay } of some) {
      const [from, to] = rowsOf.get(series) ?? [0, 0];
      yield {
        granularity: reader.granularity,
        daysAhead: daysAhead.get(originDay) ?? null,
        marketDays: marketDays.get(market) ?? new Int32Array(),
        originDay,
        series: [
          {
            series,
            days: found.whole('day').slice(from, to),
            prices: found.number('price').slice(from, to),
            units: found.number('units').slice(from, to),
          },
        ],
      };
    }
  }
}

/** The open days ahead of each origin by the feed's calendar; of none where the calendar is learned. */
export async function daysAheadOf(reader: SnapshotReader): Promise<ReadonlyMap<number, Int32Array>> {
  return daysBy(await reader.read('days_ahead', ['origin_day', 'day']), (days) =>
    Array.from(days.whole('origin_day')),
  );
}

type Read = Awaited<ReturnType<SnapshotReader['read']>>;

function daysBy<Key>(found: Read, keys: (found: Read) => readonly Key[]): Map<Key, Int32Array> {
  const days = found.whole('day');
  return new Map([...rangesOf(keys(found))].map(([key, [from, to]]) => [key, days.slice(from, to)]));
}

/** First row and the row after the last of each value in a column whose equal values stand together. */
function rangesOf<Key>(sorted: readonly Key[]): Map<Key, readonly [number, number]> {
  const ranges = new Map<Key, readonly [number, number]>();
  let from = 0;
  for (let row = 1; row <= sorted.length; row++) {
    if (row < sorted.length && sorted[row] === sorted[from]) continue;
    ranges.set(sorted[from]!, [from, row]);
    from = row;
  }
  return ranges;
}
