import {
  type Covariate,
  forecast,
  MODEL_NAMES,
  type ModelName,
  type SeriesForecast,
} from '../forecast/index.ts';
import { DEFAULT_SEASON, frequencyOf } from './long-table/frequency.ts';
import { requireDsAhead } from './long-table/future.ts';
import { type FutureCovariates, readFuture } from './long-table/future-table.ts';
import { type Grid, onEqualSteps } from './long-table/grid.ts';
import {
  budgetOf,
  covariatesOf,
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
import { type ForecastRun, forecastCsv, forecastJson } from './long-table/write.ts';

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
  /** Model names separated by commas instead of the default choice, each reported; `all` = the choice and each. */
  readonly models?: string;
  /** Seconds that the command may take. */
  readonly budget?: Given;
  /** Further columns to use, separated by commas, or `none`; by default every one that holds numbers. */
  readonly covariates?: string;
  /** A file with the covariates that are known for the steps ahead. */
  readonly future?: string;
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
  const budget = budgetOf(options.budget);
  if (options.out !== undefined) requireWritable(options.out);
  const opened = await openTable(path, options, io);
  const { table, frequency, season, panel } = opened;
  requireDsAhead(table, frequency, horizon);
  const future =
    options.future === undefined
      ? undefined
      : await openFuture(options.future, table, frequency, horizon, io);
  const covariates = opened.covariates.map(({ name, values }): Covariate => {
    const ahead = future?.covariates.find((one) => one.name === name)?.values;
    return { name, past: values, ...(ahead && { future: ahead }) };
  });

  const runs: ForecastRun[] = [];
  const wanted: (ModelName | undefined)[] =
    models === 'all' ? [undefined, ...MODEL_NAMES] : models ? models : [undefined];
  for (const [r, name] of wanted.entries()) {
    const progress = progressOf(name ? `series forecast by ${name}` : 'series forecast', io);
    const answers = forecast(panel, {
      horizon,
      season,
      levels: levels.map((level) => level / 100),
      onProgress: progress.step,
      ...(name ? { models: [name] } : { covariates }),
      ...(budget !== undefined && {
        budgetSeconds: Math.max(
          TINY_SECONDS,
          (budget - (io.now() - started) - writingSeconds(table.ids.length * horizon * wanted.length)) /
            (wanted.length - r),
        ),
        clock: io.now,
      }),
    });
    progress.finish();
    runs.push({ model: name, answers });
  }

  const sheet = { table, frequency, season, horizon, levels, runs };
  const pieces = options.json ? forecastJson(sheet) : forecastCsv(sheet);
  if (options.out !== undefined) writeWhole(options.out, pieces);
  else for (const piece of pieces) await io.print(piece);

  if (covariates.length > 0) noteCovariates(covariates, runs[0]!, io);
  for (const [r, run] of runs.entries()) noteWhatIsMissing(run, r === 0, io);
  io.note(
    `${table.ids.length} series, ${horizon} steps each, in ${(io.now() - started).toFixed(1)} s` +
      `${budget === undefined ? '' : ` of ${budget}`}\n`,
  );
}

/** Budget that is left for forecasts when reading took it all: the baselines, which are never left out. */
const TINY_SECONDS = 1e-6;

/** Seconds kept back for writing so many rows. */
function writingSeconds(rows: number): number {
  return 0.3 + rows * 1e-5;
}

/** Says which covariates were used, and in how many series. */
function noteCovariates(covariates: readonly Covariate[], run: ForecastRun, io: TableIo): void {
  const names = covariates.map(({ name, future }) => `${name} (${future ? 'known ahead' : 'past only'})`);
  const used = run.answers.filter((answer) => answer.refusal === undefined && answer.usesCovariates).length;
  const why = run.model
    ? 'named models take none'
    : `in the forecasts of ${used} of ${run.answers.length} series${used === 0 ? ' (too short to learn from, or no time)' : ''}`;
  io.note(`covariates ${names.join(', ')}: ${why}\n`);
}

/** Says how many series have less than was asked for, and why. */
function noteWhatIsMissing(run: ForecastRun, first: boolean, io: TableIo): void {
  const { model, answers } = run;
  const count = (which: (answer: SeriesForecast) => boolean) =>
    answers.filter((answer) => answer.refusal === undefined && which(answer)).length;
  const light = count((answer) => answer.effort === 'light');
  const baseline = count((answer) => answer.effort === 'baseline');
  if (light + baseline > 0) {
    io.note(
      `no time left${model ? ` for ${model}` : ' for the full choice'}: of ${answers.length} series ${light} got two quick models, ` +
        `${baseline} the baseline alone, the smallest ones; give a larger --budget\n`,
    );
  }
  if (model && model !== 'naive') {
    const own = count((answer) => answer.effort === 'full' && answer.model !== model);
    if (own > 0) {
      io.note(
        `${model} had nothing to go by in ${own} series (too short, or no season): ${first ? 'the naive forecast stands there' : 'blank'}\n`,
      );
    }
  } else if (!model) {
    const naive = count((answer) => answer.effort === 'full' && answer.model === 'naive');
    if (naive > 0) io.note(`${naive} series too short for more than the baseline (model=naive)\n`);
  }
  const refused = answers.filter((answer) => answer.refusal !== undefined);
  if (first && refused.length > 0) {
    io.note(
      `${refused.length} series without a forecast (model=none), the first "${refused[0]!.id}": ${refused[0]!.refusal!.message}\n`,
    );
  }
}

/** The covariates that are known for the steps ahead; what is not used of the file is said on standard error. */
async function openFuture(
  path: string,
  table: LongTable,
  frequency: Frequency,
  horizon: number,
  io: TableIo,
): Promise<FutureCovariates> {
  try {
    const future = await readFuture(io.read(path), table, frequency, horizon);
    const { unknownIds, unusedColumns } = future;
    if (unknownIds.length > 0) {
      io.note(
        `${path}: ${unknownIds.length} series that the table does not have, the first "${unknownIds[0]}"\n`,
      );
    }
    if (unusedColumns.length > 0) io.note(`${path}: columns not used: ${unusedColumns.join(', ')}\n`);
    return future;
  } catch (error) {
    throw readingFault(path, error);
  }
}

/** A table read, put on equal steps, and its frequency and season, both said on standard error. */
export async function openTable(
  path: string,
  options: Pick<ForecastFileOptions, 'freq' | 'season' | 'covariates'>,
  io: TableIo,
): Promise<{ table: LongTable; frequency: Frequency; season: number } & Grid> {
  const seasonGiven =
    options.season === undefined ? undefined : wholeNumber('--season', options.season, 100_000);
  const given = frequencyGiven(options.freq);
  try {
    const table = await readLongTable(io.read(path), { covariates: covariatesOf(options.covariates) });
    const frequency = frequencyOf(table, given);
    const { panel, covariates } = onEqualSteps(table, frequency);
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
    return { table, frequency, season, panel, covariates };
  } catch (error) {
    throw readingFault(path, error);
  }
}
