import { type BacktestResult, backtest, type MethodScore } from '../forecast/index.ts';
import { openTable } from './forecast-file.ts';
import { type Given, horizonOf, modelsOf, wholeNumber } from './long-table/options.ts';
import { progressOf } from './long-table/progress.ts';
import { badTable } from './long-table/refusal.ts';
import { describeFrequency } from './long-table/steps.ts';
import { processIo, type TableIo } from './long-table/table-io.ts';
import { table } from './output.ts';

/** The options of `sihwang backtest FILE.csv`, as the command line gives them. */
export interface BacktestFileOptions {
  /** Steps ahead, needed. */
  readonly horizon?: Given;
  /** Origins for each series, the last one a horizon before its end; default 3. */
  readonly origins?: Given;
  /** Steps between origins; default the horizon. */
  readonly step?: Given;
  readonly season?: Given;
  readonly freq?: Given;
  /** Model names separated by commas instead of the default choice. */
  readonly models?: string;
  readonly json?: boolean;
}

/** The interval whose coverage and pinball loss are printed. */
const LEVEL = 0.8;
const DEFAULT_ORIGINS = 3;

/**
 * Scores the default choice beside naive and seasonal naive on past origins of a long table (`unique_id,ds,y`;
 * `-` = standard input), each forecast seeing only what came before its origin, and prints one line a method.
 * Throws SihwangError: 2 for options, 65 for the table or when no series is long enough.
 */
export async function backtestFile(
  path: string,
  options: BacktestFileOptions,
  io: TableIo = processIo,
): Promise<void> {
  const started = io.now();
  const horizon = horizonOf(options.horizon);
  const origins = wholeNumber('--origins', options.origins ?? DEFAULT_ORIGINS, 10_000);
  const step = wholeNumber('--step', options.step ?? horizon, 10_000);
  const models = modelsOf(options.models);
  const { frequency, season, panel } = await openTable(path, options, io);

  const progress = progressOf('series scored', io);
  const result = backtest(panel, {
    horizon,
    origins,
    step,
    season,
    levels: [LEVEL],
    onProgress: progress.step,
    ...(models && { models }),
  });
  progress.finish();
  if (result.seriesScored === 0) {
    throw badTable(
      'TOO_SHORT',
      `no series has values before an origin ${horizon} steps from its end and after it`,
      'Give a shorter --horizon, or a table with a longer history.',
    );
  }

  const settings = { frequency: describeFrequency(frequency), season, horizon, origins, step };
  await io.print(
    options.json ? `${JSON.stringify({ ...settings, ...jsonOf(result) }, null, 2)}\n` : tableOf(result),
  );
  io.note(
    `${result.seriesScored} series scored at up to ${origins} origins ${step} steps apart, ${horizon} steps ahead` +
      `${result.seriesLeftOut > 0 ? `; ${result.seriesLeftOut} left out as too short` : ''}` +
      `, in ${(io.now() - started).toFixed(1)} s\n`,
  );
}

function jsonOf(result: BacktestResult) {
  return {
    seriesScored: result.seriesScored,
    seriesLeftOut: result.seriesLeftOut,
    methods: result.methods.map((score) => ({
      method: score.method,
      cases: score.cases,
      wape: orNull(score.wape),
      mase: orNull(score.mase),
      maseSeason: score.maseSeason,
      smape: orNull(score.smape),
      pinball80: orNull(intervalOf(score)?.pinball),
      coverage80: orNull(intervalOf(score)?.coverage),
    })),
  };
}

/** A score that does not exist (all actual values zero, say) is null, as in the API. */
function orNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

function intervalOf(score: MethodScore) {
  return score.intervals.find((one) => one.level === LEVEL);
}

function tableOf(result: BacktestResult): string {
  const season = result.methods[0]?.maseSeason ?? 1;
  const rows = result.methods.map((score) => [
    score.method,
    String(score.cases),
    fixed(score.wape, 4),
    fixed(score.mase, 3),
    fixed(score.smape, 3),
    significant(intervalOf(score)?.pinball),
    fixed((intervalOf(score)?.coverage ?? Number.NaN) * 100, 1),
  ]);
  const titles = ['points', 'WAPE', `MASE (m=${season})`, 'sMAPE', 'pinball 80', 'coverage 80 %'];
  const columns = [{ title: 'method' }, ...titles.map((title) => ({ title, right: true }))];
  return `${table(columns, rows)}\n`;
}

function fixed(value: number, digits: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(digits);
}

/** Pinball loss is in the units of y, so its size is not known beforehand. */
function significant(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '–' : String(Number(value.toPrecision(5)));
}
