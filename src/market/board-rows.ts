import { addDays, addMonths, type FeedProfile, type LocalDate, localDate } from '../domain/index.ts';
import type { ServingReader, SqlValue } from '../lake/index.ts';
import type { BoardRow, Comparison, NormalYear, SeriesInfo } from './answers.ts';
import { LATELY_SINCE, SPARK_DAYS, SPARK_POINTS } from './board-ready.ts';
import { asOfTables } from './derived-tables.ts';
import { cellBeingComputed, FORECAST_CELL_COLUMNS, forecastCell } from './forecast-cell.ts';
import { sqlInstant } from './known-basis.ts';
import { knownSeries } from './known-series.ts';
import { judgedByDays } from './past-rules.ts';
import { REPRESENTATIVE_DAYS } from './representatives.ts';
import { numberOrNull, type Row, rowsOf, textOf, textOrNull } from './result-rows.ts';

/** The rows of a day that are wanted. */
export interface BoardRowsWanted {
  readonly asOf: string | null;
  readonly day: string;
  readonly scope: 'headline' | 'all';
  readonly market?: string | undefined;
  readonly priceKind?: string | undefined;
  /** Only this series, whatever the scope. */
  readonly seriesId?: number | undefined;
  /** Horizon of the forecast beside each price; null = none, as beside a price of the past. */
  readonly horizon: string | null;
}

/**
 * Rows of some series: the list lets parts of the table be left out, the join bounds what is read of the rest; the
 * series that stand for their items are numbered first (`publishConditions`), so both leave little.
 */
function seriesNarrowing(ids: readonly number[]): string {
  const list = ids.join(', ');
  return ids.length === 1
    ? `d.series_id = ${list}`
    : `d.series_id in (${list}) and d.series_id in (select unnest([${list}]::integer[]))`;
}

/** How far the comparisons of one anchor reach to its sides, in days (`comparisons.ts`, `normal-years.ts`). */
const BEFORE_ANCHOR_DAYS = 10;
const AFTER_ANCHOR_DAYS = 7;

/**
 * The rows of one market day with everything they are compared with. In the headline scope each item has its
 * representative series; with a market, the representative of that market.
 */
export async function boardRows(reader: ServingReader, wanted: BoardRowsWanted): Promise<BoardRow[]> {
  const { profile } = reader;
  const { asOf, day, market, priceKind, seriesId, scope } = wanted;
  const headlines = await representatives(reader, wanted);
  // what is no text of a user's stands in the statement itself, which with parameters would be planned twice
  const conditions = [`b.day = date '${localDate(day)}'`];
  const params: Record<string, SqlValue> = {};
  if (asOf !== null) params.asOf = sqlInstant(asOf);
  const ofHeadlines = scope === 'headline' && market === undefined && seriesId === undefined;
  const ready = asOf === null && (ofHeadlines || day >= (await latelySince(reader)));
  const ids =
    seriesId !== undefined
      ? [seriesId]
      : scope === 'all' || ready
        ? undefined
        : idsOf(headlines, market !== undefined);
  if (ids?.length === 0) return [];
  const series = ids === undefined ? undefined : `series_id in (${ids.join(', ')})`;
  if (series !== undefined) conditions.push(`b.${series}`);
  // a list of 300 series takes as long to plan as all the rest of the statement
  else if (scope === 'headline') conditions.push(market === undefined ? 'b.headline' : 'b.stands');
  const ofSeries: string[] = [];
  if (market !== undefined) {
    ofSeries.push('market_code = $market');
    params.market = market;
  }
  if (priceKind !== undefined) {
    ofSeries.push('price_kind = $priceKind');
    params.priceKind = priceKind;
  }
  if (ofSeries.length > 0)
    conditions.push(`b.series_id in (select series_id from series where ${ofSeries.join(' and ')})`);
  const withForecast = wanted.horizon !== null && reader.hasForecasts;
  const tables = ready
    ? ''
    : asOf === null
      ? `with ${sparkedSql(profile, day, conditions, seriesId === undefined ? 'board' : 'priced')}`
      : `${asOfTables(profile, ['market_days', 'left_out', 'priced', 'normals', 'board'], {
          days: daysAround(profile, day),
          ...(ids === undefined ? {} : { series: seriesNarrowing(ids) }),
          ...(seriesId === undefined ? {} : { marketOf: seriesId }),
          day,
        })}, ${sparkedSql(profile, day, conditions, 'priced')}`;
  const sql = `${tables}
    select ${BOARD_COLUMNS.map((name) => `b.${name}`).join(', ')}
           ${withForecast ? `, ${FORECAST_CELL_COLUMNS}` : ''}
    from ${ready ? 'board_ready' : 'sparked'} b
    ${withForecast ? `left join series s using (series_id) left join forecast_cell f on f.series = s.series and f.horizon = '${wanted.horizon}'` : ''}
    where ${ready ? conditions.join(' and ') : 'true'}`;
  const asked = reader.query(sql, params);
  const infos = await knownSeries(reader, async () => (await asked).columns.series_id as readonly number[]);
  return rowsOf(await asked).map((row) => {
    const id = Number(row.series_id);
    return boardRow(infos.get(id)!, headlines.get(id) === true, row, wanted.horizon);
  });
}

