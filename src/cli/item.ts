import type { Command } from 'commander';
import { EXIT, SihwangError } from '../domain/index.ts';
import {
  type ItemHistory,
  itemHistory,
  items,
  type SeriesForecast,
  seriesForecast,
} from '../market/index.ts';
import {
  formatPercent,
  formatPrice,
  formatVolume,
  type Language,
  priceUnit,
  specification,
  textOf,
} from '../show/index.ts';
import { change, normal, provenance } from './board.ts';
import { type CommonOptions, readFeed, withCommonOptions } from './command.ts';
import { languageOf, type Say } from './language.ts';
import { print, printJson, table } from './output.ts';

interface ItemOptions extends CommonOptions {
  readonly feed?: string;
  readonly asOf?: string;
  readonly days: string;
}

export function addItem(program: Command, say: Say): void {
  withCommonOptions(program.command('item <name>'), say)
    .description(
      say({
        ko: '한 품목: 이름(배추, cabbage), 초성(ㅂㅊ), 코드, 또는 계열의 문자 표기로',
        en: 'one item: by name (배추, cabbage), initial consonants (ㅂㅊ), code, or the text form of a series',
      }),
    )
    .option('--feed <feed>', say({ ko: '홈의 어느 자료인지', en: 'which feed of the home' }))
    .option(
      '--as-of <time>',
      say({
        ko: '날짜 또는 시각: 그때까지 알려진 자료만 씀',
        en: 'a day or an instant: use only what was known by then',
      }),
    )
    .option(
      '--days <number>',
      say({ ko: '최근 거래일을 며칠 출력할지', en: 'how many of the last market days to print' }),
      '10',
    )
    .action(run);
}

async function run(name: string, options: ItemOptions): Promise<void> {
  const feed = options.feed ?? (name.includes('~') ? name.split('~')[0]! : undefined);
  const answer = await readFeed({ ...options, ...(feed === undefined ? {} : { feed }) }, async (reader) => {
    const series = name.includes('~')
      ? name
      : (await items(reader, { q: name, asOf: options.asOf }))[0]?.headline;
    if (series === undefined) {
      throw new SihwangError(
        'ITEM_UNKNOWN',
        { ko: `${reader.profile.id}에 없는 품목: ${name}`, en: `${reader.profile.id} has no item ${name}` },
        {
          exit: EXIT.usage,
          hint: {
            ko: '있는 품목은 sihwang board --all. 다른 자료는 --feed로 고릅니다.',
            en: 'sihwang board --all lists what it has; --feed chooses another feed.',
          },
        },
      );
    }
    const asked = { series, asOf: options.asOf };
    return { history: await itemHistory(reader, asked), forecast: await seriesForecast(reader, asked) };
  });
  if (options.json) printJson(answer);
  else
    print(
      `${describeHistory(answer.history, Number(options.days), options)}\n\n${describeForecast(answer.forecast, options)}`,
    );
}

function describeHistory(history: ItemHistory, days: number, options: CommonOptions): string {
  const language = languageOf(options);
  const { info, latest } = history;
  const unit = priceUnit(info.currency, info.unit, language);
  const titles =
    language === 'ko'
      ? ['날짜', '가격', '저가', '고가', '평년', '반입량']
      : ['day', 'price', 'low', 'high', 'normal year', 'volume'];
  const start = Date.parse(`${history.start}T00:00:00Z`);
  const priced = history.price.flatMap((price, index) => (price === null ? [] : [index])).slice(-days);
  const number = (value: number | null | undefined) =>
    value === null || value === undefined ? '–' : formatPrice(value, language);
  const rows = priced.map((index) => [
    new Date(start + index * history.stepDays * 86_400_000).toISOString().slice(0, 10),
    number(history.price[index]),
    number(history.low[index]),
    number(history.high[index]),
    (history.normalYears[index] ?? 0) === 5 ? number(history.normal[index]) : '–',
    history.volumeKg[index] == null ? '–' : formatVolume(history.volumeKg[index], language),
  ]);
  const compared = latest
    ? `${language === 'ko' ? '전일' : 'previous'} ${change(latest.previous, language)} · ${language === 'ko' ? '전주' : 'week'} ${change(latest.week, language)} · ${language === 'ko' ? '전년' : 'year'} ${change(latest.year, language)} · ${language === 'ko' ? '평년' : 'normal year'} ${normal(latest, language)}\n`
    : '';
  const title = [
    info.item.name[language],
    specification(info, language),
    info.market.name[language],
    textOf(language).priceKind[info.priceKind] ?? info.priceKind,
    unit,
  ].filter((part) => part !== '');
  return `${title.join(' · ')}\n${compared}${table(
    titles.map((title, index) => ({ title, right: index > 0 })),
    rows,
  )}\n${provenance(history.meta, language)}`;
}

/** Forecast cells with their intervals and what they have earned. */
export function describeForecast({ cells, info }: SeriesForecast, options: CommonOptions): string {
  const language: Language = languageOf(options);
  const titles =
    language === 'ko'
      ? [
          '기간',
          '대상일',
          '예측',
          '80% 구간',
          '상태',
          '모형',
          '기준선',
          '기준선 대비',
          '80% 적중',
          '평가 횟수',
        ]
      : [
          'horizon',
          'day',
          'forecast',
          '80% interval',
          'status',
          'model',
          'baseline',
          'skill',
          '80% coverage',
          'origins',
        ];
  const text = textOf(language);
  const modelName = (id: string | null) => (id === null ? '–' : (text.model[id] ?? id));
  const status = (cell: (typeof cells)[number]) => text.status[cell.status] ?? cell.status;
  const rows = cells.map((cell) => [
    text.horizon[cell.horizon] ?? cell.horizon,
    cell.targetDay ?? '–',
    cell.mean === null ? '–' : formatPrice(cell.mean, language),
    cell.lo80 === null || cell.hi80 === null
      ? '–'
      : `${formatPrice(cell.lo80, language)} – ${formatPrice(cell.hi80, language)}`,
    cell.reason === null ? status(cell) : `${status(cell)}: ${cell.reason[language]}`,
    modelName(cell.model),
    modelName(cell.baseline),
    cell.skill === null ? '–' : formatPercent(cell.skill * 100, language),
    cell.coverage80 === null ? '–' : formatPercent(cell.coverage80 * 100, language),
    String(cell.originsScored),
  ]);
  const unit = priceUnit(info.currency, info.unit, language);
  return `${language === 'ko' ? '예측' : 'forecast'} (${unit})\n${table(
    titles.map((title, index) => ({ title, right: index > 1 && index < 4 })),
    rows,
  )}`;
}
