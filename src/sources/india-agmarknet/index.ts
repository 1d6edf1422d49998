import { cell, dayFirstDay, decimal, isoDay } from '../cells.ts';
import type { Feed } from '../feed.ts';
import type { QuoteProjection } from '../quote-shape.ts';
import { NOT_STATED } from '../quote-shape.ts';
import { sqlText } from '../rules/sql-text.ts';
import { ANSWER_HEADER, answerCells } from './answer.ts';
import { connector } from './connector.ts';
import {
  COMMODITY_NAMES,
  COMMODITY_SLUGS,
  MARKET_NAMES,
  SOURCE_RANK,
  UNRANKED_SOURCE,
  VARIETY_NAMES,
} from './crosswalk.ts';
import { PAST_RULES, RULES } from './rules.ts';

/** SQL that replaces the names it knows; the others stay, or become what `otherwise` says. */
function renamed(text: string, names: Readonly<Record<string, string>>, otherwise = text): string {
  const cases = Object.entries(names).map(([from, to]) => `WHEN ${sqlText(from)} THEN ${sqlText(to)}`);
  return `CASE ${text} ${cases.join(' ')} ELSE ${otherwise} END`;
}

/** What kind of market it is stands at the end of some sources' names and not of others'. */
const MARKET_SUFFIX = '( VFPCK)?( Market| APMC)$';

const market = renamed(`regexp_replace(${cell('market')}, ${sqlText(MARKET_SUFFIX)}, '')`, MARKET_NAMES);
const perQuintal = `${cell('unit')} = 'Rs/quintal'`;
const ranks = Object.entries(SOURCE_RANK).map(([source, rank]) => `WHEN ${sqlText(source)} THEN ${rank}`);

/** What the files and the interface name alike. */
const SHARED = {
  ...NOT_STATED,
  variety: `coalesce(${renamed(cell('variety'), VARIETY_NAMES)}, '')`,
  grade: `coalesce(${cell('grade')}, '')`,
  // The district belongs to the code: two districts may each have a market of one name.
  market_code: `CASE WHEN ${cell('market')} IS NOT NULL THEN regexp_replace(lower(concat_ws('-', ${cell('district')}, ${market})), '[ /]+', '-', 'g') END`,
  market_name: market,
  price_kind: "'wholesale-reported'",
  price: decimal(cell('modal_price')),
  low: decimal(cell('min_price')),
  high: decimal(cell('max_price')),
};

const project: QuoteProjection = {
  ...SHARED,
  market_day: isoDay(cell('date')),
  item_code: cell('commodity_slug'),
  item_name: renamed(cell('commodity_slug'), COMMODITY_NAMES),
  unit_value: `CASE WHEN ${perQuintal} THEN 100.0 END`,
  unit: `CASE WHEN ${perQuintal} THEN 'kg' END`,
  sub_source: `coalesce(${cell('source')}, '')`,
  source_rank: `CASE ${cell('source')} ${ranks.join(' ')} ELSE ${UNRANKED_SOURCE} END`,
};

/** The interface has no codes: a crop is its name made fit for a key, but for those that the files name otherwise. */
const slug = `regexp_replace(lower(${cell('commodity')}), '[^a-z0-9]+', '-', 'g')`;
const crop = `coalesce(${renamed(cell('commodity'), COMMODITY_SLUGS, 'NULL')}, trim(${slug}, '-'))`;

const fromAnswer: QuoteProjection = {
  ...SHARED,
  market_day: dayFirstDay(cell('arrival_date')),
  item_code: crop,
  item_name: renamed(crop, COMMODITY_NAMES, cell('commodity')),
  // Prices of the interface are per quintal, which no row says.
  unit_value: '100.0::DOUBLE',
  unit: "'kg'",
  sub_source: "'ogd'",
  source_rank: String(SOURCE_RANK.ogd),
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
    ways: ['file', 'http'],
    historyFrom: null,
    lateWindowDays: 7,
    silentAfterHours: 72,
    pastRules: PAST_RULES,
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
    {
      id: 'open-data',
      header: ANSWER_HEADER,
      delimiter: ',',
      decode: answerCells,
      project: fromAnswer,
      evidence: { price_text: cell('modal_price') },
    },
  ],
  rules: RULES,
  connector,
};
