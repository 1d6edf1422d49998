import type { PastRule } from '../../domain/index.ts';
import { and, compare, or, text } from '../rules/condition.ts';
import {
  NO_UNIT,
  NOT_QUOTED,
  PLACED,
  PRICE_NOT_POSITIVE,
  PRICE_OUT_OF_ORDER,
  UNREADABLE_PRICE,
} from '../rules/quote-rules.ts';
import type { Rule } from '../rules/rule.ts';

/**
 * Rupees per quintal, from a third of what one price in a thousand of 2021–2022 was below to three times what one in a
 * thousand was above: room for a doubling, none for a price per kilogram, per nut or per bag.
 */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  arecanut: [1_700, 220_000],
  'black-pepper': [11_500, 160_000],
  coconut: [550, 67_000],
  copra: [2_300, 36_000],
};

const PRICE_OUTSIDE_RANGE: Rule = {
  id: 'price-outside-range',
  outcome: 'flagged',
  when: or(
    ...Object.entries(RANGES).map(([item, [least, most]]) =>
      and(
        compare('item_code', 'eq', text(item)),
        or(compare('price', 'lt', least), compare('price', 'gt', most)),
      ),
    ),
  ),
  says: { ko: '품목의 퀸틀당 가격 범위를 벗어남', en: 'outside the range of the item’s prices per quintal' },
};

export const RULES: readonly Rule[] = [
  ...PLACED,
  NO_UNIT,
  UNREADABLE_PRICE,
  NOT_QUOTED,
  PRICE_NOT_POSITIVE,
  PRICE_OUT_OF_ORDER,
  PRICE_OUTSIDE_RANGE,
];

/**
 * Chosen on 2021–2022, of whose prices the flags leave out 0.17 % and the warnings name 2 %. A mandi repeats its price
 * for weeks; what stands out is the day on which a digit slips.
 */
export const PAST_RULES: readonly PastRule[] = [
  { kind: 'trickle', severity: 'flag' },
  { kind: 'price-jump', severity: 'flag', times: 5, lookBackDays: 60, fewestPrices: 10 },
  { kind: 'item-level', severity: 'flag', times: 7, fewestMarkets: 4 },
  { kind: 'price-step', severity: 'flag', timesUsual: 8, leastRatio: 1.5, withinDays: 31 },
  { kind: 'price-step', severity: 'warn', timesUsual: 8, leastRatio: 1.25, withinDays: 31 },
  { kind: 'price-spread', severity: 'warn', timesUsual: 5, leastRatio: 2 },
  { kind: 'stuck', severity: 'warn', marketDays: 60, withinDays: 120, of: 'price' },
  { kind: 'noise', severity: 'warn', leastCorrelation: 0 },
  { kind: 'few-series', severity: 'warn', share: 0.4 },
];
