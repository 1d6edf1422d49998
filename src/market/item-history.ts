import { type CountWeight, countWeightIn, type FeedProfile, fromDayNumber } from '../domain/index.ts';
import type { Columns, ServingReader, SqlValue } from '../lake/index.ts';
import { type BoardRow, type Meta, metaOf, type SeriesInfo } from './answers.ts';
import { parseAsOf, parseDay } from './as-of.ts';
import { boardRows, newestRow } from './board-rows.ts';
import { asOfTables } from './derived-tables.ts';
import { findSeries } from './find-series.ts';
import { restsOnAssumedTimes, sqlInstant } from './known-basis.ts';
import { lastPricedDay } from './last-day.ts';

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
  /** What the count unit that the series is priced by holds on its last day, where the stated table has a row. */
  readonly countWeight: CountWeight | null;
}

/** Periods of a 순 are eight to eleven days long, so they stand in a grid of days. */
const STEP_DAYS: Readonly<Record<FeedProfile['granularity'], number>> = { day: 1, week: 7, dekad: 1 };

export async function itemHistory(reader: ServingReader, question: HistoryQuestion): Promise<ItemHistory> {
  const { profile } = reader;
  const asOf = parseAsOf(question.asOf, profile);
  const from = question.from === undefined ? null : parseDay(question.from, 'from');
  const to = question.to === undefined ? null : parseDay(question.to, 'to');
  const { seriesId, info, siblings } = await findSeries(reader, question.series, asOf);
  const [facts, open, { last, latest, assumed }] = await Promise.all([
    readFacts(reader, seriesId, { asOf, from, to }),
    asOf === null ? openDays(reader, info) : [],
    readLatest(reader, seriesId, asOf),
  ]);
  return {
    meta: metaOf(reader, { asOf, day: last, assumed }),
    info,
    ...inColumns(
      facts,
      open,
      STEP_DAYS[profile.granularity],
      from ?? asOf?.slice(0, 10) ?? reader.builtAt.slice(0, 10),
    ),
    siblings,
    latest,
    countWeight: (last && countWeightIn(profile.id, info.item.code, info.unit, last)) || null,
  };
}

/** The last day of a series, its row on that day's board, and what the answer rests on. */
async function readLatest(reader: ServingReader, seriesId: number, asOf: string | null) {
  if (asOf === null) {
    const newest = await newestRow(reader, seriesId);
    return { last: newest?.day ?? null, latest: newest?.row ?? null, assumed: newest?.assumed ?? false };
  }
  const last = await lastPricedDay(reader, asOf, seriesId);
  if (last === null) return { last, latest: null, assumed: false };
  const [rows, assumed] = await Promise.all([
    boardRows(reader, { asOf, day: last, scope: 'all', seriesId, horizon: null }),
    restsOnAssumedTimes(reader, last, asOf, seriesId),
  ]);
  return { last, latest: rows[0] ?? null, assumed };
}

interface Range {
  readonly asOf: string | null;
  readonly from: string | null;
  readonly to: string | null;
}

/** What one row of a history says of its day. */
const SAYS = { price: 0, normal: 1, leftOut: 2, open: 3 } as const;

/**
 * All that is known of the series' days, a fact a row, in no order: its prices, its normals, what was left out, and, as of
 * a moment, the days on which its market was open. Days are numbers since 1970-01-01. One query and no join: each table lies by
 * series already.
 */
async function readFacts(
  reader: ServingReader,
  seriesId: number,
  { asOf, from, to }: Range,
): Promise<Columns> {
  const params: Record<string, SqlValue> = {};
  const range = ['true'];
  if (asOf !== null) params.asOf = sqlInstant(asOf);
  if (from !== null) range.push(`day >= date '${from}'`);
  if (to !== null) range.push(`day <= date '${to}'`);
  const tables =
    asOf === null
      ? ''
      : asOfTables(reader.profile, ['market_days', 'left_out', 'priced', 'normals'], {
          marketOf: seriesId,
          series: `d.series_id = ${seriesId}`,
        });
  const facts = (says: keyof typeof SAYS, values: string, from: string) =>
    `select ${SAYS[says]} as says, cast(day - date '1970-01-01' as integer) as day, ${values} from ${from} and ${range.join(' and ')}`;
  const own = `series_id = ${seriesId}`;
  return reader.query(
    `${tables}
     ${facts('price', 'price, low, high, volume_kg as more, null as reason', `priced where ${own}`)} union all
     ${facts('normal', 'price, low, high, years, null', `normals where ${own}`)} union all
     ${facts('leftOut', 'null, null, null, null, reason', `left_out where ${own}`)}
     ${asOf === null ? '' : `union all ${facts('open', 'null, null, null, null, null', `market_days join series using (price_kind, market_code) where is_open and ${own}`)}`}`,
    params,
  );
}

/** The days on which a market was open, as everything is known now: the same for all of its series. Days since 1970-01-01. */
function openDays(reader: ServingReader, { priceKind, market }: SeriesInfo): Promise<readonly number[]> {
  return reader.once(`open days of ${priceKind} at ${market.code}`, async () => {
    const { columns } = await reader.query(
      `select cast(day - date '1970-01-01' as integer) as day from market_days
       where is_open and price_kind = $priceKind and market_code = $market`,
      { priceKind, market: market.code },
    );
    return columns.day as readonly number[];
  });
}

/** The series' own first and last day bound the columns, however much longer its market was open. */
function inColumns(
  { rowCount, columns: facts }: Columns,
  open: readonly number[],
  stepDays: number,
  emptyStart: string,
) {
  const says = facts.says as readonly number[];
  const days = facts.day as readonly number[];
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < rowCount; row++) {
    if (says[row] !== SAYS.price && says[row] !== SAYS.leftOut) continue;
    first = Math.min(first, days[row]!);
    last = Math.max(last, days[row]!);
  }
  const empty = last < first;
  const length = empty ? 0 : Math.floor((last - first) / stepDays) + 1;
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
  const closed = new Set(Array.from({ length }, (_, index) => index));
  for (const day of open) closed.delete(Math.floor((day - first) / stepDays));
  for (let row = 0; row < rowCount; row++) {
    const index = Math.floor((days[row]! - first) / stepDays);
    if (!(index >= 0 && index < length)) continue;
    const value = (name: string) => short(facts[name]![row]!);
    if (says[row] === SAYS.open) closed.delete(index);
    else if (says[row] === SAYS.leftOut) leftOut.push({ index, reason: String(facts.reason![row]) });
    else if (says[row] === SAYS.price) {
      columns.price[index] = value('price');
      columns.low[index] = value('low');
      columns.high[index] = value('high');
      columns.volumeKg[index] = value('more');
    } else {
      columns.normal[index] = value('price');
      columns.normalLow[index] = value('low');
      columns.normalHigh[index] = value('high');
      columns.normalYears[index] = Number(facts.more![row]);
    }
  }
  return {
    start: empty ? emptyStart : fromDayNumber(first),
    stepDays,
    ...columns,
    leftOut: leftOut.sort((a, b) => a.index - b.index),
    closed: [...closed],
  };
}

/** Ten years of a series are long enough without sixteen digits a value; no currency here has a fifth decimal. */
function short(value: SqlValue): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? Math.round(value * 10_000) / 10_000 : null;
}
