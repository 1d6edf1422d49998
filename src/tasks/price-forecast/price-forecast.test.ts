import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dayNumber,
  dekadOf,
  dekadRange,
  localDate,
  type MarketCalendar,
  RULE_CALENDARS,
} from '../../domain/index.ts';
import { backtestPrices } from './backtest-prices.ts';
import { decideCells } from './decide-cells.ts';
import { forecastPrices, type SeriesForecast } from './forecast-prices.ts';
import { layOut, marketTime, openDaysAhead, positionsKnown } from './market-axis.ts';
import type { PriceSnapshot } from './snapshot.ts';
import { actualOf, targetOn } from './targets.ts';

const garak = RULE_CALENDARS.named('garak-auction') as MarketCalendar;

function marketDays(first: string, last: string): Int32Array {
  const days: number[] = [];
  for (let day = dayNumber(localDate(first)); day <= dayNumber(localDate(last)); day++)
    if (garak.isOpen(day)) days.push(day);
  return Int32Array.from(days);
}

/** A seasonal price that also wanders: reproducible, positive, never the same twice. */
function wandering(days: ArrayLike<number>, seed = 1): Float64Array {
  let state = seed;
  let drift = 0;
  return Float64Array.from(days, (day) => {
    state = (state * 48_271) % 2_147_483_647;
    drift = 0.97 * drift + 0.08 * (state / 2_147_483_647 - 0.5);
    return 1000 * Math.exp(0.3 * Math.sin((2 * Math.PI * day) / 365.25) + drift);
  });
}

function snapshotOf(days: Int32Array, prices: Float64Array, market = days): PriceSnapshot {
  return {
    granularity: 'day',
    daysAhead: openDaysAhead(garak, market.at(-1)!),
    marketDays: market,
    originDay: market.at(-1)!,
    series: [{ series: 'cabbage', days, prices }],
  };
}

const days = marketDays('2021-01-04', '2024-06-28');
const prices = wandering(days);

function only(snapshot: PriceSnapshot): SeriesForecast {
  return forecastPrices(snapshot)[0]!;
}

describe('the forecast of a series', () => {
  const forecast = only(snapshotOf(days, prices));

  it('has a cell for each horizon, at the day that the calendar gives', () => {
    const at = (text: string) => dayNumber(localDate(text));
    expect(forecast.cells.map(({ horizon, targetDay }) => [horizon, targetDay])).toEqual([
      ['MD1', at('2024-06-29')],
      ['W1', at('2024-07-05')],
      ['W2', at('2024-07-12')],
      ['W4', at('2024-07-26')],
      ['S1', at('2024-07-10')],
      ['S2', at('2024-07-20')],
      ['S3', at('2024-07-31')],
    ]);
    for (const cell of forecast.cells) {
      expect(cell.status).not.toBe('withheld');
      expect(cell.originsScored).toBe(26);
      expect(cell.wapeNaive).toBeGreaterThan(0);
      expect(cell.coverage80).toBeGreaterThan(0.5);
    }
  });

  it('leads its fan through the cells, one entry a market day, wider levels around narrower ones', () => {
    const ahead = marketDays('2024-06-29', '2024-07-26');
    expect(forecast.fan.map(({ day }) => day)).toEqual([...ahead]);
    for (const cell of forecast.cells.slice(0, 4)) {
      const point = forecast.fan.find(({ day }) => day === cell.targetDay)!;
      expect(point.mean).toBeCloseTo(cell.mean, 6);
      for (const [level, { lo, hi }] of cell.intervals.entries()) {
        expect(point.intervals[level]!.lo).toBeCloseTo(lo, 6);
        expect(point.intervals[level]!.hi).toBeCloseTo(hi, 6);
      }
    }
    for (const { mean, intervals } of forecast.fan) {
      const [half, most, nearlyAll] = intervals;
      const rising = [nearlyAll!.lo, most!.lo, half!.lo, mean, half!.hi, most!.hi, nearlyAll!.hi];
      expect(rising).toEqual([...rising].sort((a, b) => a - b));
    }
  });

  it('scores every candidate and what was shown on the same outcomes', () => {
    const week = forecast.scores.filter(({ horizon }) => horizon === 'W1');
    expect(week.map(({ model }) => model)).toEqual(
      expect.arrayContaining(['naive', 'seasonal-naive', 'last-and-last-year', 'years-mean', 'ets', 'shown']),
    );
    expect(week.find(({ model }) => model === 'naive')!.wape).toBeCloseTo(
      forecast.cells.find(({ horizon }) => horizon === 'W1')!.wapeNaive,
      12,
    );
  });

  it('gives each cell the figures of what was shown, the same as in the table of scores', () => {
    for (const cell of forecast.cells) {
      const shown = forecast.scores.find(
        ({ horizon, model }) => horizon === cell.horizon && model === 'shown',
      )!;
      const best = forecast.scores.find(
        ({ horizon, model }) => horizon === cell.horizon && model === cell.baseline,
      )!;
      expect(cell.originsScored).toBe(shown.origins);
      expect(cell.wape).toBeCloseTo(shown.wape, 12);
      expect(cell.coverage80).toBeCloseTo(shown.coverage80, 12);
      expect(cell.skill).toBeCloseTo(1 - shown.wape / best.wape, 12);
      expect(best.role).toBe('baseline');
    }
  });

  it('calls the mean of earlier years a normal year only where there are five', () => {
    const long = marketDays('2018-01-02', '2024-06-28');
    const models = new Set(only(snapshotOf(long, wandering(long))).scores.map(({ model }) => model));
    expect([models.has('normal-year'), models.has('years-mean')]).toEqual([true, false]);
  });

  it('gives reasons that add up to each forecast', () => {
    for (const { mean, reasons } of forecast.cells) {
      const { level, season, recent } = reasons!;
      expect((level + season + recent) / mean).toBeCloseTo(1, 12);
      expect(Math.abs(season) + Math.abs(recent)).toBeGreaterThan(0);
    }
  });

  it('foretells a 순 as the mean of its market days, weighted by what was sold', () => {
    const axis = layOut(
      { series: 'a', days, prices, units: prices.map((_, i) => (i % 2 === 0 ? 3 : 1)) },
      marketTime(snapshotOf(days, prices)),
    );
    const origin = dayNumber(localDate('2024-05-17'));
    const target = targetOn(axis, 'S1', origin);
    const known = positionsKnown(axis, origin);
    const inside = Array.from(days.keys()).filter(
      (i) => days[i]! >= dayNumber(localDate('2024-05-21')) && days[i]! <= dayNumber(localDate('2024-05-31')),
    );
    expect(target).toEqual({
      day: dayNumber(localDate('2024-05-31')),
      from: inside[0]! - known + 1,
      to: inside.at(-1)! - known + 1,
    });
    const units = (i: number) => (i % 2 === 0 ? 3 : 1);
    const sold = inside.reduce((sum, i) => sum + units(i), 0);
    const amount = inside.reduce((sum, i) => sum + units(i) * prices[i]!, 0);
    expect(actualOf(axis, known, target)).toBeCloseTo(amount / sold, 9);
    const unknown = layOut({ series: 'a', days, prices }, marketTime(snapshotOf(days, prices)));
    const plain = inside.reduce((sum, i) => sum + prices[i]!, 0) / inside.length;
    expect(actualOf(unknown, known, target)).toBeCloseTo(plain, 9);
  });

  it('does not depend on the money or the unit', () => {
    const inCents = only(
      snapshotOf(
        days,
        prices.map((price) => price * 128),
      ),
    );
    for (const [index, cell] of inCents.cells.entries()) {
      expect(cell.mean / forecast.cells[index]!.mean).toBeCloseTo(128, 6);
      expect(cell.status).toBe(forecast.cells[index]!.status);
      expect(cell.skill).toBeCloseTo(forecast.cells[index]!.skill, 6);
    }
  });
});

