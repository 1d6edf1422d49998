import { atOrigin } from '../at-origin/index.ts';
import { cell, decimal } from '../cells.ts';
import { decodeRows } from '../data-go-kr/decode.ts';
import { compactDay, kstInstant, recordedNotBefore } from '../data-go-kr/kst.ts';
import type { Feed } from '../feed.ts';
import { SURVEY_PAST_RULES } from '../kamis/rules.ts';
import { NOT_STATED, type QuoteProjection } from '../quote-shape.ts';
import { unitColumns } from '../unit-grammar.ts';
import { connector } from './connector.ts';
import { RULES } from './rules.ts';

/** One or two days after the survey's own pages, which come in the afternoon of the day: three days are safe. */
const PUBLICATION_LAG_HOURS = 72;

const HEADER = [
  'exmn_ymd',
  'se_cd',
  'se_nm',
  'ctgry_cd',
  'ctgry_nm',
  'item_cd',
  'item_nm',
  'vrty_cd',
  'vrty_nm',
  'grd_cd',
  'grd_nm',
  'sgg_cd',
  'sgg_nm',
  'unit',
  'unit_sz',
  'mrkt_cd',
  'mrkt_nm',
  'exmn_dd_prc',
  'exmn_dd_cnvs_prc',
  'orgnl_reg_dt',
] as const;

const day = compactDay(cell('exmn_ymd'));
const price = decimal(cell('exmn_dd_prc'));
const units = unitColumns(cell('unit'), decimal(cell('unit_sz')));
const level = cell('se_cd');

const project: QuoteProjection = {
  ...NOT_STATED,
  ...units,
  market_day: day,
  recorded_at: recordedNotBefore(kstInstant(cell('orgnl_reg_dt')), day, PUBLICATION_LAG_HOURS),
  item_code: cell('item_cd'),
  item_name: `coalesce(${cell('item_nm')}, '')`,
  variety: `coalesce(${cell('item_cd')} || '-' || ${cell('vrty_cd')}, '')`,
  grade: `coalesce(${cell('grd_nm')}, ${cell('grd_cd')}, '')`,
  market_code: cell('mrkt_cd'),
  market_name: `concat_ws(' ', ${cell('sgg_nm')}, ${cell('mrkt_nm')})`,
  // Eco-friendly produce is asked for in shops, at prices of its own: the same level, and never the same series.
  method: `CASE WHEN ${level} IN ('03', '07') THEN '친환경' ELSE '' END`,
  price_kind: `CASE WHEN ${level} = '02' THEN 'survey-wholesale' WHEN ${level} IN ('01', '03', '07') THEN 'survey-retail' ELSE '' END`,
  price,
};

/** Korea's daily survey of intermediary wholesale and retail prices by market, from the public data portal. */
export const atSurvey: Feed = {
  profile: {
    ...atOrigin.profile,
    id: 'at-survey',
    name: { ko: 'aT 일별 도소매 가격조사', en: 'aT daily wholesale and retail survey (Korea)' },
    recordKind: 'quote',
    priceKinds: ['survey-wholesale', 'survey-retail'],
    publicationLagHours: PUBLICATION_LAG_HOURS,
    calendar: 'kamis-survey',
    rangeMeaning: 'none',
    historyFrom: '2015-01-02',
    silentAfterHours: 96,
    pastRules: SURVEY_PAST_RULES,
  },
  shapes: [
    {
      id: 'per-day',
      header: HEADER,
      delimiter: ',',
      decode: decodeRows(HEADER),
      project,
      evidence: {
        place: cell('mrkt_nm'),
        price_text: cell('exmn_dd_prc'),
        converted_price: decimal(cell('exmn_dd_cnvs_prc')),
        krw_per_unit: `${price} / nullif(${units.unit_value}, 0)`,
      },
    },
  ],
  rules: RULES,
  connector,
};
