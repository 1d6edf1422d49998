import type { TradeColumn } from '../../domain/index.ts';
import { cell, decimal, isoDay } from '../cells.ts';
import type { Feed } from '../feed.ts';
import { compare, isNull } from '../rules/condition.ts';
import { NO_UNIT, NOT_QUOTED, PLACED, PRICE_NOT_POSITIVE, UNREADABLE_PRICE } from '../rules/quote-rules.ts';
import type { Rule } from '../rules/rule.ts';
import { unitColumns } from '../unit-grammar.ts';
import { type GarakRow, readAnswer, textOf } from './answer.ts';
import { compactDay, garakConnector, MARKET_CODE, MARKET_NAME } from './dataset.ts';

const PUBLISHED = ['ADJ_DT', 'PUMMOK', 'PUMJONG', 'UUN', 'DDD', 'SSANGI', 'PPRICE'] as const;
/** What was asked, because rows repeat neither; and which of the rows that are alike this one is. */
const HEADER = [...PUBLISHED, 's_bubin', 's_pummok', 'alike'] as const;

/** The corporations that auction at Garak, by the numbers that the nationwide services give them. */
const CORPORATIONS = ['11000101', '11000102', '11000103', '11000104', '11000105', '11000106'];

const project: Readonly<Record<TradeColumn, string>> = {
  ...unitColumns(cell('UUN')),
  market_day: isoDay(cell('ADJ_DT')),
  recorded_at: 'CAST(NULL AS TIMESTAMP)',
  sold_at: 'CAST(NULL AS TIMESTAMP)',
  // The dataset has no codes: the item's own name, whole, is the only identity it gives.
  item_code: cell('PUMMOK'),
  item_name: cell('PUMMOK'),
  variety: `coalesce(${cell('PUMJONG')}, '')`,
  grade: `coalesce(${cell('DDD')}, '')`,
  market_code: `'${MARKET_CODE}'`,
  market_name: `'${MARKET_NAME}'`,
  method: "''",
  price_kind: "'auction'",
  corporation: cell('s_bubin'),
  origin: `coalesce(${cell('SSANGI')}, '')`,
  lot: `concat_ws('/', ${['PUMMOK', 'PUMJONG', 'UUN', 'DDD', 'SSANGI', 'PPRICE', 'alike'].map((name) => `coalesce(${cell(name)}, '')`).join(', ')})`,
  quantity: 'CAST(NULL AS DOUBLE)',
  price: decimal(cell('PPRICE')),
  amount: 'CAST(NULL AS DOUBLE)',
};

/** Evidence column: `asked_item`. The service matches parts of names: asked for 배추 it gives 양배추 too. */
const OTHER_ITEM: Rule = {
  id: 'other-item',
  outcome: 'rejected',
  when: compare('item_code', 'ne', 'asked_item'),
  says: { ko: '이름에 검색어가 든 다른 품목', en: 'another item, whose name contains the one asked for' },
};

/** A price that no weight stands behind: kept for comparison, never averaged into a day's price. */
const NO_QUANTITY: Rule = {
  id: 'no-quantity',
  outcome: 'flagged',
  when: isNull('quantity'),
  says: { ko: '거래 수량이 공개되지 않음', en: 'the quantity sold is not published' },
};

/** Lots knocked down at Garak by corporation, with their price per package and without their quantity. */
export const garakAuction: Feed = {
  profile: {
    id: 'garak-auction',
    name: { ko: '가락시장 경락가격', en: 'Garak market auction prices (Seoul)' },
    recordKind: 'trade',
    priceKinds: ['auction'],
    currency: 'KRW',
    granularity: 'day',
    utcOffsetMinutes: 540,
    publicationLagHours: 24,
    liveWindowHours: 72,
    calendar: 'garak-auction',
    rangeMeaning: 'extremes',
    simulated: false,
    ways: ['http'],
    historyFrom: null,
    lateWindowDays: 14,
    silentAfterHours: 96,
    licence: {
      name: 'unverified: issued by application; do not redistribute',
      attribution: {
        ko: '출처: 서울시농수산식품공사',
        en: 'Source: Seoul Agro-Fisheries & Food Corporation',
      },
    },
  },
  shapes: [
    {
      id: 'data12',
      header: HEADER,
      delimiter: ',',
      decode: (answer, asked) => {
        const read = readAnswer({ status: 200, body: answer }, false);
        return read.ok ? lotRows(read.rows, asked) : [];
      },
      project,
      evidence: { price_text: cell('PPRICE'), asked_item: cell('s_pummok') },
    },
  ],
  rules: [...PLACED, OTHER_ITEM, NO_UNIT, UNREADABLE_PRICE, NOT_QUOTED, PRICE_NOT_POSITIVE, NO_QUANTITY],
  connector: garakConnector({
    dataid: 'data12',
    required: ['PUMMOK', 'UUN', 'PPRICE', 'ADJ_DT'],
    asks: (day, scope) =>
      (scope?.markets?.length ? scope.markets : CORPORATIONS).flatMap((corporation) => {
        const asked = { s_date: compactDay(day), s_bubin: corporation };
        return scope?.items?.length ? scope.items.map((item) => ({ ...asked, s_pummok: item })) : [asked];
      }),
    strange: (row, { firstDay }) =>
      settledOn(row) === firstDay
        ? undefined
        : `asked for the lots of ${firstDay}; a row is of ${textOf(row.ADJ_DT)}`,
  }),
};

/** ISO day of the settlement, written with or without separators. */
function settledOn(row: GarakRow): string | null {
  const digits = textOf(row.ADJ_DT)?.replaceAll(/\D/g, '').slice(0, 8);
  return digits?.length === 8 ? digits.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3') : null;
}

/** Lots have no number, so lots alike in everything are told apart by counting them within one answer. */
function lotRows(rows: readonly GarakRow[], asked: Readonly<Record<string, string>>): (string | null)[][] {
  const seen = new Map<string, number>();
  return rows.map((row) => {
    const cells = PUBLISHED.map((name) => (name === 'ADJ_DT' ? settledOn(row) : textOf(row[name])));
    const line = cells.join('\t');
    const alike = (seen.get(line) ?? 0) + 1;
    seen.set(line, alike);
    return [...cells, asked.s_bubin ?? null, asked.s_pummok ?? null, String(alike)];
  });
}
