import type { PastRule } from '../../domain/index.ts';
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

/**
 * For the survey in every form. A shop repeats its price for months, so repetition says nothing; a step of half the price
 * that is eight times the usual one does. Of 84,607 prices of onions and spring onions from 2000 to 2020 it warns of 235,
 * and no other of these rules meets any.
 */
export const SURVEY_PAST_RULES: readonly PastRule[] = [
  { kind: 'price-jump', severity: 'flag', times: 5, lookBackDays: 60, fewestPrices: 10 },
  { kind: 'price-step', severity: 'warn', timesUsual: 8, leastRatio: 1.5, withinDays: 31 },
  { kind: 'noise', severity: 'warn', leastCorrelation: 0.3 },
  { kind: 'few-series', severity: 'warn', share: 0.5 },
];
