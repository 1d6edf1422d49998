import type { Column, ColumnType, Table, Tables } from '../domain/index.ts';
import { forecastTables, judgedTables, type SeriesForecast } from '../tasks/price-forecast/index.ts';

/** What is kept about how a forecast was made, beside the forecast. */
export interface Issue {
  readonly series: string;
  /** '' = to be computed again at the next occasion. */
  readonly fingerprint: string;
  /** ISO instant. */
  readonly issuedAt: string;
  /** The version of the conditions it rests on. */
  readonly conditionsVersion: string;
  /** The recipe as canonical JSON. */
  readonly recipe: string;
  /** SHA-256 of the snapshot, and of the result that holds it; null of what failed, and of what older versions made outside of runs. */
  readonly snapshot: string | null;
  readonly artefact: string | null;
}

/** A forecast with what is kept about how it was made. */
export interface IssuedForecast extends Issue {
  readonly forecast: SeriesForecast;
}

/** The forecast tables of a serving file: cells, fan, scores, and what each series' forecast rests on. */
export function issuedTables(issued: readonly IssuedForecast[]): Tables {
  const forecasts = issued.map(({ forecast }) => forecast);
  return servedTables({ ...forecastTables(forecasts), ...judgedTables(forecasts) }, issued);
}

/** The same, of tables that a job has made: the rows of the series issued. */
export function servedTables(made: Tables, issued: readonly Issue[]): Tables {
  const issues = new Map(issued.map((issue) => [issue.series, issue]));
  const cells = rowsOfSeries(made.forecast_cell!, issues);
  const cellSeries = Array.from(cells.series!.values, String);
  return {
    forecast_cell: {
      ...cells,
      issued_at: column('TIMESTAMP', cellSeries, (series) => issues.get(series)!.issuedAt),
      conditions_version: column('VARCHAR', cellSeries, (series) => issues.get(series)!.conditionsVersion),
    },
    forecast_fan: rowsOfSeries(made.forecast_fan!, issues),
    forecast_score: rowsOfSeries(made.forecast_score!, issues),
    forecast_state: {
      series: column('VARCHAR', issued, ({ series }) => series),
      fingerprint: column('VARCHAR', issued, ({ fingerprint }) => fingerprint),
      recipe: column('VARCHAR', issued, ({ recipe }) => recipe),
      snapshot: column('VARCHAR', issued, ({ snapshot }) => snapshot),
      artefact: column('VARCHAR', issued, ({ artefact }) => artefact),
    },
  };
}

function rowsOfSeries(table: Table, wanted: ReadonlyMap<string, unknown>): Table {
  const series = Array.from(table.series!.values, String);
  const rows = [...series.keys()].filter((row) => wanted.has(series[row]!));
  return Object.fromEntries(
    Object.entries(table).map(([name, { type, values }]) => [
      name,
      rows.length === series.length
        ? { type, values }
        : { type, values: rows.map((row) => values[row] ?? null) },
    ]),
  );
}

function column<Row>(type: ColumnType, rows: readonly Row[], of: (row: Row) => string | null): Column {
  return { type, values: rows.map(of) };
}
