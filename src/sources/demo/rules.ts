import type { PastRule } from '../../domain/index.ts';
import { and, compare, isIn, isNull, not, or, text, times } from '../rules/condition.ts';
import { NO_UNIT, PLACED, UNREADABLE_PRICE } from '../rules/quote-rules.ts';
import type { Rule } from '../rules/rule.ts';
import { BAD_QUANTITY } from '../rules/trade-rules.ts';
import { UNKNOWN_ITEM_CODE } from './faults.ts';
import { TOTAL_MARKET_CODE } from './market-day.ts';
import { PRICE_CEILINGS } from './price-ceilings.ts';
import { TRUCK_PACKAGE } from './products.ts';

const TOTAL_ROW: Rule = {
  id: 'total-row',
  outcome: 'aggregate',
  when: compare('market_code', 'eq', text(TOTAL_MARKET_CODE)),
  says: { ko: '전국 합계(시장이 아님)', en: 'the sum of all markets, not a market' },
};

const BAD_DATE: Rule = {
  id: 'bad-date',
  outcome: 'rejected',
  when: and(isNull('market_day'), not(isNull('market_day_text'))),
  says: { ko: '달력에 없는 날짜', en: 'a date that the calendar does not have' },
};

const UNKNOWN_ITEM: Rule = {
  id: 'unknown-item',
  outcome: 'rejected',
  when: compare('item_code', 'eq', text(UNKNOWN_ITEM_CODE)),
  says: { ko: '품목을 알 수 없음(기타)', en: 'the corporation did not name the item' },
};

const BAD_NUMBER: Rule = { ...UNREADABLE_PRICE, id: 'bad-number' };

const NO_PRICE: Rule = {
  id: 'no-price',
  outcome: 'rejected',
  when: or(isNull('price'), compare('price', 'eq', 0)),
  says: { ko: '가격 없음 또는 0', en: 'no price, or a price of 0' },
};

const NEGATIVE_PRICE: Rule = {
  id: 'negative-price',
  outcome: 'rejected',
  when: compare('price', 'lt', 0),
  says: { ko: '가격이 음수', en: 'the price is below zero' },
};

/** Five tonnes at one price is another trade than a box; it would drown the day's boxes by weight. */
const TRUCK_LOT: Rule = {
  id: 'truck-lot',
  outcome: 'flagged',
  when: compare('package', 'eq', text(TRUCK_PACKAGE)),
  says: { ko: '차떼기(트럭 단위 거래)', en: 'sold by the truckload' },
};

/**
 * Which of the three figures is wrong cannot be told. Amounts are whole won, so no tolerance; publishers differ in the
 * sign of a cancelled amount, and both pass.
 */
const AMOUNT_MISMATCH: Rule = {
  id: 'amount-mismatch',
  outcome: 'flagged',
  when: and(
    not(compare('amount', 'eq', times('price', 'quantity'))),
    not(and(compare('quantity', 'lt', 0), compare(times('amount', -1), 'eq', times('price', 'quantity')))),
  ),
  says: { ko: '금액이 가격×수량과 다름', en: 'the amount is not price times quantity' },
};

/** Most prices are below every ceiling, and then nothing else need be asked. */
const LOWEST_CEILING = Math.min(...PRICE_CEILINGS.map(({ krwPerKg }) => krwPerKg));

/** A digit too many. The ceilings leave room for every shortage the market has seen, so a typo of a cheap day passes. Evidence: `krw_per_unit`. */
const PRICE_TOO_HIGH: Rule = {
  id: 'price-too-high',
  outcome: 'flagged',
  when: and(
    compare('krw_per_unit', 'gt', LOWEST_CEILING),
    compare('unit', 'eq', text('kg')),
    or(
      ...PRICE_CEILINGS.map(({ krwPerKg, itemCodes }) =>
        and(compare('krw_per_unit', 'gt', krwPerKg), isIn('item_code', itemCodes)),
      ),
    ),
  ),
  says: { ko: '품목의 상한을 넘는 kg당 가격', en: 'a price per kg above any that the item has had' },
};

const NO_LOT: Rule = {
  id: 'no-lot',
  outcome: 'rejected',
  when: or(isNull('lot'), isNull('corporation'), isIn('lot', [''])),
  says: { ko: '경락번호 또는 법인 없음', en: 'no lot number or corporation' },
};

/** In order: what is no lot at all, what cannot be placed, what has no price, what is kept out of prices. */
export const DEMO_RULES: readonly Rule[] = [
  TOTAL_ROW,
  BAD_DATE,
  ...PLACED,
  NO_LOT,
  UNKNOWN_ITEM,
  NO_UNIT,
  BAD_QUANTITY,
  BAD_NUMBER,
  NO_PRICE,
  NEGATIVE_PRICE,
  TRUCK_LOT,
  AMOUNT_MISMATCH,
  PRICE_TOO_HIGH,
];

/** What a simulated market can show: the standard two, and a market that sends part of its day or the same day twice. */
export const DEMO_PAST_RULES: readonly PastRule[] = [
  { kind: 'trickle', severity: 'flag' },
  { kind: 'price-jump', severity: 'flag', times: 5, lookBackDays: 60, fewestPrices: 10 },
  { kind: 'volume-share', severity: 'warn', timesUsual: 60 },
  { kind: 'stuck', severity: 'warn', marketDays: 4, withinDays: 14, of: 'price-and-volume' },
  { kind: 'few-series', severity: 'warn', share: 0.4 },
  { kind: 'repeated-day', severity: 'warn', share: 0.5 },
];
