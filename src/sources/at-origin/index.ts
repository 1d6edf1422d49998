import { lotShape } from '../at-trades/lots.ts';
import { LOT_PAST_RULES } from '../at-trades/past-rules.ts';
import { LOT_RULES } from '../at-trades/rules.ts';
import { KST_OFFSET_MINUTES } from '../data-go-kr/kst.ts';
import type { Feed } from '../feed.ts';
import { connector } from './connector.ts';

/** The day after is all that is known of the hour; noon is assumed. */
const PUBLICATION_LAG_HOURS = 36;

/** Korea's auction lots as they stand finally, from the day after. */
export const atOrigin: Feed = {
  profile: {
    id: 'at-origin',
    name: { ko: 'aT 도매시장 경락 원천정보(확정)', en: 'aT wholesale auctions, final lots (Korea)' },
    recordKind: 'trade',
    priceKinds: ['auction'],
    currency: 'KRW',
    granularity: 'day',
    utcOffsetMinutes: KST_OFFSET_MINUTES,
    publicationLagHours: PUBLICATION_LAG_HOURS,
    liveWindowHours: 72,
    calendar: 'learned',
    rangeMeaning: 'extremes',
    simulated: false,
    ways: ['http'],
    historyFrom: '2017-01-02',
    lateWindowDays: 14,
    silentAfterHours: 48,
    pastRules: LOT_PAST_RULES,
    licence: {
      name: 'unverified: published without restriction of use, as reported; read the dataset page before redistributing',
      attribution: {
        ko: '출처: 한국농수산식품유통공사(aT), 공공데이터포털',
        en: 'Source: Korea Agro-Fisheries & Food Trade Corporation (aT), Korean public data portal',
      },
    },
  },
  shapes: [lotShape('origin-lots', PUBLICATION_LAG_HOURS)],
  rules: LOT_RULES,
  connector,
};