describe('a series of which nothing is shown', () => {
  const reasonsOf = (snapshot: PriceSnapshot) => {
    const forecast = only(snapshot);
    expect(forecast.fan).toEqual([]);
    expect(forecast.cells.every(({ status, mean }) => status === 'withheld' && Number.isNaN(mean))).toBe(
      true,
    );
    return [...new Set(forecast.cells.map(({ reason }) => reason))];
  };

  it('is named with its reason', () => {
    expect(reasonsOf(snapshotOf(new Int32Array(), new Float64Array(), days))).toEqual(['too-short']);
    expect(reasonsOf(snapshotOf(days.slice(-20), prices.slice(-20), days))).toEqual(['too-short']);
    expect(reasonsOf(snapshotOf(days.slice(0, -40), prices.slice(0, -40), days))).toEqual(['stale']);
    expect(
      reasonsOf(
        snapshotOf(
          days,
          prices.map(() => 1000),
        ),
      ),
    ).toEqual(['step-like']);
    const rare = days.filter((_, index) => index % 200 === 0 || index === days.length - 1);
    expect(reasonsOf(snapshotOf(rare, wandering(rare), days))).toEqual(['thin-series']);
  });

  it('is only the horizon whose target falls into a long closure', () => {
    const kamis = RULE_CALENDARS.named('kamis-survey') as MarketCalendar;
    const open = Int32Array.from(
      Array.from({ length: 900 }, (_, back) => dayNumber(localDate('2025-09-05')) - 899 + back).filter(
        (day) => kamis.isOpen(day),
      ),
    );
    const { cells } = only({
      ...snapshotOf(open, wandering(open)),
      daysAhead: openDaysAhead(kamis, open.at(-1)!),
    });
    expect(cells.map(({ horizon, status, reason }) => [horizon, status === 'withheld' && reason])).toEqual([
      ['MD1', false],
      ['W1', false],
      ['W2', false],
      ['W4', 'no-target'],
      ['S1', false],
      ['S2', false],
      // 1 to 10 October: two days of survey
      ['S3', false],
    ]);
  });
});

