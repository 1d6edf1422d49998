import type { Command } from 'commander';
import type { Bilingual, Outcome } from '../domain/index.ts';
import type { Home } from '../lake/index.ts';
import { type Explanation, explain, type RuleTold } from '../market/index.ts';
import { feedsOf } from '../pipeline/index.ts';
import {
  formatCount,
  formatDecimal,
  type Language,
  priceUnit,
  specification,
  textOf,
} from '../show/index.ts';
import { provenance } from './board.ts';
import { type CommonOptions, homeOf, readFeed, withCommonOptions } from './command.ts';
import { languageOf, type Say } from './language.ts';
import { OUTCOME_WORDS } from './outcomes.ts';
import { print, printJson, table } from './output.ts';

interface ExplainOptions extends CommonOptions {
  readonly asOf?: string;
}

export function addExplain(program: Command, say: Say): void {
  withCommonOptions(program.command('explain <series> <date>'), say)
    .description(
      say({
        ko: '하루의 값을 이루는 원본 행과 그 행이 든 파일, 그리고 빠진 것',
        en: 'the raw rows that a number of one day is made of, the files they came in, and what was left out',
      }),
    )
    .option(
      '--as-of <time>',
      say({
        ko: '날짜 또는 시각: 그때 알려져 있던 값으로',
        en: 'a day or an instant: the number as it was known by then',
      }),
    )
    .addHelpText(
      'after',
      say({
        ko: '\n<series>는 계열의 문자 표기입니다. sihwang board --all --json에 나옵니다.',
        en: '\n<series> is the text form of a series, as sihwang board --all --json lists it.',
      }),
    )
    .action(run);
}

/** The words of a feed's row rules; none for a feed that neither this version nor the home knows. */
export function rulesOf(home: Home, feed: string): readonly RuleTold[] {
  return feedsOf(home).find(({ profile }) => profile.id === feed)?.rules ?? [];
}

async function run(series: string, date: string, options: ExplainOptions): Promise<void> {
  const home = homeOf(options);
  const feed = series.split('~')[0]!;
  const answer = await readFeed({ ...options, feed }, (reader) =>
    explain(reader, { series, date, asOf: options.asOf }, { home, rules: rulesOf(home, feed) }),
  );
  if (options.json) printJson(answer);
  else print(describe(answer, languageOf(options)));
}

const WORDS = {
  ko: {
    status: {
      published: '발표된 값',
      'left-out': '값은 있으나 비교에서 뺌',
      'without-price': '행은 있으나 값이 없음',
      unknown: '이 시점까지 알려진 행이 없음',
    },
    disagrees: '아래 행들을 다시 계산한 값과 다릅니다: 마지막 발행 뒤에 들어온 행이 있습니다.',
    columns: ['파일:행', '결과', '까닭', '알려진 시각', '내용'],
    files: '원본',
    rules: '걸린 규칙',
    noRule: (rules: number) => `없음 (규칙 ${rules}개로 살핌)`,
    versions: '이 날의 판',
    still: '지금까지',
    assumed: '(추정)',
    range: '저가–고가',
    volume: '물량',
    lots: '건',
    leftOut: '비교에서 뺀 까닭',
    warned: '참고',
  },
  en: {
    status: {
      published: 'published',
      'left-out': 'kept, but out of comparisons',
      'without-price': 'rows, but no price',
      unknown: 'no row was known by then',
    },
    disagrees: 'the rows below come to another number: some came after the last publication.',
    columns: ['file:row', 'outcome', 'why', 'known at', 'content'],
    files: 'raw',
    rules: 'rules that met a row',
    noRule: (rules: number) => `none of the ${rules}`,
    versions: 'versions of this day',
    still: 'now',
    assumed: '(assumed)',
    range: 'low–high',
    volume: 'volume',
    lots: 'lots',
    leftOut: 'out of comparisons',
    warned: 'warning',
  },
} as const;

type RowRole = Explanation['rows'][number]['role'];

