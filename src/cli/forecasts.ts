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
import { type CommonOptions, feedNamed, homeOf, withCommonOptions } from './command.ts';
import { addReissue } from './forecasts-reissue.ts';
import { languageOf, type Say } from './language.ts';
import { print, printJson, table } from './output.ts';
import { withRecords } from './with-records.ts';

interface LedgerOptions extends CommonOptions {
  readonly horizon?: string;
  readonly asOf?: string;
  readonly task?: string;
  readonly limit: string;
}

export function addForecasts(program: Command, say: Say): void {
  const forecasts = program.command('forecasts').description(
    say({
      ko: '이제까지 낸 모든 예측과 그 결과',
      en: 'every forecast that was ever issued, and what came of it',
    }),
  );
  withCommonOptions(forecasts.command('ledger <series>'), say)
    .description(
      say({
        ko: '한 계열에 낸 예측, 실제로 온 값, 마지막 가격을 그대로 썼다면 냈을 값',
        en: 'what was said of a series, what came, and what the last price would have said',
      }),
    )
    .option(
      '--task <name>',
      say({
        ko: '직접 만든 프로그램의 예측: custom-command',
        en: 'of a program of your own: custom-command',
      }),
    )
    .option(
      '--horizon <name>',
      say({ ko: 'MD1, W1, W2, W4, S1, S2, S3 가운데 하나만', en: 'only MD1, W1, W2, W4, S1, S2 or S3' }),
    )
    .option('--as-of <time>', say({ ko: '그때 알려져 있던 성적', en: 'the scores as they were known then' }))
    .option(
      '--limit <count>',
      say({ ko: '예측 기간마다 최근 몇 개', en: 'the newest so many of each horizon' }),
      '20',
    )
    .action(ledger);
  addReissue(forecasts, say);
}

async function ledger(series: string, options: LedgerOptions): Promise<void> {
  const feed = parseSeriesKey(series)?.feed;
  if (feed === undefined)
    throw new SihwangError(
      'SERIES_UNREADABLE',
      { ko: `계열의 문자 표기가 아닙니다: ${series}`, en: `not the text form of a series: ${series}` },
      {
        exit: EXIT.usage,
        hint: {
          ko: 'sihwang board --json의 행에 있는 계열을 그대로 쓰세요.',
          en: 'Take the series from sihwang board --json; each row there carries its own.',
        },
      },
    );
  if (!/^[1-9]\d{0,4}$/.test(options.limit))
    throw new SihwangError(
      'LIMIT_UNREADABLE',
      {
        ko: `--limit의 값은 1 이상의 개수: ${options.limit}`,
        en: `--limit is a count from 1, not ${options.limit}`,
      },
      {
        exit: EXIT.usage,
        hint: { ko: '--limit 50처럼 쓰세요.', en: 'Write --limit 50.' },
      },
    );
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
        ...[words.scored, text.forecast.skillHeading, text.forecast.coverageShort].map((title) => ({
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
