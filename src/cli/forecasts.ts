import type { Command } from 'commander';
import { EXIT, parseSeriesKey, SihwangError } from '../domain/index.ts';
import { parseAsOf } from '../market/index.ts';
import { liveCells, type SaidAndCame, saidAndCame } from '../records/index.ts';
import {
  formatCount,
  formatPercent,
  formatPrice,
  formatSignedPercent,
  ledgerTextOf,
  textOf,
} from '../show/index.ts';
import { type CommonOptions, feedNamed, homeOf, languageOf, withCommonOptions } from './command.ts';
import { addReissue } from './forecasts-reissue.ts';
import { print, printJson, table } from './output.ts';
import { withRecords } from './with-records.ts';

interface LedgerOptions extends CommonOptions {
  readonly horizon?: string;
  readonly asOf?: string;
  readonly task?: string;
  readonly limit: string;
}

export function addForecasts(program: Command): void {
  const forecasts = program
    .command('forecasts')
    .description('every forecast that was ever issued, and what came of it');
  withCommonOptions(forecasts.command('ledger <series>'))
    .description('what was said of a series, what came, and what the last price would have said')
    .option('--task <name>', 'of a program of your own: custom-command')
    .option('--horizon <name>', 'only MD1, W1, W2, W4, S1, S2 or S3')
    .option('--as-of <time>', 'the scores as they were known then')
    .option('--limit <count>', 'the newest so many of each horizon', '20')
    .action(ledger);
  addReissue(forecasts);
}

async function ledger(series: string, options: LedgerOptions): Promise<void> {
  const feed = parseSeriesKey(series)?.feed;
  if (feed === undefined)
    throw new SihwangError('SERIES_UNREADABLE', `not the text form of a series: ${series}`, {
      exit: EXIT.usage,
      hint: 'Take the series from sihwang board --json; each row there carries its own.',
    });
  if (!/^[1-9]\d{0,4}$/.test(options.limit))
    throw new SihwangError('LIMIT_UNREADABLE', `--limit is a count from 1, not ${options.limit}`, {
      exit: EXIT.usage,
      hint: 'Write --limit 50.',
    });
  const { profile } = feedNamed(homeOf(options), feed);
  const asOf = parseAsOf(options.asOf, profile);
  const found = await withRecords(options, async ({ pool }) => ({
    series,
    said: await saidAndCame(pool, feed, series, {
      limit: Number(options.limit),
      ...(options.task === undefined ? {} : { task: options.task }),
      ...(options.horizon === undefined ? {} : { horizon: options.horizon }),
      ...(asOf === null ? {} : { asOf }),
    }),
    live: await liveCells(pool, {
      ...{ feed, series: [series] },
      ...(options.task === undefined ? {} : { task: options.task }),
      ...(options.horizon === undefined ? {} : { horizon: options.horizon }),
      ...(asOf === null ? {} : { asOf }),
    }),
  }));
  if (options.json) return printJson(found);
  const language = languageOf(options);
  const text = textOf(language);
  const words = ledgerTextOf(language);
  if (found.said.length === 0) return print(words.none);
  const price = (value: number | null) => (value === null ? '–' : formatPrice(value, language));
  const range = ({ lo80, hi80 }: SaidAndCame) =>
    lo80 === null || hi80 === null ? '–' : `${price(lo80)}–${price(hi80)}`;
  print(
    table(
      [
        ...[text.forecast.horizon, words.issuedOn, text.forecast.target].map((title) => ({ title })),
        ...[words.said, text.forecast.interval80, words.came, words.naive].map((title) => ({
          title,
          right: true,
        })),
        { title: words.version },
      ],
      found.said.map((one) => [
        ...[one.horizon, one.originDay, one.targetDay ?? '–', price(one.mean), range(one)],
        ...[price(one.actual), price(one.naive), one.modelVersion],
      ]),
    ),
  );
  if (found.live.length === 0) return;
  print(`\n${words.liveHeading}`);
  print(
    table(
      [
        { title: text.forecast.horizon },
        ...[words.scored, text.forecast.skillHeading, text.forecast.coverageHeading].map((title) => ({
          title,
          right: true,
        })),
        { title: text.forecast.target },
      ],
      found.live.map((one) => [
        ...[one.horizon, formatCount(one.scored, language)],
        one.skill === null ? '–' : formatSignedPercent(one.skill * 100, language),
        formatPercent(one.coverage80 * 100, language),
        `${one.firstTargetDay} – ${one.lastTargetDay} (${words.weeks(formatCount(one.weeks, language))})`,
      ]),
    ),
  );
}
