import type { PastRule } from '../../domain/index.ts';
import { and, compare, isIn, isNull, not, or, text } from '../rules/condition.ts';
import {
  NEGATIVE_VOLUME,
  NO_TRADE,
  NOT_QUOTED,
  PLACED,
  PRICE_NOT_POSITIVE,
  PRICE_OUT_OF_ORDER,
  PRICE_WITHOUT_VOLUME,
  UNREADABLE_PRICE,
  UNREADABLE_VOLUME,
} from '../rules/quote-rules.ts';
import type { Rule } from '../rules/rule.ts';

/** A market's note that it was closed that day, written as a row of zeros. */
const CLOSED_DAY: Rule = {
  id: 'closed-day',
  outcome: 'rejected',
  when: or(compare('item_code', 'eq', text('rest')), isIn('item_name', ['休市'])),
  says: { ko: '휴시 표시 행', en: 'a note that the market was closed' },
};

/** Evidence column: `market_type`. Without it a produce and a flower market of one code cannot be told apart. */
const NO_MARKET_TYPE: Rule = {
  id: 'no-market-type',
  outcome: 'rejected',
  when: isNull('market_type'),
  says: { ko: '시장 종류(種類代碼) 없음', en: 'the kind of market (種類代碼) is missing' },
};

/** Evidence column: `market_type`. What a flower price is for was never confirmed, so it is kept and not shown. */
const FLOWER_UNIT: Rule = {
  id: 'flower-unit',
  outcome: 'flagged',
  when: compare('market_type', 'eq', text('N06')),
  says: { ko: '화훼 가격의 단위가 확인되지 않음', en: 'the unit of flower prices is not confirmed' },
};

/** Evidence column: `middle`, the mean of the middle three fifths, which no column of ours holds. */
const TIERS_OUT_OF_ORDER: Rule = {
  id: 'tiers-out-of-order',
  outcome: 'flagged',
  when: and(not(isNull('middle')), or(compare('middle', 'lt', 'low'), compare('middle', 'gt', 'high'))),
  says: { ko: '하가 ≤ 중가 ≤ 상가 순서가 어긋남', en: 'lower ≤ middle ≤ upper does not hold' },
};

export const RULES: readonly Rule[] = [
  CLOSED_DAY,
  NO_MARKET_TYPE,
  ...PLACED,
  UNREADABLE_VOLUME,
  UNREADABLE_PRICE,
  NEGATIVE_VOLUME,
  NO_TRADE,
  NOT_QUOTED,
  PRICE_NOT_POSITIVE,
  FLOWER_UNIT,
  PRICE_WITHOUT_VOLUME,
  TIERS_OUT_OF_ORDER,
  PRICE_OUT_OF_ORDER,
];

/**
 * Chosen on 2015–2022, of whose prices the flags leave out 0.24 % beside trickle days and the warnings name 1.0 %. One auction's leaf
 * vegetable may double after a storm: a step has to be twice the price, and six times the usual one, to be left out.
 */
export const PAST_RULES: readonly PastRule[] = [
  { kind: 'trickle', severity: 'flag' },
  { kind: 'price-jump', severity: 'flag', times: 5, lookBackDays: 60, fewestPrices: 10 },
  { kind: 'price-step', severity: 'flag', timesUsual: 6, leastRatio: 2, withinDays: 31 },
  { kind: 'stuck', severity: 'flag', marketDays: 3, withinDays: 14, of: 'price-and-volume' },
  { kind: 'price-step', severity: 'warn', timesUsual: 5, leastRatio: 1.5, withinDays: 31 },
  { kind: 'price-spread', severity: 'warn', timesUsual: 4, leastRatio: 3 },
  { kind: 'volume-share', severity: 'warn', timesUsual: 60 },
  { kind: 'stuck', severity: 'warn', marketDays: 6, withinDays: 31, of: 'price' },
  { kind: 'noise', severity: 'warn', leastCorrelation: 0.3 },
  { kind: 'few-series', severity: 'warn', share: 0.4 },
  { kind: 'repeated-day', severity: 'warn', share: 0.5 },
];
