import type { TableShape } from '../../domain/index.ts';
import { atOrigin } from '../at-origin/index.ts';
import { SETTLED_HEADER } from '../at-trades/columns.ts';
import { lotOf, TRADED, type TradeProjection } from '../at-trades/project.ts';
import { SETTLED_RULES } from '../at-trades/rules.ts';
import { cell, decimal } from '../cells.ts';
import { decodeRows } from '../data-go-kr/decode.ts';
import { kstInstant, recordedNotBefore } from '../data-go-kr/kst.ts';
import type { Feed } from '../feed.ts';
import { connector } from './connector.ts';

const PUBLICATION_LAG_HOURS = 36;

const packages = `coalesce(${decimal(cell('qty'))}, ${decimal(cell('unit_tot_qty'))} / nullif(${decimal(cell('unit_qty'))}, 0))`;
const amount = decimal(cell('totprc'));
/** Amounts of cancelled trades come with either sign; the quantity says what they are. */
const price = `abs(${amount} / nullif(${packages}, 0))`;

/** What makes two sums of one corporation and day different sums. */
const GROUP = [
  'gds_lclsf_cd',
  'gds_mclsf_cd',
  'gds_sclsf_cd',
  'corp_gds_cd',
  'unit_nm',
  'unit_qty',
  'pkg_cd',
  'pkg_nm',
  'sz_cd',
  'sz_nm',
  'grd_cd',
  'grd_nm',
  'plor_cd',
  'trd_se',
] as const;

const project: TradeProjection = {
  ...TRADED,
  recorded_at: recordedNotBefore(kstInstant(cell('mdfcn_dt')), TRADED.market_day, PUBLICATION_LAG_HOURS),
  sold_at: 'CAST(NULL AS TIMESTAMP)',
  lot: lotOf(GROUP, GROUP),
  quantity: packages,
  price,
  amount,
};

const settled: TableShape = {
  id: 'settled',
  header: SETTLED_HEADER,
  delimiter: ',',
  decode: decodeRows(SETTLED_HEADER),
  project,
  evidence: {
    price_text: cell('totprc'),
    trade_name: `concat_ws(' ', ${cell('corp_gds_item_nm')}, ${cell('gds_sclsf_nm')})`,
    stated_units: decimal(cell('unit_tot_qty')),
    units_a_package: decimal(cell('unit_qty')),
    krw_per_unit: `${price} / nullif(${TRADED.unit_value}, 0)`,
    lowest: decimal(cell('lwprc')),
    mean: decimal(cell('avgprc')),
    highest: decimal(cell('hgprc')),
  },
};

/** Korea's wholesale markets as they settled their accounts: sums of like lots by corporation, origin and size. */
export const atSale: Feed = {
  profile: {
    ...atOrigin.profile,
    id: 'at-sale',
    name: { ko: 'aT 도매시장 정산 가격정보', en: 'aT wholesale markets, settled sums (Korea)' },
    publicationLagHours: PUBLICATION_LAG_HOURS,
    // A sum has no cheapest lot, and its own extremes are not summed with others'.
    rangeMeaning: 'none',
    historyFrom: '2018-01-01',
  },
  shapes: [settled],
  rules: SETTLED_RULES,
  connector,
};
