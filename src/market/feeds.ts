import {
  addDays,
  type Bilingual,
  type Granularity,
  isMarketDay,
  localDate,
  type MarketCalendar,
  type OutcomeCounts,
  type PriceKind,
  type RangeMeaning,
  type RecordKind,
} from '../domain/index.ts';
import type { ServingReader, SqlValue } from '../lake/index.ts';
import type { Named } from './answers.ts';
import { parseAsOf } from './as-of.ts';
import { asOfTables } from './derived-tables.ts';
import { horizonsOf } from './forecast-cell.ts';
import { heldRows } from './held-rows.ts';
import { sqlInstant } from './known-basis.ts';
import { categoryOf, marketNamed } from './names.ts';
import { rowsOf, textOf, textOrNull } from './result-rows.ts';

/** What is a feed, until when does it reach, and how far are its forecasts? */
export interface FeedQuestion {
  readonly asOf?: string | undefined;
}

export interface FeedOverview {
  readonly id: string;
  readonly name: Bilingual;
  readonly recordKind: RecordKind;
  readonly priceKinds: PriceKind[];
  readonly currency: string;
  readonly granularity: Granularity;
  readonly rangeMeaning: RangeMeaning;
  readonly simulated: boolean;
  readonly attribution: Bilingual;
  readonly licence: string;
  /** First and last day with a price. */
  readonly firstDay: string | null;
  readonly lastDay: string | null;
  /** Market days of the three weeks after the last day, by the feed's calendar; empty where none of ours is its own. */
  readonly nextDays: string[];
  /** The feed's zone, for telling what day it is there. */
  readonly utcOffsetMinutes: number;
  readonly receivedAt: string | null;
  readonly rows: OutcomeCounts;
  readonly seriesCount: number;
  readonly version: string;
  /** Series whose forecasts are published, of all the feed has. */
  readonly forecasts: { readonly computed: number; readonly total: number };
  readonly categories: Named[];
  readonly markets: Named[];
}

export async function feedOverview(
  reader: ServingReader,
  question: FeedQuestion = {},
): Promise<FeedOverview> {
  const { profile } = reader;
  const asOf = parseAsOf(question.asOf, profile);
  const params: Record<string, SqlValue> = asOf === null ? {} : { asOf: sqlInstant(asOf) };
  const tables = asOf === null ? '' : asOfTables(profile, ['market_days', 'left_out', 'priced']);
  const known =
    asOf === null ? 'true' : `exists (from ${heldRows('as-of')} h where h.series_id = s.series_id)`;
  const [reach] = rowsOf(
    await reader.query(`${tables} select min(day) as first_day, max(day) as last_day from priced`, params),
  );
  const series = rowsOf(
    await reader.query(
      `select s.item_code, s.market_code, max(s.market_name) as market_name, count(*) as series
       from series s where ${known} group by all order by s.item_code, s.market_code`,
      params,
    ),
  );
  const lastDay = textOrNull(reach!, 'last_day');
  const seriesCount = series.reduce((sum, row) => sum + Number(row.series), 0);
  return {
    id: profile.id,
    name: profile.name,
    recordKind: profile.recordKind,
    priceKinds: [...profile.priceKinds],
    currency: profile.currency,
    granularity: profile.granularity,
    rangeMeaning: profile.rangeMeaning,
    simulated: profile.simulated,
    attribution: profile.licence.attribution,
    licence: profile.licence.name,
    firstDay: textOrNull(reach!, 'first_day'),
    lastDay,
    nextDays: lastDay === null ? [] : marketDaysAfter(reader.calendar, lastDay),
    utcOffsetMinutes: profile.utcOffsetMinutes,
    receivedAt: asOf === null ? reader.receivedAt : null,
    rows: reader.outcomes,
    seriesCount,
    version: reader.version,
    forecasts: {
      computed: reader.hasForecasts ? await countForecast(reader, asOf) : 0,
      total: horizonsOf(profile).length === 0 ? 0 : seriesCount,
    },
    categories: distinct(series.map((row) => categoryOf(profile.id, textOf(row, 'item_code')))),
    markets: distinct(
      series.map((row) => marketNamed(profile.id, textOf(row, 'market_code'), textOf(row, 'market_name'))),
    ),
  };
}

/** As far as a reader looks ahead: longer than any closure of a market that goes on. */
const AHEAD_DAYS = 21;

function marketDaysAfter(calendar: MarketCalendar | undefined, lastDay: string): string[] {
  if (calendar === undefined) return [];
  const last = localDate(lastDay);
  return Array.from({ length: AHEAD_DAYS }, (_, index) => addDays(last, index + 1)).filter((day) =>
    isMarketDay(calendar, day),
  );
}

async function countForecast(reader: ServingReader, asOf: string | null): Promise<number> {
  const issued = asOf === null ? '' : 'where issued_at <= cast($asOf as timestamp)';
  const { columns } = await reader.query(
    `select count(distinct series) as series from forecast_cell ${issued}`,
    asOf === null ? {} : { asOf: sqlInstant(asOf) },
  );
  return Number(columns.series![0]);
}

function distinct(all: readonly Named[]): Named[] {
  return [...new Map(all.map((one) => [one.code, one])).values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}
