import type { Series } from '../../api/contract.ts';
import type { Season } from '../../show/index.ts';
import { dayNumberOf, dayOf } from './chart-columns.ts';

const YEARS_BEFORE = 5;

/** A day's place in a year of 366 days, so that 1 March has the same place in every year. */
export function dayOfYear(day: string): number {
  const leap = Date.parse(`2024${day.slice(4)}T00:00:00Z`);
  return Math.round((leap - Date.UTC(2024, 0, 1)) / 86_400_000) + 1;
}

/** The last year of the series and up to five before it, oldest first; closed days are no gap. */
export function seasonsOf(series: Series): Season[] {
  const closed = new Set(series.closed);
  const start = dayNumberOf(series.start);
  const years = new Map<number, { dayOfYear: number; price: number | null }[]>();
  series.price.forEach((price, index) => {
    if (price === null && closed.has(index)) return;
    const day = dayOf(start + index * series.stepDays);
    const year = Number(day.slice(0, 4));
    const points = years.get(year) ?? [];
    points.push({ dayOfYear: dayOfYear(day), price });
    years.set(year, points);
  });
  return [...years]
    .sort(([a], [b]) => a - b)
    .slice(-YEARS_BEFORE - 1)
    .map(([year, points]) => ({ year, points }));
}
