import { compare, text } from '../rules/condition.ts';
import { NO_UNIT, NOT_QUOTED, PLACED, PRICE_NOT_POSITIVE, UNREADABLE_PRICE } from '../rules/quote-rules.ts';
import type { Rule } from '../rules/rule.ts';

/** Evidence column: `county`. The mean over a city's markets stands among them as if it were one. */
const MEAN_ROW: Rule = {
  id: 'mean-row',
  outcome: 'aggregate',
  when: compare('county', 'eq', text('평균')),
  says: { ko: '시장이 아니라 평균 행', en: 'the mean of the markets, not a market' },
};

/** Evidence column: `county`. A comparison value of the publisher's, which we compute ourselves from the quotes. */
const NORMAL_YEAR_ROW: Rule = {
  id: 'normal-year-row',
  outcome: 'aggregate',
  when: compare('county', 'eq', text('평년')),
  says: { ko: '시장이 아니라 평년 행', en: 'the normal year, not a market' },
};

const UNKNOWN_LEVEL: Rule = {
  id: 'unknown-price-kind',
  outcome: 'rejected',
  when: compare('price_kind', 'eq', text('')),
  says: { ko: '도매·소매 구분을 알 수 없음', en: 'neither wholesale nor retail' },
};

export const RULES: readonly Rule[] = [
  MEAN_ROW,
  NORMAL_YEAR_ROW,
  ...PLACED,
  UNKNOWN_LEVEL,
  NO_UNIT,
  UNREADABLE_PRICE,
  NOT_QUOTED,
  PRICE_NOT_POSITIVE,
];
