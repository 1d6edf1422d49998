import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { panelOf } from '../models/index.ts';
import { backtest, forecast, MODEL_NAMES, type SeriesForecast, type SeriesRefusal } from './index.ts';

/* What forecast() and backtest() promise of any data, whichever models answer. */

const HORIZON = 5;
const price = fc.double({ min: 50, max: 5000, noNaN: true });
const prices = fc.array(price, { minLength: 12, maxLength: 50 });
const signed = fc.array(fc.double({ min: -1000, max: 1000, noNaN: true }), { minLength: 14, maxLength: 40 });
const season = fc.constantFrom(1, 4, 30);

function one(values: ArrayLike<number>, options: Partial<Parameters<typeof forecast>[1]> = {}) {
  const answer = forecast([values], { horizon: HORIZON, ...options })[0]!;
  if (answer.refusal) throw answer.refusal;
  return answer;
}

/** The size that a difference between two runs of an optimiser is held against. */
const sizeOf = (values: readonly number[]) => Math.max(...values.map(Math.abs), 1e-9);

describe('forecast of any data', () => {
  it('is the same in another unit, to the last digit where the unit is a power of two', () => {
    fc.assert(
      fc.property(prices, season, fc.constantFrom(2 ** -12, 0.5, 1024), (values, m, unit) => {
        const here = one(values, { season: m });
        const there = one(
          values.map((value) => value * unit),
          { season: m },
        );
        for (let k = 0; k < HORIZON; k++) {
          expect(Math.abs(there.mean[k]! / unit - here.mean[k]!)).toBeLessThan(2e-3 * sizeOf(values));
        }
      }),
      { numRuns: 20 },
    );
  });

  it('moves with a shift of values that lie on both sides of zero (positive ones are also modelled in logs)', () => {
    fc.assert(
      fc.property(signed, fc.integer({ min: -64, max: 64 }), (values, shift) => {
        const anchored = [-2000, ...values, 2000, ...values.slice(0, 10)];
        const here = one(anchored);
        const there = one(anchored.map((value) => value + shift));
        for (let k = 0; k < HORIZON; k++) {
          // every optimiser stops a little elsewhere, and the weights of the candidates follow
          expect(Math.abs(there.mean[k]! - shift - here.mean[k]!)).toBeLessThan(0.1 * sizeOf(anchored));
        }
      }),
      { numRuns: 20 },
    );
  });

  it('does not carry a step within a short history on as growth without end', () => {
    for (const [length, horizon, season] of [
      [12, 12, 1],
      [13, 14, 7],
      [25, 13, 12],
    ] as const) {
      const step = Array.from({ length }, (_, t) => (t < length / 2 ? 1 : 1000));
      const answer = forecast([step], { horizon, season })[0] as SeriesForecast;
      expect(Math.max(...answer.mean), `${length} values`).toBeLessThan(5000);
    }
  });

  it('has intervals that widen step by step and contain each other', () => {
    fc.assert(
      fc.property(prices, season, (values, m) => {
        const { mean, intervals } = one(values, { season: m, levels: [0.5, 0.8, 0.95] });
        intervals.forEach(({ hi, lo }, l) => {
          for (let k = 0; k < HORIZON; k++) {
            const slack = 1e-9 * sizeOf(values);
            if (k > 0) {
              expect(hi[k]! - mean[k]!).toBeGreaterThanOrEqual(hi[k - 1]! - mean[k - 1]! - slack);
            }
            if (l > 0) {
              expect(hi[k]).toBeGreaterThanOrEqual(intervals[l - 1]!.hi[k]!);
              expect(lo[k]).toBeLessThanOrEqual(intervals[l - 1]!.lo[k]!);
            }
          }
        });
      }),
      { numRuns: 30 },
    );
  });

  it('does not depend on the other series, nor on their order', () => {
    fc.assert(
      fc.property(fc.array(prices, { minLength: 2, maxLength: 5 }), season, (series, m) => {
        const ids = series.map((_, i) => `s${i}`);
        const together = forecast(panelOf(series, ids), { horizon: HORIZON, season: m });
        const turned = forecast(panelOf([...series].reverse(), [...ids].reverse()), {
          horizon: HORIZON,
          season: m,
        }).reverse();
        expect(turned).toEqual(together);
        expect(forecast(panelOf([series[0]!], ['s0']), { horizon: HORIZON, season: m })[0]).toEqual(
          together[0],
        );
      }),
      { numRuns: 8 },
    );
  });

  it.each([
    ['constant', new Array<number>(40).fill(7)],
    ['zero', new Array<number>(40).fill(0)],
    ['one value', [3]],
    ['two values', [3, 4]],
    ['nearly all missing', [5, ...new Array<number>(50).fill(Number.NaN), 6]],
    ['negative', wave(60).map((value) => -value)],
    ['enormous', wave(60).map((value) => value * 1e300)],
    ['tiny', wave(60).map((value) => value * 1e-300)],
    ['intermittent', Array.from({ length: 80 }, (_, t) => (t % 7 === 3 ? 4 : 0))],
    ['a jump at the end', [...new Array<number>(40).fill(1), 1e12]],
  ])('answers %s with finite numbers, the same twice, with every model', (_name, values) => {
    for (const models of [undefined, ...MODEL_NAMES.map((name) => [name])]) {
      const options = { horizon: HORIZON, season: 4, ...(models && { models }) };
      const [answer] = forecast([values], options) as [SeriesForecast | SeriesRefusal];
      expect(answer.refusal).toBeUndefined();
      expect(forecast([values], options)[0]).toEqual(answer);
      const { mean, intervals } = answer as SeriesForecast;
      for (const list of [mean, ...intervals.flatMap(({ lo, hi }) => [lo, hi])]) {
        expect(list.every(Number.isFinite)).toBe(true);
      }
    }
  });
});

