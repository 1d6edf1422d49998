import { cell, decimal, isoDay } from '../cells.ts';
import type { Feed } from '../feed.ts';
import type { QuoteProjection } from '../quote-shape.ts';
import { NOT_STATED } from '../quote-shape.ts';
import { unitColumns } from '../unit-grammar.ts';
import { RANKS } from './codes.ts';
import { connector, decode, HEADER } from './connector.ts';
import { RULES, SURVEY_PAST_RULES } from './rules.ts';

/** The publisher's interface writes an empty list where a text is missing. */
function stated(header: string): string {
  return `nullif(${cell(header)}, '[]')`;
}

const kind = stated('kindname');
const market = stated('marketname');

const project: QuoteProjection = {
  ...NOT_STATED,
  ...unitColumns(kind),
  market_day: isoDay(cell('date')),
  item_code: cell('item'),
  item_name: stated('itemname'),
  variety: `coalesce(trim(regexp_extract(${kind}, '^[^(]*')), '')`,
  // The same chain has branches in several cities, so a market's name alone is not a market.
  market_code: `CASE WHEN ${market} IS NOT NULL THEN concat_ws('-', ${cell('city')}, ${market}) END`,
  market_name: `CASE WHEN ${market} IS NOT NULL THEN concat_ws(' ', ${stated('countyname')}, ${market}) END`,
  price_kind: `CASE ${cell('level')} WHEN 'wholesale' THEN 'survey-wholesale' WHEN 'retail' THEN 'survey-retail' ELSE '' END`,
  price: decimal(cell('price_won')),
};

const rank = cell('p_productrankcode');

/** Answers of the service name the item, kind and city by the codes they were asked with. */
const projectPeriod: QuoteProjection = {
  ...project,
  market_day: isoDay(cell('day')),
  item_code: cell('p_itemcode'),
  // A kind's number means something only within its item.
  variety: `concat_ws('-', ${cell('p_itemcode')}, ${cell('p_kindcode')})`,
  grade: `CASE ${rank} ${Object.entries(RANKS)
    .map(([code, grade]) => `WHEN '${code}' THEN '${grade}'`)
    .join(' ')} ELSE coalesce(${rank}, '') END`,
  market_code: `CASE WHEN ${market} IS NOT NULL THEN concat_ws('-', ${cell('p_countycode')}, ${market}) END`,
  price_kind: `CASE ${cell('action')} WHEN 'periodWholesaleProductList' THEN 'survey-wholesale' WHEN 'periodRetailProductList' THEN 'survey-retail' ELSE '' END`,
  price: decimal(cell('price')),
};

/** Korea's daily survey of intermediary wholesale and retail prices by market. */
export const kamis: Feed = {
  profile: {
    id: 'kamis',
    name: { ko: 'KAMIS 농산물유통정보 가격조사', en: 'KAMIS price survey (Korea)' },
    recordKind: 'quote',
    priceKinds: ['survey-wholesale', 'survey-retail'],
    currency: 'KRW',
    granularity: 'day',
    utcOffsetMinutes: 540,
    // Published in the afternoon of the survey day; its end is assumed.
    publicationLagHours: 24,
    liveWindowHours: 72,
    calendar: 'kamis-survey',
    rangeMeaning: 'none',
    simulated: false,
    ways: ['file', 'http'],
    historyFrom: null,
    lateWindowDays: 14,
    silentAfterHours: 96,
    pastRules: SURVEY_PAST_RULES,
    licence: {
      name: 'unverified: do not redistribute the data before reading the terms of KAMIS',
      attribution: {
        ko: '출처: 한국농수산식품유통공사(aT) 농산물유통정보 KAMIS',
        en: 'Source: KAMIS, Korea Agro-Fisheries & Food Trade Corporation (aT)',
      },
    },
  },
  shapes: [
    {
      id: 'daily-by-market',
      header: [
        'date',
        'level',
        'item',
        'city',
        'itemname',
        'kindname',
        'countyname',
        'marketname',
        'price_won',
      ],
      delimiter: ',',
      quote: '',
      project,
      evidence: { county: cell('countyname'), price_text: cell('price_won') },
    },
    {
      id: 'period',
      header: HEADER,
      delimiter: ',',
      decode,
      project: projectPeriod,
      evidence: { county: cell('countyname'), price_text: cell('price') },
    },
  ],
  rules: RULES,
  connector,
};
