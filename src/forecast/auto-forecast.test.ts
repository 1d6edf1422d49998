import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { panelOf } from '../models/index.ts';
import { backtest, forecast, MODEL_NAMES, type SeriesForecast, type SeriesRefusal } from './index.ts';

const value = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
  { weight: 2, arbitrary: fc.constantFrom(0, 1, -1, Number.NaN) },
  { weight: 1, arbitrary: fc.constantFrom(1e300, -1e300, 5e-324, Number.MAX_VALUE, Infinity) },
);
const anySeries = fc.array(value, { maxLength: 50 });
const levels = [0.95, 0.5, 0.8, 0.8];

function expectSound(answer: SeriesForecast | SeriesRefusal, horizon: number): void {
  if (answer.refusal) {
    expect(['no-values', 'not-finite']).toContain(answer.refusal.reason);
    return;
  }
  expect(answer.mean).toHaveLength(horizon);
  expect(answer.intervals.map((one) => one.level)).toEqual([0.5, 0.8, 0.95]);
  for (let k = 0; k < horizon; k++) {
    let { lo, hi } = { lo: answer.mean[k]!, hi: answer.mean[k]! };
    expect(Number.isFinite(lo)).toBe(true);
    for (const interval of answer.intervals) {
      expect(interval.lo[k]).toBeLessThanOrEqual(lo);
      expect(interval.hi[k]).toBeGreaterThanOrEqual(hi);
      expect(Number.isFinite(interval.lo[k]) && Number.isFinite(interval.hi[k])).toBe(true);
      lo = interval.lo[k]!;
      hi = interval.hi[k]!;
    }
  }
}

