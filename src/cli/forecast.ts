import type { Command } from 'commander';
import { EXIT, type FeedProfile, SihwangError, saidBy } from '../domain/index.ts';
import type { Home } from '../lake/index.ts';
import { seriesForecast } from '../market/index.ts';
import { type ForecastFeedResult, forecastBesideRuns, leftToRun } from '../pipeline/forecasting/index.ts';
import { feedsOf } from '../pipeline/index.ts';
import { hasRecords, openBehind, type RecordsBehind } from '../records/index.ts';
import { feedForecastText } from '../show/index.ts';
import { type CommonOptions, homeOf, readFeed, withCommonOptions } from './command.ts';
import { type ForecastFileOptions, forecastFile } from './forecast-file.ts';
import { describeForecast } from './item.ts';
import { languageOf, type Say, sayIn } from './language.ts';
import { processIo } from './long-table/table-io.ts';
import { print, printJson, tell } from './output.ts';

interface ForecastOptions extends CommonOptions, Omit<ForecastFileOptions, 'json'> {
  readonly feed?: string;
  readonly series?: string;
  readonly asOf?: string;
}

export function addForecast(program: Command, say: Say): void {
  withCommonOptions(program.command('forecast [file]'), say)
    .description(
      say({
        ko: '아무 표(unique_id,ds,y)나 예측하거나, 홈에 있는 자료의 예측을 계산하고 표시',
        en: 'forecast any table (unique_id,ds,y), or compute and show the forecasts of a feed in the home',
      }),
    )
    .option('--horizon <steps>', say({ ko: '몇 단위 앞까지, 파일용', en: 'steps ahead, for a file' }))
    .option(
      '--season <steps>',
      say({
        ko: '한 계절의 길이 (기본: 주기에 따름)',
        en: 'steps in one season (default: by the frequency)',
      }),
    )
    .option(
      '--freq <frequency>',
      say({
        ko: 'H D W M Q Y 순, 또는 정수의 간격 (기본: 자료에서 알아내어 표시)',
        en: 'H D W M Q Y 순, or the step of integers (default: inferred and printed)',
      }),
    )
    .option('--levels <percents>', say({ ko: '예측 구간의 수준', en: 'interval levels' }), '80,95')
    .option(
      '--models <names>',
      say({
        ko: '기본 선택 대신 쓸 모델 이름, 저마다 결과를 냄 (all = 전부)',
        en: 'models by name instead of the default choice, each reported; all = everything',
      }),
    )
    .option(
      '--budget <seconds>',
      say({
        ko: '시간 안에 되는 만큼 큰 계열부터 하고, 모든 계열에 답을 냄',
        en: 'what fits is done, largest series first; every series gets an answer',
      }),
    )
    .option(
      '--covariates <columns>',
      say({
        ko: '더 쓸 열, 쓰지 않으려면 none (기본: 숫자가 든 모든 열)',
        en: 'further columns to use, or none (default: every one that holds numbers)',
      }),
    )
    .option(
      '--future <file>',
      say({
        ko: '앞날의 값을 미리 아는 외부 변수 파일: unique_id,ds와 열들',
        en: 'the covariates that are known for the steps ahead: unique_id,ds and columns',
      }),
    )
    .option(
      '--out <file>',
      say({ ko: '표준 출력 대신 이 파일에 씀', en: 'write there instead of standard output' }),
    )
    .option(
      '--feed <feed>',
      say({
        ko: '자료의 예측을 지금 갱신하여 공표, 이미 하는 작업이 있으면 기다림',
        en: "bring the feed's forecasts up to date now and publish them; waits for a run that does",
      }),
    )
    .option(
      '--series <key>',
      say({ ko: '한 계열의 공표된 예측 표시', en: 'show the published forecast of one series' }),
    )
    .option(
      '--as-of <time>',
      say({ ko: '--series와 함께: 그때까지 낸 예측', en: 'with --series: what had been issued by then' }),
    )
    .action(run);
}

