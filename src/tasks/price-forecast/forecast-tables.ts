import type { Column, ColumnType, Tables } from '../../domain/index.ts';
import type { SeriesForecast } from './forecast-prices.ts';

type Value = string | number | null;

/** What readers see of forecasts: cells and fan, a row each, in the order of the series. */
export function forecastTables(forecasts: readonly SeriesForecast[]): Tables {
  return { forecast_cell: cellTable(forecasts), forecast_fan: fanTable(forecasts) };
}

/** How candidates and choice did: a row a series, horizon and model; and what was shown at each of the past origins. */
export function judgedTables(forecasts: readonly SeriesForecast[]): Tables {
  return { forecast_score: scoreTable(forecasts), origin_outcome: outcomeTable(forecasts) };
}

function cellTable(forecasts: readonly SeriesForecast[]) {
  const rows = forecasts.flatMap(({ series, cells }) => cells.map((cell) => ({ series, cell })));
  const text = (of: (row: (typeof rows)[number]) => Value) => column('VARCHAR', rows, of);
  const number = (of: (row: (typeof rows)[number]) => Value) => column('DOUBLE', rows, of);
  const [half, most, nearlyAll] = [0, 1, 2];
  return {
    series: text(({ series }) => series),
    horizon: text(({ cell }) => cell.horizon),
    status: text(({ cell }) => cell.status),
    reason: text(({ cell }) => cell.reason),
    origin_day: column('DATE', rows, ({ cell }) => cell.originDay),
    target_day: column('DATE', rows, ({ cell }) => cell.targetDay),
    model: text(({ cell }) => cell.model),
    baseline: text(({ cell }) => cell.baseline),
    mean: number(({ cell }) => cell.mean),
    lo50: number(({ cell }) => cell.intervals[half]!.lo),
    hi50: number(({ cell }) => cell.intervals[half]!.hi),
    lo80: number(({ cell }) => cell.intervals[most]!.lo),
    hi80: number(({ cell }) => cell.intervals[most]!.hi),
    lo95: number(({ cell }) => cell.intervals[nearlyAll]!.lo),
    hi95: number(({ cell }) => cell.intervals[nearlyAll]!.hi),
    skill: number(({ cell }) => cell.skill),
    coverage80: number(({ cell }) => cell.coverage80),
    origins_scored: column('INTEGER', rows, ({ cell }) => cell.originsScored),
    wape: number(({ cell }) => cell.wape),
    wape_naive: number(({ cell }) => cell.wapeNaive),
    part_level: number(({ cell }) => cell.reasons?.level ?? null),
    part_season: number(({ cell }) => cell.reasons?.season ?? null),
    part_recent: number(({ cell }) => cell.reasons?.recent ?? null),
  };
}

function fanTable(forecasts: readonly SeriesForecast[]) {
  const rows = forecasts.flatMap(({ series, fan }) => fan.map((day) => ({ series, ...day })));
  const ends = Object.fromEntries(
    ['50', '80', '95'].flatMap((level, index) => [
      [`lo${level}`, column('DOUBLE', rows, ({ intervals }) => intervals[index]!.lo)],
      [`hi${level}`, column('DOUBLE', rows, ({ intervals }) => intervals[index]!.hi)],
    ]),
  );
  return {
    series: column('VARCHAR', rows, ({ series }) => series),
    day: column('DATE', rows, ({ day }) => day),
    mean: column('DOUBLE', rows, ({ mean }) => mean),
    ...ends,
  };
}

function scoreTable(forecasts: readonly SeriesForecast[]) {
  const rows = forecasts.flatMap(({ series, scores }) => scores.map((score) => ({ series, ...score })));
  return {
    series: column('VARCHAR', rows, ({ series }) => series),
    horizon: column('VARCHAR', rows, ({ horizon }) => horizon),
    model: column('VARCHAR', rows, ({ model }) => model),
    wape: column('DOUBLE', rows, ({ wape }) => wape),
    mase: column('DOUBLE', rows, ({ mase }) => mase),
    pinball: column('DOUBLE', rows, ({ pinball }) => pinball),
    coverage80: column('DOUBLE', rows, ({ coverage80 }) => coverage80),
    origins: column('INTEGER', rows, ({ origins }) => origins),
  };
}

function outcomeTable(forecasts: readonly SeriesForecast[]) {
  const rows = forecasts.flatMap(({ series, outcomes }) => outcomes.map((one) => ({ series, ...one })));
  return {
    series: column('VARCHAR', rows, ({ series }) => series),
    horizon: column('VARCHAR', rows, ({ horizon }) => horizon),
    origin_day: column('DATE', rows, ({ originDay }) => originDay),
    target_day: column('DATE', rows, ({ targetDay }) => targetDay),
    actual: column('DOUBLE', rows, ({ actual }) => actual),
    mean: column('DOUBLE', rows, ({ mean }) => mean),
    naive: column('DOUBLE', rows, ({ naive }) => naive),
    lo80: column('DOUBLE', rows, ({ lo80 }) => lo80),
    hi80: column('DOUBLE', rows, ({ hi80 }) => hi80),
  };
}

function column<Row>(type: ColumnType, rows: readonly Row[], of: (row: Row) => Value): Column {
  return { type, values: rows.map(of) };
}
