import { cell, decimal, isoDay } from '../cells.ts';
import type { Feed } from '../feed.ts';
import type { QuoteProjection } from '../quote-shape.ts';
import { NOT_STATED } from '../quote-shape.ts';
import { sqlText } from '../rules/sql-text.ts';
import { COMMODITY_NAMES, MARKET_NAMES, SOURCE_RANK, UNRANKED_SOURCE, VARIETY_NAMES } from './crosswalk.ts';
import { RULES } from './rules.ts';

/** SQL that replaces the names it knows and keeps the others. */
function renamed(text: string, names: Readonly<Record<string, string>>): string {
  const cases = Object.entries(names).map(([from, to]) => `WHEN ${sqlText(from)} THEN ${sqlText(to)}`);
  return `CASE ${text} ${cases.join(' ')} ELSE ${text} END`;
}

/** What kind of market it is stands at the end of some sources' names and not of others'. */
const MARKET_SUFFIX = '( VFPCK)?( Market| APMC)$';

const withoutSuffix = `regexp_replace(${cell('market')}, ${sqlText(MARKET_SUFFIX)}, '')`;
const market = renamed(withoutSuffix, MARKET_NAMES);
const perQuintal = `${cell('unit')} = 'Rs/quintal'`;
const ranks = Object.entries(SOURCE_RANK).map(([source, rank]) => `WHEN ${sqlText(source)} THEN ${rank}`);

const project: QuoteProjection = {
  ...NOT_STATED,
  market_day: isoDay(cell('date')),
  item_code: cell('commodity_slug'),
  item_name: renamed(cell('commodity_slug'), COMMODITY_NAMES),
  variety: `coalesce(${renamed(cell('variety'), VARIETY_NAMES)}, '')`,
  grade: `coalesce(${cell('grade')}, '')`,
  unit_value: `CASE WHEN ${perQuintal} THEN 100.0 END`,
  unit: `CASE WHEN ${perQuintal} THEN 'kg' END`,
  // The district belongs to the code: two districts may each have a market of one name.
  market_code: `CASE WHEN ${cell('market')} IS NOT NULL THEN regexp_replace(lower(concat_ws('-', ${cell('district')}, ${market})), '[ /]+', '-', 'g') END`,
  market_name: market,
  price_kind: "'wholesale-reported'",
  price: decimal(cell('modal_price')),
  low: decimal(cell('min_price')),
  high: decimal(cell('max_price')),
  sub_source: `coalesce(${cell('source')}, '')`,
  source_rank: `CASE ${cell('source')} ${ranks.join(' ')} ELSE ${UNRANKED_SOURCE} END`,
};

/** Daily lowest, highest and modal prices of mandis (wholesale markets) in South India, in rupees per quintal. */
export const indiaAgmarknet: Feed = {
  profile: {
    id: 'india-agmarknet',
    name: { ko: '인도 Agmarknet 만디 시세', en: 'India Agmarknet mandi prices' },
    recordKind: 'quote',
    priceKinds: ['wholesale-reported'],
    currency: 'INR',
    granularity: 'day',
    utcOffsetMinutes: 330,
    // Markets report through the day and the evening; the end of the day after is assumed.
    publicationLagHours: 48,
    liveWindowHours: 96,
    calendar: 'learned',
    rangeMeaning: 'extremes',
    simulated: false,
    ways: ['file'],
    historyFrom: null,
    lateWindowDays: 7,
    silentAfterHours: 72,
    licence: {
      name: 'Government Open Data License – India (GODL-India), to be confirmed',
      attribution: {
        ko: '출처: 인도 정부 Agmarknet(data.gov.in), 케랄라주 경제통계국',
        en: 'Source: Agmarknet, Directorate of Marketing and Inspection, Government of India (data.gov.in); Department of Economics and Statistics, Kerala',
      },
    },
  },
  shapes: [
    {
      id: 'mandi-daily',
      header: [
        'date',
        'district',
        'market',
        'commodity_slug',
        'variety',
        'grade',
        'min_price',
        'max_price',
        'modal_price',
        'unit',
        'source',
        'fetched_at',
      ],
      delimiter: ',',
      quote: '',
      project,
      evidence: { price_text: cell('modal_price') },
    },
  ],
  rules: RULES,
};
