import type { Bilingual, CompiledRule } from '../domain/index.ts';
import { timestamp } from './database.ts';

/** What every feed's rows must have, whatever its own rules say; checked after them. */
export const SYSTEM_RULES: readonly CompiledRule[] = [
  {
    id: 'no-day',
    outcome: 'rejected',
    sql: 'market_day is null',
    says: { ko: '날짜를 읽을 수 없음', en: 'the day cannot be read' },
  },
  {
    id: 'no-item',
    outcome: 'rejected',
    sql: "item_code is null or item_code = ''",
    says: { ko: '품목 없음', en: 'no item' },
  },
  {
    id: 'no-market',
    outcome: 'rejected',
    sql: "market_code is null or market_code = ''",
    says: { ko: '시장 없음', en: 'no market' },
  },
  {
    id: 'no-price',
    outcome: 'rejected',
    // DuckDB orders NaN after infinity
    sql: "price is null or price <= 0 or price >= double 'infinity'",
    says: { ko: '가격 없음', en: 'no price' },
  },
  {
    id: 'no-unit',
    outcome: 'rejected',
    sql: "unit is null or unit = '' or unit_value is null or unit_value <= 0 or unit_value >= double 'infinity'",
    says: { ko: '단위를 알 수 없음', en: 'the unit is not known' },
  },
];

const FUTURE_DAY = { ko: '받은 날보다 뒤의 날짜', en: 'a day after the one it was received on' };

/** A market day later than the day of receipt in the market's zone cannot have happened yet. */
export function futureDayRule(receivedAt: string, utcOffsetMinutes: number): CompiledRule {
  return {
    id: 'future-day',
    outcome: 'rejected',
    sql: `market_day > cast(${timestamp(receivedAt)} + interval (${utcOffsetMinutes}) minute as date)`,
    says: FUTURE_DAY,
  };
}

/** Reasons that the lake itself gives, beside those of the feeds' rules. */
export const LAKE_REASONS: Readonly<Record<string, Bilingual>> = {
  ...Object.fromEntries(SYSTEM_RULES.map((rule) => [rule.id, rule.says])),
  'malformed-row': {
    ko: '열 수가 다르거나 글자가 깨진 행',
    en: 'a line with the wrong number of columns or broken text',
  },
  'future-day': FUTURE_DAY,
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
