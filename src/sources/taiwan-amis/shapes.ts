import type { TableShape } from '../../domain/index.ts';
import { cell, decimal, isoDay, rocDay } from '../cells.ts';
import type { QuoteProjection } from '../quote-shape.ts';
import { NOT_STATED } from '../quote-shape.ts';
import { ANSWER_HEADER, answerCells } from './answer.ts';

/** SQL of what one published form says; all forms become the same columns, so that a second form adds nothing. */
interface Parts {
  readonly day: string;
  /** N04 vegetables, N05 fruit, N06 flowers. */
  readonly type: string;
  readonly marketCode: string;
  readonly marketName: string;
  readonly cropCode: string;
  readonly cropName: string;
  readonly upper: string;
  readonly middle: string;
  readonly lower: string;
  readonly average: string;
  readonly volume: string;
}

/** A code that begins a cell such as `FB1 花椰菜 青梗`; NULL when there is none. */
function codeOf(text: string): string {
  return `nullif(regexp_extract(${text}, '^([0-9A-Za-z]+)(?:[ \\x{3000}].*)?$', 1), '')`;
}

/** What follows the code. */
function nameOf(text: string): string {
  return `nullif(regexp_extract(${text}, '^[0-9A-Za-z]+[ \\x{3000}]+(.*)$', 1), '')`;
}

/** `甘藍-初秋` and `甘藍 初秋` are spellings of one name. */
function oneSpelling(name: string): string {
  return `trim(regexp_replace(${name}, '[ \\x{3000}-]+', ' ', 'g'))`;
}

function shape(id: string, header: readonly string[], parts: Parts): TableShape {
  // The unit of flower prices is doubtful: never kilograms.
  const flowers = `coalesce(${parts.type} = 'N06', false)`;
  const project: QuoteProjection = {
    ...NOT_STATED,
    market_day: parts.day,
    // The whole crop code is the item, variety included: FB1 and FB11 are other goods, and codes are never matched by
    // their beginning. Names change afterwards, so they are no part of a series.
    item_code: parts.cropCode,
    item_name: oneSpelling(parts.cropName),
    unit_value: '1.0::DOUBLE',
    unit: `CASE WHEN ${flowers} THEN 'unit' ELSE 'kg' END`,
    // A produce and a flower market may share one code.
    market_code: `${parts.type} || '/' || ${parts.marketCode}`,
    market_name: parts.marketName,
    price_kind: "'auction'",
    price: decimal(parts.average),
    low: decimal(parts.lower),
    high: decimal(parts.upper),
    volume_kg: `CASE WHEN NOT ${flowers} THEN ${decimal(parts.volume)} END`,
  };
  const evidence = {
    market_type: parts.type,
    middle: decimal(parts.middle),
    price_text: parts.average,
    volume_text: `CASE WHEN NOT ${flowers} THEN ${parts.volume} END`,
  };
  return { id, header, delimiter: ',', quote: '', project, evidence };
}

/** The files hold the vegetable auctions and do not say so in their rows. */
const VEGETABLES = "'N04'";

export const raw = shape(
  'raw',
  ['日期', '市場', '產品', '上價', '中價', '下價', '平均價(元/公斤)', '交易量(公斤)'],
  {
    day: rocDay(cell('日期')),
    type: VEGETABLES,
    marketCode: codeOf(cell('市場')),
    marketName: nameOf(cell('市場')),
    cropCode: codeOf(cell('產品')),
    cropName: nameOf(cell('產品')),
    upper: cell('上價'),
    middle: cell('中價'),
    lower: cell('下價'),
    average: cell('平均價(元/公斤)'),
    volume: cell('交易量(公斤)'),
  },
);

export const tidy = shape(
  'tidy',
  ['date', 'market_code', 'market_name', 'product', 'upper', 'middle', 'lower', 'avg', 'volume_kg'],
  {
    day: isoDay(cell('date')),
    type: VEGETABLES,
    marketCode: cell('market_code'),
    marketName: cell('market_name'),
    cropCode: codeOf(cell('product')),
    cropName: nameOf(cell('product')),
    upper: cell('upper'),
    middle: cell('middle'),
    lower: cell('lower'),
    average: cell('avg'),
    volume: cell('volume_kg'),
  },
);

/** What the open-data service answers. */
export const answer: TableShape = {
  ...shape('answer', ANSWER_HEADER, {
    day: rocDay(cell('交易日期')),
    type: cell('種類代碼'),
    marketCode: cell('市場代號'),
    marketName: cell('市場名稱'),
    cropCode: cell('作物代號'),
    cropName: cell('作物名稱'),
    upper: cell('上價'),
    middle: cell('中價'),
    lower: cell('下價'),
    average: cell('平均價'),
    volume: cell('交易量'),
  }),
  quote: '"',
  decode: answerCells,
};
