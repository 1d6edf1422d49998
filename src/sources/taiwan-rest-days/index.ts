import type { CalendarColumn } from '../../domain/index.ts';
import { cell, isoDay } from '../cells.ts';
import type { Feed } from '../feed.ts';
import { HEADER, restDayCells } from './answer.ts';
import { connector } from './connector.ts';
import { RULES } from './rules.ts';

const project: Readonly<Record<CalendarColumn, string>> = {
  market_day: isoDay(cell('Day')),
  recorded_at: 'CAST(NULL AS TIMESTAMP)',
  scope_code: `'taiwan-amis/' || ${cell('MarketCode')}`,
  kind: "'closure'",
  name: "'休市'",
};

/** The days on which each of Taiwan's wholesale markets rests, as its ministry plans them. */
export const taiwanRestDays: Feed = {
  profile: {
    id: 'taiwan-rest-days',
    name: { ko: '대만 농산물 도매시장 휴장일', en: 'Rest days of Taiwan wholesale markets' },
    recordKind: 'calendar',
    priceKinds: [],
    currency: 'TWD',
    granularity: 'day',
    utcOffsetMinutes: 480,
    // Planned until December, but since when is not said: no more than the day itself is assumed.
    publicationLagHours: 0,
    liveWindowHours: 24,
    calendar: 'learned',
    rangeMeaning: 'none',
    simulated: false,
    ways: ['http'],
    historyFrom: '2012-01-01',
    lateWindowDays: 31,
    silentAfterHours: 24 * 30,
    licence: {
      name: 'Open Government Data License, version 1.0 (Taiwan); unverified for this table',
      attribution: {
        ko: '출처: 대만 농업부 농량서 「農產品批發市場休市日」',
        en: 'Source: 農業部農糧署 (Agriculture and Food Agency, Ministry of Agriculture, Taiwan), rest days of wholesale markets',
      },
    },
  },
  shapes: [{ id: 'rest-days', header: HEADER, delimiter: ',', decode: restDayCells, project }],
  rules: RULES,
  connector,
};
