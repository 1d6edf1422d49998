import { and, compare, isIn, not, or, over, text } from '../rules/condition.ts';
import { NO_UNIT, NOT_QUOTED, PLACED, PRICE_NOT_POSITIVE, UNREADABLE_PRICE } from '../rules/quote-rules.ts';
import type { Rule } from '../rules/rule.ts';

/** Evidence column: `place`. The same survey's own pages set means and normal years among the markets. */
const MEAN_ROW: Rule = {
  id: 'mean-row',
  outcome: 'aggregate',
  when: isIn('place', ['평균', '평년']),
  says: { ko: '시장이 아니라 평균·평년 행', en: 'a mean or a normal year, not a market' },
};

const UNKNOWN_LEVEL: Rule = {
  id: 'unknown-price-kind',
  outcome: 'rejected',
  when: compare('price_kind', 'eq', text('')),
  says: { ko: '도매·소매 구분을 알 수 없음', en: 'neither wholesale nor retail' },
};

/**
 * The publisher's own price per kilogram says otherwise: its size or its price is wrong. For goods that it counts, its
 * conversion is the price itself and says nothing. Evidence columns: `converted_price`, `krw_per_unit`.
 */
const CONVERSION_MISMATCH: Rule = {
  id: 'conversion-mismatch',
  outcome: 'flagged',
  when: and(
    compare('unit', 'eq', text('kg')),
    compare('converted_price', 'gt', 0),
    not(compare('converted_price', 'eq', 'price')),
    or(
      compare(over('converted_price', 'krw_per_unit'), 'lt', 0.98),
      compare(over('converted_price', 'krw_per_unit'), 'gt', 1.02),
    ),
  ),
  says: { ko: 'kg 환산가격이 단위와 맞지 않음', en: 'the price per kg does not fit the unit' },
};

/** Won a kilogram that no produce in a shop has. Evidence column: `krw_per_unit`. */
const PRICE_OUT_OF_RANGE: Rule = {
  id: 'price-out-of-range',
  outcome: 'flagged',
  when: and(
    compare('unit', 'eq', text('kg')),
    or(compare('krw_per_unit', 'lt', 50), compare('krw_per_unit', 'gt', 1_000_000)),
  ),
  says: { ko: 'kg당 가격이 있을 수 있는 범위를 벗어남', en: 'a price per kg beyond any produce' },
};

export const RULES: readonly Rule[] = [
  MEAN_ROW,
  ...PLACED,
  UNKNOWN_LEVEL,
  NO_UNIT,
  UNREADABLE_PRICE,
  NOT_QUOTED,
  PRICE_NOT_POSITIVE,
  CONVERSION_MISMATCH,
  PRICE_OUT_OF_RANGE,
];
