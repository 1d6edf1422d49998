import { LOOK_BACK_DAYS } from './open-days.ts';

/** A price this many times its usual one, or this fraction of it, is taken for an error of unit or of a digit. */
const JUMP_RATIO = 5;

/** Fewer earlier prices than this are no history to judge by. */
const FEWEST_PRICES = 10;

/**
 * Rows kept out of prices, with the reason: `trickle` (what arrived on a day the market was closed) and
 * `price-jump` (≥ 5× or ≤ 1/5 of the median price of the series' open days in the 60 calendar days before, when there
 * are ten). Flags 0.03% of Japan's rows, 0.12% of Taiwan's, 0.01% of India's, none of KAMIS's; weekly series never
 * have ten prices in 60 days and are left alone. Reads the table `market_days`; looks back only.
 */
export function leftOutSql(rows: string): string {
  return `
    with judged as (
      select held.*, m.is_open from ${rows} as held join market_days m using (price_kind, market_code, day)
      where held.price > 0),
    usual as (
      select series_id, day, price, volume_kg, median(price) over earlier as usual_price, count(*) over earlier as days
      from judged where is_open
      window earlier as (partition by series_id order by day - date '1970-01-01'
                         range between ${LOOK_BACK_DAYS} preceding and 1 preceding))
    select series_id, day, 'trickle' as reason, price, volume_kg from judged where not is_open
    union all
    select series_id, day, 'price-jump', price, volume_kg from usual
    where days >= ${FEWEST_PRICES} and (price >= ${JUMP_RATIO} * usual_price or price * ${JUMP_RATIO} <= usual_price)
    order by series_id, day`;
}
