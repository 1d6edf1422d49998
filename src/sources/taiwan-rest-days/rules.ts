import { compare, isNull, text } from '../rules/condition.ts';
import type { Rule } from '../rules/rule.ts';

const NO_DAY: Rule = {
  id: 'no-day',
  outcome: 'rejected',
  when: isNull('market_day'),
  says: { ko: '날짜를 읽을 수 없음', en: 'the day cannot be read' },
};

const UNKNOWN_MARKET: Rule = {
  id: 'unknown-market',
  outcome: 'rejected',
  when: isNull('scope_code'),
  says: { ko: '시장 이름이 표에 없음', en: 'no market of this name and kind is known' },
};

/** Xihu's vegetable auction traded on 605 of its rest days (sources.md §10.1): kept, and not to be believed. */
const NOT_KEPT_TO: Rule = {
  id: 'rest-days-not-kept',
  outcome: 'flagged',
  when: compare('scope_code', 'eq', text('taiwan-amis/N04/514')),
  says: { ko: '휴장일에도 거래하는 시장', en: 'a market that trades on its rest days' },
};

export const RULES: readonly Rule[] = [NO_DAY, UNKNOWN_MARKET, NOT_KEPT_TO];
