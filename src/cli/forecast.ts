import type { Command } from 'commander';
import { EXIT, type FeedProfile, SihwangError } from '../domain/index.ts';
import type { Home } from '../lake/index.ts';
import { seriesForecast } from '../market/index.ts';
import { type ForecastFeedResult, forecastBesideRuns, leftToRun } from '../pipeline/forecasting/index.ts';
import { feedsOf } from '../pipeline/index.ts';
import { hasRecords, openBehind, type RecordsBehind } from '../records/index.ts';
import { feedForecastText } from '../show/index.ts';
import { type CommonOptions, homeOf, languageOf, readFeed, withCommonOptions } from './command.ts';
import { type ForecastFileOptions, forecastFile } from './forecast-file.ts';
import { describeForecast } from './item.ts';
import { print, printJson, tell } from './output.ts';

interface ForecastOptions extends CommonOptions, Omit<ForecastFileOptions, 'json'> {
  readonly feed?: string;
  readonly series?: string;
  readonly asOf?: string;
}

export function addForecast(program: Command): void {
  withCommonOptions(program.command('forecast [file]'))
    .description(
      'forecast any table (unique_id,ds,y), or compute and show the forecasts of a feed in the home',
    )
    .option('--horizon <steps>', 'steps ahead, for a file')
    .option('--season <steps>', 'steps in one season (default: by the frequency)')
    .option('--freq <frequency>', 'H D W M Q Y 순, or the step of integers (default: inferred and printed)')
    .option('--levels <percents>', 'interval levels', '80,95')
    .option(
      '--models <names>',
      'models by name instead of the default choice, each reported; all = everything',
    )
    .option('--budget <seconds>', 'what fits is done, largest series first; every series gets an answer')
    .option(
      '--covariates <columns>',
      'further columns to use, or none (default: every one that holds numbers)',
    )
    .option('--future <file>', 'the covariates that are known for the steps ahead: unique_id,ds and columns')
    .option('--out <file>', 'write there instead of standard output')
    .option(
      '--feed <feed>',
      "bring the feed's forecasts up to date now and publish them; waits for a run that does",
    )
    .option('--series <key>', 'show the published forecast of one series')
    .option('--as-of <time>', 'with --series: what had been issued by then')
    .action(run);
}

async function run(file: string | undefined, options: ForecastOptions): Promise<void> {
  if (file !== undefined) return forecastFile(file, options);
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
      options.feed === undefined ? 'nothing to forecast was named' : `there is no feed ${options.feed}`,
      {
        exit: EXIT.usage,
        hint: 'Give a file (sihwang forecast sales.csv --horizon 4), a --feed of the home, or a --series.',
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
  const records = recordsOf(home);
  const left = records ? leftToRun(home, records) : async () => false;
  try {
    return await forecastBesideRuns(home, profile, {
      only: 'all',
      signal: stopped.signal,
      leftToRun: () => left(profile.id),
      onRun: () =>
        tell(`a run is going to forecast ${profile.id}: waiting for it (sihwang runs list --state running)`),
      onWait: (holder) =>
        tell(`forecasts of ${profile.id} are being computed already: waiting for ${holder}`),
      onProgress: ({ done, series, published }) =>
        tell(`forecasts of ${profile.id}: ${done}/${series} computed, ${published} published`),
    });
  } catch (error) {
    if (!stopped.signal.aborted) throw error;
    throw new SihwangError('STOPPED', `stopped forecasting ${profile.id}; what was published stays`, {
      exit: EXIT.stopped,
      hint: 'The same command goes on with the rest.',
      cause: error,
    });
  } finally {
    await records?.close();
  }
}

/** null: a home without records has no runs, and gets none here. */
function recordsOf(home: Home): RecordsBehind | null {
  if (!hasRecords(home.path)) return null;
  const records = openBehind(home, { onProgress: tell });
  records.opened.catch((error: Error) =>
    tell(`whether a run forecasts the same cannot be asked: ${error.message}`),
  );
  return records;
}
