import type { SeriesForecast, SeriesRefusal } from '../../forecast/index.ts';
import { dsAhead } from './future.ts';
import { formatNumber } from './number.ts';
import type { LongTable } from './read.ts';
import { describeFrequency, type Frequency } from './steps.ts';

/** The forecasts of a table's series, in its order, with what is needed to write them down. */
export interface ForecastSheet {
  readonly table: LongTable;
  readonly frequency: Frequency;
  readonly season: number;
  readonly horizon: number;
  /** Percent, rising; each forecast's intervals stand in this order. */
  readonly levels: readonly number[];
  readonly answers: readonly (SeriesForecast | SeriesRefusal)[];
}

/** Text is handed on in pieces of about this many characters. */
const PIECE = 1 << 16;
/** What stands for the model of a series without one known value; its numbers are blank. */
const NO_MODEL = 'none';

/**
 * The sheet as CSV in pieces: `unique_id,ds,model,mean`, the lower ends from the widest level in, the upper ends
 * from the narrowest out (`lo-95,lo-80,hi-80,hi-95`). Ids stand as they were read, since they are join keys.
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
  const blank = `${NO_MODEL}${','.repeat(1 + 2 * sheet.levels.length)}`;
  let piece = `${columns.join(',')}\n`;
  for (const [i, answer] of sheet.answers.entries()) {
    const id = csvCell(answer.id);
    const ahead = dsAhead(sheet.table, sheet.frequency, i);
    for (let k = 0; k < sheet.horizon; k++) {
      piece += `${id},${csvCell(ahead(k + 1))},`;
      if (answer.refusal) piece += blank;
      else {
        piece += `${answer.model},${formatNumber(answer.mean[k]!)}`;
        for (const level of inward) piece += `,${formatNumber(answer.intervals[level]!.lo[k]!)}`;
        for (const level of outward) piece += `,${formatNumber(answer.intervals[level]!.hi[k]!)}`;
      }
      piece += '\n';
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
  for (const [i, answer] of sheet.answers.entries()) {
    const ahead = dsAhead(sheet.table, sheet.frequency, i);
    const ds = Array.from({ length: horizon }, (_, k) => ahead(k + 1));
    const head = { unique_id: answer.id, ds };
    const body = answer.refusal
      ? { ...head, model: null, refusal: answer.refusal.message }
      : { ...head, model: answer.model, mean: [...answer.mean], ...endsOf(answer, levels) };
    yield `${i > 0 ? ',' : ''}\n${JSON.stringify(body)}`;
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
