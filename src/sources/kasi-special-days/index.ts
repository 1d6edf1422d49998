import type { CalendarColumn } from '../../domain/index.ts';
import { cell, isoDay } from '../cells.ts';
import type { Feed } from '../feed.ts';
import { connector, decode, HEADER } from './connector.ts';
import { RULES } from './rules.ts';

const project: Readonly<Record<CalendarColumn, string>> = {
  market_day: isoDay(cell('locdate')),
  recorded_at: 'CAST(NULL AS TIMESTAMP)',
  scope_code: "'KR'",
  kind: "'holiday'",
  name: cell('dateName'),
};

/** Korea's public holidays as its astronomy institute announces them. */
export const kasiSpecialDays: Feed = {
  profile: {
    id: 'kasi-special-days',
    name: { ko: '한국천문연구원 특일 정보(공휴일)', en: 'KASI public holidays (Korea)' },
    recordKind: 'calendar',
    priceKinds: [],
    currency: 'KRW',
    granularity: 'day',
    utcOffsetMinutes: 540,
    // A holiday is known before it comes; how long before is not published, so no more than its own day is assumed.
    publicationLagHours: 0,
    liveWindowHours: 24,
    calendar: 'learned',
    rangeMeaning: 'none',
    simulated: false,
    ways: ['http'],
    historyFrom: null,
    lateWindowDays: 366,
    silentAfterHours: 24 * 30,
    licence: {
      name: 'unverified: the terms on the page of this dataset were not seen; dates are facts',
      attribution: { ko: '출처: 한국천문연구원', en: 'Source: Korea Astronomy and Space Science Institute' },
    },
  },
  shapes: [
    {
      id: 'rest-days',
      header: HEADER,
      delimiter: ',',
      decode,
      project,
      evidence: { day_off: `upper(${cell('isHoliday')})` },
    },
  ],
  rules: RULES,
  connector,
};
