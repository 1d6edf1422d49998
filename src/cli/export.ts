import type { Command } from 'commander';
import { boardCsv, seriesCsv } from '../api/index.ts';
import { EXIT, SihwangError } from '../domain/index.ts';
import { board, itemHistory } from '../market/index.ts';
import { writeFileDurably } from '../store/index.ts';
import { type CommonOptions, readFeed, withCommonOptions } from './command.ts';
import { languageOf, type Say, sayIn } from './language.ts';
import { tell } from './output.ts';

interface ExportOptions extends CommonOptions {
  readonly feed?: string;
  readonly series?: string;
  readonly day?: string;
  readonly from?: string;
  readonly to?: string;
  readonly asOf?: string;
  readonly out?: string;
}

export function addExport(program: Command, say: Say): void {
  withCommonOptions(program.command('export <what>'), say)
    .description(
      say({
        ko: '하루의 시황판이나 한 계열의 내력을 CSV로, --json이면 JSON으로 내보냄',
        en: 'export the board of a day or the history of a series, as CSV or with --json as JSON',
      }),
    )
    .addHelpText(
      'after',
      say({
        ko: '\n<what>은 board 또는 series입니다. 행마다 출처, 이용 조건, 버전, 모의 여부가 붙습니다.',
        en: '\n<what> is board or series. Every row carries its source, its licence, the version and whether it is simulated.',
      }),
    )
    .option('--feed <feed>', say({ ko: '홈의 어느 자료인지', en: 'which feed of the home' }))
    .option(
      '--series <key>',
      say({ ko: '계열의 문자 표기, series용', en: 'the text form of the series, for series' }),
    )
    .option(
      '--day <YYYY-MM-DD>',
      say({
        ko: '거래일, board용 (기본: 마지막 거래일)',
        en: 'market day, for board (default: the last one)',
      }),
    )
    .option('--from <YYYY-MM-DD>', say({ ko: '첫 날, series용', en: 'first day, for series' }))
    .option('--to <YYYY-MM-DD>', say({ ko: '끝 날, series용', en: 'last day, for series' }))
    .option(
      '--as-of <time>',
      say({
        ko: '날짜 또는 시각: 그때까지 알려진 자료만 씀',
        en: 'a day or an instant: use only what was known by then',
      }),
    )
    .option(
      '--out <file>',
      say({ ko: '표준 출력 대신 이 파일에 씀', en: 'write there instead of standard output' }),
    )
    .action(run);
}

async function run(what: string, options: ExportOptions): Promise<void> {
  const text = await (what === 'board'
    ? exportBoard(options)
    : what === 'series'
      ? exportSeries(options)
      : refuse(what));
  if (options.out === undefined) process.stdout.write(text);
  else {
    writeFileDurably(options.out, text);
    tell(sayIn(languageOf(options))({ ko: `썼습니다: ${options.out}`, en: `written to ${options.out}` }));
  }
}

function exportBoard(options: ExportOptions): Promise<string> {
  return readFeed(options, async (reader) => {
    const answer = await board(reader, { day: options.day, asOf: options.asOf, scope: 'all' });
    return options.json ? `${JSON.stringify(answer)}\n` : boardCsv(answer);
  });
}

function exportSeries(options: ExportOptions): Promise<string> {
  const { series } = options;
  if (series === undefined) {
    throw new SihwangError(
      'SERIES_MISSING',
      { ko: 'export series에는 --series가 필요합니다', en: 'export series needs --series' },
      {
        exit: EXIT.usage,
        hint: {
          ko: '모든 계열의 문자 표기는 sihwang board --all --json에 나옵니다.',
          en: 'sihwang board --all --json lists the text forms of all series.',
        },
      },
    );
  }
  return readFeed({ ...options, feed: options.feed ?? series.split('~')[0]! }, async (reader) => {
    const answer = await itemHistory(reader, {
      series,
      from: options.from,
      to: options.to,
      asOf: options.asOf,
    });
    return options.json ? `${JSON.stringify(answer)}\n` : seriesCsv(answer);
  });
}

function refuse(what: string): never {
  throw new SihwangError(
    'EXPORT_UNKNOWN',
    { ko: `내보낼 수 없는 것: ${what}`, en: `cannot export ${what}` },
    {
      exit: EXIT.usage,
      hint: {
        ko: 'sihwang export board 또는 sihwang export series --series KEY로 쓰세요.',
        en: 'Write sihwang export board, or sihwang export series --series KEY.',
      },
    },
  );
}
