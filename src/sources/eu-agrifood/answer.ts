import { pricedUnit } from '../../domain/index.ts';
import { cellText, type Item } from '../data-go-kr/item.ts';
import { parsed, rowsOf } from '../json-answer.ts';
import { plainPrice } from './price-text.ts';

/** What every row must have. */
export const REQUIRED = ['memberStateCode', 'beginDate', 'endDate', 'price', 'unit', 'product'] as const;

const MEMBERS = [
  ...REQUIRED,
  'memberStateName',
  'variety',
  'productStage',
  'market',
  'isCalculated',
] as const;

/** The answer's members, then what is read out of its texts: a plain number, and what the price is for. */
export const HEADER = [...MEMBERS, 'plainPrice', 'unitValue', 'unitName', 'package'] as const;

/** The rows of an accepted answer as cells in the order of `HEADER`. */
export function* priceCells(answer: string): Iterable<readonly (string | null)[]> {
  for (const row of rowsOf(parsed(answer)) ?? []) {
    const text = (name: string): string | null => memberText(row, name);
    const unit = pricedUnit(text('unit') ?? '');
    yield [
      ...MEMBERS.map(text),
      plainPrice(text('price') ?? '') ?? null,
      unit.unitValue === null ? null : String(unit.unitValue),
      unit.unit,
      unit.package,
    ];
  }
}

function memberText(row: Item, name: string): string | null {
  return Object.hasOwn(row, name) ? cellText(row[name]) : null;
}
