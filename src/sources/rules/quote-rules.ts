import { and, compare, day, isIn, isNull, not, or } from './condition.ts';
import type { Rule } from './rule.ts';

/**
 * Rules that most feeds of quotes share. Each looks only at staged columns, or at the evidence column it names;
 * a feed lists the ones it needs, in its own order.
 */

/** What publishers write for "nothing here" instead of a number. */
const BLANKS = ['', '-', '[]', 'N/A', 'null'];

const NO_DAY: Rule = {
  id: 'no-day',
  outcome: 'rejected',
  when: isNull('market_day'),
  says: { ko: '날짜를 읽을 수 없음', en: 'the day cannot be read' },
};

/** No feed of ours reaches back so far: such a day is a slip of a digit, and would stretch every calendar. */
const IMPOSSIBLE_DAY: Rule = {
  id: 'impossible-day',
  outcome: 'rejected',
  when: compare('market_day', 'lt', day('1970-01-01')),
  says: { ko: '있을 수 없는 날짜', en: 'a date before any record' },
};

const NO_ITEM: Rule = {
  id: 'no-item',
  outcome: 'rejected',
  when: or(isNull('item_code'), isIn('item_code', BLANKS)),
  says: { ko: '품목 없음', en: 'no item' },
};

const NO_MARKET: Rule = {
  id: 'no-market',
  outcome: 'rejected',
  when: or(isNull('market_code'), isIn('market_code', BLANKS)),
  says: { ko: '시장 없음', en: 'no market' },
};

/** Without these a row cannot be placed at all; they come before every rule that keeps a row. */
export const PLACED: readonly Rule[] = [NO_DAY, IMPOSSIBLE_DAY, NO_ITEM, NO_MARKET];

/** Never a guess: a price for an unknown quantity is no price. */
export const NO_UNIT: Rule = {
  id: 'no-unit',
  outcome: 'rejected',
  when: or(isNull('unit'), isNull('unit_value'), compare('unit_value', 'le', 0)),
  says: { ko: '거래단위를 알 수 없음', en: 'the unit cannot be told' },
};

/** Evidence column: `price_text`, the price as published. */
export const UNREADABLE_PRICE: Rule = {
  id: 'unreadable-price',
  outcome: 'rejected',
  when: and(isNull('price'), not(isNull('price_text')), not(isIn('price_text', BLANKS))),
  says: { ko: '가격이 숫자가 아님', en: 'the price is not a number' },
};

/** Missing is missing, never 0: the row says that nobody quoted. */
export const NOT_QUOTED: Rule = {
  id: 'not-quoted',
  outcome: 'rejected',
  when: isNull('price'),
  says: { ko: '조사 가격 없음', en: 'no price was quoted' },
};

export const PRICE_NOT_POSITIVE: Rule = {
  id: 'price-not-positive',
  outcome: 'rejected',
  when: compare('price', 'le', 0),
  says: { ko: '가격이 0 이하', en: 'the price is zero or below' },
};

/** A day on which nothing was sold has no price, whether that is written as a blank or as 0: a note, not a quote. */
export const NO_TRADE: Rule = {
  id: 'no-trade',
  outcome: 'rejected',
  when: and(compare('volume_kg', 'eq', 0), or(isNull('price'), compare('price', 'le', 0))),
  says: { ko: '거래 없음(물량 0, 가격 없음)', en: 'nothing was traded: volume 0 and no price' },
};

/** A price that no kilogram stands behind: kept, never weighed and never shown as the day's price. */
export const PRICE_WITHOUT_VOLUME: Rule = {
  id: 'price-without-volume',
  outcome: 'flagged',
  when: compare('volume_kg', 'eq', 0),
  says: { ko: '물량 0에 가격이 있음', en: 'a price with volume 0' },
};

/** Evidence column: `volume_text`, the volume as published. */
export const UNREADABLE_VOLUME: Rule = {
  id: 'unreadable-volume',
  outcome: 'rejected',
  when: and(isNull('volume_kg'), not(isNull('volume_text')), not(isIn('volume_text', BLANKS))),
  says: { ko: '물량이 숫자가 아님', en: 'the volume is not a number' },
};

export const NEGATIVE_VOLUME: Rule = {
  id: 'negative-volume',
  outcome: 'rejected',
  when: compare('volume_kg', 'lt', 0),
  says: { ko: '물량이 음수', en: 'the volume is below zero' },
};

/** The publisher contradicts itself; which of the figures is wrong cannot be told, so none of them counts. */
export const PRICE_OUT_OF_ORDER: Rule = {
  id: 'price-out-of-order',
  outcome: 'flagged',
  when: or(compare('low', 'gt', 'high'), compare('price', 'lt', 'low'), compare('price', 'gt', 'high')),
  says: { ko: '저가 ≤ 가격 ≤ 고가 순서가 어긋남', en: 'low ≤ price ≤ high does not hold' },
};
