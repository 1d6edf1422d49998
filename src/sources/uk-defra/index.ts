import { cell, dayFirstDay, decimal, isoDay } from '../cells.ts';
import type { Feed } from '../feed.ts';
import type { QuoteProjection } from '../quote-shape.ts';
import { NOT_STATED } from '../quote-shape.ts';
import { connector, HEADER } from './connector.ts';
import { PAST_RULES, RULES } from './rules.ts';

/** Units the publication uses; a price for anything else is not guessed at. */
const UNITS = ['kg', 'head', 'stem', 'twin', 'unit'];

const day = cell('date');
const unit = `lower(${cell('unit')})`;

const project: QuoteProjection = {
  ...NOT_STATED,
  // Editions write 17/03/2023 or 2023-03-17; both say which is which by their own form.
  market_day: `coalesce(${dayFirstDay(day)}, ${isoDay(day)})`,
  item_code: cell('item'),
  item_name: `replace(${cell('item')}, '_', ' ')`,
  // An item without varieties repeats its own name in their place.
  variety: `coalesce(nullif(${cell('variety')}, ${cell('item')}), '')`,
  unit_value: '1.0::DOUBLE',
  unit: `CASE WHEN ${unit} IN (${UNITS.map((name) => `'${name}'`).join(', ')}) THEN ${unit} END`,
  market_code: "'england-and-wales'",
  market_name: "'England and Wales'",
  price_kind: "'wholesale-reported'",
  price: decimal(cell('price')),
};

/** Britain's weekly wholesale prices of home-grown produce: an average over four cities' markets, without volume. */
export const ukDefra: Feed = {
  profile: {
    id: 'uk-defra',
    name: { ko: '영국 DEFRA 주간 도매가격', en: 'UK DEFRA weekly wholesale prices' },
    recordKind: 'quote',
    priceKinds: ['wholesale-reported'],
    currency: 'GBP',
    granularity: 'week',
    utcOffsetMinutes: 0,
    // Rows carry the Friday that ends their week; editions come out on the Monday after.
    publicationLagHours: 96,
    liveWindowHours: 504,
    calendar: 'weekly',
    rangeMeaning: 'none',
    simulated: false,
    ways: ['file', 'http'],
    historyFrom: '2017-11-03',
    lateWindowDays: 21,
    silentAfterHours: 504,
    pastRules: PAST_RULES,
    licence: {
      name: 'Open Government Licence v3.0',
      attribution: {
        ko: 'Open Government Licence v3.0에 따라 이용하는 영국 공공부문 정보(DEFRA)를 포함',
        en: 'Contains public sector information licensed under the Open Government Licence v3.0 (DEFRA)',
      },
    },
  },
  shapes: [
    {
      id: 'weekly',
      header: HEADER,
      delimiter: ',',
      quote: '',
      project,
      evidence: { price_text: cell('price') },
    },
  ],
  rules: RULES,
  connector,
};
