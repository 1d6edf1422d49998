import type { TradeColumn } from '../../domain/index.ts';
import { cell, decimal, isoDay } from '../cells.ts';
import { sqlText } from '../rules/sql-text.ts';
import { unitColumns } from '../unit-grammar.ts';
import { PROVINCES } from './provinces.ts';

/** How each column of a trade is made from a published table: none may be left out. */
export type TradeProjection = Readonly<Record<TradeColumn, string>>;

const item = `${cell('gds_lclsf_cd')} || '-' || ${cell('gds_mclsf_cd')}`;
const units = unitColumns(cell('unit_nm'), decimal(cell('unit_qty')));

/** Old and new names of a province are one place; what follows the province stays as it is written. */
const place = `trim(regexp_replace(coalesce(${cell('plor_nm')}, ''), '\\s+', ' ', 'g'))`;
const province = `split_part(${place}, ' ', 1)`;
const shortProvince = `CASE ${province} ${Object.entries(PROVINCES)
  .map(([written, short]) => `WHEN ${sqlText(written)} THEN ${sqlText(short)}`)
  .join(' ')} ELSE ${province} END`;

/**
 * The columns that all trade services state alike. Codes make the key of item and variety, because names change; grade,
 * package and method are the trade's own few words. A code of an item or a variety is unique only within its class.
 */
export const TRADED = {
  market_day: isoDay(cell('trd_clcln_ymd')),
  item_code: item,
  item_name: `coalesce(${cell('gds_mclsf_nm')}, '')`,
  variety: `coalesce(${item} || '-' || ${cell('gds_sclsf_cd')}, '')`,
  grade: `coalesce(${cell('grd_nm')}, ${cell('grd_cd')}, '')`,
  package: `coalesce(${cell('pkg_nm')}, nullif(${units.package}, ''), ${cell('pkg_cd')}, '')`,
  unit_value: units.unit_value,
  unit: units.unit,
  market_code: cell('whsl_mrkt_cd'),
  market_name: `coalesce(${cell('whsl_mrkt_nm')}, '')`,
  method: `coalesce(${cell('trd_se')}, '')`,
  price_kind: "'auction'",
  corporation: cell('corp_cd'),
  origin: `${shortProvince} || substr(${place}, length(${province}) + 1)`,
} as const satisfies Partial<TradeProjection>;

/** Parts of a lot's own number in one text; NULL when the auction house gave none of `named`. */
export function lotOf(named: readonly string[], parts: readonly string[]): string {
  const given = `coalesce(${named.map(cell).join(', ')}) IS NOT NULL`;
  const text = parts.map((part) => `coalesce(${cell(part)}, '')`).join(" || '/' || ");
  return `CASE WHEN ${given} THEN ${text} || ${CANCELLED} END`;
}

/** A cancellation under the number of what it cancels is a row beside it, not a correction of it. */
const CANCELLED = `CASE WHEN ${decimal(cell('qty'))} < 0 OR ${decimal(cell('unit_tot_qty'))} < 0 THEN '/C' ELSE '' END`;
