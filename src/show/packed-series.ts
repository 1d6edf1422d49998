import { shownDigits } from './numbers.ts';

/**
 * A column of figures as pages show them, small enough to send ten years of: whole numbers, each the difference to the
 * last figure before it (the first as it is), in units of 10^−decimals. null = no value there.
 */
export interface PackedColumn {
  readonly decimals: number;
  readonly steps: (number | null)[];
}

const PRICES = ['price', 'low', 'high', 'normal', 'normalLow', 'normalHigh'] as const;
const COLUMNS = [...PRICES, 'volumeKg'] as const;
type ColumnName = (typeof COLUMNS)[number];

type Values = (number | null)[];

/** A series in columns, one element a day from its first to its last. */
export type DenseSeries<Rest> = Rest & {
  readonly [name in ColumnName]: Values;
} & {
  readonly normalYears: number[];
  /** Indices of closed days. */
  readonly closed: number[];
};

/** The same with columns over its priced days alone. Lists of indices hold the distance to the index before. */
export type PackedSeries<Rest> = Rest & {
  readonly [name in ColumnName]: PackedColumn;
} & {
  readonly normalYears: PackedColumn;
  /** Days from the first to the last. */
  readonly length: number;
  readonly priced: number[];
  readonly closed: number[];
};

/** Rounds every figure as the pages do and packs it; only days with a price are sent. */
export function packSeries<Rest>(series: DenseSeries<Rest>): PackedSeries<Rest> {
  const priced = series.price.flatMap((price, index) => (price === null ? [] : [index]));
  const over = (values: Values) => priced.map((index) => values[index] ?? null);
  const columns = Object.fromEntries([
    ...PRICES.map((name) => [name, pack(over(series[name]), shownDigits.price)]),
    ['volumeKg', pack(over(series.volumeKg), shownDigits.volumeKg)],
    ['normalYears', pack(over(series.normalYears), () => 0)],
  ]) as Record<ColumnName | 'normalYears', PackedColumn>;
  return {
    ...series,
    ...columns,
    length: series.price.length,
    priced: distances(priced),
    closed: distances(series.closed),
  };
}

/** What {@link packSeries} packed, with its rounding: every day again, null where there is no value. */
export function unpackSeries<Rest>(packed: PackedSeries<Rest>): DenseSeries<Rest> {
  const { length, priced, ...rest } = packed;
  const at = indicesOf(priced);
  const dense = (column: PackedColumn): Values => {
    const values: Values = Array(length).fill(null);
    unpack(column).forEach((value, place) => {
      values[at[place] ?? 0] = value;
    });
    return values;
  };
  const columns = Object.fromEntries(COLUMNS.map((name) => [name, dense(packed[name])])) as Record<
    ColumnName,
    Values
  >;
  return {
    ...(rest as unknown as Rest),
    ...columns,
    normalYears: dense(packed.normalYears).map((years) => years ?? 0),
    closed: indicesOf(packed.closed),
  };
}

/** One scale for the column, fine enough for every value at its own digits. */
function pack(values: Values, digitsOf: (value: number) => number): PackedColumn {
  let decimals = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value !== null) decimals = Math.max(decimals, digitsOf(value));
  if (decimals === Number.NEGATIVE_INFINITY) decimals = 0;
  let before = 0;
  const steps = values.map((value) => {
    if (value === null) return null;
    const digits = digitsOf(value);
    const now = Math.round(scaled(value, digits)) * tenTo(decimals - digits);
    const step = now - before;
    before = now;
    return step;
  });
  return { decimals, steps };
}

function unpack({ decimals, steps }: PackedColumn): Values {
  let sum = 0;
  return steps.map((step) => {
    if (step === null) return null;
    sum += step;
    return scaled(sum, -decimals);
  });
}

/** value × 10^digits, dividing by a whole power of ten where that is the exact way. */
function scaled(value: number, digits: number): number {
  return digits >= 0 ? value * tenTo(digits) : value / tenTo(-digits);
}

/** Asked for every figure of ten years, which is worth a table. */
const POWERS = Array.from({ length: 23 }, (_, power) => 10 ** power);

function tenTo(power: number): number {
  return POWERS[power] ?? 10 ** power;
}

function distances(indices: readonly number[]): number[] {
  return indices.map((index, place) => index - (indices[place - 1] ?? 0));
}

function indicesOf(steps: readonly number[]): number[] {
  let sum = 0;
  return steps.map((step) => {
    sum += step;
    return sum;
  });
}
