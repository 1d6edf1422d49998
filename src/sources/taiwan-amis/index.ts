import type { TableShape } from '../../domain/index.ts';
import { cell, decimal, isoDay, rocDay } from '../cells.ts';
import type { Feed } from '../feed.ts';
import type { QuoteProjection } from '../quote-shape.ts';
import { NOT_STATED, PER_KG } from '../quote-shape.ts';
import { RULES } from './rules.ts';

/** One part of text such as `FB1 花椰菜 青梗`: a code, a name, and what remains; NULL when the part is absent. */
function part(text: string, at: 'code' | 'name' | 'rest'): string {
  const index = { code: 1, name: 2, rest: 3 }[at];
  return `nullif(regexp_extract(${text}, '^([0-9A-Za-z]+)(?:[ \\x{3000}]+([^ \\x{3000}]+))?(?:[ \\x{3000}]+(.+))?$', ${index}), '')`;
}

/** Which cell of a published form holds what; both forms become the same columns, so that the second adds nothing. */
interface Cells {
  readonly day: string;
  readonly marketCode: string;
  readonly marketName: string;
  readonly product: string;
  readonly upper: string;
  readonly middle: string;
  readonly lower: string;
  readonly average: string;
  readonly volume: string;
}

function shape(id: string, header: readonly string[], cells: Cells): TableShape {
  const project: QuoteProjection = {
    ...NOT_STATED,
    ...PER_KG,
    market_day: cells.day,
    // The whole crop code is the item: FB1 and FB11 are other goods, and codes are never matched by their beginning.
    item_code: part(cells.product, 'code'),
    item_name: part(cells.product, 'name'),
    variety: `coalesce(${part(cells.product, 'rest')}, '')`,
    market_code: cells.marketCode,
    market_name: cells.marketName,
    price_kind: "'auction'",
    price: decimal(cell(cells.average)),
    low: decimal(cell(cells.lower)),
    high: decimal(cell(cells.upper)),
    volume_kg: decimal(cell(cells.volume)),
  };
  const evidence = {
    middle: decimal(cell(cells.middle)),
    price_text: cell(cells.average),
    volume_text: cell(cells.volume),
  };
  return { id, header, delimiter: ',', quote: '', project, evidence };
}

const RAW_HEADER = ['日期', '市場', '產品', '上價', '中價', '下價', '平均價(元/公斤)', '交易量(公斤)'];
const TIDY_HEADER = [
  'date',
  'market_code',
  'market_name',
  'product',
  'upper',
  'middle',
  'lower',
  'avg',
  'volume_kg',
];

const raw = shape('raw', RAW_HEADER, {
  day: rocDay(cell('日期')),
  marketCode: part(cell('市場'), 'code'),
  marketName: part(cell('市場'), 'name'),
  product: cell('產品'),
  upper: '上價',
  middle: '中價',
  lower: '下價',
  average: '平均價(元/公斤)',
  volume: '交易量(公斤)',
});

const tidy = shape('tidy', TIDY_HEADER, {
  day: isoDay(cell('date')),
  marketCode: cell('market_code'),
  marketName: cell('market_name'),
  product: cell('product'),
  upper: 'upper',
  middle: 'middle',
  lower: 'lower',
  average: 'avg',
  volume: 'volume_kg',
});

/** Taiwan's daily auctions by market and crop, as its market information system exports them. */
export const taiwanAmis: Feed = {
  profile: {
    id: 'taiwan-amis',
    name: { ko: '대만 농산물 도매시장 경매', en: 'Taiwan wholesale market auctions (AMIS)' },
    recordKind: 'quote',
    priceKinds: ['auction'],
    currency: 'TWD',
    granularity: 'day',
    utcOffsetMinutes: 480,
    // Most markets are there by the next morning; some come more than a day late.
    publicationLagHours: 30,
    liveWindowHours: 96,
    calendar: 'learned',
    rangeMeaning: 'tier-means',
    simulated: false,
    ways: ['file', 'http'],
    historyFrom: '2012-01-01',
    lateWindowDays: 7,
    silentAfterHours: 72,
    licence: {
      name: 'Open Government Data License, version 1.0 (Taiwan)',
      attribution: {
        ko: '출처: 대만 농업부 농량서 「農產品交易行情」',
        en: 'Source: 農業部農糧署 (Agriculture and Food Agency, Ministry of Agriculture, Taiwan), agricultural market information system',
      },
    },
  },
  shapes: [raw, tidy],
  rules: RULES,
};
