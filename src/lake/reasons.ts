import type { Bilingual, CompiledRule, FeedProfile, RecordKind } from '../domain/index.ts';
import { OBSERVATION_COLUMNS } from '../domain/index.ts';

/** A rule that refuses a row for what every row of its kind must have. */
function required(id: string, sql: string, ko: string, en: string): CompiledRule {
  return { id, outcome: 'rejected', sql, says: { ko, en } };
}

const isMissing = (column: string) => `${column} is null or ${column} = ''`;
// DuckDB orders NaN after infinity
const isNoAmount = (column: string) =>
  `${column} is null or ${column} <= 0 or ${column} >= double 'infinity'`;

const NO_DAY = required('no-day', 'market_day is null', '날짜를 읽을 수 없음', 'the day cannot be read');
const PRICED: readonly CompiledRule[] = [
  NO_DAY,
  required('no-item', isMissing('item_code'), '품목 없음', 'no item'),
  required('no-market', isMissing('market_code'), '시장 없음', 'no market'),
  required('no-price', isNoAmount('price'), '가격 없음', 'no price'),
  required(
    'no-unit',
    `${isMissing('unit')} or ${isNoAmount('unit_value')}`,
    '단위를 알 수 없음',
    'the unit is not known',
  ),
];
const MEASURES = Object.entries(OBSERVATION_COLUMNS).flatMap(([name, type]) =>
  type === 'DOUBLE' ? [name] : [],
);

/** What every row of a kind must have, whatever its feed's own rules say; checked after them. */
const REQUIRED: Readonly<Record<RecordKind, readonly CompiledRule[]>> = {
  trade: PRICED,
  quote: PRICED,
  observation: [
    NO_DAY,
    required('no-station', isMissing('station_code'), '관측 지점 없음', 'no station'),
    required(
      'no-measure',
      MEASURES.map((name) => `${name} is null`).join(' and '),
      '관측값 없음',
      'nothing was measured',
    ),
    required(
      'bad-measure',
      MEASURES.map((name) => `coalesce(not isfinite(${name}), false)`).join(' or '),
      '관측값이 숫자가 아님',
      'a measure is not a number',
    ),
  ],
  calendar: [
    NO_DAY,
    required('no-scope', isMissing('scope_code'), '적용 범위 없음', 'no country or market'),
    required(
      'no-kind',
      "kind is null or kind not in ('holiday', 'closure')",
      '휴일·휴장 구분 없음',
      'neither a holiday nor a closure',
    ),
  ],
};

/** What happened cannot have happened later than the day of receipt in its zone; only a calendar speaks of days to come. */
function futureDay(utcOffsetMinutes: number): CompiledRule {
  return required(
    'future-day',
    `market_day > cast(received_at + interval (${utcOffsetMinutes}) minute as date)`,
    '받은 날보다 뒤의 날짜',
    'a day after the one it was received on',
  );
}

/** The rules that the lake itself has for every row of a feed; `received_at` is the moment of the row's receipt. */
export function systemRules({
  recordKind,
  priceKinds,
  utcOffsetMinutes,
}: FeedProfile): readonly CompiledRule[] {
  if (recordKind === 'calendar') return REQUIRED.calendar;
  // a feed without any kind of price gives volumes alone
  const required = REQUIRED[recordKind].filter(({ id }) => priceKinds.length > 0 || id !== 'no-price');
  return [...required, futureDay(utcOffsetMinutes)];
}

/** Reasons that the lake itself gives, beside those of the feeds' rules. */
export const LAKE_REASONS: Readonly<Record<string, Bilingual>> = {
  ...Object.fromEntries(
    [...Object.values(REQUIRED).flat(), futureDay(0)].map((rule) => [rule.id, rule.says]),
  ),
  'malformed-row': {
    ko: '열 수가 다르거나 글자가 깨진 행',
    en: 'a line with the wrong number of columns or broken text',
  },
  'repeated-row': { ko: '같은 파일에 같은 행이 또 있음', en: 'the same row again in the same file' },
  'replaced-in-file': {
    ko: '같은 파일의 뒤 행이 대신함',
    en: 'a later row of the same file takes its place',
  },
  'other-source': {
    ko: '같은 값의 다른 출처(순위가 낮음)',
    en: 'another source of the same figure, of lower precedence',
  },
  superseded: {
    ko: '더 늦게 기록된 행이 이미 있음',
    en: 'a row that was recorded later is in the lake already',
  },
  'already-known': { ko: '이미 있는 행', en: 'already in the lake' },
};
