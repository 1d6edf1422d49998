import type { Command } from 'commander';
import { EXIT, SihwangError } from '../domain/index.ts';
import { seriesForecast } from '../market/index.ts';
import { feedsOf, forecastFeed } from '../pipeline/index.ts';
import { type CommonOptions, homeOf, readFeed, withCommonOptions } from './command.ts';
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
    .option('--feed <feed>', "compute the feed's forecasts now and publish them")
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
  const stopped = new AbortController();
  process.once('SIGINT', () => stopped.abort());
  const result = await forecastFeed(homeOf(options), feed.profile, {
    only: 'all',
    signal: stopped.signal,
    onProgress: ({ done, series, published }) =>
      tell(`forecasts of ${feed.profile.id}: ${done}/${series} computed, ${published} published`),
  });
  if (options.json) printJson({ feed: feed.profile.id, simulated: feed.profile.simulated, ...result });
  else print(`${feed.profile.id}: forecasts published`);
}
