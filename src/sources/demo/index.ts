import type { TradeColumn } from '../../domain/index.ts';
import type { Feed } from '../feed.ts';
import { HEADER } from './lot-row.ts';
import { UTC_OFFSET_MINUTES } from './options.ts';
import { DEMO_PAST_RULES, DEMO_RULES } from './rules.ts';

export { generatedName } from './names.ts';
export type { DemoOptions } from './options.ts';
export { DEMO_DEFAULTS, demoOptions } from './options.ts';
export { simulate } from './simulate.ts';

/**
 * Only the simulator writes these files, without blanks around its cells and with plain numbers, so they are read
 * without the cleaning that a publisher's file needs: over a million lots it would cost more than all rules together.
 * An empty cell arrives as NULL.
 */
function cell(header: (typeof HEADER)[number]): string {
  return `"${header}"`;
}

/** NULL for what is no number; a decimal in between, because a double would let `nan` and `inf` pass. */
function decimal(header: (typeof HEADER)[number]): string {
  return `CAST(try_cast("${header}" AS DECIMAL(18, 3)) AS DOUBLE)`;
}

/** NULL for a day that the calendar does not have; the length in bytes keeps out words such as `epoch`. */
function day(header: (typeof HEADER)[number]): string {
  return `CASE WHEN strlen("${header}") = 10 THEN try_cast("${header}" AS DATE) END`;
}

/** ISO 8601 with its zone, kept as UTC; NULL for anything else. */
function moment(header: (typeof HEADER)[number]): string {
  return `CASE WHEN strlen("${header}") = 20 THEN try_cast("${header}" AS TIMESTAMP) END`;
}

/** A part of a series key: not stated is empty text, so that equal keys compare equal. */
function stated(header: (typeof HEADER)[number]): string {
  return `coalesce("${header}", '')`;
}

const COUNT_UNITS = { 포기: 'head', 단: 'bunch', 개: 'piece' } as const;

const unit = `CASE ${cell('unit')} WHEN 'kg' THEN 'kg' ${Object.entries(COUNT_UNITS)
  .map(([published, ours]) => `WHEN '${published}' THEN '${ours}'`)
  .join(' ')} END`;

const project: Readonly<Record<TradeColumn, string>> = {
  market_day: day('market_day'),
  recorded_at: moment('recorded_at'),
  sold_at: moment('sold_at'),
  item_code: cell('item_code'),
  item_name: stated('item'),
  variety: stated('variety'),
  grade: stated('grade'),
  package: stated('package'),
  unit_value: decimal('unit_weight'),
  unit,
  market_code: cell('market_code'),
  market_name: stated('market'),
  method: stated('method'),
  price_kind: "'auction'",
  corporation: cell('corporation'),
  origin: stated('origin'),
  lot: cell('lot'),
  quantity: decimal('quantity'),
  price: decimal('price'),
  amount: decimal('amount'),
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
    rangeMeaning: 'extremes',
    simulated: true,
    ways: ['simulator'],
    historyFrom: null,
    lateWindowDays: 0,
    silentAfterHours: 36,
    pastRules: DEMO_PAST_RULES,
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
      evidence: {
        market_day_text: cell('market_day'),
        price_text: cell('price'),
        krw_per_unit: `${decimal('price')} / nullif(${decimal('unit_weight')}, 0)`,
      },
    },
  ],
  rules: DEMO_RULES,
};
