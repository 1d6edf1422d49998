import type { Command } from 'commander';
import { EXIT, SihwangError } from '../domain/index.ts';
import { BACKTEST_HORIZONS, backtestFeed, type FeedBacktest } from '../pipeline/forecasting/index.ts';
import { feedsOf } from '../pipeline/index.ts';
import { formatDecimal, formatPercent, textOf } from '../show/index.ts';
import type { Feed } from '../sources/index.ts';
import { type BacktestFileOptions, backtestFile } from './backtest-file.ts';
import { type CommonOptions, homeOf, withCommonOptions } from './command.ts';
import { languageOf, type Say, sayIn } from './language.ts';
import { processIo } from './long-table/table-io.ts';
import { print, printJson, table, tell } from './output.ts';

interface BacktestOptions extends CommonOptions, Omit<BacktestFileOptions, 'json'> {
  readonly feed?: string;
  readonly horizons?: string;
  readonly target: string;
  readonly weeks?: string;
  readonly damping?: string;
  readonly global?: boolean;
  readonly asOf?: string;
}

const DEFAULT_HORIZONS = { day: '1w,2w,4w', week: '1w,2w,4w', dekad: '1s,2s,3s' } as const;
const PRICES = {
  day: { ko: '일별 가격', en: 'daily prices' },
  week: { ko: '주별 가격', en: 'weekly prices' },
  dekad: { ko: '순별 가격', en: '순 prices' },
} as const;
const ROLES = {
  baseline: { ko: '기준선', en: 'baseline' },
  model: { ko: '모델', en: 'model' },
  shown: { ko: '보인 예측', en: 'shown' },
} as const;

export function addBacktest(program: Command, say: Say): void {
  withCommonOptions(program.command('backtest [file]'), say)
    .description(
      say({
        ko: '지난 시점에서 낸 예측을 채점: 아무 표(unique_id,ds,y) 또는 홈의 자료',
        en: 'score forecasts on past origins: of any table (unique_id,ds,y), or of a feed in the home',
      }),
    )
    .option('--horizon <steps>', say({ ko: '몇 단위 앞까지, 파일용', en: 'steps ahead, for a file' }))
    .option('--origins <number>', say({ ko: '지난 시점의 수, 파일용', en: 'past origins, for a file' }))
    .option(
      '--step <steps>',
      say({
        ko: '시점 사이의 간격, 파일용 (기본: 예측 기간)',
        en: 'steps from one origin to the next, for a file (default: the horizon)',
      }),
    )
    .option(
      '--season <steps>',
      say({
        ko: '한 계절의 길이, 파일용 (기본: 주기에 따름)',
        en: 'steps in one season, for a file (default: by the frequency)',
      }),
    )
    .option(
      '--freq <frequency>',
      say({
        ko: 'H D W M Q Y 순, 또는 정수의 간격 (기본: 자료에서 알아내어 표시)',
        en: 'H D W M Q Y 순, or the step of integers (default: inferred and printed)',
      }),
    )
    .option(
      '--models <names>',
      say({
        ko: '기본 선택 대신 쓸 모델 이름, 파일용 (all = 전부)',
        en: 'models by name instead of the default choice, for a file; all = everything',
      }),
    )
    .option(
      '--budget <seconds>',
      say({
        ko: '파일용: 시간 안에 되는 만큼 최근 시점부터 채점',
        en: 'for a file: the newest origins that fit are scored',
      }),
    )
    .option(
      '--covariates <columns>',
      say({ ko: '파일용: 더 쓸 열, 쓰지 않으려면 none', en: 'for a file: further columns to use, or none' }),
    )
    .option(
      '--known-ahead <columns>',
      say({
        ko: '파일용: 미리 알 수 있었던 외부 변수',
        en: 'for a file: the covariates that would have been known in advance',
      }),
    )
    .option('--feed <feed>', say({ ko: '파일 대신 홈의 자료', en: 'a feed of the home instead of a file' }))
    .option(
      '--horizons <list>',
      say({
        ko: `${Object.keys(BACKTEST_HORIZONS).join(', ')} 가운데서, 자료용 (기본 1w,2w,4w, 순별 가격은 1s,2s,3s)`,
        en: `of ${Object.keys(BACKTEST_HORIZONS).join(', ')}, for a feed (default 1w,2w,4w; prices by 순: 1s,2s,3s)`,
      }),
    )
    .option(
      '--target <week|day>',
      say({
        ko: '주간 거래량 가중 가격을 채점할지(week), 거래일 가격을 채점할지(day)',
        en: 'score weekly volume-weighted prices, or those of single market days',
      }),
      'week',
    )
    .option(
      '--weeks <number>',
      say({
        ko: '최근 몇 주를 채점할지 (기본 104, 주간 자료는 52)',
        en: 'how many of the last weeks are scored (default 104; weekly feeds 52)',
      }),
    )
    .option(
      '--damping <share>',
      say({
        ko: '모델이 앞서 낸 예측을 유지하는 몫, 0~0.9, 자료용',
        en: 'let models hold on to a share, 0 to 0.9, of what they said before, for a feed',
      }),
    )
    .option(
      '--global',
      say({
        ko: '시장의 모든 계열을 함께 보는 모델도 후보에 넣음 (몇 분 걸림), 자료용',
        en: 'one model over all series of a market is a candidate too (minutes), for a feed',
      }),
    )
    .option(
      '--as-of <time>',
      say({
        ko: '그때까지 알려진 자료만 쓰고, 그때까지 알려진 결과로 채점',
        en: 'use only what was known by then, and score outcomes known by then',
      }),
    )
    .action(run);
}

