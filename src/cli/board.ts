import type { Command } from 'commander';
import { EXIT, PRICE_KINDS, type PriceKind, SihwangError } from '../domain/index.ts';
import { type Board, type BoardRow, board, type Comparison } from '../market/index.ts';
import {
  formatPrice,
  formatSignedPercent,
  formatVolume,
  type Language,
  priceUnit,
  specification,
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
  readonly priceKind?: string;
  readonly all?: boolean;
}

export function addBoard(program: Command): void {
  withCommonOptions(program.command('board'))
    .description(
      "the market board: a day's prices against the previous market day, last week, last year and the normal year",
    )
    .option('--feed <feed>', 'which feed of the home')
    .option('--day <YYYY-MM-DD>', 'market day (default: the last full one)')
    .option('--as-of <time>', 'a day or an instant: use only what was known by then')
    .option('--category <code>', 'only this category of items')
    .option('--market <code>', 'only this market')
    .option('--price-kind <kind>', `only this kind of price: ${PRICE_KINDS.join(', ')}`)
    .option('--all', 'every series that traded, not only the representative one of each item')
    .action(async (options: BoardOptions) => {
      const priceKind = priceKindOf(options.priceKind);
      const { answer, severalKinds } = await readFeed(options, async (reader) => ({
        answer: await board(reader, {
          asOf: options.asOf,
          day: options.day,
          category: options.category,
          market: options.market,
          priceKind,
          scope: options.all ? 'all' : 'headline',
        }),
        severalKinds: reader.profile.priceKinds.length > 1,
      }));
      if (options.json) printJson(answer);
      else print(describe(answer, languageOf(options), severalKinds));
    });
}

function priceKindOf(wanted: string | undefined): PriceKind | undefined {
  const kind = PRICE_KINDS.find((one) => one === wanted);
  if (wanted !== undefined && kind === undefined)
    throw new SihwangError('PRICE_KIND_UNKNOWN', `there is no price kind ${wanted}`, {
      exit: EXIT.usage,
      hint: `Choose one of ${PRICE_KINDS.join(', ')}.`,
    });
  return kind;
}

interface Column extends TableColumn {
  readonly of: (row: BoardRow) => string;
}

function columnsOf(language: Language, severalKinds: boolean): Column[] {
  const korean = language === 'ko';
  const { priceKind } = textOf(language);
  return [
    { title: korean ? '품목' : 'item', of: (row) => row.item.name[language] },
    { title: korean ? '규격' : 'specification', of: (row) => specification(row, language) },
    ...(severalKinds
      ? [
          {
            title: korean ? '가격 종류' : 'price kind',
            of: (row: BoardRow) => priceKind[row.priceKind] ?? row.priceKind,
          },
        ]
      : []),
    { title: korean ? '시장' : 'market', of: (row) => row.market.name[language] },
    { title: korean ? '가격' : 'price', right: true, of: (row) => formatPrice(row.price, language) },
    { title: korean ? '단위' : 'unit', of: (row) => priceUnit(row.currency, row.unit, language) },
    { title: korean ? '전일' : 'previous', right: true, of: (row) => change(row.previous, language) },
    { title: korean ? '전주' : 'week', right: true, of: (row) => change(row.week, language) },
    { title: korean ? '전년' : 'year', right: true, of: (row) => change(row.year, language) },
    { title: korean ? '평년' : 'normal year', right: true, of: (row) => normal(row, language) },
    {
      title: korean ? '반입량' : 'volume',
      right: true,
      of: (row) => (row.volumeKg === null ? '–' : formatVolume(row.volumeKg, language)),
    },
  ];
}

/** Prices of several kinds never stand unlabelled in one table. */
function describe(answer: Board, language: Language, severalKinds: boolean): string {
  const columns = columnsOf(language, severalKinds);
  const rows = answer.rows.map((row) => columns.map(({ of }) => of(row)));
  const newer = answer.newer
    ? `${textOf(language).board.newer(answer.newer.day, answer.newer.rows)} (--day ${answer.newer.day})\n`
    : '';
  return `${table(columns, rows)}\n${newer}${provenance(answer.meta, language)}`;
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
