import type { BoardRow } from '../api/contract.ts';
import { type Language, LOCALE } from '../show/index.ts';
import type { SortColumn, SortDirection } from './page-address.ts';

const VALUE: Readonly<Record<Exclude<SortColumn, 'item'>, (row: BoardRow) => number | null>> = {
  price: (row) => row.price,
  previous: (row) => row.previous?.changePercent ?? null,
  week: (row) => row.week?.changePercent ?? null,
  year: (row) => row.year?.changePercent ?? null,
  normal: (row) => row.normal?.changePercent ?? null,
  volume: (row) => row.volumeKg,
};

/** Rows without the value come last whichever way the others run: missing is neither small nor large. */
function byValue(value: (row: BoardRow) => number | null, sign: 1 | -1) {
  return (a: BoardRow, b: BoardRow): number => {
    const left = value(a);
    const right = value(b);
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
    return sign * (left - right);
  };
}

const distanceFromNormal = (row: BoardRow): number | null =>
  row.normal ? Math.abs(row.normal.changePercent) : null;

/** The board's order: without a column, furthest from the normal year first. Stable; the input is left alone. */
export function inOrder(
  rows: readonly BoardRow[],
  sort: SortColumn | undefined,
  direction: SortDirection,
  language: Language,
): BoardRow[] {
  if (sort === undefined) return rows.toSorted(byValue(distanceFromNormal, -1));
  const sign = direction === 'asc' ? 1 : -1;
  if (sort !== 'item') return rows.toSorted(byValue(VALUE[sort], sign));
  const { compare } = new Intl.Collator(LOCALE[language], { numeric: true });
  return rows.toSorted((a, b) => sign * compare(a.item.name[language], b.item.name[language]));
}
