import type { PublishedTable } from '../lake/index.ts';
import type { SeriesForecast } from '../tasks/price-forecast/index.ts';

/** A forecast with what is kept about how it was made. */
export interface IssuedForecast {
  readonly forecast: SeriesForecast;
  /** '' = to be computed again at the next occasion. */
  readonly fingerprint: string;
  /** ISO instant. */
  readonly issuedAt: string;
  /** The version of the conditions it rests on. */
  readonly conditionsVersion: string;
}

type Value = string | number | null;

/** The forecast tables of a serving file: cells, fan, scores, and what each series' forecast rests on. */
export function forecastTables(issued: readonly IssuedForecast[]): Record<string, PublishedTable> {
  return {
    forecast_cell: cellTable(issued),
    forecast_fan: fanTable(issued),
    forecast_score: scoreTable(issued),
    forecast_state: {
      series: { type: 'VARCHAR', values: issued.map(({ forecast }) => forecast.series) },
      fingerprint: { type: 'VARCHAR', values: issued.map(({ fingerprint }) => fingerprint) },
    },
  };
}

function cellTable(issued: readonly IssuedForecast[]): PublishedTable {
  const rows = issued.flatMap(({ forecast, ...made }) =>
    forecast.cells.map((cell) => ({ series: forecast.series, cell, ...made })),
  );
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
    issued_at: column('TIMESTAMP', rows, ({ issuedAt }) => issuedAt),
    conditions_version: text(({ conditionsVersion }) => conditionsVersion),
  };
}

function fanTable(issued: readonly IssuedForecast[]): PublishedTable {
  const rows = issued.flatMap(({ forecast }) =>
    forecast.fan.map((fan) => ({ series: forecast.series, ...fan })),
  );
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

function scoreTable(issued: readonly IssuedForecast[]): PublishedTable {
  const rows = issued.flatMap(({ forecast }) =>
    forecast.scores.map((score) => ({ series: forecast.series, ...score })),
  );
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

function column<Row>(type: PublishedTable[string]['type'], rows: readonly Row[], of: (row: Row) => Value) {
  return { type, values: rows.map(of) };
}