async function run(file: string | undefined, options: BacktestOptions): Promise<void> {
  if (file !== undefined) return backtestFile(file, options, processIo(languageOf(options)));
  const feed = feedGiven(options);
  if (options.target !== 'week' && options.target !== 'day') {
    throw new SihwangError(
      'TARGET_UNKNOWN',
      {
        ko: `--target의 값은 week 또는 day: ${options.target}`,
        en: `--target is week or day, not ${options.target}`,
      },
      {
        exit: EXIT.usage,
        hint: {
          ko: '보통은 주간 가격을 채점합니다. --target day는 거래일마다 채점합니다.',
          en: 'Weekly prices are the usual target; --target day scores single market days.',
        },
      },
    );
  }
  const say = sayIn(languageOf(options));
  const stopped = new AbortController();
  process.once('SIGINT', () => stopped.abort());
  const answer = await backtestFeed(homeOf(options), feed.profile, {
    horizons: (options.horizons ?? DEFAULT_HORIZONS[feed.profile.granularity])
      .split(',')
      .map((one) => one.trim()),
    target: options.target,
    signal: stopped.signal,
    onProgress: (done, total) => {
      if (process.stderr.isTTY)
        process.stderr.write(
          `\r${say({ ko: `계열 ${done}/${total}`, en: `${done}/${total} series` })}${done === total ? '\n' : ''}`,
        );
      else if (done === total) tell(say({ ko: `계열 ${done}개 채점`, en: `${done} series scored` }));
    },
    ...(options.weeks === undefined ? {} : { weeks: weeksOf(options.weeks) }),
    ...(options.global ? { global: true } : {}),
    ...(options.damping === undefined ? {} : { damping: dampingOf(options.damping) }),
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
    {
      ko: id === undefined ? '무엇을 채점할지 주지 않았습니다' : `없는 자료: ${id}`,
      en: id === undefined ? 'nothing to backtest was named' : `there is no feed ${id}`,
    },
    {
      exit: EXIT.usage,
      hint: {
        ko: '파일(sihwang backtest sales.csv --horizon 4)이나 홈의 자료(--feed japan-maff)를 주세요.',
        en: 'Give a file (sihwang backtest sales.csv --horizon 4) or a feed of the home (--feed japan-maff).',
      },
    },
  );
}

function weeksOf(text: string): number {
  const weeks = Number(text);
  if (/^\d+$/.test(text) && weeks > 0) return weeks;
  throw new SihwangError(
    'WEEKS_UNREADABLE',
    { ko: `--weeks의 값은 정수: ${text}`, en: `--weeks is a whole number, not ${text}` },
    {
      exit: EXIT.usage,
      hint: { ko: '빼면 최근 104주를 채점합니다.', en: 'Leave it out to score the last 104 weeks.' },
    },
  );
}

function dampingOf(text: string): number {
  const share = Number(text);
  if (text.trim() !== '' && share >= 0 && share <= 0.9) return share;
  throw new SihwangError(
    'DAMPING_UNREADABLE',
    { ko: `--damping의 값은 0에서 0.9까지: ${text}`, en: `--damping is a share from 0 to 0.9, not ${text}` },
    {
      exit: EXIT.usage,
      hint: {
        ko: '빼면 모델이 시점마다 새로 예측합니다.',
        en: 'Leave it out: models then say afresh what they see at each origin.',
      },
    },
  );
}

function describe(answer: FeedBacktest, feed: Feed, options: CommonOptions): string {
  const language = languageOf(options);
  const say = sayIn(language);
  const names = textOf(language).model;
  const ratio = (value: number) => (Number.isFinite(value) ? formatDecimal(value, 3, language) : '–');
  const rows = answer.rows.map((row) => [
    row.horizon,
    names[row.model] ?? row.model,
    say(ROLES[row.role]),
    ratio(row.mape),
    ratio(row.wape),
    ratio(row.mase),
    ratio(row.pinball),
    ratio(row.stability),
    Number.isFinite(row.coverage80) ? formatPercent(row.coverage80 * 100, language) : '–',
    String(row.series),
    String(row.outcomes),
  ]);
  const titles = [
    say({ ko: '기간', en: 'horizon' }),
    say({ ko: '방법', en: 'method' }),
    say({ ko: '역할', en: 'role' }),
    ...['MAPE', 'WAPE', 'MASE'],
    say({ ko: '핀볼', en: 'pinball' }),
    say({ ko: '출렁임', en: 'jumps' }),
    say({ ko: '80% 적중', en: '80% coverage' }),
    say({ ko: '계열', en: 'series' }),
    say({ ko: '채점 수', en: 'outcomes' }),
  ];
  const notes = [
    `${say(feed.profile.name)} · ${say(PRICES[answer.target])}`,
    say({
      ko: `${answer.lastDay ?? '–'}까지 최근 ${answer.weeks}주`,
      en: `last ${answer.weeks} weeks to ${answer.lastDay ?? '–'}`,
    }),
    say({
      ko: `계열 ${answer.seriesScored}개 채점, 가격이 너무 적어 뺀 계열 ${answer.seriesLeftOut}개`,
      en: `${answer.seriesScored} series scored, ${answer.seriesLeftOut} with too few prices left out`,
    }),
    answer.asOf === null ? '' : say({ ko: `${answer.asOf}까지 알려진 값`, en: `as known at ${answer.asOf}` }),
    answer.restsOnAssumedTimes ? say({ ko: '공개 시각은 추정', en: 'publication times assumed' }) : '',
    ...answer.failed.map(({ series, message }) =>
      say({ ko: `${series} 실패: ${message}`, en: `${series} failed: ${message}` }),
    ),
  ].filter((note) => note !== '');
  const simulated = feed.profile.simulated ? `${textOf(language).simulated.banner}\n` : '';
  return `${simulated}${table(
    titles.map((title, index) => ({ title, right: index > 2 })),
    rows,
  )}\n${notes.join(' · ')}`;
}