describe('a budget of seconds', () => {
  const series = [wave(80), wave(70).map((value) => value * 100), wave(90), [1, 2], [Number.NaN]];

  /** A clock by which every look at it costs a millisecond. */
  function ticking(): () => number {
    let ticks = 0;
    return () => ++ticks / 1000;
  }

  it('gives every series the baseline, however little time there is, and says so', () => {
    const answers = forecast(series, { horizon: 3, season: 6, budgetSeconds: 1e-6, clock: ticking() });
    expect(answers.map((answer) => answer.refusal?.reason ?? (answer as SeriesForecast).effort)).toEqual([
      'baseline',
      'baseline',
      'baseline',
      'baseline',
      'no-values',
    ]);
    expect((answers[0] as SeriesForecast).model).toBe('seasonal-naive');
  });

  it('spends what there is on the largest series first', () => {
    const efforts = (budgetSeconds: number) =>
      forecast(series, { horizon: 3, season: 6, budgetSeconds, clock: ticking() }).map(
        (answer) => !answer.refusal && answer.effort,
      );
    const rank = { full: 2, light: 1, baseline: 0 };
    for (let budget = 0.001; budget < 0.04; budget += 0.003) {
      const [small, large, middle] = efforts(budget);
      if (!small || !large || !middle) throw new Error('a series has no answer');
      expect(rank[large]).toBeGreaterThanOrEqual(rank[small]);
      expect(rank[large]).toBeGreaterThanOrEqual(rank[middle]);
    }
    expect(efforts(1).slice(0, 3)).toEqual(['full', 'full', 'full']);
  });

  it('large enough, gives what there is without one', () => {
    const options = { horizon: 3, season: 6 };
    expect(forecast(series.slice(0, 3), { ...options, budgetSeconds: 600 })).toEqual(
      forecast(series.slice(0, 3), options),
    );
  });

  it('takes the newest origin of every series first in a backtest, and counts what was left out', () => {
    const options = { horizon: 3, season: 6, origins: 4, budgetSeconds: 0.004 };
    const result = backtest([wave(80), wave(70)], { ...options, clock: ticking() });
    expect(result.seriesScored).toBe(2);
    expect(result.originsLeftOut).toBeGreaterThan(0);
    expect(result.methods[0]!.cases).toBe((8 - result.originsLeftOut) * 3);
  });
});

describe('backtest', () => {
  it('cannot see what it is scored on: planted values change the errors, never the forecasts behind them', () => {
    const plant = fc.array(fc.double({ min: 1e5, max: 1e9, noNaN: true }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(prices, plant, season, (past, planted, m) => {
        const options = { horizon: 3, season: m };
        // Every planted value lies above its forecast, so the absolute errors give the sum of the forecasts away.
        const total = planted.reduce((sum, value) => sum + value, 0);
        const forecasts = one(past, options).mean.reduce((sum, value) => sum + value, 0);
        const [score] = backtest([[...past, ...planted]], { ...options, origins: 1 }).methods;
        expect(score!.wape * total).toBeCloseTo(total - forecasts, 2);
      }),
      { numRuns: 12 },
    );
  });

  it('leaves an infinite value out, as one that nobody can be scored on', () => {
    const values = [...wave(70)];
    values[65] = Infinity;
    const [score] = backtest([values], { horizon: 3, origins: 8, models: ['naive'] }).methods;
    expect(score!.cases).toBeGreaterThan(0);
    expect([score!.wape, score!.mase].every(Number.isFinite)).toBe(true);
  });

  it('refuses what would be passed over without a word', () => {
    const covariates = [{ name: 'temp', past: new Float64Array(70) }];
    const ask = (options: object) => () => backtest([wave(70)], { horizon: 2, ...options });
    expect(ask({ covariates, knownAhead: ['rain'] })).toThrow('known ahead is rain, which is no covariate');
    expect(ask({ models: [] })).toThrow('no model is named');
  });

  it('scores each named model alone, and `all` of them beside the default choice', () => {
    const methods = (models: 'all' | ('ets' | 'theta' | 'naive')[]) =>
      backtest([wave(50)], { horizon: 2, season: 6, origins: 1, models }).methods.map((row) => row.method);
    expect(methods(['ets'])).toEqual(['ets', 'naive', 'seasonal-naive']);
    expect(methods(['ets', 'theta'])).toEqual(['ets+theta', 'ets', 'theta', 'naive', 'seasonal-naive']);
    const all = methods('all');
    expect(all[0]).toBe('default');
    expect(all.slice(1).toSorted()).toEqual([...MODEL_NAMES].sort());
  });
});

function wave(n: number): number[] {
  return Array.from(
    { length: n },
    (_, t) => 1000 + 80 * Math.sin((t * Math.PI) / 3) + 40 * Math.sin(t * t * 0.37) + t,
  );
}
