import { type Granularity, learnOpenDays, type MarketCalendar } from '../domain/index.ts';
import type { Columns, ServingReader } from '../lake/index.ts';
import { asOfTables } from '../market/index.ts';
import { openDaysAhead, type PriceSnapshot } from '../tasks/price-forecast/index.ts';
import { rangesOf } from './column-ranges.ts';

export interface BacktestData {
  /** One for each series that has a price. */
  readonly snapshots: readonly PriceSnapshot[];
  readonly restsOnAssumedTimes: boolean;
}

const DAY_NUMBER = (day: string) => `cast(${day} - date '1970-01-01' as integer)`;

/** Σ amount ÷ Σ units of the week's days that have both, else the mean of its prices; dated by its Monday. */
const WEEKS = `
  select series_id, cast(date_trunc('week', day) as date) as day, null as units,
         coalesce(sum(amount) filter (amount is not null and units > 0) / sum(units) filter (amount is not null and units > 0),
                  avg(price)) as price,
         bool_and(observed) as observed
  from priced group by all`;

/** Reads every series' prices by week or by market day, as they are known now or were known as of an instant. */
export async function readBacktestSnapshots(
  reader: ServingReader,
  target: Granularity,
  asOf: string | null,
): Promise<BacktestData> {
  const { profile, calendar } = reader;
  const ask = (sql: string): Promise<Columns> =>
    asOf === null
      ? reader.query(sql)
      : reader.query(`${asOfTables(profile, ['market_days', 'left_out', 'priced'])} ${sql}`, {
          asOf: asOf.replace('Z', ''),
        });
  const byWeek = target === 'week' && profile.granularity === 'day';
  const markets = await ask(`
    select price_kind, market_code, ${DAY_NUMBER('day')} as day from market_days where is_open
    order by price_kind, market_code, day`);
  const prices = await ask(`
    select p.series_id, s.series, s.price_kind, s.market_code, ${DAY_NUMBER('p.day')} as day, p.price, p.units, p.observed
    from ${byWeek ? `(${WEEKS})` : 'priced'} p join series s using (series_id) order by p.series_id, day`);

  const openDays = openDaysOf(markets);
  const snapshots: PriceSnapshot[] = [];
  for (const [from, to] of rangesOf(prices.columns.series_id ?? [], prices.rowCount).values()) {
    const at = (name: string) => prices.columns[name]!;
    const kind = String(at('price_kind')[from]);
    const kindDays = openDays.kinds.get(kind) ?? new Int32Array();
    const originDay = byWeek ? lastWholeWeek(kindDays, calendar) : (kindDays.at(-1) ?? 0);
    const days = Int32Array.from(at('day').slice(from, to), Number).filter((day) => day <= originDay);
    if (days.length === 0) continue;
    snapshots.push({
      granularity: target,
      daysAhead: calendar && target === 'day' ? openDaysAhead(calendar, originDay) : null,
      marketDays: openDays.markets.get(`${kind}~${at('market_code')[from]}`) ?? new Int32Array(),
      originDay,
      series: [
        {
          series: String(at('series')[from]),
          days,
          prices: Float64Array.from(at('price').slice(from, from + days.length), Number),
          units: Float64Array.from(at('units').slice(from, from + days.length), (sold) =>
            sold === null ? Number.NaN : Number(sold),
          ),
        },
      ],
    });
  }
  return { snapshots, restsOnAssumedTimes: (prices.columns.observed ?? []).includes(false) };
}

/** The days with trade of each market, and of all markets of a price kind together; rising. */
function openDaysOf({ rowCount, columns }: Columns) {
  const markets = new Map<string, number[]>();
  const kinds = new Map<string, Set<number>>();
  for (let row = 0; row < rowCount; row++) {
    const kind = String(columns.price_kind![row]);
    const market = `${kind}~${columns.market_code![row]}`;
    const day = Number(columns.day![row]);
    const days = markets.get(market);
    if (days) days.push(day);
    else markets.set(market, [day]);
    kinds.set(kind, (kinds.get(kind) ?? new Set()).add(day));
  }
  return {
    markets: new Map([...markets].map(([market, days]) => [market, Int32Array.from(days)])),
    kinds: new Map([...kinds].map(([kind, days]) => [kind, Int32Array.from(days).sort()])),
  };
}

/** The Monday of the last week in which no further market day is to come. */
function lastWholeWeek(openDays: Int32Array, named: MarketCalendar | undefined): number {
  const last = openDays.at(-1) ?? 0;
  const monday = last - ((((last + 3) % 7) + 7) % 7);
  const calendar = named ?? learnOpenDays(openDays);
  for (let day = last + 1; day < monday + 7; day++) if (calendar.isOpen(day)) return monday - 7;
  return monday;
}