/** The headline series, or all representatives: a market's own. */
function idsOf(headlines: ReadonlyMap<number, boolean>, all: boolean): readonly number[] {
  const ids: number[] = [];
  for (const [id, headline] of headlines) if (all || headline) ids.push(id);
  return ids;
}

/** What `boardRow` reads of the board beside the series. */
const BOARD_COLUMNS = [
  'series_id',
  'price',
  'low',
  'high',
  'volume_kg',
  'lots',
  ...[
    'previous_day',
    'previous_price',
    'previous_volume_kg',
    'week_day',
    'week_price',
    'year_day',
    'year_price',
  ],
  ...['normal_years', 'normal_price', 'normal_low', 'normal_high', 'spark'],
];

/** `sparked`: rows of the board with their sparklines, worked out; points come from `from`, which lies by day or by series. */
function sparkedSql(
  profile: FeedProfile,
  day: string,
  conditions: readonly string[],
  from: 'board' | 'priced',
): string {
  const last = `date '${localDate(day)}'`;
  return `
    shown as (select b.* from board b where ${conditions.join(' and ')}),
    spark as (
      select p.series_id, array_to_string(list(cast(p.price as real) order by p.day), ',') as spark
      from ${from} p join shown on shown.series_id = p.series_id
      where p.day <= ${last} and p.day > ${last} - ${SPARK_DAYS[profile.granularity]}
        and p.position > shown.position - ${SPARK_POINTS} group by all),
    sparked as (select shown.*, spark.spark from shown join spark using (series_id))`;
}

/** The first day of which every row lies ready in `board_ready`; later than any when the feed has none. */
function latelySince(reader: ServingReader): Promise<string> {
  return reader.once('board lately since', async () => {
    const { columns } = await reader.query(LATELY_SINCE);
    return String(columns.day![0] ?? '9999-12-31');
  });
}

/** A series' last priced day as everything is known now: its board row, and whether it rests on assumed times. */
export interface NewestRow {
  readonly day: string;
  readonly row: BoardRow;
  readonly assumed: boolean;
}

/** null for a series that never had a price; `finding` is what is known of the series, or will be. */
export async function newestRow(
  reader: ServingReader,
  seriesId: number,
  finding: Promise<{ readonly info: SeriesInfo }>,
): Promise<NewestRow | null> {
  const found = await reader.query(
    `select cast(day as varchar) as day, assumed, ${BOARD_COLUMNS.join(', ')}
     from newest_row where series_id = ${seriesId}`,
  );
  const [row] = rowsOf(found);
  if (row === undefined) return null;
  const { info } = await finding;
  return {
    day: textOf(row, 'day'),
    row: boardRow(info, info.headline, row, null),
    assumed: row.assumed === true,
  };
}

