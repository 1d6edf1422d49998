import type { SeriesInfo } from './answers.ts';
import { categoryOf, itemNamed, marketNamed, specNames } from './names.ts';
import { type Row, textOf } from './result-rows.ts';

/** The columns of `s` (series) that `seriesInfo` reads, beside a column `headline`. */
export const SERIES_INFO_COLUMNS = `s.series, s.item_code, s.item_name, s.variety, s.grade, s.package, s.unit_value, s.unit,
  s.market_code, s.market_name, s.method, s.price_kind, s.currency`;

export function seriesInfo(feed: string, row: Row): SeriesInfo {
  const code = textOf(row, 'item_code');
  const words = {
    variety: textOf(row, 'variety'),
    grade: textOf(row, 'grade'),
    package: textOf(row, 'package'),
    method: textOf(row, 'method'),
  };
  return {
    series: textOf(row, 'series'),
    item: itemNamed(feed, code, textOf(row, 'item_name')),
    category: categoryOf(feed, code),
    ...words,
    unitValue: Number(row.unit_value),
    unit: textOf(row, 'unit'),
    market: marketNamed(feed, textOf(row, 'market_code'), textOf(row, 'market_name')),
    priceKind: textOf(row, 'price_kind'),
    currency: textOf(row, 'currency'),
    headline: row.headline === true,
    names: specNames(feed, words),
  };
}
