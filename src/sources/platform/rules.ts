import { and, compare, isNull, not, or, text, times } from '../rules/condition.ts';
import { NO_UNIT, PLACED, UNREADABLE_PRICE } from '../rules/quote-rules.ts';
import type { Rule } from '../rules/rule.ts';
import { BAD_QUANTITY } from '../rules/trade-rules.ts';

const NO_LOT: Rule = {
  id: 'no-lot',
  outcome: 'rejected',
  when: isNull('lot'),
  says: { ko: '거래 번호 없음', en: 'no number of its own' },
};

/** Evidence column: `status_means`. A word that the mapping does not know is never taken for a sale. */
const UNKNOWN_STATUS: Rule = {
  id: 'unknown-status',
  outcome: 'rejected',
  when: compare('status_means', 'eq', text('unknown')),
  says: { ko: '매핑에 없는 상태', en: 'a status that the mapping does not name' },
};

const NOT_SOLD: Rule = {
  id: 'not-sold',
  outcome: 'rejected',
  when: compare('status_means', 'eq', text('left-out')),
  says: { ko: '아직 거래가 아닌 상태', en: 'a status that is no trade' },
};

/** Evidence column: `other_currency`, the currency where it is not the mapping's. Money is never converted. */
const OTHER_CURRENCY: Rule = {
  id: 'other-currency',
  outcome: 'rejected',
  when: not(or(isNull('other_currency'), compare('other_currency', 'eq', text('')))),
  says: { ko: '다른 통화', en: 'another currency' },
};

const NO_PRICE: Rule = {
  id: 'no-price',
  outcome: 'rejected',
  when: or(isNull('price'), compare('price', 'le', 0)),
  says: { ko: '가격 없음 또는 0 이하', en: 'no price, or none above 0' },
};

/** Kept, because it takes the place of the sale that it cancels; out of prices. */
const CANCELLED: Rule = {
  id: 'cancelled',
  outcome: 'flagged',
  when: compare('status_means', 'eq', text('cancelled')),
  says: { ko: '취소된 거래', en: 'a cancelled trade' },
};

const TOLERANCE = 0.01;

/** Which of the three figures is wrong cannot be told. Discounts of a hundredth are usual in rounding. */
const AMOUNT_MISMATCH: Rule = {
  id: 'amount-mismatch',
  outcome: 'flagged',
  when: and(
    compare('quantity', 'gt', 0),
    or(
      compare('amount', 'gt', times(times('price', 'quantity'), 1 + TOLERANCE)),
      compare('amount', 'lt', times(times('price', 'quantity'), 1 - TOLERANCE)),
    ),
  ),
  says: { ko: '금액이 가격×수량과 다름', en: 'the amount is not price times quantity' },
};

export const PLATFORM_RULES: readonly Rule[] = [
  ...PLACED,
  NO_LOT,
  UNKNOWN_STATUS,
  NOT_SOLD,
  OTHER_CURRENCY,
  NO_UNIT,
  BAD_QUANTITY,
  UNREADABLE_PRICE,
  NO_PRICE,
  CANCELLED,
  AMOUNT_MISMATCH,
];
