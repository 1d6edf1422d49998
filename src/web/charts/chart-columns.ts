import type { Forecast, Series } from '../../api/contract.ts';

type Column = (number | null)[];

/** Everything the chart, its readings and its table show, one element a shown day, oldest first. */
export interface ChartColumns {
  /** Whole days since 1970-01-01. */
  readonly days: number[];
  readonly price: Column;
  readonly low: Column;
  readonly high: Column;
  readonly volumeKg: Column;
  readonly normal: Column;
  readonly normalLow: Column;
  readonly normalHigh: Column;
  readonly mean: Column;
  readonly lo50: Column;
  readonly hi50: Column;
  readonly lo80: Column;
  readonly hi80: Column;
  readonly lo95: Column;
  readonly hi95: Column;
  /** Reason by index, of market days left out of prices. */
  readonly leftOut: ReadonlyMap<number, string>;
  /** Day numbers of all that was left out, on closed days too, which the axis does not have. */
  readonly leftOutDays: readonly number[];
  /** Index of the last day with a price; −1 without any. */
  readonly lastPriced: number;
}

const MS_PER_DAY = 86_400_000;
const FAN = ['mean', 'lo50', 'hi50', 'lo80', 'hi80', 'lo95', 'hi95'] as const;
const HISTORY = ['price', 'low', 'high', 'volumeKg', 'normal', 'normalLow', 'normalHigh'] as const;

export function dayNumberOf(day: string): number {
  return Math.round(Date.parse(`${day}T00:00:00Z`) / MS_PER_DAY);
}

export function dayOf(dayNumber: number): string {
  return new Date(dayNumber * MS_PER_DAY).toISOString().slice(0, 10);
}

/**
 * Lays the series and the fan on one axis of days. Days on which the market was closed are left off the axis, so the
 * line runs on over a Sunday; a market day without a price stays as a gap. The fan starts at the price of its origin.
 */
export function chartColumns(series: Series, forecast: Forecast | undefined): ChartColumns {
  const closed = new Set(series.closed);
  const start = dayNumberOf(series.start);
  const shown = new Map<number, number>();
  series.price.forEach((price, index) => {
    if (price !== null || !closed.has(index)) shown.set(start + index * series.stepDays, index);
  });
  const fanAt = new Map<number, number>();
  forecast?.fan.days.forEach((day, index) => {
    fanAt.set(dayNumberOf(day), index);
  });
  const days = [...new Set([...shown.keys(), ...fanAt.keys()])].sort((a, b) => a - b);

  const columns = Object.fromEntries([...HISTORY, ...FAN].map((name) => [name, [] as Column])) as Record<
    (typeof HISTORY)[number] | (typeof FAN)[number],
    Column
  >;
  const reasons = new Map(series.leftOut.map(({ index, reason }) => [index, reason]));
  const leftOut = new Map<number, string>();
  days.forEach((day, at) => {
    const index = shown.get(day);
    for (const name of HISTORY)
      columns[name].push(index === undefined ? null : (series[name][index] ?? null));
    const ahead = fanAt.get(day);
    for (const name of FAN)
      columns[name].push(ahead === undefined ? null : (forecast?.fan[name][ahead] ?? null));
    const reason = index === undefined ? undefined : reasons.get(index);
    if (reason !== undefined) leftOut.set(at, reason);
  });
  const lastPriced = columns.price.findLastIndex((price) => price !== null);
  const fanStart = columns.mean.findIndex((mean) => mean !== null);
  const origin =
    fanStart < 1 ? -1 : columns.price.findLastIndex((price, at) => price !== null && at < fanStart);
  if (origin >= 0 && origin === fanStart - 1)
    for (const name of FAN) columns[name][origin] = columns.price[origin] ?? null;
  const leftOutDays = series.leftOut.map(({ index }) => start + index * series.stepDays);
  return { days, ...columns, leftOut, leftOutDays, lastPriced };
}

/** True where a price has no neighbour to be joined with, and so would not be seen as part of a line. */
export function isolated(column: readonly (number | null)[]): number[] {
  const alone: number[] = [];
  column.forEach((value, at) => {
    if (value !== null && (column[at - 1] ?? null) === null && (column[at + 1] ?? null) === null)
      alone.push(at);
  });
  return alone;
}

const MONTHS = { '1M': 1, '1Y': 12, '3Y': 36, '10Y': 120 } as const;

/** First and last day to show for a range: that long back from the last price, and forward to the end of the fan. */
export function windowOf(columns: ChartColumns, range: keyof typeof MONTHS): { from: number; to: number } {
  const first = columns.days[0] ?? 0;
  const to = columns.days.at(-1) ?? 0;
  const last = new Date((columns.days[columns.lastPriced] ?? to) * MS_PER_DAY);
  last.setUTCMonth(last.getUTCMonth() - MONTHS[range]);
  return { from: Math.max(first, Math.round(last.getTime() / MS_PER_DAY)), to };
}