describe('what was decided at an origin', () => {
  it('is the same whatever came later', () => {
    const short = days.slice(-500);
    const lived = wandering(short, 7);
    const decide = (later: Float64Array) => {
      const snapshot = snapshotOf(short, later);
      const originDays = Int32Array.from({ length: 40 }, (_, j) => snapshot.originDay - 7 * (39 - j));
      const axis = layOut(snapshot.series[0]!, marketTime(snapshot));
      const options = { damping: 0.3, revisions: true };
      return decideCells(axis, originDays, ['MD1', 'W1', 'W4', 'S2'], options);
    };
    const before = decide(lived);
    const originDay = before.cells[0]!.cell.originDay;
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 38 }),
        fc.double({ min: 1.1, max: 5, noNaN: true }),
        (last, factor) => {
          const after = decide(
            lived.map((price, t) => (short[t]! > originDay[last]! ? price * factor : price)),
          );
          for (const [index, { decisions, cell, before: said }] of before.cells.entries()) {
            const unaware = after.cells[index]!.decisions;
            const rows = (made: readonly { readonly mean: Float64Array }[]) =>
              made.map(({ mean }) => mean.slice(0, last + 1));
            expect(rows(after.cells[index]!.cell.candidates)).toEqual(rows(cell.candidates));
            expect(rows(after.cells[index]!.before!)).toEqual(rows(said!));
            for (let j = 0; j <= last; j++) expect(unaware[j]).toEqual(decisions[j]);
            expect(unaware.at(-1)).not.toEqual(decisions.at(-1));
          }
        },
      ),
      { numRuns: 6 },
    );
  });
});

describe('prices by 순', () => {
  /** The last days of 순, 36 a year, and a price with a year in it. */
  const ends = Int32Array.from({ length: 144 }, (_, k) =>
    dayNumber(dekadRange(dekadOf(localDate('2018-01-01')) + k).last),
  );
  const byDekad: PriceSnapshot = {
    granularity: 'dekad',
    daysAhead: null,
    marketDays: ends,
    originDay: ends.at(-1)!,
    series: [{ series: 'onion', days: ends, prices: wandering(ends) }],
  };

  it('are forecast for the next three, the same 순 of earlier years beside the last', () => {
    const { cells, fan, scores } = only(byDekad);
    const next = ['2022-01-10', '2022-01-20', '2022-01-31'].map((text) => dayNumber(localDate(text)));
    expect(cells.map(({ horizon, targetDay }) => [horizon, targetDay])).toEqual([
      ['S1', next[0]],
      ['S2', next[1]],
      ['S3', next[2]],
    ]);
    expect(cells.every(({ status, originsScored }) => status !== 'withheld' && originsScored === 26)).toBe(
      true,
    );
    expect(fan.map(({ day }) => day)).toEqual(next);
    expect(scores.map(({ model }) => model)).toContain('seasonal-naive');
  });

  it('are replayed from 순 to 순', () => {
    const { scores } = backtestPrices({ ...byDekad, horizons: ['S1'], weeks: 52 })[0]!;
    expect(scores.find(({ model }) => model === 'naive')!.origins).toBe(36);
  });
});

describe('the backtest of weekly prices', () => {
  it('counts exact steps from weeks with a price', () => {
    const monday = dayNumber(localDate('2020-01-06'));
    const all = Int32Array.from({ length: 160 }, (_, week) => monday + 7 * week);
    const steady = Float64Array.from(all, (_, week) => 100 * 1.01 ** week);
    const keep = all.map((_, week) => (week === 150 ? 0 : 1));
    const backtest = backtestPrices({
      granularity: 'week',
      daysAhead: null,
      marketDays: all,
      originDay: all.at(-1)!,
      series: [
        { series: 'a', days: all.filter((_, w) => keep[w]), prices: steady.filter((_, w) => keep[w]) },
      ],
      horizons: ['W1', 'W4'],
      weeks: 52,
    })[0]!;
    const naive = backtest.scores.filter(({ model }) => model === 'naive');
    // one outcome is missing, and one origin
    expect(naive.map(({ origins }) => origins)).toEqual([50, 50]);
    expect(naive[0]!.mape).toBeCloseTo(1 - 1 / 1.01, 10);
    // it says one percent more each week, of prices a week later (but after a week without one nothing new)
    expect(naive[0]!.stability).toBeCloseTo(0.01 / 1.01 ** 2, 3);
    expect(naive[1]!.mape).toBeCloseTo(1 - 1 / 1.01 ** 4, 10);
  });

  it('leaves out a series that was priced in ten weeks of the span or fewer', () => {
    const some = Int32Array.from({ length: 10 }, (_, week) => 7 * week);
    const snapshot = { granularity: 'week', daysAhead: null, marketDays: some, originDay: 63 } as const;
    const series = [{ series: 'a', days: some, prices: wandering(some) }];
    expect(backtestPrices({ ...snapshot, series, horizons: ['W1'], weeks: 52 })).toEqual([
      { series: 'a', scores: [] },
    ]);
  });
});
