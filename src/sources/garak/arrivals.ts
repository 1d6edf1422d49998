import { cell, decimal, isoDay } from '../cells.ts';
import type { Feed } from '../feed.ts';
import { NOT_STATED, PER_KG, type QuoteProjection } from '../quote-shape.ts';
import { compare, isNull } from '../rules/condition.ts';
import { NEGATIVE_VOLUME, PLACED, UNREADABLE_VOLUME } from '../rules/quote-rules.ts';
import type { Rule } from '../rules/rule.ts';
import { readAnswer, textOf } from './answer.ts';
import { compactDay, garakConnector, MARKET_CODE, MARKET_NAME } from './dataset.ts';

const HEADER = ['date', 'PUM_CD', 'PUM_NM', 'BURYU', 'SUM_TOT'] as const;
const PUBLISHED = HEADER.slice(1);

const project: QuoteProjection = {
  ...NOT_STATED,
  ...PER_KG,
  market_day: isoDay(cell('date')),
  item_code: cell('PUM_CD'),
  item_name: cell('PUM_NM'),
  market_code: `'${MARKET_CODE}'`,
  market_name: `'${MARKET_NAME}'`,
  // Arrivals of the auction market; this dataset states no price at all.
  price_kind: "'auction'",
  price: 'CAST(NULL AS DOUBLE)',
  volume_kg: `${decimal(cell('SUM_TOT'))} * 1000`,
};

const NO_VOLUME: Rule = {
  id: 'no-volume',
  outcome: 'rejected',
  when: isNull('volume_kg'),
  says: { ko: '반입량 없음', en: 'no arrivals are stated' },
};

/** No day of the whole market comes near 20,000 tonnes: such a figure is kilograms written for tonnes. */
const TOO_MUCH: Rule = {
  id: 'more-than-the-market-holds',
  outcome: 'rejected',
  when: compare('volume_kg', 'gt', 20_000_000),
  says: { ko: '시장 전체보다 많은 반입량', en: 'more than the whole market takes in' },
};

/** Tonnes of each item that arrived at Garak on a day: volumes without prices. */
export const garakArrivals: Feed = {
  profile: {
    id: 'garak-arrivals',
    name: { ko: '가락시장 품목별 반입량', en: 'Garak market arrivals (Seoul)' },
    recordKind: 'quote',
    priceKinds: [],
    currency: 'KRW',
    granularity: 'day',
    utcOffsetMinutes: 540,
    // The night's arrivals are assumed to be published by the end of the day.
    publicationLagHours: 24,
    liveWindowHours: 72,
    calendar: 'garak-auction',
    rangeMeaning: 'none',
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
      id: 'data22',
      header: HEADER,
      delimiter: ',',
      decode: (answer, asked) => {
        const read = readAnswer({ status: 200, body: answer }, false);
        if (!read.ok) return [];
        const day = asked.date?.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3') ?? null;
        return read.rows.map((row) => [day, ...PUBLISHED.map((name) => textOf(row[name]))]);
      },
      project,
      evidence: { volume_text: cell('SUM_TOT') },
    },
  ],
  rules: [...PLACED, UNREADABLE_VOLUME, NO_VOLUME, NEGATIVE_VOLUME, TOO_MUCH],
  connector: garakConnector({
    dataid: 'data22',
    required: ['PUM_CD', 'PUM_NM', 'SUM_TOT'],
    asks: (day) => [{ date: compactDay(day) }],
  }),
};
