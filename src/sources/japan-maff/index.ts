import { cell, decimal, isoDay } from '../cells.ts';
import type { Feed } from '../feed.ts';
import type { QuoteProjection } from '../quote-shape.ts';
import { NOT_STATED, PER_KG } from '../quote-shape.ts';
import { DAILY_PAST_RULES, DAILY_RULES, RETAIL_PAST_RULES, RETAIL_RULES } from './rules.ts';

const LICENCE = {
  name: 'Japanese government standard terms of use (attribution); figures themselves are free to use',
  attribution: {
    ko: '출처: 일본 농림수산성 「청과물 도매시장 조사」를 가공',
    en: 'Source: 「青果物卸売市場調査」(農林水産省, Ministry of Agriculture, Forestry and Fisheries of Japan), processed',
  },
} as const;

const daily: QuoteProjection = {
  ...NOT_STATED,
  ...PER_KG,
  market_day: isoDay(cell('date')),
  item_code: cell('item_code'),
  item_name: cell('item'),
  market_code: "'pooled'",
  market_name: "'主要市場計'",
  price_kind: "'wholesale-reported'",
  price: decimal(cell('price_jpy_per_kg')),
  volume_kg: decimal(cell('volume_kg')),
};

/** Japan's daily wholesale volume and price of vegetables, the surveyed central markets pooled into one figure. */
export const japanMaff: Feed = {
  profile: {
    id: 'japan-maff',
    name: { ko: '일본 농림수산성 청과물 도매시장 조사', en: 'Japan MAFF wholesale market survey' },
    recordKind: 'quote',
    priceKinds: ['wholesale-reported'],
    currency: 'JPY',
    granularity: 'day',
    utcOffsetMinutes: 540,
    // The hour is not documented; noon of the next day is assumed, so that no backtest sees a day before its end.
    publicationLagHours: 36,
    liveWindowHours: 72,
    calendar: 'learned',
    rangeMeaning: 'none',
    simulated: false,
    ways: ['file'],
    historyFrom: null,
    lateWindowDays: 14,
    silentAfterHours: 96,
    pastRules: DAILY_PAST_RULES,
    licence: LICENCE,
  },
  shapes: [
    {
      id: 'daily',
      header: ['date', 'item_code', 'item', 'volume_kg', 'price_jpy_per_kg'],
      delimiter: ',',
      quote: '',
      project: daily,
      evidence: { price_text: cell('price_jpy_per_kg'), volume_text: cell('volume_kg') },
    },
  ],
  rules: DAILY_RULES,
};

const retail: QuoteProjection = {
  ...NOT_STATED,
  ...PER_KG,
  market_day: isoDay(cell('week')),
  item_code: cell('item_code'),
  item_name: cell('item'),
  market_code: "'retail-survey'",
  market_name: "'小売調査'",
  price_kind: "'survey-retail'",
  price: decimal(cell('retail_price_jpy_per_kg')),
};

/**
 * Japan's weekly retail survey: a feed of its own, because it has another calendar, another delay and other item
 * codes than the daily wholesale survey, and a week's price must not pass for a day's.
 */
export const japanMaffRetail: Feed = {
  profile: {
    id: 'japan-maff-retail',
    name: { ko: '일본 농림수산성 소매가격 주간 조사', en: 'Japan MAFF weekly retail survey' },
    recordKind: 'quote',
    priceKinds: ['survey-retail'],
    currency: 'JPY',
    granularity: 'week',
    utcOffsetMinutes: 540,
    // Rows carry the Monday that begins their week; the week is assumed published when it is over.
    publicationLagHours: 168,
    liveWindowHours: 336,
    calendar: 'weekly',
    rangeMeaning: 'none',
    simulated: false,
    ways: ['file'],
    historyFrom: null,
    lateWindowDays: 14,
    silentAfterHours: 504,
    pastRules: RETAIL_PAST_RULES,
    licence: {
      name: LICENCE.name,
      attribution: {
        ko: '출처: 일본 농림수산성 소매가격 조사를 가공',
        en: 'Source: weekly retail price survey of vegetables (農林水産省), processed',
      },
    },
  },
  shapes: [
    {
      id: 'weekly',
      header: ['week', 'item_code', 'item', 'retail_price_jpy_per_kg'],
      delimiter: ',',
      quote: '',
      project: retail,
      evidence: { price_text: cell('retail_price_jpy_per_kg') },
    },
  ],
  rules: RETAIL_RULES,
};
