import type { TableShape } from '../../domain/index.ts';
import { cell, decimal } from '../cells.ts';
import { decodeRows } from '../data-go-kr/decode.ts';
import { kstInstant, recordedNotBefore } from '../data-go-kr/kst.ts';
import { LOT_HEADER } from './columns.ts';
import { lotOf, TRADED, type TradeProjection } from './project.ts';

/** Numbers that tell one lot of a corporation and day from another and stay when the row is read again (sources.md §4.7). */
const LOT_NUMBERS = ['auctn_seq', 'auctn_seq2', 'spm_no'] as const;

/**
 * The shape of a service of single lots. Price and quantity stand outside the lot's number, so that a corrected price is
 * a new version of the lot and not a second lot. `notBeforeHours`: hours from the day's beginning before which the
 * service does not publish, whatever time a row states.
 */
export function lotShape(id: string, notBeforeHours: number): TableShape {
  const price = decimal(cell('scsbd_prc'));
  const project: TradeProjection = {
    ...TRADED,
    recorded_at: recordedNotBefore(kstInstant(cell('mdfcn_dt')), TRADED.market_day, notBeforeHours),
    sold_at: kstInstant(cell('scsbd_dt')),
    lot: lotOf(LOT_NUMBERS, [...LOT_NUMBERS, 'corp_gds_cd', 'scsbd_dt']),
    quantity: decimal(cell('qty')),
    price,
    amount: decimal(cell('totprc')),
  };
  return {
    id,
    header: LOT_HEADER,
    delimiter: ',',
    decode: decodeRows(LOT_HEADER),
    project,
    evidence: {
      price_text: cell('scsbd_prc'),
      trade_name: `concat_ws(' ', ${cell('corp_gds_item_nm')}, ${cell('gds_sclsf_nm')})`,
      stated_units: decimal(cell('unit_tot_qty')),
      units_a_package: decimal(cell('unit_qty')),
      krw_per_unit: `${price} / nullif(${TRADED.unit_value}, 0)`,
    },
  };
}
