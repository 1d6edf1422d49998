import type { TradeColumn } from '../../domain/index.ts';
import { cell, decimal, isoDay } from '../cells.ts';
import type { Feed } from '../feed.ts';
import { HEADER } from './lot-row.ts';
import { UTC_OFFSET_MINUTES } from './options.ts';
import { DEMO_RULES } from './rules.ts';

export { generatedName } from './names.ts';
export type { DemoOptions } from './options.ts';
export { DEMO_DEFAULTS, demoOptions } from './options.ts';
export type { DemoChunk } from './simulate.ts';
export { simulate } from './simulate.ts';

/** `YYYY-MM-DDTHH:MM:SSZ` as a UTC timestamp; NULL for anything else. */
function utcMoment(text: string): string {
  return `CASE WHEN regexp_full_match(${text}, '[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z') THEN try_cast(replace(replace(${text}, 'T', ' '), 'Z', '') AS TIMESTAMP) END`;
}

/** A part of a series key: not stated is empty text, so that equal keys compare equal. */
function stated(header: string): string {
  return `coalesce(${cell(header)}, '')`;
}

const COUNT_UNITS = { 포기: 'head', 단: 'bunch', 개: 'piece' } as const;

const unit = `CASE ${cell('unit')} WHEN 'kg' THEN 'kg' ${Object.entries(COUNT_UNITS)
  .map(([published, ours]) => `WHEN '${published}' THEN '${ours}'`)
  .join(' ')} END`;

const project: Readonly<Record<TradeColumn, string>> = {
  market_day: isoDay(cell('market_day')),
  recorded_at: utcMoment(cell('recorded_at')),
  sold_at: utcMoment(cell('sold_at')),
  item_code: cell('item_code'),
  item_name: stated('item'),
  variety: stated('variety'),
  grade: stated('grade'),
  package: stated('package'),
  unit_value: decimal(cell('unit_weight')),
  unit,
  market_code: cell('market_code'),
  market_name: stated('market'),
  method: stated('method'),
  price_kind: "'auction'",
  corporation: cell('corporation'),
  origin: stated('origin'),
  lot: cell('lot'),
  quantity: decimal(cell('quantity')),
  price: decimal(cell('price')),
  amount: decimal(cell('amount')),
};

/** The simulated market as a feed like any other; what it says of itself marks every page, export and answer. */
export const demoFeed: Feed = {
  profile: {
    id: 'demo',
    name: { ko: '데모 시장 (모의)', en: 'Demo market (simulated)' },
    recordKind: 'trade',
    priceKinds: ['auction'],
    currency: 'KRW',
    granularity: 'day',
    utcOffsetMinutes: UTC_OFFSET_MINUTES,
    // The day's lots are published at 11:00.
    publicationLagHours: 11,
    liveWindowHours: 72,
    calendar: 'garak-auction',
    rangeMeaning: 'tier-means',
    simulated: true,
    licence: {
      name: 'CC0-1.0',
      attribution: {
        ko: '시황이 만든 모의 자료이며 실제 시장의 가격이 아닙니다',
        en: "Simulated by Sihwang; these are no real market's prices",
      },
    },
  },
  shapes: [
    {
      id: 'lots',
      header: HEADER,
      delimiter: ',',
      project,
      evidence: { market_day_text: cell('market_day'), price_text: cell('price') },
    },
  ],
  rules: DEMO_RULES,
};
