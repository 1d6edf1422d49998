import { describe, expect, it } from 'vitest';
import { panelOf } from './panel.ts';

/** As it comes from JSON or from JavaScript, whatever the types say. */
const loose = (...series: unknown[]) => panelOf(series as number[][]);

describe('panelOf', () => {
  it('takes null and undefined for missing, as NaN is, never for 0', () => {
    expect([...loose([1, null, 3], [undefined, 5]).values]).toEqual([1, Number.NaN, 3, Number.NaN, 5]);
    expect([...panelOf([Float32Array.of(0.5, Number.NaN), [2]]).values]).toEqual([0.5, Number.NaN, 2]);
  });

  it('refuses what is no number by its place', () => {
    expect(() => loose([1], [1, ''])).toThrow('series 1, value 1: "" is not a number');
    expect(() => loose(['12'])).toThrow('series 0, value 0: "12" is not a number');
  });

  it('refuses one series where a list of series is due', () => {
    expect(() => loose(1, 2, 3)).toThrow(
      'series 0 is no array of numbers; one series alone is a list of one',
    );
    expect(() => loose('123')).toThrow('series 0 is no array');
  });
});
