import type { ServingReader } from '../lake/index.ts';
import { type ForecastCell, type Meta, metaOf, type SeriesInfo } from './answers.ts';
import { parseAsOf } from './as-of.ts';
import { findSeries } from './find-series.ts';
import { cellBeingComputed, FORECAST_CELL_COLUMNS, forecastCell, horizonsOf } from './forecast-cell.ts';
import { restsOnAssumedTimes, sqlInstant } from './known-basis.ts';
import { lastPricedDay } from './last-day.ts';
import { numberOrNull, rowsOf, textOf, textOrNull } from './result-rows.ts';

/** What is expected of one series, and what has that expectation earned? */
export interface ForecastQuestion {
  readonly series: string;
  readonly asOf?: string | undefined;
}

const FAN = ['mean', 'lo50', 'hi50', 'lo80', 'hi80', 'lo95', 'hi95'] as const;

export interface ForecastScore {
  readonly horizon: string;
  readonly model: string;
  readonly wape: number;
  readonly mase: number | null;
  readonly pinball: number | null;
  readonly coverage80: number | null;
  readonly origins: number;
}

export interface SeriesForecast {
  readonly meta: Meta;
  readonly info: SeriesInfo;
  /** One a horizon. Newest: horizons not reached yet are `being-computed`. As of a moment: those issued by then. */
  readonly cells: ForecastCell[];
  /** Market day by market day; empty when nothing may be shown. */
  readonly fan: { readonly days: string[] } & { readonly [name in (typeof FAN)[number]]: number[] };
  /** Every candidate over the backtest's origins, best first within a horizon. */
  readonly backtest: ForecastScore[];
  readonly issuedAt: string | null;
}

/** An as-of answer shows a forecast only if it had been issued by then; what was issued since replaced it in the file. */
export async function seriesForecast(
  reader: ServingReader,
  question: ForecastQuestion,
): Promise<SeriesForecast> {
  const asOf = parseAsOf(question.asOf, reader.profile);
  const { seriesId, info } = await findSeries(reader, question.series, asOf);
  const day = await lastPricedDay(reader, asOf, seriesId);
  const meta = metaOf(reader, {
    asOf,
    day,
    assumed: day !== null && (await restsOnAssumedTimes(reader, day, asOf, seriesId)),
  });
  const issued = reader.hasForecasts ? await issuedCells(reader, info.series, asOf) : [];
  const issuedAt =
    issued
      .map((one) => one.issuedAt)
      .sort()
      .at(-1) ?? null;
  const cells = issued.map((one) => one.cell);
  const expected = horizonsOf(reader.profile);
  const missing = asOf === null ? expected.filter((one) => cells.every((cell) => cell.horizon !== one)) : [];
  const order = (cell: ForecastCell) =>
    (expected.indexOf(cell.horizon) + expected.length + 1) % (expected.length + 1);
  return {
    meta,
    info,
    cells: [...cells, ...missing.map(cellBeingComputed)].sort((a, b) => order(a) - order(b)),
    fan: await fanOf(reader, issued.length === 0 ? null : info.series),
    backtest: issued.length === 0 ? [] : await scoresOf(reader, info.series),
    issuedAt,
  };
}

async function issuedCells(reader: ServingReader, series: string, asOf: string | null) {
  const found = await reader.query(
    `select ${FORECAST_CELL_COLUMNS}, f.issued_at from forecast_cell f where f.series = $series
     ${asOf === null ? '' : 'and f.issued_at <= cast($asOf as timestamp)'}`,
    { series, ...(asOf === null ? {} : { asOf: sqlInstant(asOf) }) },
  );
  return rowsOf(found).map((row) => ({
    cell: forecastCell(row),
    issuedAt: textOrNull(row, 'issued_at') ?? '',
  }));
}

async function fanOf(reader: ServingReader, series: string | null): Promise<SeriesForecast['fan']> {
  const found =
    series === null
      ? []
      : rowsOf(
          await reader.query(
            `select day, ${FAN.join(', ')} from forecast_fan where series = $series
             and ${FAN.map((name) => `${name} is not null`).join(' and ')} order by day`,
            { series },
          ),
        );
  const column = (name: (typeof FAN)[number]) => found.map((row) => Number(row[name]));
  return {
    days: found.map((row) => textOf(row, 'day')),
    mean: column('mean'),
    lo50: column('lo50'),
    hi50: column('hi50'),
    lo80: column('lo80'),
    hi80: column('hi80'),
    lo95: column('lo95'),
    hi95: column('hi95'),
  };
}

async function scoresOf(reader: ServingReader, series: string): Promise<ForecastScore[]> {
  const found = await reader.query(
    `select horizon, model, wape, mase, pinball, coverage80, origins from forecast_score
     where series = $series and wape is not null order by wape, model`,
    { series },
  );
  const order = horizonsOf(reader.profile);
  const rank = ({ horizon }: ForecastScore) => order.indexOf(horizon);
  const scores = rowsOf(found).map((row) => ({
    horizon: textOf(row, 'horizon'),
    model: textOf(row, 'model'),
    wape: Number(row.wape),
    mase: numberOrNull(row, 'mase'),
    pinball: numberOrNull(row, 'pinball'),
    coverage80: numberOrNull(row, 'coverage80'),
    origins: numberOrNull(row, 'origins') ?? 0,
  }));
  return scores.sort((a, b) => rank(a) - rank(b));
}
