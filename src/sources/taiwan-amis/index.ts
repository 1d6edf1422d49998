import type { Feed } from '../feed.ts';
import { connector } from './connector.ts';
import { PAST_RULES, RULES } from './rules.ts';
import { answer, raw, tidy } from './shapes.ts';

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
    pastRules: PAST_RULES,
    licence: {
      name: 'Open Government Data License, version 1.0 (Taiwan)',
      attribution: {
        ko: '출처: 대만 농업부 농량서 「農產品交易行情」',
        en: 'Source: 農業部農糧署 (Agriculture and Food Agency, Ministry of Agriculture, Taiwan), agricultural market information system',
      },
    },
  },
  shapes: [raw, tidy, answer],
  rules: RULES,
  connector,
};
