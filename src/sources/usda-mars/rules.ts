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