describe('forecast', () => {
  it('answers any numbers with finite, nested intervals or a typed refusal', () => {
    fc.assert(
      fc.property(anySeries, fc.constantFrom(1, 4, 12), (series, season) => {
        expectSound(forecast([series], { horizon: 4, season, levels })[0]!, 4);
      }),
      { numRuns: 150 },
    );
  });

  it('does so with every model that can be named', () => {
    fc.assert(
      fc.property(anySeries, fc.constantFrom(...MODEL_NAMES), (series, name) => {
        expectSound(forecast([series], { horizon: 3, season: 4, levels, models: [name] })[0]!, 3);
      }),
      { numRuns: 150 },
    );
  });

  it('answers each series alone: another order gives the same answers in that order', () => {
    const series = [wave(60, 1), wave(45, 2), Float64Array.of(3, 4), wave(80, 3)];
    const ids = ['a', 'b', 'c', 'd'];
    const options = { horizon: 5, season: 6 };
    const straight = forecast(panelOf(series, ids), options);
    const reversed = forecast(panelOf([...series].reverse(), [...ids].reverse()), options);
    expect([...reversed].reverse()).toEqual(straight);
  });

  it('follows a change of unit', () => {
    const values = wave(70, 4);
    const options = { horizon: 5, season: 6 };
    const one = forecast([values], options)[0] as SeriesForecast;
    const other = forecast([values.map((price) => price * 4096)], options)[0] as SeriesForecast;
    for (let k = 0; k < 5; k++) expect(other.mean[k]! / one.mean[k]! / 4096).toBeCloseTo(1, 4);
  });

  it('gives the baseline and its name to a series too short for more, and typed reasons to the hopeless', () => {
    const answers = forecast([[5], [5, 7], [], [Number.NaN], [1, Infinity]], { horizon: 2 });
    expect(answers.slice(0, 2).map((one) => !one.refusal && [one.model, [...one.mean]])).toEqual([
      ['naive', [5, 5]],
      ['naive', [7, 7]],
    ]);
    expect((answers[0] as SeriesForecast).intervals[0]!.hi[0]).toBeGreaterThan(5);
    expect(answers.slice(2).map((one) => one.refusal?.reason)).toEqual([
      'no-values',
      'no-values',
      'not-finite',
    ]);
  });

  it('starts a series at its first value, however long the blank before it', () => {
    const values = wave(70, 8);
    const late = Float64Array.from([...new Array<number>(200).fill(Number.NaN), ...values]);
    const options = { horizon: 4, season: 6 };
    expect(forecast([late], options)).toEqual(forecast([values], options));
    const two = forecast([[...new Array<number>(40).fill(Number.NaN), 5, 6]], options)[0] as SeriesForecast;
    expect([two.model, two.mean[0]]).toEqual(['naive', 6]);
  });

  it('keeps a constant constant and what was never negative at zero or above', () => {
    const flat = forecast([new Array<number>(30).fill(12)], { horizon: 3 })[0] as SeriesForecast;
    for (const mean of flat.mean) expect(mean).toBeCloseTo(12, 6);
    const falling = Float64Array.from({ length: 40 }, (_, t) => 40 - t);
    const answer = forecast([falling], { horizon: 10 })[0] as SeriesForecast;
    expect(Math.min(...answer.mean, ...answer.intervals[2]!.lo)).toBeGreaterThanOrEqual(0);
  });

  it('beats naive on a clean season, and its 80% interval holds most of a noisy one', () => {
    const values = wave(120, 5);
    const { methods } = backtest([values], { horizon: 6, season: 6, origins: 8, step: 4 });
    const [ours, naive] = methods;
    expect(ours!.cases).toBe(48);
    expect(ours!.wape).toBeLessThan(naive!.wape);
    expect(ours!.intervals[1]!.level).toBe(0.8);
    expect(ours!.intervals[1]!.coverage).toBeGreaterThan(0.6);
  });

  it('foretells the mean of rare demands, neither their size nor zero', () => {
    const rare = Float64Array.from({ length: 120 }, (_, t) => ((t * t * 7 + t * 3) % 11 < 3 ? 20 : 0));
    const mean = rare.reduce((sum, value) => sum + value, 0) / rare.length;
    const answer = forecast([rare], { horizon: 4 })[0] as SeriesForecast;
    for (const value of answer.mean) expect(Math.abs(value / mean - 1)).toBeLessThan(0.5);
    expect(answer.intervals[1]!.lo[0]).toBe(0);
  });

  it('says what is wrong with a question', () => {
    expect(() => forecast([[1]], { horizon: 0 })).toThrow('horizon');
    expect(() => forecast([[1]], { horizon: 1, season: 1.5 })).toThrow('season');
    expect(() => forecast([[1]], { horizon: 1, levels: [80] })).toThrow('level');
    expect(() => forecast([[1]], { horizon: 1, models: ['prophet' as 'naive'] })).toThrow('prophet');
    expect(() => forecast([[1]], { horizon: 1, models: [] })).toThrow('no model is named');
    expect(() => forecast(Float64Array.of(1, 2) as never, { horizon: 1 })).toThrow(
      'a list of series is needed',
    );
    const panel = { values: Float64Array.of(1, 2, 3), ids: ['a', 'b'] };
    for (const offsets of [
      [0, 3],
      [0, 2, 9],
      [0, 3, 2],
      [1, 2, 3],
    ]) {
      expect(() => forecast({ ...panel, offsets: Int32Array.from(offsets) }, { horizon: 1 })).toThrow(
        'offsets',
      );
    }
  });
});

describe('backtest', () => {
  it('cannot see the future: values after the last scored point change nothing', () => {
    const values = wave(60, 6);
    const longer = Float64Array.from([...values, 1e9, -1e9, 1e9]);
    const a = backtest([values.subarray(0, 57)], { horizon: 3, season: 6, origins: 2, step: 3 });
    const b = backtest([longer.subarray(0, 57)], { horizon: 3, season: 6, origins: 2, step: 3 });
    expect(a).toEqual(b);
  });

  it('scores all methods on the same points and counts the series left out', () => {
    const result = backtest([wave(60, 7), [1, 2]], { horizon: 3, season: 6, origins: 3 });
    expect(result.methods.map((one) => one.method)).toEqual(['default', 'naive', 'seasonal-naive']);
    expect(new Set(result.methods.map((one) => one.cases))).toEqual(new Set([9]));
    expect([result.seriesScored, result.seriesLeftOut]).toEqual([1, 1]);
  });

  it('has naive errors that a hand can check', () => {
    const { methods } = backtest([[1, 2, 4, 8]], { horizon: 1, origins: 2, models: ['naive'] });
    expect(methods[0]!.wape).toBeCloseTo((2 + 4) / (4 + 8), 12);
    expect(methods[0]!.mase).toBeCloseTo((2 / 1 + 4 / 1.5) / 2, 12);
  });
});

function wave(n: number, seed: number): Float64Array {
  return Float64Array.from(
    { length: n },
    (_, t) => 1000 + 80 * Math.sin((t * Math.PI) / 3) + 20 * Math.sin(t * t * 0.37 + seed) + t,
  );
}
