import { compare, isNull, or } from './condition.ts';
import type { Rule } from './rule.ts';

/** A lot of nothing has no price, and a cancellation of nothing cancels nothing. */
export const BAD_QUANTITY: Rule = {
  id: 'bad-quantity',
  outcome: 'rejected',
  when: or(isNull('quantity'), compare('quantity', 'eq', 0)),
  says: { ko: '수량이 없거나 0이거나 숫자가 아님', en: 'the quantity is missing, zero or not a number' },
};
