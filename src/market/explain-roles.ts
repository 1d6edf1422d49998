import type { Outcome, RecordKind } from '../domain/index.ts';
import type { LakeRow } from '../lake/index.ts';

/**
 * What became of each row in the number of its day, as a plain loop over the rows: the daily mart's SQL said a second
 * time, so that an explanation adds up by itself instead of repeating what it explains.
 */

/**
 * `counts`: it is in the price. `lowers-volume`: a cancellation without its lot. `flagged`, `empty`: kept without a price.
 * `cancelled`, `cancellation`: a lot and the row that strikes it out. `superseded`: another version took its place.
 * `not-yet-known`: not known at the moment asked about. `other-series`: a version that moved the lot there. The others:
 * what take-in decided.
 */
export type RowRole =
  | 'counts'
  | 'lowers-volume'
  | 'flagged'
  | 'empty'
  | 'cancelled'
  | 'cancellation'
  | 'superseded'
  | 'not-yet-known'
  | 'other-series'
  | Exclude<Outcome, 'accepted' | 'flagged'>;

export interface RowWithRole {
  readonly row: LakeRow;
  readonly role: RowRole;
  /** The row that decided: the version that took its place, the other half of a pair, the first of two alike. */
  readonly by: LakeRow | null;
}

/** What the rows come to. null = nothing priced. */
export interface DaySum {
  readonly price: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly amount: number | null;
  /** Σ of the series' unit (kg, or a count) that the amount was paid for. */
  readonly units: number | null;
  readonly lots: number | null;
}

const NOTHING: DaySum = { price: null, low: null, high: null, amount: null, units: null, lots: null };

/** The role of every row at a moment (microseconds since 1970; Infinity = everything known), and what they come to. */
export function rolesOf(
  rows: readonly LakeRow[],
  recordKind: RecordKind,
  atMicros: number,
): { readonly rows: readonly RowWithRole[]; readonly sum: DaySum } {
  const told = new Map<LakeRow, RowWithRole>();
  const say = (row: LakeRow, role: RowRole, by: LakeRow | null = null) => told.set(row, { row, role, by });
  const versions = new Map<string, LakeRow[]>();
  for (const row of rows) {
    if (row.outcome === 'accepted' || row.outcome === 'flagged') {
      const key = recordKind === 'trade' ? lotKey(row) : '';
      versions.set(key, [...(versions.get(key) ?? []), row]);
    } else say(row, row.outcome, standsInstead(rows, row));
  }
  const held: LakeRow[] = [];
  for (const ofKey of versions.values()) {
    const inOrder = ofKey.toSorted(byKnowledge);
    const last = inOrder.findLastIndex((row) => row.knownAtMicros <= atMicros);
    for (const [at, row] of inOrder.entries()) {
      if (row.knownAtMicros > atMicros) say(row, 'not-yet-known');
      else if (at < last) say(row, 'superseded', inOrder[at + 1]!);
      else held.push(row);
    }
  }
  const sum = recordKind === 'trade' ? sumTrades(held, say) : sumQuotes(held, say);
  return { rows: rows.map((row) => told.get(row)!), sum };
}

type Say = (row: LakeRow, role: RowRole, by?: LakeRow | null) => void;

function sumQuotes(held: readonly LakeRow[], say: Say): DaySum {
  const [row] = held;
  if (!row) return NOTHING;
  say(row, row.outcome === 'accepted' ? 'counts' : 'flagged');
  if (row.outcome !== 'accepted') return NOTHING;
  const unitValue = cell(row, 'unit_value')!;
  const per = (name: string) => {
    const value = cell(row, name);
    return value === null ? null : value / unitValue;
  };
  const units = cell(row, 'volume_kg');
  const price = per('price');
  const amount = price === null || units === null ? null : price * units;
  return { price, low: per('low'), high: per('high'), amount, units, lots: null };
}

function sumTrades(held: readonly LakeRow[], say: Say): DaySum {
  const pairs = new Map<string, { readonly lots: LakeRow[]; readonly cancellations: LakeRow[] }>();
  for (const row of held.toSorted(byLot)) {
    const quantity = cell(row, 'quantity') ?? 0;
    if (!row.inSeries) say(row, 'other-series');
    else if (row.outcome === 'flagged') say(row, 'flagged');
    else if (quantity === 0) say(row, 'empty');
    else {
      const { corporation, origin, price } = row.cells;
      const alike = JSON.stringify([
        corporation,
        origin,
        price,
        Math.abs(quantity) * cell(row, 'unit_value')!,
      ]);
      if (!pairs.has(alike)) pairs.set(alike, { lots: [], cancellations: [] });
      pairs.get(alike)![quantity < 0 ? 'cancellations' : 'lots'].push(row);
    }
  }
  const counted: LakeRow[] = [];
  for (const { lots, cancellations } of pairs.values()) {
    const paired = Math.min(lots.length, cancellations.length);
    for (const [at, row] of lots.entries()) {
      if (at < paired) say(row, 'cancelled', cancellations[at]!);
      else {
        say(row, 'counts');
        counted.push(row);
      }
    }
    for (const [at, row] of cancellations.entries())
      say(row, at < paired ? 'cancellation' : 'lowers-volume', at < paired ? lots[at]! : null);
  }
  if (counted.length === 0) return { ...NOTHING, lots: 0 };
  let amount: number | null = null;
  let units = 0;
  const prices: number[] = [];
  for (const row of counted) {
    const quantity = cell(row, 'quantity')!;
    const price = cell(row, 'price');
    const paid = cell(row, 'amount') ?? (price === null ? null : price * quantity);
    if (paid !== null) amount = (amount ?? 0) + paid;
    units += quantity * cell(row, 'unit_value')!;
    if (price !== null) prices.push(price / cell(row, 'unit_value')!);
  }
  return {
    price: amount === null ? null : amount / units,
    low: prices.length === 0 ? null : Math.min(...prices),
    high: prices.length === 0 ? null : Math.max(...prices),
    amount,
    units,
    lots: counted.length,
  };
}

function standsInstead(rows: readonly LakeRow[], { instead }: LakeRow): LakeRow | null {
  if (instead === null) return null;
  return rows.find((row) => row.rawId === instead.rawId && row.place === instead.place) ?? null;
}

function lotKey({ cells }: LakeRow): string {
  return JSON.stringify([cells.market_code, cells.corporation, cells.lot]);
}

function byKnowledge(a: LakeRow, b: LakeRow): number {
  return a.knownAtMicros - b.knownAtMicros || a.commit - b.commit || a.place - b.place;
}

function byLot(a: LakeRow, b: LakeRow): number {
  const [lotA, lotB] = [String(a.cells.lot ?? ''), String(b.cells.lot ?? '')];
  return (
    a.knownAtMicros - b.knownAtMicros ||
    Number(lotA > lotB) - Number(lotA < lotB) ||
    a.commit - b.commit ||
    a.place - b.place
  );
}

function cell(row: LakeRow, name: string): number | null {
  const value = row.cells[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
