import type { Columns, ServingReader } from '../lake/index.ts';
import { openDaysAhead, PRICE_FORECAST_VERSION, type PriceSnapshot } from '../tasks/price-forecast/index.ts';
import { rangesOf } from './column-ranges.ts';

/** A series that is to be forecast, because its prices, its market's days, its calendar or the forecasting code have changed. */
export interface PlannedSeries {
  readonly seriesId: number;
  readonly series: string;
  readonly headline: boolean;
  /** What the forecast will rest on; equal text, equal forecast. */
  readonly fingerprint: string;
  readonly market: string;
  readonly originDay: number;
}

export interface ForecastPlan {
  /** Headline series first, then those that stand for their item in a market, then the others. */
  readonly stale: readonly PlannedSeries[];
  /** Series of the feed, and those of them that are headlines, whether stale or not. */
  readonly seriesCount: number;
  readonly headlineCount: number;
}

const DAY_NUMBER = (day: string) => `cast(${day} - date '1970-01-01' as integer)`;
const MARKET = `s.price_kind || '~' || s.market_code`;

/** Which series of this version have no forecast, or one that rests on other data. */
export async function planForecasts(reader: ServingReader, only: 'headline' | 'all'): Promise<ForecastPlan> {
  // Horizons of a 순 are not made yet; days and weeks ahead would mean nothing for its means.
  if (reader.profile.granularity === 'dekad') return { stale: [], seriesCount: 0, headlineCount: 0 };
  const known = reader.hasForecasts
    ? 'from forecast_state'
    : `select '' as series, '' as fingerprint limit 0`;
  const found = await reader.query(`
    with market as (
      select price_kind, market_code, bit_xor(hash(day)) as days from market_days where is_open group by all),
    kind as (select price_kind, max(day) as last_day from market_days where is_open group by all),
    price as (
      select series_id, count(*) as days, bit_xor(hash(day, price)) as prices from priced group by all),
    wanted as (
      select s.series_id, s.series, coalesce(r.headline, false) as headline, r.series_id is not null as representative,
             ${MARKET} as market, ${DAY_NUMBER('kind.last_day')} as origin_day,
             concat_ws(':', 'v${PRICE_FORECAST_VERSION}', kind.last_day, market.days, price.days, price.prices) as fingerprint
      from series s join kind using (price_kind)
      left join market using (price_kind, market_code)
      left join price using (series_id)
      left join representative r using (series_id)),
    known as (${known})
    select w.*, k.fingerprint as known
    from wanted w left join known k using (series)
    order by headline desc, representative desc, series_id`);
  const foretold = daysAheadBy(reader);
  const rows = toRows(found).filter((row) => only === 'all' || row.headline === true);
  const planned = rows.map((row) => {
    const originDay = Number(row.origin_day);
    return {
      known: row.known,
      seriesId: Number(row.series_id),
      series: String(row.series),
      headline: row.headline === true,
      fingerprint: `${row.fingerprint}${foretold(originDay).mark}`,
      market: String(row.market),
      originDay,
    };
  });
  return {
    seriesCount: planned.length,
    headlineCount: planned.filter(({ headline }) => headline).length,
    stale: planned.flatMap(({ known, ...series }) => (known === series.fingerprint ? [] : [series])),
  };
}

/** Series whose prices are read in one query: a few megabytes at a time, whatever the size of the feed. */
const SERIES_PER_READ = 32;

/** A snapshot for each planned series, in their order, read as they are asked for. */
export async function* readSnapshots(
  reader: ServingReader,
  planned: readonly PlannedSeries[],
): AsyncGenerator<{ readonly series: string; readonly snapshot: PriceSnapshot }> {
  const { profile } = reader;
  const marketDays = await readMarketDays(reader);
  const foretold = daysAheadBy(reader);
  for (let start = 0; start < planned.length; start += SERIES_PER_READ) {
    const some = planned.slice(start, start + SERIES_PER_READ);
    const { rowCount, columns } = await reader.query(`
      select series_id, ${DAY_NUMBER('day')} as day, price from priced
      where series_id in (${some.map(({ seriesId }) => seriesId).join(', ')}) order by series_id, day`);
    const rowsOf = rangesOf(columns.series_id ?? [], rowCount);
    for (const { seriesId, series, market, originDay } of some) {
      const [from, to] = rowsOf.get(seriesId) ?? [0, 0];
      const days = Int32Array.from(columns.day!.slice(from, to), Number);
      const prices = Float64Array.from(columns.price!.slice(from, to), Number);
      yield {
        series,
        snapshot: {
          granularity: profile.granularity === 'week' ? 'week' : 'day',
          daysAhead: foretold(originDay).days,
          marketDays: marketDays.get(market) ?? new Int32Array(),
          originDay,
          series: [{ series, days, prices }],
        },
      };
    }
  }
}

/** The days ahead of an origin by the feed's calendar, and a mark that tells them from others; none where it is learned. */
function daysAheadBy({ profile, calendar }: ServingReader) {
  const known = new Map<number, { readonly days: Int32Array | null; readonly mark: string }>();
  return (originDay: number) => {
    let ahead = known.get(originDay);
    if (!ahead) {
      if (!calendar || profile.granularity !== 'day') ahead = { days: null, mark: '' };
      else {
        const days = openDaysAhead(calendar, originDay);
        const bits = days.reduce((sum, day) => sum + 2 ** (day - originDay - 1), 0);
        ahead = { days, mark: `:${bits.toString(36)}` };
      }
      known.set(originDay, ahead);
    }
    return ahead;
  };
}

async function readMarketDays(reader: ServingReader): Promise<Map<string, Int32Array>> {
  const { rowCount, columns } = await reader.query(`
    select ${MARKET} as market, ${DAY_NUMBER('day')} as day from market_days s where is_open order by market, day`);
  const markets = new Map<string, Int32Array>();
  for (const [market, [from, to]] of rangesOf(columns.market ?? [], rowCount))
    markets.set(String(market), Int32Array.from(columns.day!.slice(from, to), Number));
  return markets;
}

function toRows({ rowCount, columns }: Columns) {
  return Array.from({ length: rowCount }, (_, row) =>
    Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[row]])),
  );
}
