import { compare, text } from '../rules/condition.ts';
import { NO_UNIT, NOT_QUOTED, PLACED, PRICE_NOT_POSITIVE, UNREADABLE_PRICE } from '../rules/quote-rules.ts';
import type { Rule } from '../rules/rule.ts';

/** Evidence column: `member_state`. */
const UNION_AVERAGE: Rule = {
  id: 'union-average',
  outcome: 'aggregate',
  when: compare('member_state', 'eq', text('EU')),
  says: { ko: '회원국이 아닌 EU 평균', en: 'the average of the Union, not a member state' },
};

export const RULES: readonly Rule[] = [
  ...PLACED,
  UNION_AVERAGE,
  NO_UNIT,
  UNREADABLE_PRICE,
  NOT_QUOTED,
  PRICE_NOT_POSITIVE,
];