async function run(file: string | undefined, options: ForecastOptions): Promise<void> {
  if (file !== undefined) return forecastFile(file, options, processIo(languageOf(options)));
  if (options.series !== undefined) {
    const feed = options.feed ?? options.series.split('~')[0]!;
    const answer = await readFeed({ ...options, feed }, (reader) =>
      seriesForecast(reader, { series: options.series!, asOf: options.asOf }),
    );
    if (options.json) printJson(answer);
    else print(describeForecast(answer, options));
    return;
  }
  const feed =
    options.feed === undefined
      ? undefined
      : feedsOf(homeOf(options)).find(({ profile }) => profile.id === options.feed);
  if (!feed) {
    throw new SihwangError(
      'FORECAST_WHAT',
      {
        ko: options.feed === undefined ? '무엇을 예측할지 주지 않았습니다' : `없는 자료: ${options.feed}`,
        en: options.feed === undefined ? 'nothing to forecast was named' : `there is no feed ${options.feed}`,
      },
      {
        exit: EXIT.usage,
        hint: {
          ko: '파일(sihwang forecast sales.csv --horizon 4), 홈의 자료(--feed), 또는 계열(--series)을 주세요.',
          en: 'Give a file (sihwang forecast sales.csv --horizon 4), a --feed of the home, or a --series.',
        },
      },
    );
  }
  const { id, simulated } = feed.profile;
  const result = await forecastNow(feed.profile, options);
  if (options.json) printJson({ feed: id, simulated, ...result });
  else print(feedForecastText(languageOf(options), { feed: id, ...result, failed: result.failed.length }));
}

/** Computes the forecasts that nobody else is going to, and waits for the others. Ctrl-C keeps what is published. */
async function forecastNow(profile: FeedProfile, options: CommonOptions): Promise<ForecastFeedResult> {
  const home = homeOf(options);
  const stopped = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopped.abort());
  const say = sayIn(languageOf(options));
  const records = recordsOf(home, say);
  const left = records ? leftToRun(home, records) : async () => false;
  try {
    return await forecastBesideRuns(home, profile, {
      only: 'all',
      signal: stopped.signal,
      leftToRun: () => left(profile.id),
      onRun: () =>
        tell(
          say({
            ko: `${profile.id}를 예측할 작업이 있어 기다립니다 (sihwang runs list --state running)`,
            en: `a run is going to forecast ${profile.id}: waiting for it (sihwang runs list --state running)`,
          }),
        ),
      onWait: (holder) =>
        tell(
          say({
            ko: `${profile.id}의 예측을 이미 계산하고 있어 기다립니다: ${holder}`,
            en: `forecasts of ${profile.id} are being computed already: waiting for ${holder}`,
          }),
        ),
      onProgress: ({ done, series, published }) =>
        tell(
          say({
            ko: `${profile.id}의 예측: ${done}/${series} 계산, ${published} 공표`,
            en: `forecasts of ${profile.id}: ${done}/${series} computed, ${published} published`,
          }),
        ),
    });
  } catch (error) {
    if (!stopped.signal.aborted) throw error;
    throw new SihwangError(
      'STOPPED',
      {
        ko: `${profile.id}의 예측을 멈췄습니다. 공표한 것은 남습니다`,
        en: `stopped forecasting ${profile.id}; what was published stays`,
      },
      {
        exit: EXIT.stopped,
        hint: { ko: '같은 명령이 나머지를 이어서 합니다.', en: 'The same command goes on with the rest.' },
        cause: error,
      },
    );
  } finally {
    await records?.close();
  }
}

/** null: a home without records has no runs, and gets none here. */
function recordsOf(home: Home, say: Say): RecordsBehind | null {
  if (!hasRecords(home.path)) return null;
  const records = openBehind(home, { onProgress: (line) => tell(say(line)) });
  records.opened.catch((error: Error) =>
    tell(
      say({
        ko: `같은 것을 예측하는 작업이 있는지 물을 수 없습니다: ${saidBy(error).ko}`,
        en: `whether a run forecasts the same cannot be asked: ${error.message}`,
      }),
    ),
  );
  return records;
}
