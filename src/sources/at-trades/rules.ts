import { and, compare, isNull, not, or, over, text, textHas, times } from '../rules/condition.ts';
import { NO_UNIT, NOT_QUOTED, PLACED, PRICE_NOT_POSITIVE, UNREADABLE_PRICE } from '../rules/quote-rules.ts';
import type { Rule } from '../rules/rule.ts';
import { BAD_QUANTITY } from '../rules/trade-rules.ts';

/** Exports of the same table add a market that is the sum of all. */
const TOTAL_MARKET: Rule = {
  id: 'total-market',
  outcome: 'aggregate',
  when: textHas('market_name', 'is-part-of', '전국도매시장'),
  says: { ko: '전국 합계(시장이 아님)', en: 'the sum of all markets, not a market' },
};

const NO_LOT: Rule = {
  id: 'no-lot',
  outcome: 'rejected',
  when: or(isNull('lot'), isNull('corporation')),
  says: { ko: '경락번호 또는 법인 없음', en: 'no lot number or corporation' },
};

/** Five tonnes at one price is another trade than a box; it would drown the day's boxes by weight. Evidence: `trade_name`. */
const TRUCK_LOT: Rule = {
  id: 'truck-lot',
  outcome: 'flagged',
  when: or(textHas('package', 'is-part-of', '트럭'), textHas('trade_name', 'is-part-of', '차떼기')),
  says: { ko: '차떼기(트럭 단위 거래)', en: 'sold by the truckload' },
};

/**
 * The publisher contradicts itself by more than rounding. Evidence: `stated_units`, the units of the whole trade as
 * published, against packages times `units_a_package`.
 */
const UNITS_MISMATCH: Rule = {
  id: 'units-mismatch',
  outcome: 'flagged',
  when: apart(over('stated_units', times('quantity', 'units_a_package'))),
  says: { ko: '총물량이 단위중량×수량과 다름', en: 'the total is not the package times the quantity' },
};

/** Publishers differ in the sign of a cancelled amount, and both pass. */
const AMOUNT_MISMATCH: Rule = {
  id: 'amount-mismatch',
  outcome: 'flagged',
  when: apart(over('amount', times('price', 'quantity'))),
  says: { ko: '금액이 가격×수량과 다름', en: 'the amount is not price times quantity' },
};

/** More than 1% from being the same, either sign; false when a part is missing. */
function apart(ratio: ReturnType<typeof over>): Rule['when'] {
  const near = (one: number): Rule['when'] =>
    and(compare(ratio, 'ge', one - 0.01), compare(ratio, 'le', one + 0.01));
  return and(not(isNull(ratio)), not(near(1)), not(near(-1)));
}

/** The published mean must lie between the published extremes. Evidence: `lowest`, `mean`, `highest`. */
const MEAN_OUT_OF_ORDER: Rule = {
  id: 'price-out-of-order',
  outcome: 'flagged',
  when: or(
    compare('lowest', 'gt', 'highest'),
    compare('mean', 'lt', 'lowest'),
    compare('mean', 'gt', 'highest'),
  ),
  says: { ko: '최저 ≤ 평균 ≤ 최고 순서가 어긋남', en: 'lowest ≤ mean ≤ highest does not hold' },
};

/**
 * Won a kilogram that no produce has: below 10 a digit is missing, above 3 million one is too many (wild pine mushrooms
 * reach a million). What a price's own past says of it is asked elsewhere. Evidence: `krw_per_unit`.
 */
const PRICE_OUT_OF_RANGE: Rule = {
  id: 'price-out-of-range',
  outcome: 'flagged',
  when: and(
    compare('unit', 'eq', text('kg')),
    or(compare('krw_per_unit', 'lt', 10), compare('krw_per_unit', 'gt', 3_000_000)),
  ),
  says: { ko: 'kg당 가격이 있을 수 있는 범위를 벗어남', en: 'a price per kg beyond any produce' },
};

const PRICED: readonly Rule[] = [
  TOTAL_MARKET,
  ...PLACED,
  NO_LOT,
  NO_UNIT,
  BAD_QUANTITY,
  UNREADABLE_PRICE,
  NOT_QUOTED,
  PRICE_NOT_POSITIVE,
  TRUCK_LOT,
  UNITS_MISMATCH,
];

export const LOT_RULES: readonly Rule[] = [...PRICED, AMOUNT_MISMATCH, PRICE_OUT_OF_RANGE];
export const SETTLED_RULES: readonly Rule[] = [...PRICED, MEAN_OUT_OF_ORDER, PRICE_OUT_OF_RANGE];
