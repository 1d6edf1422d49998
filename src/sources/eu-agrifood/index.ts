import { cell, dayFirstDay, decimal } from '../cells.ts';
import type { Feed } from '../feed.ts';
import type { QuoteProjection } from '../quote-shape.ts';
import { NOT_STATED } from '../quote-shape.ts';
import { HEADER, priceCells } from './answer.ts';
import { connector } from './connector.ts';
import { RULES } from './rules.ts';

/** The service has names and no codes: a name made fit for a key. */
function slug(text: string): string {
  return `nullif(trim(regexp_replace(lower(${text}), '[^\\p{L}\\p{N}]+', '-', 'g'), '-'), '')`;
}

const project: QuoteProjection = {
  ...NOT_STATED,
  // The week's last day.
  market_day: dayFirstDay(cell('endDate')),
  item_code: slug(cell('product')),
  item_name: cell('product'),
  variety: `coalesce(${slug(cell('variety'))}, '')`,
  package: `coalesce(${cell('package')}, '')`,
  unit_value: decimal(cell('unitValue')),
  unit: cell('unitName'),
  market_code: `concat_ws('/', ${cell('memberStateCode')}, ${slug(cell('market'))})`,
  market_name: `concat_ws(', ', coalesce(${cell('memberStateName')}, ${cell('memberStateCode')}), ${cell('market')})`,
  // Prices of different stages of the chain are never one series.
  method: `coalesce(${slug(cell('productStage'))}, '')`,
  price_kind: "'wholesale-reported'",
  price: decimal(cell('plainPrice')),
  // A price that a state reported stands before one that was calculated for it.
  sub_source: `CASE WHEN ${cell('isCalculated')} = 'true' THEN 'calculated' ELSE 'reported' END`,
  source_rank: `CASE WHEN ${cell('isCalculated')} = 'true' THEN 1 ELSE 0 END`,
};

/** The European Union's weekly prices of fruit and vegetables along the supply chain, by member state. */
export const euAgrifood: Feed = {
  profile: {
    id: 'eu-agrifood',
    name: { ko: 'EU 과일·채소 주간 가격', en: 'EU weekly fruit and vegetable prices' },
    recordKind: 'quote',
    priceKinds: ['wholesale-reported'],
    currency: 'EUR',
    granularity: 'week',
    utcOffsetMinutes: 60,
    // When a week is published is not stated; ten days after its end are assumed.
    publicationLagHours: 264,
    liveWindowHours: 504,
    calendar: 'weekly',
    rangeMeaning: 'none',
    simulated: false,
    ways: ['http'],
    historyFrom: null,
    lateWindowDays: 42,
    silentAfterHours: 504,
    licence: {
      name: 'unverified: reuse with attribution is assumed for data of the European Commission',
      attribution: {
        ko: '출처: 유럽연합 집행위원회 농업농촌개발총국 Agri-food data portal',
        en: 'Source: European Commission, Agri-food data portal (DG Agriculture and Rural Development)',
      },
    },
  },
  shapes: [
    {
      id: 'supply-chain',
      header: HEADER,
      delimiter: ',',
      decode: priceCells,
      project,
      evidence: { price_text: cell('price'), member_state: cell('memberStateCode') },
    },
  ],
  rules: RULES,
  connector,
};
