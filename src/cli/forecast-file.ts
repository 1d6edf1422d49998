import { forecast } from '../forecast/index.ts';
import type { Panel } from '../models/index.ts';
import { DEFAULT_SEASON, frequencyOf } from './long-table/frequency.ts';
import { requireDsAhead } from './long-table/future.ts';
import { onEqualSteps } from './long-table/grid.ts';
import {
  frequencyGiven,
  type Given,
  horizonOf,
  levelsOf,
  modelsOf,
  wholeNumber,
} from './long-table/options.ts';
import { progressOf } from './long-table/progress.ts';
import { type LongTable, readLongTable } from './long-table/read.ts';
import { describeFrequency, type Frequency } from './long-table/steps.ts';
import { processIo, readingFault, requireWritable, type TableIo, writeWhole } from './long-table/table-io.ts';
import { forecastCsv, forecastJson } from './long-table/write.ts';

/** The options of `sihwang forecast FILE.csv`, as the command line gives them. */
export interface ForecastFileOptions {
  /** Steps ahead, needed. */
  readonly horizon?: Given;
  /** Steps in one season; by default what suits the frequency. */
  readonly season?: Given;
  /** `H D W M Q Y 순`, or the step of integers; by default inferred. */
  readonly freq?: Given;
  /** Interval levels in percent; default `80,95`. */
  readonly levels?: Given;
  /** Model names separated by commas instead of the default choice. */
  readonly models?: string;
  /** A file to write; default standard output. */
  readonly out?: string;
  /** JSON instead of CSV. */
  readonly json?: boolean;
}

/**
 * Forecasts every series of a long table (`unique_id,ds,y`; `-` = standard input) and writes
 * `unique_id,ds,model,mean,lo-…,hi-…` in the order of the series; what was inferred and how long it took goes to
 * standard error. Needs no home, server or database.
 * Throws SihwangError: 2 for options, 65 for the table, 75 for a full disk.
 */
export async function forecastFile(
  path: string,
  options: ForecastFileOptions,
  io: TableIo = processIo,
): Promise<void> {
  const started = io.now();
  const horizon = horizonOf(options.horizon);
  const levels = levelsOf(options.levels);
  const models = modelsOf(options.models);
  if (options.out !== undefined) requireWritable(options.out);
  const { table, frequency, season, panel } = await openTable(path, options, io);
  requireDsAhead(table, frequency, horizon);

  const progress = progressOf('series forecast', io);
  const answers = forecast(panel, {
    horizon,
    season,
    levels: levels.map((level) => level / 100),
    onProgress: progress.step,
    ...(models && { models }),
  });
  progress.finish();

  const sheet = { table, frequency, season, horizon, levels, answers };
  const pieces = options.json ? forecastJson(sheet) : forecastCsv(sheet);
  if (options.out !== undefined) writeWhole(options.out, pieces);
  else for (const piece of pieces) await io.print(piece);

  const naive = answers.filter((answer) => answer.refusal === undefined && answer.model === 'naive').length;
  const refused = answers.filter((answer) => answer.refusal !== undefined);
  if (naive > 0 && !models) io.note(`${naive} series too short for more than the baseline (model=naive)\n`);
  if (refused.length > 0) {
    io.note(
      `${refused.length} series without a forecast (model=none), the first "${refused[0]!.id}": ${refused[0]!.refusal!.message}\n`,
    );
  }
  io.note(`${answers.length} series, ${horizon} steps each, in ${(io.now() - started).toFixed(1)} s\n`);
}

/** A table read, put on equal steps, and its frequency and season, both said on standard error. */
export async function openTable(
  path: string,
  options: Pick<ForecastFileOptions, 'freq' | 'season'>,
  io: TableIo,
): Promise<{ table: LongTable; frequency: Frequency; season: number; panel: Panel }> {
  const seasonGiven =
    options.season === undefined ? undefined : wholeNumber('--season', options.season, 100_000);
  const given = frequencyGiven(options.freq);
  try {
    const table = await readLongTable(io.read(path));
    const frequency = frequencyOf(table, given);
    const panel = onEqualSteps(table, frequency);
    const season = seasonGiven ?? DEFAULT_SEASON[frequency.code];
    const missing = panel.values.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
    io.note(
      `${table.ids.length} series, ${table.values.length} rows; ` +
        `frequency ${describeFrequency(frequency)}${given ? '' : ' (inferred)'}, ` +
        `season ${season}${seasonGiven === undefined ? ' (default for the frequency)' : ''}` +
        `${missing > 0 ? `; ${missing} missing values` : ''}\n`,
    );
    if (table.furtherColumns.length > 0) {
      io.note(`columns not used: ${table.furtherColumns.join(', ')}\n`);
    }
    return { table, frequency, season, panel };
  } catch (error) {
    throw readingFault(path, error);
  }
}
