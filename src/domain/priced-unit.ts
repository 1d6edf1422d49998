import { namesWeight, parseUnit } from './units.ts';

/** What one price is for, as a part of a series key. */
export interface PricedUnit {
  /** The price is for this many units; null = the text does not say. */
  readonly unitValue: number | null;
  /** `kg`, or a count unit in English singular; null = unknown. */
  readonly unit: string | null;
  /** The packing as the feed writes it; empty = none stated. */
  readonly package: string;
}

/** The scalar function that SQL of a shape may call: `(text VARCHAR, size DOUBLE)` to a struct of the three columns. */
export const PRICED_UNIT_FUNCTION = 'priced_unit';

/** Korean count words in the English singular that a unit is named by; English words stand for themselves. */
const COUNT_UNITS: Readonly<Record<string, string>> = {
  포기: 'head',
  개: 'piece',
  단: 'bunch',
  속: 'bundle',
  접: 'hundred heads',
  손: 'pair',
  마리: 'animal',
  수: 'animal',
  팩: 'pack',
  봉: 'bag',
  송이: 'cluster',
  장: 'sheet',
  망: 'net',
};

/**
 * The unit of a price out of a feed's text (and its own size beside it, as `parseUnit` takes it): weights in kg first,
 * because `5kg(3수)` is sold by the weight; else an exact count. A range of pieces is no unit, and text that names a
 * weight without saying how much (`kg(그물망 3포기)`) is unknown, not three heads.
 */
export function pricedUnit(text: string, size?: number): PricedUnit {
  const read = parseUnit(text, size);
  const packing = read.package ?? '';
  if (read.weightKg !== null) return { unitValue: read.weightKg, unit: 'kg', package: packing };
  const { count } = read;
  if (count === null || count.from !== count.to || namesWeight(text))
    return { unitValue: null, unit: null, package: packing };
  return { unitValue: count.from, unit: COUNT_UNITS[count.unit] ?? count.unit, package: packing };
}

/** The text of a unit that reads back as itself: `10 kg 상자`, `3 head 그물망`; undefined where it is unknown. */
export function formatPricedUnit({ unitValue, unit, package: packing }: PricedUnit): string | undefined {
  if (unitValue === null || unit === null) return undefined;
  return `${unitValue} ${unit}${packing === '' ? '' : ` ${packing}`}`;
}
