import { atOrigin } from '../at-origin/index.ts';
import { lotShape } from '../at-trades/lots.ts';
import type { Feed } from '../feed.ts';
import { connector } from './connector.ts';

/** Korea's auction lots of today, while they are recorded: provisional until `at-origin` has the day. */
export const atRealtime: Feed = {
  profile: {
    ...atOrigin.profile,
    id: 'at-realtime',
    name: {
      ko: 'aT 도매시장 실시간 경락정보(잠정)',
      en: 'aT wholesale auctions, provisional lots of the day (Korea)',
    },
    // Rows appear while the auctions run; the end of the day is assumed for those that state no time.
    publicationLagHours: 24,
    historyFrom: null,
    lateWindowDays: 1,
    silentAfterHours: 24,
  },
  shapes: [lotShape('realtime-lots', 0)],
  rules: atOrigin.rules,
  connector,
};
