import type { Command } from 'commander';
import { EXIT, SihwangError } from '../domain/index.ts';
import { BACKTEST_HORIZONS, backtestFeed, type FeedBacktest, feedsOf } from '../pipeline/index.ts';
import { formatDecimal, formatPercent, textOf } from '../show/index.ts';
import type { Feed } from '../sources/index.ts';
import { type BacktestFileOptions, backtestFile } from './backtest-file.ts';
import { type CommonOptions, homeOf, languageOf, withCommonOptions } from './command.ts';
import { print, printJson, table, tell } from './output.ts';

interface BacktestOptions extends CommonOptions, Omit<BacktestFileOptions, 'json'> {
  readonly feed?: string;
  readonly horizons: string;
  readonly target: string;
  readonly weeks?: string;
  readonly asOf?: string;
}

export function addBacktest(program: Command): void {
  withCommonOptions(program.command('backtest [file]'))
    .description('score forecasts on past origins: of any table (unique_id,ds,y), or of a feed in the home')
    .option('--horizon <steps>', 'steps ahead, for a file')
    .option('--origins <number>', 'past origins, for a file')
    .option('--step <steps>', 'steps from one origin to the next, for a file (default: the horizon)')
    .option('--season <steps>', 'steps in one season, for a file (default: by the frequency)')
    .option('--freq <frequency>', 'H D W M Q Y 순, or the step of integers (default: inferred and printed)')
    .option('--models <names>', 'models by name instead of the default choice, for a file')
    .option('--feed <feed>', 'a feed of the home instead of a file')
    .option('--horizons <list>', `of ${Object.keys(BACKTEST_HORIZONS).join(', ')}, for a feed`, '1w,2w,4w')
    .option(
      '--target <week|day>',
      'score weekly volume-weighted prices, or those of single market days',
      'week',
    )
    .option('--weeks <number>', 'how many of the last weeks are scored (default 104; weekly feeds 52)')
    .option('--as-of <time>', 'use only what was known by then, and score outcomes known by then')
    .action(run);
}

async function run(file: string | undefined, options: BacktestOptions): Promise<void> {
  if (file !== undefined) return backtestFile(file, options);
  const feed = feedGiven(options);
  if (options.target !== 'week' && options.target !== 'day') {
    throw new SihwangError('TARGET_UNKNOWN', `--target is week or day, not ${options.target}`, {
      exit: EXIT.usage,
      hint: 'Weekly prices are the usual target; --target day scores single market days.',
    });
  }
  const stopped = new AbortController();
  process.once('SIGINT', () => stopped.abort());
  const answer = await backtestFeed(homeOf(options), feed.profile, {
    horizons: options.horizons.split(',').map((one) => one.trim()),
    target: options.target,
    signal: stopped.signal,
    onProgress: (done, total) => {
      if (process.stderr.isTTY)
        process.stderr.write(`\r${done}/${total} series${done === total ? '\n' : ''}`);
      else if (done === total) tell(`${done} series scored`);
    },
    ...(options.weeks === undefined ? {} : { weeks: weeksOf(options.weeks) }),
    ...(options.asOf === undefined ? {} : { asOf: options.asOf }),
  });
  if (options.json) printJson({ ...answer, simulated: feed.profile.simulated });
  else print(describe(answer, feed, options));
}

function feedGiven(options: BacktestOptions): Feed {
  const { feed: id } = options;
  const feed =
    id === undefined ? undefined : feedsOf(homeOf(options)).find(({ profile }) => profile.id === id);
  if (feed) return feed;
  throw new SihwangError(
    'BACKTEST_WHAT',
    id === undefined ? 'nothing to backtest was named' : `there is no feed ${id}`,
    {
      exit: EXIT.usage,
      hint: 'Give a file (sihwang backtest sales.csv --horizon 4) or a feed of the home (--feed japan-maff).',
    },
  );
}

function weeksOf(text: string): number {
  const weeks = Number(text);
  if (/^\d+$/.test(text) && weeks > 0) return weeks;
  throw new SihwangError('WEEKS_UNREADABLE', `--weeks is a whole number, not ${text}`, {
    exit: EXIT.usage,
    hint: 'Leave it out to score the last 104 weeks.',
  });
}

function describe(answer: FeedBacktest, feed: Feed, options: CommonOptions): string {
  const language = languageOf(options);
  const ratio = (value: number) => (Number.isFinite(value) ? formatDecimal(value, 3, language) : '–');
  const rows = answer.rows.map((row) => [
    row.horizon,
    row.model,
    row.role,
    ratio(row.mape),
    ratio(row.wape),
    ratio(row.mase),
    ratio(row.pinball),
    Number.isFinite(row.coverage80) ? formatPercent(row.coverage80 * 100, language) : '–',
    String(row.series),
    String(row.outcomes),
  ]);
  const titles = [
    'horizon',
    'method',
    'role',
    'MAPE',
    'WAPE',
    'MASE',
    'pinball',
    '80% coverage',
    'series',
    'outcomes',
  ];
  const notes = [
    `${feed.profile.name[language]} · ${answer.target === 'week' ? 'weekly' : 'daily'} prices · last ${answer.weeks} weeks to ${answer.lastDay ?? '–'}`,
    `${answer.seriesScored} series scored, ${answer.seriesLeftOut} with too few prices left out`,
    answer.asOf === null ? '' : `as known at ${answer.asOf}`,
    answer.restsOnAssumedTimes ? 'publication times assumed' : '',
    ...answer.failed.map(({ series, message }) => `${series} failed: ${message}`),
  ].filter((note) => note !== '');
  const simulated = feed.profile.simulated ? `${textOf(language).simulated.banner}\n` : '';
  return `${simulated}${table(
    titles.map((title, index) => ({ title, right: index > 2 })),
    rows,
  )}\n${notes.join(' · ')}`;
}