const ROLES: Readonly<Record<Exclude<RowRole, Outcome>, Bilingual>> = {
  counts: { ko: '셈', en: 'counts' },
  'lowers-volume': { ko: '물량만 줄임', en: 'lowers volume' },
  empty: { ko: '값 없음', en: 'empty' },
  cancelled: { ko: '취소됨', en: 'cancelled' },
  cancellation: { ko: '취소', en: 'cancellation' },
  superseded: { ko: '바뀜', en: 'superseded' },
  'not-yet-known': { ko: '아직 모름', en: 'not yet known' },
  'other-series': { ko: '다른 규격', en: 'other series' },
};

function roleText(role: RowRole, language: Language): string {
  return { ...OUTCOME_WORDS, ...ROLES }[role][language];
}

/** Columns that say where a row belongs; the same for all rows of an answer. */
const NOT_SHOWN = new Set([
  'market_day',
  'recorded_at',
  'item_code',
  'item_name',
  'variety',
  'grade',
  'package',
  'unit_value',
  'unit',
  'market_code',
  'market_name',
  'method',
  'price_kind',
]);

function describe(answer: Explanation, language: Language): string {
  const words = WORDS[language];
  const { info, published, fromRows } = answer;
  const exact = (value: number | null) => (value === null ? '–' : formatDecimal(value, 4, language));
  const unit = priceUnit(info.currency, info.unit, language);
  const title = [
    info.item.name[language],
    specification(info, language),
    info.market.name[language],
    textOf(language).priceKind[info.priceKind] ?? info.priceKind,
    answer.day,
  ].filter((part) => part !== '');
  const shortIds = new Map(answer.files.map((file, at) => [file.rawId, `#${at + 1}`]));
  const place = (row: { rawId: string; rawRow: number } | null) =>
    row === null ? '' : `${shortIds.get(row.rawId) ?? row.rawId.slice(0, 8)}:${row.rawRow}`;
  const sum =
    fromRows.amount === null || fromRows.units === null
      ? ''
      : ` = ${exact(fromRows.amount)} ÷ ${exact(fromRows.units)} ${info.unit}`;
  return [
    title.join(' · '),
    `${words.status[answer.status]}: ${exact(published?.price ?? null)} ${unit}${sum}` +
      (published === null
        ? ''
        : ` · ${words.range} ${exact(published.low)}–${exact(published.high)} · ${words.volume} ${exact(published.volumeKg)} kg` +
          (published.lots === null ? '' : ` · ${formatCount(published.lots, language)} ${words.lots}`)),
    answer.formula[language],
    ...(answer.agrees ? [] : [`!! ${words.disagrees}`]),
    ...answer.pastRules.map(
      ({ id, severity }) =>
        `${severity === 'flag' ? words.leftOut : words.warned}: ${textOf(language).leftOutReason[id] ?? id}`,
    ),
    '',
    table(
      words.columns.map((title) => ({ title })),
      answer.rows.map((row) => [
        place(row),
        roleText(row.role, language),
        `${row.says[language]}${row.by === null ? '' : ` → ${place(row.by)}`}`,
        `${row.knownAt}${row.knownAtBasis === 'assumed' ? ` ${words.assumed}` : ''}`,
        row.text ??
          Object.entries(row.values)
            .filter(([name]) => !NOT_SHOWN.has(name))
            .map(([name, value]) => `${name}=${value}`)
            .join(' '),
      ]),
    ),
    '',
    `${words.versions}: ${answer.versions.map((one) => `${exact(one.price)} (${one.knownFrom} – ${one.knownTo ?? words.still})${one.asked ? ' *' : ''}`).join(', ') || '–'}`,
    ...answer.files.map((file, at) => {
      const asked = file.request
        ? ` · ${file.request.url}?${new URLSearchParams({ ...file.request.query })}`
        : '';
      return `${words.files} #${at + 1} ${file.name} · ${file.rawId} · ${file.receivedAt}${asked}`;
    }),
    `${words.rules}: ${
      answer.rules
        .filter((rule) => rule.met > 0)
        .map((rule) => `${rule.id} (${OUTCOME_WORDS[rule.outcome][language]}, ${rule.met})`)
        .join(', ') || words.noRule(answer.rules.length)
    }`,
    provenance(answer.meta, language),
  ].join('\n');
}
