/**
 * What can be wrong with a price that only the past of its series or its market can show, as data. The questions look at
 * earlier market days only and are asked anew with every publication and every as-of question, so that neither the order
 * of ingest nor a later day can change a judgement, and a mended threshold needs no replay.
 */

/** flag: the price is kept and shown, but stands in no comparison. warn: said beside it, and nothing else. */
export type PastSeverity = 'flag' | 'warn';

type OfAPrice =
  /** What arrived on a day on which its market was closed: a little trade at any price. */
  | { readonly kind: 'trickle' }
  /** So many times the median of the series' calendar days before, or that fraction of it: a unit, a digit. */
  | {
      readonly kind: 'price-jump';
      readonly times: number;
      readonly lookBackDays: number;
      readonly fewestPrices: number;
    }
  /**
   * So many times the level of its item, or that fraction of it: another good, or another unit, under the item's name.
   * The level is the median over the item's markets (of one price kind and unit, and so many of them) of each market's
   * median price in the two calendar months before the day's own.
   */
  | { readonly kind: 'item-level'; readonly times: number; readonly fewestMarkets: number }
  /**
   * Away from the median of the five prices before (as |ln|) by so many times the series' mean distance of the 60 calendar
   * days before, and by at least the ratio; and by the ratio from the median of those sixty days, or the way back from a
   * week of slips would be one. Only when those five stand within the days given.
   */
  | {
      readonly kind: 'price-step';
      readonly timesUsual: number;
      readonly leastRatio: number;
      readonly withinDays: number;
    }
  /** The day's high over its low, as ln: so many times its usual one of the 60 calendar days before, and at least the ratio. */
  | { readonly kind: 'price-spread'; readonly timesUsual: number; readonly leastRatio: number }
  /** The series' kg against all other kg of its market and day: so many times the mean (of logs) of the 60 days before. */
  | { readonly kind: 'volume-share'; readonly timesUsual: number }
  /** The very same figures so many market days running (at most so many days apart): the price, or the price and the kg. */
  | {
      readonly kind: 'stuck';
      readonly marketDays: number;
      readonly withinDays: number;
      readonly of: 'price' | 'price-and-volume';
    };

/** What is said of a series or a market, not of one price. */
type OfManyPrices =
  /** The day on which the lag-1 autocorrelation of ln price over 250 market days falls below: goods are mixed in one series. */
  | { readonly kind: 'noise'; readonly leastCorrelation: number }
  /** A market reports less than this share of the series usual on that weekday (median of eight): part of a day. */
  | { readonly kind: 'few-series'; readonly share: number }
  /** At least this share of a market's series, and two of them, have the very price and kg of the day before: a day sent twice. */
  | { readonly kind: 'repeated-day'; readonly share: number };

export type PastRule =
  | (OfAPrice & { readonly severity: PastSeverity })
  | (OfManyPrices & { readonly severity: 'warn' });

/** For a feed that states none: what holds of any price, however little is known of its market. */
export const STANDARD_PAST_RULES: readonly PastRule[] = [
  { kind: 'trickle', severity: 'flag' },
  { kind: 'price-jump', severity: 'flag', times: 5, lookBackDays: 60, fewestPrices: 10 },
];
