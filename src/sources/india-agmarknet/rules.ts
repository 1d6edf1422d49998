import type { PastRule } from '../../domain/index.ts';
import {
  NO_UNIT,
  NOT_QUOTED,
  PLACED,
  PRICE_NOT_POSITIVE,
  PRICE_OUT_OF_ORDER,
  UNREADABLE_PRICE,
} from '../rules/quote-rules.ts';
import type { Rule } from '../rules/rule.ts';

export const RULES: readonly Rule[] = [
  ...PLACED,
  NO_UNIT,
  UNREADABLE_PRICE,
  NOT_QUOTED,
  PRICE_NOT_POSITIVE,
  PRICE_OUT_OF_ORDER,
];

/**
 * Chosen on 2021–2022, of whose prices the flags leave out 0.18 % and the warnings name 2 %. A mandi repeats its price
 * for weeks; what stands out is the day on which a digit slips.
 */
export const PAST_RULES: readonly PastRule[] = [
  { kind: 'trickle', severity: 'flag' },
  { kind: 'price-jump', severity: 'flag', times: 5, lookBackDays: 60, fewestPrices: 10 },
  { kind: 'price-step', severity: 'flag', timesUsual: 8, leastRatio: 1.5, withinDays: 31 },
  { kind: 'price-step', severity: 'warn', timesUsual: 8, leastRatio: 1.25, withinDays: 31 },
  { kind: 'price-spread', severity: 'warn', timesUsual: 5, leastRatio: 2 },
  { kind: 'stuck', severity: 'warn', marketDays: 60, withinDays: 120, of: 'price' },
  { kind: 'noise', severity: 'warn', leastCorrelation: 0 },
  { kind: 'few-series', severity: 'warn', share: 0.4 },
];
