import { type CountWeight, countWeightIn, type FeedProfile, fromDayNumber } from '../domain/index.ts';
import { type Columns, literal, type ServingReader, type SqlValue } from '../lake/index.ts';
import { type BoardRow, type Meta, metaOf, type SeriesInfo } from './answers.ts';
import { parseAsOf, parseDay } from './as-of.ts';
import { boardRows, newestRow } from './board-rows.ts';
import { asOfTables } from './derived-tables.ts';
import { type FoundSeries, findSeries, seriesIdNow } from './find-series.ts';
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
  const known = asOf === null ? await seriesIdNow(reader, question.series) : undefined;
  const finding = findSeries(reader, question.series, asOf);
  const seriesId = known ?? (await finding).seriesId;
  // four short statements side by side: what is read of the series waits for nothing that is read of its item
  const [{ info, siblings }, days, open, { last, latest, assumed }] = await Promise.all([
    finding,
    readDays(reader, seriesId, { asOf, from, to }),
    asOf === null
      ? finding.then((found) => openDays(reader, found.info))
      : openDaysAsOf(reader, seriesId, asOf),
    readLatest(reader, seriesId, finding, asOf),
  ]);
  return {
    meta: metaOf(reader, { asOf, day: last, assumed }),
    info,
    ...inColumns(
      days,
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
async function readLatest(
  reader: ServingReader,
  seriesId: number,
  finding: Promise<FoundSeries>,
  asOf: string | null,
) {
  if (asOf === null) {
    const newest = await newestRow(reader, seriesId, finding);
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

/** A day of a history as a number, since DuckDB's dates would first become texts. */
const DAY_NUMBER = `cast(day - date '1970-01-01' as integer) as day`;

/** The rows of `history` of one series. Days are numbers since 1970-01-01. */
function readDays(reader: ServingReader, seriesId: number, { asOf, from, to }: Range): Promise<Columns> {
  const params: Record<string, SqlValue> = {};
  const wanted = [`series_id = ${seriesId}`];
  if (asOf !== null) params.asOf = sqlInstant(asOf);
  if (from !== null) wanted.push(`day >= date '${from}'`);
  if (to !== null) wanted.push(`day <= date '${to}'`);
  const tables =
    asOf === null
      ? ''
      : asOfTables(reader.profile, ['market_days', 'left_out', 'priced', 'normals', 'history'], {
          marketOf: seriesId,
          series: `d.series_id = ${seriesId}`,
        });
  return reader.query(
    `${tables} select ${DAY_NUMBER}, price, low, high, volume_kg, normal_years, normal_price, normal_low, normal_high, reason
     from history where ${wanted.join(' and ')}`,
    params,
  );
}

/**
 * The days on which a market was open, as everything is known now: the same for all of its series. Days since 1970-01-01.
 * Both codes are published ones, so they stand in the statement, which with parameters would be planned twice.
 */
function openDays(reader: ServingReader, { priceKind, market }: SeriesInfo): Promise<readonly number[]> {
  return reader.once(`open days of ${priceKind} at ${market.code}`, async () => {
    const { columns } = await reader.query(
      `select ${DAY_NUMBER} from market_days
       where is_open and price_kind = ${literal(priceKind)} and market_code = ${literal(market.code)}`,
    );
    return columns.day as readonly number[];
  });
}

/** The same as of a moment, of the market that a series belongs to. */
async function openDaysAsOf(
  reader: ServingReader,
  seriesId: number,
  asOf: string,
): Promise<readonly number[]> {
  const { columns } = await reader.query(
    `${asOfTables(reader.profile, ['market_days'], { marketOf: seriesId })}
     select ${DAY_NUMBER} from market_days where is_open`,
    { asOf: sqlInstant(asOf) },
  );
  return columns.day as readonly number[];
}

/** The series' own first and last day bound the columns, however much longer its market was open. */
function inColumns(
  { rowCount, columns: found }: Columns,
  open: readonly number[],
  stepDays: number,
  emptyStart: string,
) {
  const days = found.day as readonly number[];
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const day of days) {
    if (day < first) first = day;
    if (day > last) last = day;
  }
  const length = rowCount === 0 ? 0 : Math.floor((last - first) / stepDays) + 1;
  const indices = days.map((day) => Math.floor((day - first) / stepDays));
  const reasons = found.reason!;
  const leftOut: { index: number; reason: string }[] = [];
  indices.forEach((index, row) => {
    if (reasons[row] !== null) leftOut.push({ index, reason: String(reasons[row]) });
  });
  // a row says a figure of its day, even a missing one, where it has what the figure belongs to
  const over = (name: string, given: 'price' | 'normal_years') => {
    const [from, has] = [found[name]!, found[given]!];
    const values = Array<number | null>(length).fill(null);
    indices.forEach((index, row) => {
      if (has[row] !== null) values[index] = short(from[row]!);
    });
    return values;
  };
  const isOpen = new Uint8Array(length);
  // what lies beside the array is not kept
  for (const day of open) isOpen[Math.floor((day - first) / stepDays)] = 1;
  const closed: number[] = [];
  isOpen.forEach((yes, index) => {
    if (yes === 0) closed.push(index);
  });
  return {
    start: rowCount === 0 ? emptyStart : fromDayNumber(first),
    stepDays,
    price: over('price', 'price'),
    low: over('low', 'price'),
    high: over('high', 'price'),
    volumeKg: over('volume_kg', 'price'),
    normal: over('normal_price', 'normal_years'),
    normalLow: over('normal_low', 'normal_years'),
    normalHigh: over('normal_high', 'normal_years'),
    normalYears: over('normal_years', 'normal_years').map((years) => years ?? 0),
    leftOut: leftOut.sort((a, b) => a.index - b.index),
    closed,
  };
}

/** Ten years of a series are long enough without sixteen digits a value; no currency here has a fifth decimal. */
function short(value: SqlValue): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? Math.round(value * 10_000) / 10_000 : null;
}
