import { cell, decimal } from '../cells.ts';
import type { Feed } from '../feed.ts';
import type { QuoteProjection } from '../quote-shape.ts';
import { NOT_STATED } from '../quote-shape.ts';
import { unitColumns } from '../unit-grammar.ts';
import { RULES } from './rules.ts';

const period = cell('시점');
const unit = cell('거래단위');
const grade = cell('등급');

/** `201801상순` to the last day of that ten-day period: the first on which its mean can be known. */
function lastDayOfDekad(text: string): string {
  const day = (ending: string) =>
    `try_cast(substr(${text}, 1, 4) || '-' || substr(${text}, 5, 2) || '-${ending}' AS DATE)`;
  return `CASE WHEN regexp_full_match(${text}, '[0-9]{6}[상중하]순') THEN CASE substr(${text}, 7, 1)
    WHEN '상' THEN ${day('10')} WHEN '중' THEN ${day('20')} ELSE last_day(${day('01')}) END END`;
}

/** Sizes that the KAMIS survey asks shops for (ten fruit, 100 g); its wholesale sizes are kilograms. */
const SHOP_UNITS = `('piece')`;
const SHOP_KG = 0.1;
const sold = unitColumns(unit);

const project: QuoteProjection = {
  ...NOT_STATED,
  ...sold,
  market_day: lastDayOfDekad(period),
  item_code: cell('품목명'),
  item_name: cell('품목명'),
  variety: `coalesce(${cell('품종명')}, '')`,
  grade: `coalesce(${grade}, '')`,
  market_code: "'korea'",
  market_name: "'전국'",
  price_kind: `CASE WHEN ${grade} NOT IN ('상품', '중품') THEN 'wholesale-reported'
    WHEN ${sold.unit} IN ${SHOP_UNITS} OR ${sold.unit_value} <= ${SHOP_KG} THEN 'survey-retail' ELSE 'survey-wholesale' END`,
  price: decimal(cell('평균가격(원)')),
};

/** Ten Korean items by 순 (ten-day period), 2018 to 2021, from a public contest: the data for questions of the 순. */
export const daconSun: Feed = {
  profile: {
    id: 'dacon-sun',
    name: { ko: '순별 농산물 가격 (DACON 2024)', en: 'Korean prices by ten-day period (DACON 2024)' },
    recordKind: 'quote',
    priceKinds: ['wholesale-reported', 'survey-wholesale', 'survey-retail'],
    currency: 'KRW',
    granularity: 'dekad',
    utcOffsetMinutes: 540,
    // The market day is the last of its period; the mean is assumed known a day after it has ended.
    publicationLagHours: 48,
    liveWindowHours: 264,
    calendar: 'learned',
    rangeMeaning: 'none',
    simulated: false,
    ways: ['file'],
    historyFrom: '2018-01-10',
    lateWindowDays: 0,
    silentAfterHours: 480,
    licence: {
      name: "unverified: the contest's terms were not seen; do not redistribute the data",
      attribution: {
        ko: '출처: 데이콘 2024 농산물 가격 예측 경진대회 학습 자료',
        en: 'Source: training data of the DACON 2024 produce price contest',
      },
    },
  },
  shapes: [
    {
      id: 'train',
      header: ['시점', '품목명', '품종명', '거래단위', '등급', '평년 평균가격(원)', '평균가격(원)'],
      delimiter: ',',
      quote: '',
      project,
      evidence: { price_text: cell('평균가격(원)'), unit_text: unit },
    },
  ],
  rules: RULES,
};