/** The representative series as everything is known now, and whether each is its item's headline. */
export function newestRepresentatives(reader: ServingReader): Promise<ReadonlyMap<number, boolean>> {
  return reader.once('representatives', () => readRepresentatives(reader, '', {}));
}

/** The same as the vintage knows it. */
function representatives(
  reader: ServingReader,
  { asOf, day, seriesId }: BoardRowsWanted,
): Promise<ReadonlyMap<number, boolean>> {
  if (asOf === null) return newestRepresentatives(reader);
  const sameItem = `s.item_code = (select item_code from series where series_id = ${seriesId})`;
  // an item on the board of this day has its last day on it or later
  const weighed = `d.day > date '${addDays(localDate(day), -REPRESENTATIVE_DAYS)}'`;
  const tables = asOfTables(reader.profile, ['representative'], {
    representatives: seriesId === undefined ? weighed : `${weighed} and ${sameItem}`,
  });
  return readRepresentatives(reader, tables, { asOf: sqlInstant(asOf) });
}

async function readRepresentatives(
  { query }: ServingReader,
  tables: string,
  params: Readonly<Record<string, SqlValue>>,
): Promise<ReadonlyMap<number, boolean>> {
  const { columns } = await query(`${tables} select series_id, headline from representative`, params);
  return new Map(columns.series_id!.map((id, row) => [Number(id), columns.headline![row] === true]));
}

/** An as-of board reads the surroundings of the day and of its month-day in the five years before, no more. */
function daysAround(profile: FeedProfile, day: string): string {
  const judge = judgedByDays(profile);
  const date = localDate(day);
  const between = (from: LocalDate, to: LocalDate) => `d.day between date '${from}' and date '${to}'`;
  const years = [1, 2, 3, 4, 5].map((back) => {
    const anchor = addMonths(date, -12 * back);
    return between(addDays(anchor, -BEFORE_ANCHOR_DAYS - judge), addDays(anchor, AFTER_ANCHOR_DAYS));
  });
  const lately = between(addDays(date, -SPARK_DAYS[profile.granularity] - judge), date);
  return `(${[lately, ...years].join(' or ')})`;
}

function boardRow(info: SeriesInfo, headline: boolean, row: Row, horizon: string | null): BoardRow {
  const price = Number(row.price);
  // each part by its name: spreading what is known of a series costs more than all the rest of a row
  return {
    series: info.series,
    item: info.item,
    category: info.category,
    variety: info.variety,
    grade: info.grade,
    package: info.package,
    method: info.method,
    unitValue: info.unitValue,
    unit: info.unit,
    market: info.market,
    priceKind: info.priceKind,
    currency: info.currency,
    headline,
    names: info.names,
    price,
    low: numberOrNull(row, 'low'),
    high: numberOrNull(row, 'high'),
    volumeKg: numberOrNull(row, 'volume_kg'),
    lots: numberOrNull(row, 'lots'),
    previous: comparison(row, 'previous', price),
    week: comparison(row, 'week', price),
    year: comparison(row, 'year', price),
    normal: normalYear(row, price),
    previousVolumeKg: numberOrNull(row, 'previous_volume_kg'),
    spark: JSON.parse(`[${textOf(row, 'spark')}]`) as number[],
    forecast:
      horizon === null
        ? null
        : textOrNull(row, 'status') === null
          ? cellBeingComputed(horizon)
          : forecastCell(row),
  };
}

function comparison(row: Row, name: string, price: number): Comparison | null {
  const day = textOrNull(row, `${name}_day`);
  const then = numberOrNull(row, `${name}_price`);
  return day === null || then === null ? null : { day, price: then, changePercent: (price / then - 1) * 100 };
}

function normalYear(row: Row, price: number): NormalYear | null {
  const years = numberOrNull(row, 'normal_years');
  const normal = numberOrNull(row, 'normal_price');
  if (years === null || normal === null) return null;
  return {
    kind: years === 5 ? 'normal' : 'mean',
    years,
    price: normal,
    low: Number(row.normal_low),
    high: Number(row.normal_high),
    changePercent: (price / normal - 1) * 100,
  };
}
