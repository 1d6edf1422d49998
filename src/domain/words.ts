/**
 * The market's words, once. Korean term, English identifier, meaning.
 *
 * 시황 market conditions   the day's picture: price, volume, against what came before
 * 경락가 auction price     what a lot was knocked down for, per package
 * 평년 normal year         trimmed mean of the five previous years (market/normal-year.ts)
 * 순 dekad                 1–10, 11–20, 21–end of a month (dekad.ts)
 * 반입량 arrivals          kg brought in; here the net kg traded
 */

/** The same words in both languages of every screen, message and export. */
export interface Bilingual {
  readonly ko: string;
  readonly en: string;
}

/** What a feed gives: single lots, prices its publisher already aggregated, weather, or holidays. */
export type RecordKind = 'trade' | 'quote' | 'observation' | 'calendar';

/** Different prices of different trades; never mixed in one number (auction < intermediary wholesale < retail). */
export const PRICE_KINDS = [
  'auction',
  'survey-wholesale',
  'survey-retail',
  'wholesale-reported',
  'platform',
] as const;
export type PriceKind = (typeof PRICE_KINDS)[number];

/** ISO 4217 codes of the feeds we read; money is never converted without a dated rate. */
export const CURRENCIES = ['KRW', 'JPY', 'TWD', 'INR', 'GBP', 'EUR', 'USD'] as const;
export type Currency = (typeof CURRENCIES)[number];

/** What one input row became. Every row has exactly one outcome, and the five add up to the rows of the file. */
export const OUTCOMES = ['accepted', 'flagged', 'duplicate', 'aggregate', 'rejected'] as const;
export type Outcome = (typeof OUTCOMES)[number];
export type OutcomeCounts = Readonly<Record<Outcome, number>>;
