import type { Command } from 'commander';
import { type Board, type BoardRow, board, type Comparison } from '../market/index.ts';
import {
  formatPrice,
  formatSignedPercent,
  formatVolume,
  type Language,
  priceUnit,
  textOf,
} from '../show/index.ts';
import { type CommonOptions, languageOf, readFeed, withCommonOptions } from './command.ts';
import { print, printJson, type TableColumn, table } from './output.ts';

interface BoardOptions extends CommonOptions {
  readonly feed?: string;
  readonly day?: string;
  readonly asOf?: string;
  readonly category?: string;
  readonly market?: string;
  readonly all?: boolean;
}

export function addBoard(program: Command): void {
  withCommonOptions(program.command('board'))
    .description(
      "the market board: a day's prices against the previous market day, last week, last year and the normal year",
    )
    .option('--feed <feed>', 'which feed of the home')
    .option('--day <YYYY-MM-DD>', 'market day (default: the last one)')
    .option('--as-of <time>', 'a day or an instant: use only what was known by then')
    .option('--category <code>', 'only this category of items')
    .option('--market <code>', 'only this market')
    .option('--all', 'every series that traded, not only the representative one of each item')
    .action(async (options: BoardOptions) => {
      const answer = await readFeed(options, (reader) =>
        board(reader, {
          asOf: options.asOf,
          day: options.day,
          category: options.category,
          market: options.market,
          scope: options.all ? 'all' : 'headline',
        }),
      );
      if (options.json) printJson(answer);
      else print(describe(answer, languageOf(options)));
    });
}

const TITLES: Readonly<Record<Language, readonly TableColumn[]>> = {
  ko: ['품목', '규격', '시장', '가격', '단위', '전일', '전주', '전년', '평년', '반입량'].map(
    (title, index) => ({ title, right: index === 3 || index > 4 }),
  ),
  en: [
    'item',
    'specification',
    'market',
    'price',
    'unit',
    'previous',
    'week',
    'year',
    'normal year',
    'volume',
  ].map((title, index) => ({ title, right: index === 3 || index > 4 })),
};

function describe(answer: Board, language: Language): string {
  const rows = answer.rows.map((row) => [
    row.item.name[language],
    specification(row),
    row.market.name[language],
    formatPrice(row.price, language),
    priceUnit(row.currency, row.unit, language),
    change(row.previous, language),
    change(row.week, language),
    change(row.year, language),
    normal(row, language),
    row.volumeKg === null ? '–' : formatVolume(row.volumeKg, language),
  ]);
  return `${table(TITLES[language], rows)}\n${provenance(answer.meta, language)}`;
}

export function specification(
  row: Pick<BoardRow, 'variety' | 'grade' | 'package' | 'unitValue' | 'unit'>,
): string {
  return [row.variety, row.grade, `${row.unitValue}${row.unit} ${row.package}`.trim()]
    .filter((part) => part !== '')
    .join(' · ');
}

export function change(comparison: Comparison | null, language: Language): string {
  return comparison === null ? '–' : formatSignedPercent(comparison.changePercent, language);
}

/** 평년 only with five years; a shorter mean says how many years it has. */
export function normal({ normal: value }: Pick<BoardRow, 'normal'>, language: Language): string {
  if (value === null) return '–';
  const percent = formatSignedPercent(value.changePercent, language);
  if (value.kind === 'normal') return percent;
  return language === 'ko' ? `${percent} (${value.years}년 평균)` : `${percent} (${value.years}-year mean)`;
}

/** No number without its day, source and vintage. */
export function provenance(meta: Board['meta'], language: Language): string {
  const text = textOf(language);
  const parts = [
    `${language === 'ko' ? '기준일' : 'day'} ${meta.day ?? '–'}`,
    meta.attribution[language],
    `${language === 'ko' ? '버전' : 'version'} ${meta.version}`,
    meta.asOf === null
      ? `${language === 'ko' ? '수신' : 'received'} ${meta.receivedAt ?? '–'}`
      : `asOf ${meta.asOf}`,
    ...(meta.knownAtBasis === 'assumed'
      ? [language === 'ko' ? '공개 시각은 추정' : 'publication times assumed']
      : []),
  ];
  return `${meta.simulated ? `${text.simulated.banner}\n` : ''}${parts.join(' · ')}`;
}
