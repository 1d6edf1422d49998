import type { Bilingual } from '../domain/index.ts';
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
import { readingFault, requireWritable, type TableIo, writeWhole } from './long-table/table-io.ts';
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
export async function forecastFile(path: string, options: ForecastFileOptions, io: TableIo): Promise<void> {
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
    const progress = progressOf(
      name
        ? { ko: `계열 예측 (${name})`, en: `series forecast by ${name}` }
        : { ko: '계열 예측', en: 'series forecast' },
      io,
    );
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
  const seconds = (io.now() - started).toFixed(1);
  note(io, {
    ko: `계열 ${table.ids.length}개, ${horizon}단위씩, ${seconds}초${budget === undefined ? '' : ` (주어진 시간 ${budget}초)`}`,
    en: `${table.ids.length} series, ${horizon} steps each, in ${seconds} s${budget === undefined ? '' : ` of ${budget}`}`,
  });
}

/** One line on standard error. */
export function note(io: TableIo, words: Bilingual): void {
  io.note(`${io.say(words)}\n`);
}

/** Budget that is left for forecasts when reading took it all: the baselines, which are never left out. */
const TINY_SECONDS = 1e-6;

/** Seconds kept back for writing so many rows. */
function writingSeconds(rows: number): number {
  return 0.3 + rows * 1e-5;
}

/** Says which covariates were used, and in how many series. */
function noteCovariates(covariates: readonly Covariate[], run: ForecastRun, io: TableIo): void {
  const used = run.answers.filter((answer) => answer.refusal === undefined && answer.usesCovariates).length;
  const all = run.answers.length;
  const names = covariatesSaid(
    covariates.map(({ name, future }) => ({ name, known: future !== undefined })),
    io,
  );
  const why = run.model
    ? { ko: '이름으로 고른 모델은 쓰지 않음', en: 'named models take none' }
    : {
        ko: `계열 ${all}개 가운데 ${used}개의 예측에 씀${used === 0 ? ' (배우기에 너무 짧거나 시간이 없음)' : ''}`,
        en: `in the forecasts of ${used} of ${all} series${used === 0 ? ' (too short to learn from, or no time)' : ''}`,
      };
  note(io, { ko: `외부 변수 ${names}: ${why.ko}`, en: `covariates ${names}: ${why.en}` });
}

/** Covariates by name, each with what is known of it: its future too, or its past alone. */
export function covariatesSaid(
  covariates: readonly { readonly name: string; readonly known: boolean }[],
  { say }: TableIo,
): string {
  const known = say({ ko: '앞날을 앎', en: 'known ahead' });
  const past = say({ ko: '지난 값만', en: 'past only' });
  return covariates.map((one) => `${one.name} (${one.known ? known : past})`).join(', ');
}

/** Says how many series have less than was asked for, and why. */
function noteWhatIsMissing(run: ForecastRun, first: boolean, io: TableIo): void {
  const { model, answers } = run;
  const count = (which: (answer: SeriesForecast) => boolean) =>
    answers.filter((answer) => answer.refusal === undefined && which(answer)).length;
  const light = count((answer) => answer.effort === 'light');
  const baseline = count((answer) => answer.effort === 'baseline');
  if (light + baseline > 0) {
    note(io, {
      ko: `시간이 모자람${model ? ` (${model})` : ''}: 계열 ${answers.length}개 가운데 ${light}개는 빠른 모델 둘, 가장 작은 ${baseline}개는 기준선만. --budget을 늘리세요`,
      en: `no time left${model ? ` for ${model}` : ' for the full choice'}: of ${answers.length} series ${light} got two quick models, ${baseline} the baseline alone, the smallest ones; give a larger --budget`,
    });
  }
  if (model && model !== 'naive') {
    const own = count((answer) => answer.effort === 'full' && answer.model !== model);
    if (own > 0) {
      note(io, {
        ko: `계열 ${own}개는 ${model}의 근거가 없음 (너무 짧거나 계절이 없음): ${first ? '마지막 값을 그대로 씀' : '빈칸'}`,
        en: `${model} had nothing to go by in ${own} series (too short, or no season): ${first ? 'the naive forecast stands there' : 'blank'}`,
      });
    }
  } else if (!model) {
    const naive = count((answer) => answer.effort === 'full' && answer.model === 'naive');
    if (naive > 0)
      note(io, {
        ko: `계열 ${naive}개는 너무 짧아 기준선만 냄 (model=naive)`,
        en: `${naive} series too short for more than the baseline (model=naive)`,
      });
  }
  const refused = answers.filter((answer) => answer.refusal !== undefined);
  if (first && refused.length > 0) {
    const { id, refusal } = refused[0]!;
    note(io, {
      ko: `예측하지 못한 계열 ${refused.length}개 (model=none), 첫째는 "${id}": ${refusal!.message}`,
      en: `${refused.length} series without a forecast (model=none), the first "${id}": ${refusal!.message}`,
    });
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
      note(io, {
        ko: `${path}: 표에 없는 계열 ${unknownIds.length}개, 첫째는 "${unknownIds[0]}"`,
        en: `${path}: ${unknownIds.length} series that the table does not have, the first "${unknownIds[0]}"`,
      });
    }
    if (unusedColumns.length > 0) {
      const columns = unusedColumns.join(', ');
      note(io, { ko: `${path}: 쓰지 않은 열: ${columns}`, en: `${path}: columns not used: ${columns}` });
    }
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
    const steps = describeFrequency(frequency);
    note(io, {
      ko: `계열 ${table.ids.length}개, 행 ${table.values.length}개. 주기 ${steps}${given ? '' : ' (알아냄)'}, 계절 ${season}${seasonGiven === undefined ? ' (주기의 기본값)' : ''}${missing > 0 ? `. 빠진 값 ${missing}개` : ''}`,
      en: `${table.ids.length} series, ${table.values.length} rows; frequency ${steps}${given ? '' : ' (inferred)'}, season ${season}${seasonGiven === undefined ? ' (default for the frequency)' : ''}${missing > 0 ? `; ${missing} missing values` : ''}`,
    });
    const { delimiter, decimalComma } = table.written;
    if (delimiter !== ',') {
      const [ko, en] = delimiter === ';' ? ['세미콜론', 'semicolons'] : ['탭', 'tabs'];
      note(io, {
        ko: `열을 나눈 글자: ${ko}${decimalComma ? '. 쉼표는 소수점으로 읽음' : ''}`,
        en: `columns are parted by ${en}${decimalComma ? '; a comma is read as the decimal point' : ''}`,
      });
    }
    const unused = table.furtherColumns.join(', ');
    if (unused !== '') note(io, { ko: `쓰지 않은 열: ${unused}`, en: `columns not used: ${unused}` });
    return { table, frequency, season, panel, covariates };
  } catch (error) {
    throw readingFault(path, error);
  }
}
