import type { ModelName, SeriesForecast, SeriesRefusal } from '../../forecast/index.ts';
import { dsAhead } from './future.ts';
import { formatNumber } from './number.ts';
import type { LongTable } from './read.ts';
import { describeFrequency, type Frequency } from './steps.ts';

/** The forecasts of all series by one choice of models. */
export interface ForecastRun {
  /** The model that was named; undefined = the default choice. */
  readonly model: ModelName | undefined;
  readonly answers: readonly (SeriesForecast | SeriesRefusal)[];
}

/** The forecasts of a table's series, in its order, with what is needed to write them down. */
export interface ForecastSheet {
  readonly table: LongTable;
  readonly frequency: Frequency;
  readonly season: number;
  readonly horizon: number;
  /** Percent, rising; each forecast's intervals stand in this order. */
  readonly levels: readonly number[];
  /** The first answers every series; the rest of them are blank where the model named has nothing of its own. */
  readonly runs: readonly ForecastRun[];
}

/** Text is handed on in pieces of about this many characters. */
const PIECE = 1 << 16;
/** What stands for the model of a series without one known value; its numbers are blank. */
const NO_MODEL = 'none';

/** What a run says of a series, `undefined` where it has nothing to say. */
function answerOf(sheet: ForecastSheet, run: ForecastRun, i: number): SeriesForecast | undefined {
  const answer = run.answers[i]!;
  if (answer.refusal) return undefined;
  return run === sheet.runs[0] || answer.model === run.model ? answer : undefined;
}

/**
 * The sheet as CSV in pieces: `unique_id,ds,model,mean`, the lower ends from the widest level in, the upper ends
 * from the narrowest out (`lo-95,lo-80,hi-80,hi-95`). With several runs a series' rows come run by run. Ids stand as they were read, since they are join keys.
 */
export function* forecastCsv(sheet: ForecastSheet): Generator<string> {
  const outward = sheet.levels.map((_, i) => i);
  const inward = outward.toReversed();
  const columns = [
    'unique_id',
    'ds',
    'model',
    'mean',
    ...inward.map((i) => `lo-${sheet.levels[i]}`),
    ...outward.map((i) => `hi-${sheet.levels[i]}`),
  ];
  const blank = ','.repeat(1 + 2 * sheet.levels.length);
  let piece = `${columns.join(',')}\n`;
  for (const [i, name] of sheet.table.ids.entries()) {
    const id = csvCell(name);
    const ahead = dsAhead(sheet.table, sheet.frequency, i);
    for (const run of sheet.runs) {
      const answer = answerOf(sheet, run, i);
      for (let k = 0; k < sheet.horizon; k++) {
        piece += `${id},${csvCell(ahead(k + 1))},`;
        if (!answer) piece += (run.model ?? NO_MODEL) + blank;
        else {
          piece += `${answer.model},${formatNumber(answer.mean[k]!)}`;
          for (const level of inward) piece += `,${formatNumber(answer.intervals[level]!.lo[k]!)}`;
          for (const level of outward) piece += `,${formatNumber(answer.intervals[level]!.hi[k]!)}`;
        }
        piece += '\n';
      }
    }
    if (piece.length >= PIECE) {
      yield piece;
      piece = '';
    }
  }
  yield piece;
}

/** The sheet as one JSON object in pieces: the settings, then for each series its columns as arrays. */
export function* forecastJson(sheet: ForecastSheet): Generator<string> {
  const { frequency, season, horizon, levels } = sheet;
  const settings = JSON.stringify({ frequency: describeFrequency(frequency), season, horizon, levels });
  yield `${settings.slice(0, -1)},"series":[`;
  let first = true;
  for (const [i, id] of sheet.table.ids.entries()) {
    const ahead = dsAhead(sheet.table, sheet.frequency, i);
    const ds = Array.from({ length: horizon }, (_, k) => ahead(k + 1));
    const head = { unique_id: id, ds };
    for (const run of sheet.runs) {
      const answer = answerOf(sheet, run, i);
      const why = run.answers[i]!.refusal?.message ?? `${run.model} has nothing to go by here`;
      const body = answer
        ? {
            ...head,
            model: answer.model,
            effort: answer.effort,
            mean: [...answer.mean],
            ...endsOf(answer, levels),
          }
        : { ...head, model: run.model ?? null, refusal: why };
      yield `${first ? '' : ','}\n${JSON.stringify(body)}`;
      first = false;
    }
  }
  yield '\n]}\n';
}

function endsOf(answer: SeriesForecast, levels: readonly number[]): Record<string, number[]> {
  const ends: Record<string, number[]> = {};
  levels.forEach((level, i) => {
    ends[`lo-${level}`] = [...answer.intervals[i]!.lo];
    ends[`hi-${level}`] = [...answer.intervals[i]!.hi];
  });
  return ends;
}

function csvCell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
