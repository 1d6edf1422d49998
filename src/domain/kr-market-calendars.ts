import { localDate } from './local-date.ts';
import type { CalendarDefinition, CalendarOverride } from './market-calendar.ts';
import type { Bilingual } from './words.ts';

const SUNDAY: Bilingual = { ko: '일요일 휴장', en: 'Closed on Sundays' };
const SEOLLAL: Bilingual = { ko: '설 휴장', en: 'Closed for Seollal' };
const CHUSEOK: Bilingual = { ko: '추석 휴장', en: 'Closed for Chuseok' };
const NEW_YEAR: Bilingual = { ko: '신정 휴장', en: 'Closed for the New Year' };
const IRREGULAR: Bilingual = { ko: '임시 휴장', en: 'Irregular closure' };
const NO_SURVEY: Bilingual = { ko: '조사 없음', en: 'No survey' };

const GARAK_IRREGULAR: readonly CalendarOverride[] = [
  '2017-01-31',
  '2021-09-20',
  '2022-01-31',
  '2023-11-04',
  '2023-12-02',
  '2024-03-02',
  '2025-02-12',
  '2025-03-05',
  '2025-11-01',
  '2025-12-13',
  '2026-03-07',
  '2026-04-04',
  '2026-06-03',
  '2026-07-08',
].map((date) => ({ date: localDate(date), open: false, says: IRREGULAR }));

/** Closures that were announced and not confirmed: shown as such, but not applied (domain.md §5). */
export const GARAK_ANNOUNCED: readonly CalendarOverride[] = ['2026-10-10', '2026-11-07', '2026-12-12'].map(
  (date) => ({
    date: localDate(date),
    open: false,
    says: { ko: '휴장 예고(미확정)', en: 'Closure announced, not confirmed' },
  }),
);

/** The auctions of Garak market, Seoul: the rules reproduce its trade days of 2015 to 2025 (3,348). */
export const GARAK_AUCTION = {
  id: 'garak-auction',
  rules: [
    { kind: 'lunar', holiday: 'seollal', from: 0, to: 2, says: SEOLLAL },
    { kind: 'lunar', holiday: 'chuseok', from: 0, to: 2, says: CHUSEOK },
    { kind: 'month-day', monthDay: '01-01', says: NEW_YEAR },
    { kind: 'month-day', monthDay: '01-02', says: NEW_YEAR },
    {
      kind: 'first-weekday',
      month: 8,
      weekday: 6,
      says: { ko: '하계 휴장', en: 'Closed for the summer break' },
    },
    { kind: 'weekday', weekday: 0, says: SUNDAY },
  ],
  overrides: GARAK_IRREGULAR,
} as const satisfies CalendarDefinition;

/**
 * The days on which KAMIS surveys prices: the rules reproduce those of 2015 to 2025 (2,700). The validity dates are
 * read from its published days of 2000 to 2019: Saturdays until June 2004, and 1 December off until 2014.
 */
export const KAMIS_SURVEY = {
  id: 'kamis-survey',
  rules: [
    { kind: 'public-holiday', says: NO_SURVEY },
    { kind: 'month-day', monthDay: '05-01', says: { ko: '근로자의 날', en: 'Labour Day' } },
    {
      kind: 'month-day',
      monthDay: '12-01',
      says: NO_SURVEY,
      since: localDate('2003-01-01'),
      until: localDate('2014-12-31'),
    },
    { kind: 'first-weekday', month: 12, weekday: 5, says: NO_SURVEY, since: localDate('2015-01-01') },
    { kind: 'weekday', weekday: 0, says: { ko: '일요일', en: 'Sunday' } },
    { kind: 'weekday', weekday: 6, says: { ko: '토요일', en: 'Saturday' }, since: localDate('2004-07-01') },
  ],
  overrides: [],
} as const satisfies CalendarDefinition;
