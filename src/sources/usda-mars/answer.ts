import { type PricedUnit, pricedUnit } from '../../domain/index.ts';
import { cellText, type Item, isRecord } from '../data-go-kr/item.ts';
import { parsed, rowsOf } from '../json-answer.ts';

/** Our names → the names that terminal and shipping-point reports give the same member. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  report_date: ['report_date', 'report_begin_date'],
  published: ['published_Date', 'published_date'],
  slug_id: ['slug_id'],
  location: ['market_location_city', 'market_location_name'],
  region: ['region'],
  commodity: ['commodity'],
  variety: ['variety', 'var'],
  package: ['package', 'pkg'],
  size: ['item_size', 'size'],
  properties: ['properties'],
  grade: ['grade'],
  organic: ['organic'],
  origin: ['origin', 'district'],
  environment: ['environment', 'env'],
  appearance: ['appearance', 'appear'],
  condition: ['condition', 'cond'],
  quality: ['quality'],
  storage: ['storage'],
  crop: ['crop'],
  repack: ['repack'],
  transport: ['transportation_mode'],
  low: ['low_price'],
  high: ['high_price'],
  mostly_low: ['mostly_low_price', 'mostly_low'],
  mostly_high: ['mostly_high_price', 'mostly_high'],
  average: ['wtd_avg_price'],
};

/** One row: its members under our names, then what its price is for. */
export const HEADER = [...Object.keys(MEMBERS), 'unit_value', 'unit'];

/** Rows of the three published forms: sections, `{stats, results}`, a bare list; undefined for anything else. */
export function detailRows(value: unknown): readonly Item[] | undefined {
  if (isRecord(value)) return rowsOf(value.results);
  const list = rowsOf(value);
  if (!list?.some((one) => Object.hasOwn(one, 'reportSection'))) return list;
  const details = list.find((one) => cellText(one.reportSection)?.trim() === 'Report Details');
  return details && rowsOf(details.results);
}

/** A member's text under any of its names; null for nothing, `N/A` included. */
export function memberText(row: Item, name: string): string | null {
  for (const spelling of MEMBERS[name] ?? []) {
    const text = Object.hasOwn(row, spelling) ? cellText(row[spelling])?.trim() : undefined;
    if (text !== undefined && text !== 'N/A') return text;
  }
  return null;
}

/** The first member that no row has under any of its names. */
export function missingName(rows: readonly Item[], names: readonly string[]): string | undefined {
  if (rows.length === 0) return undefined;
  return names.find(
    (name) => !rows.some((row) => MEMBERS[name]?.some((spelling) => Object.hasOwn(row, spelling))),
  );
}

/**
 * What a package's price is for: kilograms where the text holds one weight and no other number (`40 lb cartons`); else
 * one package, a unit of its own that nobody converts (`1/2 cartons`, `flats 8 1-lb containers`).
 */
export function packageUnit(text: string): Pick<PricedUnit, 'unitValue' | 'unit'> {
  const numbers = text.match(/\d+(?:\.\d+)?/g) ?? [];
  const read = pricedUnit(text);
  // Twelve digits are exact enough for a pound and keep its binary noise out of a series key.
  if (numbers.length === 1 && read.unit === 'kg' && read.unitValue !== null)
    return { unitValue: Number(read.unitValue.toPrecision(12)), unit: 'kg' };
  return { unitValue: 1, unit: 'package' };
}

/** The rows of an accepted answer as cells in the order of `HEADER`. */
export function* detailCells(answer: string): Iterable<readonly (string | null)[]> {
  for (const row of detailRows(parsed(answer)) ?? []) {
    const text = memberText(row, 'package');
    const unit = text === null ? undefined : packageUnit(text);
    const value = unit?.unitValue ?? null;
    yield [
      ...Object.keys(MEMBERS).map((name) => memberText(row, name)),
      value === null ? null : String(value),
      unit?.unit ?? null,
    ];
  }
}
