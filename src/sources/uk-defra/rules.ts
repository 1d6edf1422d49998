import type { PastRule } from '../../domain/index.ts';
import { NO_UNIT, NOT_QUOTED, PLACED, PRICE_NOT_POSITIVE, UNREADABLE_PRICE } from '../rules/quote-rules.ts';
import type { Rule } from '../rules/rule.ts';

export const RULES: readonly Rule[] = [...PLACED, NO_UNIT, UNREADABLE_PRICE, NOT_QUOTED, PRICE_NOT_POSITIVE];

/** A year's quotes stand for the sixty days of a daily price. */
export const PAST_RULES: readonly PastRule[] = [
  { kind: 'price-jump', severity: 'flag', times: 5, lookBackDays: 400, fewestPrices: 10 },
];
