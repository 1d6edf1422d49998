import { compare, text } from '../rules/condition.ts';
import {
  NEGATIVE_VOLUME,
  NO_TRADE,
  NOT_QUOTED,
  PLACED,
  PRICE_NOT_POSITIVE,
  PRICE_WITHOUT_VOLUME,
  UNREADABLE_PRICE,
  UNREADABLE_VOLUME,
} from '../rules/quote-rules.ts';
import type { Rule } from '../rules/rule.ts';

/** The survey's own sum of all vegetables: adding it to its parts counts every kilogram twice. */
const VEGETABLE_TOTAL: Rule = {
  id: 'vegetable-total',
  outcome: 'aggregate',
  when: compare('item_code', 'eq', text('30000')),
  says: { ko: '채소 총계(다른 품목의 합)', en: 'the total of all vegetables, not an item' },
};

export const DAILY_RULES: readonly Rule[] = [
  VEGETABLE_TOTAL,
  ...PLACED,
  UNREADABLE_VOLUME,
  UNREADABLE_PRICE,
  NEGATIVE_VOLUME,
  NO_TRADE,
  NOT_QUOTED,
  PRICE_NOT_POSITIVE,
  PRICE_WITHOUT_VOLUME,
];

export const RETAIL_RULES: readonly Rule[] = [...PLACED, UNREADABLE_PRICE, NOT_QUOTED, PRICE_NOT_POSITIVE];
