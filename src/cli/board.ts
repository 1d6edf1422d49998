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
import { type CommonOptions, readFeed, withCommonOptions } from './command.ts';
import { languageOf, type Say } from './language.ts';
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

export function addBoard(program: Command, say: Say): void {
  withCommonOptions(program.command('board'), say)
    .description(
      say({
        ko: '시황판: 하루의 가격을 직전 거래일, 1주 전, 1년 전, 평년과 비교',
        en: "the market board: a day's prices against the previous market day, last week, last year and the normal year",
      }),
    )
    .option('--feed <feed>', say({ ko: '홈의 어느 자료인지', en: 'which feed of the home' }))
    .option(
      '--day <YYYY-MM-DD>',
      say({ ko: '거래일 (기본: 거래가 다 들어온 마지막 날)', en: 'market day (default: the last full one)' }),
    )
    .option(
      '--as-of <time>',
      say({
        ko: '날짜 또는 시각: 그때까지 알려진 자료만 씀',
        en: 'a day or an instant: use only what was known by then',
      }),
    )
    .option('--category <code>', say({ ko: '이 부류의 품목만', en: 'only this category of items' }))
    .option('--market <code>', say({ ko: '이 시장만', en: 'only this market' }))
    .option(
      '--price-kind <kind>',
      say({
        ko: `이 종류의 가격만: ${PRICE_KINDS.join(', ')}`,
        en: `only this kind of price: ${PRICE_KINDS.join(', ')}`,
      }),
    )
    .option(
      '--all',
      say({
        ko: '품목의 대표 규격만이 아니라 거래된 모든 계열',
        en: 'every series that traded, not only the representative one of each item',
      }),
    )
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
    throw new SihwangError(
      'PRICE_KIND_UNKNOWN',
      { ko: `없는 가격 종류: ${wanted}`, en: `there is no price kind ${wanted}` },
      {
        exit: EXIT.usage,
        hint: {
          ko: `${PRICE_KINDS.join(', ')} 가운데서 고르세요.`,
          en: `Choose one of ${PRICE_KINDS.join(', ')}.`,
        },
      },
    );
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
