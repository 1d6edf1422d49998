import { dayNumber, type FeedProfile, fromDayNumber, localDate } from '../domain/index.ts';
import type { ServingReader, SqlValue } from '../lake/index.ts';
import { type BoardRow, type Meta, metaOf, type SeriesInfo } from './answers.ts';
import { parseAsOf, parseDay } from './as-of.ts';
import { boardRows } from './board-rows.ts';
import { asOfTables } from './derived-tables.ts';
import { findSeries } from './find-series.ts';
import { restsOnAssumedTimes, sameMarket, sqlInstant } from './known-basis.ts';
import { lastPricedDay } from './last-day.ts';
import { numberOrNull, type Row, rowsOf, textOf } from './result-rows.ts';

/** How did the price of one series run, and what is usual at each time of year? */
export interface HistoryQuestion {
  readonly series: string;
  readonly asOf?: string | undefined;
  /** First and last day wanted, both included; absent = from the first to the last the series has. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

type Values = (number | null)[];

/** A series in columns: element i is the day `start` + i × `stepDays`; null = no value that day. */
export interface ItemHistory {
  readonly meta: Meta;
  readonly info: SeriesInfo;
  readonly start: string;
  readonly stepDays: number;
  readonly price: Values;
  readonly low: Values;
  readonly high: Values;
  readonly volumeKg: Values;
  readonly normal: Values;
  readonly normalLow: Values;
  readonly normalHigh: Values;
  /** Years behind each normal value, 0 where there is none. */
  readonly normalYears: number[];
  readonly leftOut: { readonly index: number; readonly reason: string }[];
  /** Indices of days (weeks) on which the whole market was closed or not quoted. */
  readonly closed: number[];
  readonly siblings: SeriesInfo[];
  readonly latest: BoardRow | null;
}

const STEP_DAYS: Readonly<Record<FeedProfile['granularity'], number>> = { day: 1, week: 7 };

export async function itemHistory(reader: ServingReader, question: HistoryQuestion): Promise<ItemHistory> {
  const { profile } = reader;
  const asOf = parseAsOf(question.asOf, profile);
  const from = question.from === undefined ? null : parseDay(question.from, 'from');
  const to = question.to === undefined ? null : parseDay(question.to, 'to');
  const { seriesId, info, siblings } = await findSeries(reader, question.series, asOf);
  const days = await readDays(reader, seriesId, { asOf, from, to });
  const last = await lastPricedDay(reader, asOf, seriesId);
  const latest =
    last === null ? [] : await boardRows(reader, { asOf, day: last, scope: 'all', seriesId, horizon: null });
  return {
    meta: metaOf(reader, {
      asOf,
      day: last,
      assumed: last !== null && (await restsOnAssumedTimes(reader, last, asOf, seriesId)),
    }),
    info,
    ...inColumns(
      days,
      STEP_DAYS[profile.granularity],
      from ?? asOf?.slice(0, 10) ?? reader.builtAt.slice(0, 10),
    ),
    siblings,
    latest: latest[0] ?? null,
  };
}

interface Range {
  readonly asOf: string | null;
  readonly from: string | null;
  readonly to: string | null;
}

/** Days of the series with a price or left out, and the other days on which its market was open. */
async function readDays(reader: ServingReader, seriesId: number, { asOf, from, to }: Range): Promise<Row[]> {
  const params: Record<string, SqlValue> = {};
  const range = ['true'];
  if (asOf !== null) params.asOf = sqlInstant(asOf);
  if (from !== null) range.push(`day >= date '${from}'`);
  if (to !== null) range.push(`day <= date '${to}'`);
  const tables =
    asOf === null
      ? ''
      : asOfTables(reader.profile, ['market_days', 'left_out', 'priced', 'normals'], {
          markets: sameMarket(seriesId),
          series: `d.series_id = ${seriesId}`,
        });
  const found = await reader.query(
    `${tables}
     select cast(coalesce(m.day, v.day) as varchar) as day, v.* exclude (day), m.day is not null as open
     from (select day from market_days where is_open and (price_kind, market_code) =
             (select (s.price_kind, s.market_code) from series s where s.series_id = ${seriesId}) and ${range.join(' and ')}) m
     full join (
       select p.day, p.price, p.low, p.high, p.volume_kg, n.price as normal, n.low as normal_low, n.high as normal_high, n.years,
              null as reason
       from priced p left join normals n using (series_id, day) where series_id = ${seriesId}
       union all
       select day, null, null, null, volume_kg, null, null, null, null, reason from left_out where series_id = ${seriesId}) v
     on v.day = m.day
     where ${range.map((one) => one.replace('day', 'coalesce(m.day, v.day)')).join(' and ')}
     order by 1`,
    params,
  );
  return rowsOf(found);
}

/** The series' own first and last day bound the columns, however much longer its market was open. */
function inColumns(rows: readonly Row[], stepDays: number, emptyStart: string) {
  const own = rows.filter((row) => row.price !== null || row.reason !== null);
  const first = own.length === 0 ? null : dayNumber(localDate(textOf(own[0]!, 'day')));
  const last = own.length === 0 ? null : dayNumber(localDate(textOf(own.at(-1)!, 'day')));
  const length = first === null || last === null ? 0 : Math.floor((last - first) / stepDays) + 1;
  const column = (): Values => Array<number | null>(length).fill(null);
  const columns = {
    price: column(),
    low: column(),
    high: column(),
    volumeKg: column(),
    normal: column(),
    normalLow: column(),
    normalHigh: column(),
    normalYears: Array<number>(length).fill(0),
  };
  const leftOut: { index: number; reason: string }[] = [];
  const open = new Set<number>();
  for (const row of rows) {
    const index = Math.floor((dayNumber(localDate(textOf(row, 'day'))) - (first ?? 0)) / stepDays);
    if (index < 0 || index >= length) continue;
    if (row.open === true) open.add(index);
    if (row.reason !== null) leftOut.push({ index, reason: textOf(row, 'reason') });
    if (row.price === null) continue;
    columns.price[index] = short(row, 'price');
    columns.low[index] = short(row, 'low');
    columns.high[index] = short(row, 'high');
    columns.volumeKg[index] = short(row, 'volume_kg');
    columns.normal[index] = short(row, 'normal');
    columns.normalLow[index] = short(row, 'normal_low');
    columns.normalHigh[index] = short(row, 'normal_high');
    columns.normalYears[index] = numberOrNull(row, 'years') ?? 0;
  }
  return {
    start: first === null ? emptyStart : fromDayNumber(first),
    stepDays,
    ...columns,
    leftOut,
    closed: Array.from({ length }, (_, index) => index).filter((index) => !open.has(index)),
  };
}

/** Ten years of a series are long enough without sixteen digits a value; no currency here has a fifth decimal. */
function short(row: Row, name: string): number | null {
  const value = numberOrNull(row, name);
  return value === null ? null : Math.round(value * 10_000) / 10_000;
}
