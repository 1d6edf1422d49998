import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  coverage,
  dieboldMariano,
  mase,
  naive2,
  nmae,
  owa,
  pinball,
  relativeSkill,
  rollForward,
  rollingOrigins,
  smape,
  stability,
  wape,
  winkler,
} from './index.ts';

const actual = [100, 200, Number.NaN, 0];
const forecast = [110, 180, 50, 10];

describe('point metrics, by hand', () => {
  it('wape = (10 + 20 + 10) / 300', () => expect(wape(actual, forecast)).toBeCloseTo(40 / 300, 12));
  it('nmae = (0.1 + 0.1) / 2, the zero left out', () => expect(nmae(actual, forecast)).toBeCloseTo(0.1, 12));
  it('smape = (2000/210 + 4000/380 + 200) / 3', () =>
    expect(smape(actual, forecast)).toBeCloseTo((2000 / 210 + 4000 / 380 + 200) / 3, 10));
  it('smape of 0 and 0 is 0', () => expect(smape([0], [0])).toBe(0));
  it('mase divides by the training step: 40/3 over a mean step of 5', () => {
    expect(mase(actual, forecast, [1, 6, 1, 6], 1)).toBeCloseTo(40 / 3 / 5, 12);
    expect(mase(actual, forecast, [1, 6, 1, 6], 2)).toBeNaN();
  });
  it('owa halves two ratios', () =>
    expect(owa({ smape: 8, mase: 2 }, { smape: 10, mase: 4 })).toBeCloseTo(0.65, 12));
  it('skill and stability', () => {
    expect(relativeSkill(9, 10)).toBeCloseTo(0.1, 12);
    expect(stability([100, 50], [110, 50], [100, 40])).toBeCloseTo(0.05, 12);
  });
  it('are not measured, rather than 0, without a case', () => {
    for (const metric of [wape, nmae, smape]) expect(metric([Number.NaN], [1])).toBeNaN();
  });
});

describe('interval metrics, by hand', () => {
  it('pinball at 0.9: 0.9 x 10 above, 0.1 x 5 below', () =>
    expect(pinball([20, 5], [10, 10], 0.9)).toBeCloseTo((9 + 0.5) / 2, 12));
  it('coverage counts both ends as inside', () =>
    expect(coverage([1, 2, 3, Number.NaN], [1, 0, 0, 0], [2, 2, 2, 2])).toBeCloseTo(2 / 3, 12));
  it('winkler adds 10 x the miss at 80%', () =>
    expect(winkler([5, 12, 1], [2, 2, 2], [10, 10, 10], 0.8)).toBeCloseTo((8 + (8 + 20) + (8 + 10)) / 3, 10));
});

describe('rolling origins', () => {
  it('end one horizon before the end and step back', () => {
    expect(rollingOrigins(100, { origins: 3, step: 10, horizon: 7 })).toEqual([73, 83, 93]);
    expect(rollingOrigins(20, { origins: 3, step: 10, horizon: 7 })).toEqual([3, 13]);
    expect(rollingOrigins(5, { origins: 3, step: 10, horizon: 7 })).toEqual([]);
    expect(() => rollingOrigins(5, { origins: 1, step: 0, horizon: 1 })).toThrow(RangeError);
  });

  it('show a model nothing from the future, not even through the buffer', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 5, maxLength: 40 }), (list) => {
        const values = Float64Array.from(list);
        rollForward(values, [2, 4], (known, origin) => {
          expect(known.buffer.byteLength).toBe(8 * origin);
          expect([...known]).toEqual(list.slice(0, origin));
        });
      }),
    );
  });
});

describe('dieboldMariano', () => {
  it('is the one-sample t statistic for one step: differences 1, 2, 3', () => {
    // mean 2, population variance 2/3, factor sqrt((3 + 1 - 2)/3): t = 2 sqrt(2/3) / sqrt(2/9) = 2 sqrt 3; the two-sided p
    // of t = 3.4641 with 2 degrees of freedom is 1 - t / sqrt(2 + t^2) = 0.0741799.
    const result = dieboldMariano([2, 3, 4], [1, 1, 1], 1);
    expect(result.statistic).toBeCloseTo(2 * Math.sqrt(3), 10);
    expect(result.pValue).toBeCloseTo(1 - Math.sqrt(12 / 14), 8);
    expect(result.meanDifference).toBe(2);
  });

  it('grows less sure when the horizons overlap and losses run in blocks', () => {
    const a = Array.from({ length: 60 }, (_, t) => (Math.floor(t / 6) % 3 === 0 ? 3 : 1));
    const b = new Array<number>(60).fill(1.3);
    expect(dieboldMariano(a, b, 6).pValue).toBeGreaterThan(dieboldMariano(a, b, 1).pValue);
  });

  it('finds no difference between equals and says nothing on two cases', () => {
    expect(dieboldMariano([1, 2, 3], [1, 2, 3], 1).pValue).toBe(1);
    expect(dieboldMariano([1, 2], [2, 2], 1).pValue).toBeNaN();
  });

  it('is antisymmetric', () => {
    const a = [1, 5, 2, 8, 3, 3];
    const b = [2, 2, 4, 1, 6, 3];
    expect(dieboldMariano(a, b, 2).statistic).toBeCloseTo(-dieboldMariano(b, a, 2).statistic, 12);
  });
});

describe('naive2', () => {
  it('repeats the last value without a season, and the season where there is one', () => {
    expect([...naive2(Float64Array.of(1, 2, 4), 1, 2)]).toEqual([4, 4]);
    const saw = Float64Array.from({ length: 24 }, (_, t) => (t % 2 === 0 ? 15 : 5));
    expect([...naive2(saw, 2, 3)].map((one) => Math.round(one * 1e9) / 1e9)).toEqual([15, 5, 15]);
  });
});
