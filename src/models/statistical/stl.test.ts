import { describe, expect, it } from 'vitest';
import { isSeasonal, seasonalIndices } from './seasonality.ts';
import { stl } from './stl.ts';

const pattern = [4, -1, 2, -3, 5, -7];
const series = Float64Array.from({ length: 96 }, (_, t) => 50 + 0.5 * t + pattern[t % 6]!);

describe('stl', () => {
  it('splits a line with a season into the two', () => {
    const { seasonal, trend } = stl(series, { season: 6, seasonalWindow: 11, seasonalDegree: 1 });
    for (let t = 0; t < 96; t++) {
      expect(seasonal[t]).toBeCloseTo(pattern[t % 6]!, 2);
      expect(trend[t]).toBeCloseTo(50 + 0.5 * t, 2);
    }
  });
});

describe('seasonality', () => {
  it('is seen where it is, and not in a line or a constant', () => {
    expect(
      isSeasonal(
        series.map((value, t) => value - 0.5 * t),
        6,
      ),
    ).toBe(true);
    expect(isSeasonal(new Float64Array(60).fill(3), 6)).toBe(false);
    expect(isSeasonal(Float64Array.of(1, 2, 1, 2), 2)).toBe(false);
  });

  it('has the classical indices', () => {
    const additive = seasonalIndices(series, 6, 'additive');
    pattern.forEach((value, k) => {
      expect(additive.indices[k]).toBeCloseTo(value, 10);
    });
    const positive = Float64Array.from({ length: 24 }, (_, t) => 10 * (t % 2 === 0 ? 1.5 : 0.5));
    expect([...seasonalIndices(positive, 2, 'multiplicative').indices]).toEqual([1.5, 0.5]);
    expect(
      seasonalIndices(
        series.map((value) => value - 60),
        6,
        'multiplicative',
      ).kind,
    ).toBe('additive');
  });
});
