import type { LotRow } from './lot-row.ts';
import type { Random } from './random.ts';

/**
 * What goes wrong with a lot on its way into the file, as a share of all lots. A lot meets one of them at most.
 * The rates are invented, of the size that people who load such files complain about.
 */
export const FAULT_RATES = {
  /** Published one to nine market days late. */
  late: 0.008,
  /** Struck out by a negative row one or two market days later. */
  cancelled: 0.0025,
  /** A negative row that strikes out nothing that was published. */
  unpairedCancellation: 0.0001,
  /** Published again one to three market days later with another price. */
  corrected: 0.003,
  /** The same row twice, byte for byte. */
  duplicated: 0.0015,
  amountMismatch: 0.0005,
  priceMissing: 0.0005,
  priceZero: 0.0003,
  priceNegative: 0.0001,
  /** A digit too many: ten times the price. Half carry the amount on, half of them are corrected the next market day. */
  priceTenfold: 0.0002,
  truncated: 0.0002,
  unknownItem: 0.0002,
  impossibleDay: 0.0001,
  unreadableNumber: 0.0001,
} as const;

export type Fault = keyof typeof FAULT_RATES;

/** Code under which a corporation books what it cannot name. */
export const UNKNOWN_ITEM_CODE = '999';

const FAULTS = Object.entries(FAULT_RATES) as readonly [Fault, number][];

/** Share of lots that meet any fault: below it a uniform draw picks one by `faultOf`. */
export const FAULT_SHARE = FAULTS.reduce((sum, [, rate]) => sum + rate, 0);

export function faultOf(draw: number): Fault {
  let left = draw;
  for (const [fault, rate] of FAULTS) {
    if (left < rate) return fault;
    left -= rate;
  }
  return FAULTS.at(-1)![0];
}

/** The published lines of one lot: with the day's own publication, and market days later, when they are recorded anew. */
export interface Published {
  readonly now: readonly (LotRow | string)[];
  readonly later: readonly { readonly marketDays: number; readonly row: LotRow }[];
}

/** Lets a fault happen to a lot; `line` writes a row as text, for the fault that cuts it off. */
export function befall(fault: Fault, row: LotRow, random: Random, line: (row: LotRow) => string): Published {
  const price = Number(row.price);
  const quantity = Number(row.quantity);
  const priced = (value: number): LotRow => ({ ...row, price: `${value}`, amount: `${value * quantity}` });
  switch (fault) {
    case 'late':
      return { now: [], later: [{ marketDays: 1 + random.below(9), row }] };
    case 'cancelled':
      return { now: [row], later: [{ marketDays: 1 + random.below(2), row: cancellation(row, quantity) }] };
    case 'unpairedCancellation':
      return { now: [], later: [{ marketDays: 1, row: cancellation(row, quantity) }] };
    case 'corrected': {
      const corrected = Math.max(100, Math.round((price * (0.8 + 0.4 * random.uniform())) / 100) * 100);
      // A correction that says the same is none: the row would be an exact repeat but for its time.
      const changed = corrected === price ? price + 100 : corrected;
      return { now: [row], later: [{ marketDays: 1 + random.below(3), row: priced(changed) }] };
    }
    case 'duplicated':
      return { now: [row, row], later: [] };
    case 'amountMismatch':
      return { now: [{ ...row, amount: `${price * (quantity + 1 + random.below(9))}` }], later: [] };
    case 'priceMissing':
      return { now: [{ ...row, price: '', amount: '' }], later: [] };
    case 'priceZero':
      return { now: [{ ...row, price: '0', amount: '0' }], later: [] };
    case 'priceNegative':
      return { now: [priced(-price)], later: [] };
    case 'priceTenfold': {
      const carriedOn = random.uniform() < 0.5;
      const noticed = carriedOn && random.uniform() < 0.5;
      const typed = carriedOn ? priced(price * 10) : { ...row, price: `${price * 10}` };
      return { now: [typed], later: noticed ? [{ marketDays: 1, row }] : [] };
    }
    case 'truncated': {
      const cells = line(row).split(',');
      return { now: [cells.slice(0, 5 + random.below(cells.length - 6)).join(',')], later: [] };
    }
    case 'unknownItem':
      return { now: [{ ...row, item_code: UNKNOWN_ITEM_CODE, item: '기타', variety: '기타' }], later: [] };
    case 'impossibleDay':
      return { now: [{ ...row, market_day: `${row.market_day.slice(0, 5)}02-30` }], later: [] };
    case 'unreadableNumber':
      // The letter O for a zero: what a keyboard and a tired clerk make of it.
      return { now: [{ ...row, price: `${row.price.slice(0, -2)}OO` }], later: [] };
  }
}

/** A row of its own with a lot number of its own; it names what it strikes out only by being alike. */
function cancellation(row: LotRow, quantity: number): LotRow {
  return {
    ...row,
    lot: `${row.lot}-C`,
    quantity: `${-quantity}`,
    amount: `${-Number(row.price) * quantity}`,
  };
}
