import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DayNumber } from './local-date.ts';
import { dayNumber, fromDayNumber, localDate } from './local-date.ts';
import type { NormalYearPoint } from './normal-year.ts';
import { normalYear, normalYearAnchors, priceStanding } from './normal-year.ts';

const day = (text: string): DayNumber => dayNumber(localDate(text));

/** A survey series: a price on each day that is open. */
function survey(
  from: string,
  to: string,
  price: (day: DayNumber) => number,
  isOpen: (day: DayNumber) => boolean = () => true,
): NormalYearPoint[] {
  const points: NormalYearPoint[] = [];
  for (let at = day(from); at <= day(to); at++)
    if (isOpen(at)) points.push({ day: at, amount: price(at), kg: 1 });
  return points;
}

const yearOf = (at: DayNumber): number => Number(fromDayNumber(at).slice(0, 4));

describe('normalYearAnchors', () => {
  it('is the same month-day of the five previous years', () => {
    expect(normalYearAnchors(localDate('2024-03-01'))).toEqual([
      '2023-03-01',
      '2022-03-01',
      '2021-03-01',
      '2020-03-01',
      '2019-03-01',
    ]);
  });

  it('falls back to 28 February for the leap day only', () => {
    expect(normalYearAnchors(localDate('2024-02-29'))).toEqual([
      '2023-02-28',
      '2022-02-28',
      '2021-02-28',
      '2020-02-29',
      '2019-02-28',
    ]);
    expect(normalYearAnchors(localDate('2025-02-28'))[0]).toBe('2024-02-28');
  });
});

