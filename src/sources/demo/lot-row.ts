/** The columns of the published table, in order. Times are UTC, prices won for one package. */
export const HEADER = [
  'market_day',
  'recorded_at',
  'sold_at',
  'market_code',
  'market',
  'corporation',
  'lot',
  'item_code',
  'item',
  'variety',
  'grade',
  'package',
  'unit_weight',
  'unit',
  'origin',
  'method',
  'quantity',
  'price',
  'amount',
] as const;

/** One published row as text, for the rows that are not ordinary; ordinary lots are written as bytes at once. */
export type LotRow = Readonly<Record<(typeof HEADER)[number], string>>;

export function formatRow(row: LotRow): string {
  return HEADER.map((column) => row[column]).join(',');
}
