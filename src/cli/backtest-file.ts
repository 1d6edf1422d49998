import { type BacktestResult, backtest, type MethodScore } from '../forecast/index.ts';
import { covariatesSaid, note, openTable } from './forecast-file.ts';
import {
  budgetOf,
  type Given,
  horizonOf,
  knownAheadOf,
  modelsOf,
  wholeNumber,
} from './long-table/options.ts';
import { progressOf } from './long-table/progress.ts';
import { badTable } from './long-table/refusal.ts';
import { describeFrequency } from './long-table/steps.ts';
import type { TableIo } from './long-table/table-io.ts';
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
  /** Model names separated by commas, each scored alone and together; `all` = the default choice and each. */
  readonly models?: string;
  /** Seconds that the command may take. */
  readonly budget?: Given;
  /** Further columns to use, separated by commas, or `none`; by default every one that holds numbers. */
  readonly covariates?: string;
  /** Those of them that would have been known in advance, separated by commas. */
  readonly knownAhead?: string;
  readonly json?: boolean;
}

/** The interval whose coverage and pinball loss are printed. */
const LEVEL = 0.8;
const DEFAULT_ORIGINS = 3;
/** Time that is left for backtesting when reading took it all: one origin is scored in any case. */
const TINY_SECONDS = 1e-6;
/** Kept back for scoring and printing. */
const ENDING_SECONDS = 0.1;

/**
 * Scores the default choice beside naive and seasonal naive on past origins of a long table (`unique_id,ds,y`;
 * `-` = standard input), each forecast seeing only what came before its origin, and prints one line a method.
 * Throws SihwangError: 2 for options, 65 for the table or when no series is long enough.
 */
export async function backtestFile(path: string, options: BacktestFileOptions, io: TableIo): Promise<void> {
  const started = io.now();
  const horizon = horizonOf(options.horizon);
  const origins = wholeNumber('--origins', options.origins ?? DEFAULT_ORIGINS, 10_000);
  const step = wholeNumber('--step', options.step ?? horizon, 10_000);
  const models = modelsOf(options.models);
  const budget = budgetOf(options.budget);
  const { frequency, season, panel, covariates } = await openTable(path, options, io);
  const knownAhead = knownAheadOf(
    options.knownAhead,
    covariates.map(({ name }) => name),
  );

  const progress = progressOf({ ko: '시점 채점', en: 'origins scored' }, io);
  const result = backtest(panel, {
    horizon,
    origins,
    step,
    season,
    levels: [LEVEL],
    onProgress: progress.step,
    covariates: covariates.map(({ name, values }) => ({ name, past: values })),
    knownAhead,
    ...(models && { models }),
    ...(budget !== undefined && {
      budgetSeconds: Math.max(TINY_SECONDS, budget - (io.now() - started) - ENDING_SECONDS),
      clock: io.now,
    }),
  });
  progress.finish();
  if (result.seriesScored === 0) {
    throw badTable(
      'TOO_SHORT',
      {
        ko: `끝에서 ${horizon}단위 앞의 시점 앞뒤에 값이 다 있는 계열이 없습니다`,
        en: `no series has values before an origin ${horizon} steps from its end and after it`,
      },
      {
        ko: '--horizon을 줄이거나 내력이 더 긴 표를 주세요.',
        en: 'Give a shorter --horizon, or a table with a longer history.',
      },
    );
  }

  if (covariates.length > 0) {
    const names = covariatesSaid(
      covariates.map(({ name }) => ({ name, known: knownAhead.includes(name) })),
      io,
    );
    note(io, {
      ko: `외부 변수 ${names}: ${result.covariatesUsed ? '기본 선택이 씀' : '쓰지 않음 (이름으로 고른 모델은 쓰지 않고, 짧은 시간에는 못 씀)'}`,
      en: `covariates ${names}: ${result.covariatesUsed ? 'used by the default choice' : 'not used (named models take none, a small budget leaves no time)'}`,
    });
  }
  const settings = { frequency: describeFrequency(frequency), season, horizon, origins, step };
  await io.print(
    options.json ? `${JSON.stringify({ ...settings, ...jsonOf(result) }, null, 2)}\n` : tableOf(result, io),
  );
  const { seriesScored, seriesLeftOut, originsLeftOut } = result;
  const seconds = (io.now() - started).toFixed(1);
  const late = originsLeftOut > 0;
  note(io, {
    ko:
      `계열 ${seriesScored}개를 ${step}단위 간격의 시점 ${origins}개까지, ${horizon}단위 앞으로 채점` +
      `${seriesLeftOut > 0 ? `. ${late ? '너무 짧거나 시간이 모자라' : '너무 짧아'} 뺀 계열 ${seriesLeftOut}개` : ''}` +
      `${late ? `. 시간이 모자라 뺀 오래된 시점 ${originsLeftOut}개, --budget을 늘리세요` : ''}. ${seconds}초`,
    en:
      `${seriesScored} series scored at up to ${origins} origins ${step} steps apart, ${horizon} steps ahead` +
      `${seriesLeftOut > 0 ? `; ${seriesLeftOut} left out ${late ? 'as too short or for want of time' : 'as too short'}` : ''}` +
      `${late ? `; ${originsLeftOut} older origins left out for want of time, give a larger --budget` : ''}` +
      `, in ${seconds} s`,
  });
}

function jsonOf(result: BacktestResult) {
  return {
    seriesScored: result.seriesScored,
    seriesLeftOut: result.seriesLeftOut,
    originsLeftOut: result.originsLeftOut,
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

function tableOf(result: BacktestResult, { say }: TableIo): string {
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
  const titles = [
    say({ ko: '채점한 값', en: 'points' }),
    ...['WAPE', `MASE (m=${season})`, 'sMAPE'],
    say({ ko: '핀볼 80', en: 'pinball 80' }),
    say({ ko: '80% 적중', en: 'coverage 80 %' }),
  ];
  const columns = [
    { title: say({ ko: '방법', en: 'method' }) },
    ...titles.map((title) => ({ title, right: true })),
  ];
  return `${table(columns, rows)}\n`;
}

function fixed(value: number, digits: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(digits);
}

/** Pinball loss is in the units of y, so its size is not known beforehand. */
function significant(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '–' : String(Number(value.toPrecision(5)));
}
