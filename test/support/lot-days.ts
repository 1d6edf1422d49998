import fc from 'fast-check';

/** One kept row as `clean_row` has it; hours count from 2024-01-01 00:00. */
export interface Lot {
  readonly lot: string;
  readonly knownHour: number;
  readonly quantity: number;
  readonly price: number;
  readonly amount?: number | null;
  readonly grade: string;
  readonly corporation: string;
  readonly origin: string;
  readonly unit: string;
  readonly unitValue: number;
  readonly day: string;
  readonly flagged?: boolean;
  readonly observed?: boolean;
}

const ONE: Lot = {
  ...{ lot: '1', knownHour: 10, quantity: 2, price: 100, grade: 'A', corporation: 'x', origin: 'here' },
  ...{ unit: 'kg', unitValue: 10, day: '2024-01-01' },
};
/** One lot; what is not given is that of `ONE`. */
export const lot = (given: Partial<Lot> = {}): Lot => ({ ...ONE, ...given });
export const amountOf = (one: Lot) => (one.amount === undefined ? one.price * one.quantity : one.amount);

const FIRST_HOUR = Date.UTC(2024, 0, 1);
export const instant = (hour: number) => new Date(FIRST_HOUR + hour * 3_600_000).toISOString();
/** The day's answer as of a moment. */
export interface Answer {
  price: number | null;
  low: number | null;
  high: number | null;
  volume_kg: number | null;
  amount: number | null;
  units: number | null;
  lots: number;
  unpaired: number;
}

/** The answers of all days from the definition of the daily mart, by loops over the lots known at the hour. */
export function dayAnswers(lots: readonly Lot[], hour: number): Map<string, Answer> {
  const seriesDay = (one: Lot) => `${one.grade}/${one.unit}/${one.unitValue.toFixed(1)} ${one.day}`;
  const known = lots.map((one, place) => ({ ...one, place })).filter((one) => one.knownHour <= hour);
  const answers = new Map<string, Answer>();
  for (const key of new Set(known.map(seriesDay))) {
    const holding = known.filter(
      (one) =>
        seriesDay(one) === key &&
        !known.some(
          (other) =>
            other.day === one.day &&
            other.corporation === one.corporation &&
            other.lot === one.lot &&
            (other.knownHour > one.knownHour ||
              (other.knownHour === one.knownHour && other.place > one.place)),
        ),
    );
    const priced = holding.filter((one) => !one.flagged);
    const sold = priced
      .filter((one) => one.quantity > 0)
      .sort(
        (a, b) => a.knownHour - b.knownHour || (a.lot < b.lot ? -1 : a.lot > b.lot ? 1 : a.place - b.place),
      );
    let unpaired = 0;
    let net = 0;
    for (const cancellation of priced.filter((one) => one.quantity < 0)) {
      const match = sold.findIndex(
        (one) =>
          one.corporation === cancellation.corporation &&
          one.origin === cancellation.origin &&
          one.price === cancellation.price &&
          one.quantity === -cancellation.quantity,
      );
      if (match >= 0) sold.splice(match, 1);
      else {
        unpaired++;
        net += cancellation.quantity * cancellation.unitValue;
      }
    }
    const amount = sold.reduce((sum, one) => sum + amountOf(one)!, 0);
    const units = sold.reduce((sum, one) => sum + one.quantity * one.unitValue, 0);
    const per = sold.map((one) => one.price / one.unitValue);
    const some = sold.length > 0;
    // a moved lot leaves a day behind on which nothing was sold; a day that never had a priced lot has no volume
    const everPriced = known.some((one) => seriesDay(one) === key && !one.flagged);
    answers.set(key, {
      price: some ? amount / units : null,
      low: some ? Math.min(...per) : null,
      high: some ? Math.max(...per) : null,
      volume_kg: key.includes('/kg/') && everPriced ? units + net : null,
      amount: some ? amount : null,
      units: some ? units : null,
      lots: sold.length,
      unpaired,
    });
  }
  return answers;
}

export const someLot: fc.Arbitrary<Lot> = fc.record({
  lot: fc.constantFrom('1', '2', '3', '4', '5'),
  knownHour: fc.integer({ min: 1, max: 6 }),
  quantity: fc.constantFrom(1, 2, 2, -2, -1, 3),
  price: fc.constantFrom(100, 100, 110),
  grade: fc.constantFrom('A', 'A', 'B'),
  corporation: fc.constantFrom('x', 'x', 'y'),
  origin: fc.constantFrom('here', 'here', 'there'),
  unit: fc.constantFrom('kg', 'kg', 'head'),
  unitValue: fc.constantFrom(10, 0.1),
  day: fc.constantFrom('2024-01-01', '2024-01-01', '2024-01-02'),
  flagged: fc.constantFrom(false, false, false, true),
  observed: fc.boolean(),
});
