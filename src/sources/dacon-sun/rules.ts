import { and, compare, textHas } from '../rules/condition.ts';
import { NO_UNIT, NOT_QUOTED, PLACED, UNREADABLE_PRICE } from '../rules/quote-rules.ts';
import type { Rule } from '../rules/rule.ts';

/** The file writes 0 where nobody quoted: 43% of its rows. A mean over them would be wrong by half. */
const ZERO_IS_NOT_QUOTED: Rule = {
  ...NOT_QUOTED,
  id: 'zero-price',
  when: compare('price', 'eq', 0),
  says: { ko: '가격 0 = 조사 없음', en: 'a price of 0: nobody quoted' },
};

const NEGATIVE_PRICE: Rule = {
  id: 'negative-price',
  outcome: 'rejected',
  when: compare('price', 'lt', 0),
  says: { ko: '가격이 음수', en: 'the price is below zero' },
};

/** Evidence column: `unit_text`. Five tonnes at one price is another trade than a box. */
const TRUCK_LOT: Rule = {
  id: 'truck-lot',
  outcome: 'flagged',
  when: and(compare('price', 'gt', 0), textHas('unit_text', 'ends', '트럭')),
  says: { ko: '차떼기(트럭 단위 거래)', en: 'sold by the truckload' },
};

export const RULES: readonly Rule[] = [
  ...PLACED,
  NO_UNIT,
  UNREADABLE_PRICE,
  NOT_QUOTED,
  ZERO_IS_NOT_QUOTED,
  NEGATIVE_PRICE,
  TRUCK_LOT,
];