describe('normalYear', () => {
  const byYear: Record<number, number> = {
    2019: 900,
    2020: 1000,
    2021: 4000,
    2022: 1300,
    2023: 1600,
    2024: 9999,
  };
  const steady = survey('2019-01-01', '2024-12-31', (at) => byYear[yearOf(at)] ?? Number.NaN);

  it('drops the highest and the lowest year and averages the other three, the current year never in', () => {
    const normal = normalYear(steady, day('2024-07-15'));
    expect(normal).toMatchObject({ kind: 'normal-year', years: 5, price: 1300, low: 900, high: 4000 });
  });

  it('is a plain mean of three or four years under another name, and nothing below', () => {
    const since = (from: string) =>
      normalYear(
        steady.filter((point) => point.day >= day(from)),
        day('2024-07-15'),
      );
    expect(since('2020-01-01')).toMatchObject({ kind: 'n-year-mean', years: 4, price: 1975 });
    expect(since('2021-01-01')).toMatchObject({ kind: 'n-year-mean', years: 3, price: 2300 });
    expect(since('2022-01-01')).toMatchObject({ kind: 'none', years: 2, price: null, low: null, high: null });
  });

  it('takes five positions on market days, and two before and two after a closed date', () => {
    // Prices are the day numbers; the market rests on Sundays. 2023-07-15 was a Saturday, 2022-07-17 a Sunday.
    const series = survey(
      '2018-01-01',
      '2024-12-31',
      (at) => at,
      (at) => (at + 4) % 7 !== 0,
    );
    const saturday = normalYear(series, day('2024-07-15')).yearly[0];
    expect(saturday?.daily).toEqual(
      ['07-13', '07-14', '07-15', '07-17', '07-18'].map((md) => day(`2023-${md}`)),
    );
    const sunday = normalYear(series, day('2024-07-17')).yearly[1];
    expect(sunday?.daily).toEqual(['07-15', '07-16', '07-18', '07-19'].map((md) => day(`2022-${md}`)));
    expect(sunday?.price).toBe(day('2022-07-17'));
  });

  it('uses no value further than seven days away and no year with fewer than two', () => {
    const rare = survey(
      '2023-01-01',
      '2023-12-31',
      () => 1,
      (at) => ['2023-07-07', '2023-07-08', '2023-07-23'].map(day).includes(at),
    );
    // 8 July is seven days before the 15th, 7 July eight, 23 July eight.
    expect(normalYear(rare, day('2024-07-15')).yearly[0]).toMatchObject({ price: null, daily: [1] });
    expect(normalYear(rare, day('2024-07-14')).yearly[0]).toMatchObject({ price: 1, daily: [1, 1] });
  });

  it('weighs an auction series by kg within the window', () => {
    const series = [-2, -1, 0, 1, 2].map((offset) => ({
      day: day('2023-07-15') + offset,
      amount: offset === 0 ? 100_000 : 500,
      kg: offset === 0 ? 100 : 1,
    }));
    expect(normalYear(series, day('2024-07-15')).yearly[0]?.price).toBe(102_000 / 104);
  });

  const anySeries = fc
    .uniqueArray(fc.integer({ min: day('2017-12-01'), max: day('2024-12-31') }), {
      maxLength: 900,
      minLength: 300,
    })
    .chain((days) =>
      fc
        .array(
          fc.record({ price: fc.integer({ min: 1, max: 9999 }), kg: fc.integer({ min: 1, max: 500 }) }),
          {
            minLength: days.length,
            maxLength: days.length,
          },
        )
        .map((rows) =>
          [...days]
            .sort((a, b) => a - b)
            .map((at, index): NormalYearPoint => {
              const { price = 1, kg = 1 } = rows[index] ?? {};
              return { day: at, amount: price * kg, kg };
            }),
        ),
    );
  const anyTarget = fc.integer({ min: day('2023-01-01'), max: day('2024-12-31') });

  it('stays within its band, and scales with the price', () => {
    fc.assert(
      fc.property(anySeries, anyTarget, (series, target) => {
        const normal = normalYear(series, target);
        const doubled = normalYear(
          series.map((point) => ({ ...point, amount: point.amount * 2 })),
          target,
        );
        expect(doubled.kind).toBe(normal.kind);
        if (normal.price === null) return;
        expect(normal.price).toBeGreaterThanOrEqual((normal.low ?? 0) - 1e-9);
        expect(normal.price).toBeLessThanOrEqual((normal.high ?? 0) + 1e-9);
        expect(doubled.price).toBeCloseTo(normal.price * 2, 6);
      }),
      { numRuns: 50 },
    );
  });

  it('hears nothing of what came after the windows', () => {
    fc.assert(
      fc.property(anySeries, anyTarget, (series, target) => {
        const past = series.filter((point) => point.day < target - 340);
        expect(normalYear(past, target)).toEqual(normalYear(series, target));
      }),
      { numRuns: 50 },
    );
  });
});

describe('priceStanding', () => {
  // Five years of five positions: the daily prices 1, 2 … 25.
  const series = [2019, 2020, 2021, 2022, 2023].flatMap((year, index) =>
    [-2, -1, 0, 1, 2].map((offset) => ({
      day: day(`${year}-07-15`) + offset,
      amount: index * 5 + offset + 3,
      kg: 1,
    })),
  );
  const normal = normalYear(series, day('2024-07-15'));

  it.each([
    [0, 0, 'very-cheap'],
    [3, 10, 'very-cheap'],
    [3.5, 12, 'cheap'],
    [8, 30, 'cheap'],
    [8.5, 32, 'normal'],
    [18, 70, 'dear'],
    [22.5, 88, 'dear'],
    [23, 90, 'very-dear'],
    [99, 100, 'very-dear'],
  ])('puts %d at percentile %d: %s', (price, percentile, level) => {
    const standing = priceStanding(normal, price);
    expect(standing?.percentile).toBeCloseTo(percentile, 9);
    expect(standing?.level).toBe(level);
  });

  it('says nothing with fewer than three years or without a price', () => {
    expect(priceStanding(normalYear(series.slice(15), day('2024-07-15')), 5)).toBeNull();
    expect(priceStanding(normal, Number.NaN)).toBeNull();
  });
});
