import { compare, isNull, not, text } from '../rules/condition.ts';
import type { Rule } from '../rules/rule.ts';

const NO_DAY: Rule = {
  id: 'no-day',
  outcome: 'rejected',
  when: isNull('market_day'),
  says: { ko: '날짜를 읽을 수 없음', en: 'the day cannot be read' },
};

const NO_NAME: Rule = {
  id: 'no-name',
  outcome: 'rejected',
  when: isNull('name'),
  says: { ko: '이름 없음', en: 'no name' },
};

/** Evidence column: `day_off`. Named days on which people work. */
const NOT_A_DAY_OFF: Rule = {
  id: 'not-a-day-off',
  outcome: 'rejected',
  when: not(compare('day_off', 'eq', text('Y'))),
  says: { ko: '쉬는 날이 아님', en: 'a named day, but no day off' },
};

export const RULES: readonly Rule[] = [NO_DAY, NO_NAME, NOT_A_DAY_OFF];
