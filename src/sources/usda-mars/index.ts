import { cell, decimal } from '../cells.ts';
import type { Feed } from '../feed.ts';
import type { QuoteProjection } from '../quote-shape.ts';
import { NOT_STATED } from '../quote-shape.ts';
import { detailCells, HEADER } from './answer.ts';
import { connector } from './connector.ts';
import { RULES } from './rules.ts';

/** `09/08/2026`, month first, whatever time follows. */
function monthFirstDay(text: string): string {
  const part = (index: number): string =>
    `regexp_extract(${text}, '^([0-9]{2})/([0-9]{2})/([0-9]{4})( .*)?$', ${index})`;
  return `try_cast(${part(3)} || '-' || ${part(1)} || '-' || ${part(2)} AS DATE)`;
}

const published = `try_strptime(${cell('published')}, '%m/%d/%Y %H:%M:%S')`;
const joined = (...names: string[]): string =>
  `concat_ws(' / ', ${names.map((name) => cell(name)).join(', ')})`;
const low = decimal(cell('low'));
const high = decimal(cell('high'));
const middle = (one: string, other: string): string => `((${one}) + (${other})) / 2`;

const project: QuoteProjection = {
  ...NOT_STATED,
  market_day: monthFirstDay(cell('report_date')),
  // In which zone it is written is not stated; the westernmost of the mainland makes no row known too early.
  recorded_at: `${published} + INTERVAL 8 HOUR`,
  item_code: `nullif(trim(regexp_replace(lower(${cell('commodity')}), '[^a-z0-9]+', '-', 'g'), '-'), '')`,
  item_name: cell('commodity'),
  // Reports price a good by all of these at once; leaving one out would mix series.
  variety: `concat_ws(' / ', ${['variety', 'properties', 'crop', 'environment'].map(cell).join(', ')}, CASE WHEN ${cell('organic')} = 'Y' THEN 'organic' END, ${cell('origin')})`,
  grade: joined('grade', 'size', 'quality', 'condition', 'appearance'),
  package: `coalesce(${cell('package')}, '')`,
  method: joined('storage', 'repack', 'transport'),
  unit_value: decimal(cell('unit_value')),
  unit: cell('unit'),
  market_code: `concat_ws('/', ${cell('slug_id')}, ${cell('region')})`,
  market_name: `coalesce(${cell('region')}, ${cell('location')}, ${cell('slug_id')})`,
  price_kind: `CASE WHEN ${cell('slug_id')} = '3324' THEN 'survey-retail' ELSE 'wholesale-reported' END`,
  // Most reports give ranges alone: the middle of what most lots made, else of all.
  price: `coalesce(${decimal(cell('average'))}, ${middle(decimal(cell('mostly_low')), decimal(cell('mostly_high')))}, ${middle(low, high)})`,
  low,
  high,
};

/** USDA Market News: prices per package at the terminal markets of the United States. */
export const usdaMars: Feed = {
  profile: {
    id: 'usda-mars',
    name: { ko: '미국 USDA 도매시장 시세', en: 'USDA Market News (MARS)' },
    recordKind: 'quote',
    priceKinds: ['wholesale-reported', 'survey-retail'],
    currency: 'USD',
    granularity: 'day',
    utcOffsetMinutes: -300,
    // Where a row has no time of publication, the end of the day after is assumed.
    publicationLagHours: 48,
    liveWindowHours: 96,
    calendar: 'learned',
    rangeMeaning: 'extremes',
    simulated: false,
    ways: ['http'],
    historyFrom: null,
    lateWindowDays: 14,
    silentAfterHours: 96,
    licence: {
      name: 'unverified: a work of the United States government, taken to be in the public domain',
      attribution: {
        ko: '출처: 미국 농무부(USDA) Agricultural Marketing Service, Market News',
        en: 'Source: USDA Agricultural Marketing Service, Market News',
      },
    },
  },
  shapes: [
    {
      id: 'details',
      header: HEADER,
      delimiter: ',',
      decode: detailCells,
      project,
      evidence: { price_text: `coalesce(${cell('average')}, ${cell('low')}, ${cell('high')})` },
    },
  ],
  rules: RULES,
  connector,
};
