import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { yearPositionsByLength } from '../models/index.ts';
import { explain, levelRecent } from './explain.ts';
import { cellCandidates, forecastAtOrigins, marketCandidates } from './index.ts';

const STEPS_PER_WEEK = 6;
const YEAR = 312;

/** A price with a year, a week and a climb over the last eight weeks. */
function climbing(total: number, weeks = 8): Float64Array {
  const length = 6 * YEAR;
  return Float64Array.from({ length }, (_, t) => {
    const left = length - 1 - t;
    const climb = Math.max(0, 1 - left / (weeks * STEPS_PER_WEEK)) * total;
    return 1000 * Math.exp(0.3 * Math.sin((2 * Math.PI * t) / YEAR) + (t % 6 === 0 ? 0.1 : 0) + climb);
  });
}

function explained(values: Float64Array, name: string, step = 24) {
  const { level, values: instead } = levelRecent(values, STEPS_PER_WEEK);
  const paths = forecastAtOrigins(values, [values.length], step, marketCandidates({ stepsPerWeek: 6 }), {
    log: true,
    years: yearPositionsByLength(values.length + step, YEAR),
    instead,
  });
  const candidates = cellCandidates(paths, { from: [step], to: [step] });
  const mean = candidates.find((one) => one.name === name)!.mean[0]!;
  return { mean, level, reasons: explain(mean, [{ name, role: 'model', weight: 1 }], candidates, level) };
}

describe('reasons', () => {
  it('of the last price are its level and its recent move alone', () => {
    const values = climbing(0.4);
    const { mean, reasons } = explained(values, 'naive');
    expect(mean).toBe(values.at(-1));
    expect(reasons.recent).toBeGreaterThan(0.2 * mean);
    // what is left is the weekday of the last price against its week
    expect(Math.abs(reasons.season)).toBeLessThan(0.03 * mean);
  });

  it('of the normal year are its level and the season alone, whatever the price did lately', () => {
    const { mean, level, reasons } = explained(climbing(0.4), 'normal-year');
    expect(reasons.recent).toBe(0);
    expect(reasons.season).toBeCloseTo(mean - level, 9);
  });

  it('add up to the forecast for any weights, also where two moves cancel out', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }),
        fc.double({ min: 1, max: 1e6, noNaN: true }),
        fc.array(
          fc.tuple(
            fc.double({ min: 0.2, max: 5, noNaN: true }),
            fc.double({ min: 0.2, max: 5, noNaN: true }),
          ),
          {
            minLength: 3,
            maxLength: 3,
          },
        ),
        (raw, level, moves) => {
          const sum = raw.reduce((a, b) => a + b);
          const parts = raw.map((weight, k) => ({
            name: `m${k}`,
            role: 'model' as const,
            weight: weight / sum,
          }));
          const candidates = moves.map(([now, still], k) => ({
            name: `m${k}`,
            role: 'model' as const,
            mean: Float64Array.of(level * now),
            sigma: Float64Array.of(0.1),
            instead: level * still,
          }));
          const mean = Math.exp(
            parts.reduce((total, { weight }, k) => total + weight * Math.log(candidates[k]!.mean[0]!), 0),
          );
          const reasons = explain(mean, parts, candidates, level);
          const total = reasons.level + reasons.season + reasons.recent;
          expect(Math.abs(total / mean - 1)).toBeLessThan(1e-9);
        },
      ),
    );
    const flat = [
      {
        name: 'm',
        role: 'model' as const,
        mean: Float64Array.of(100),
        sigma: Float64Array.of(0.1),
        instead: 80,
      },
    ];
    const { season, recent } = explain(100, [{ name: 'm', role: 'model', weight: 1 }], flat, 100);
    expect(season + recent).toBeCloseTo(0, 9);
    expect(recent).toBeCloseTo(100 * Math.log(100 / 80), 9);
  });

  it('take a level from the last eight weeks and leave what lies before, and the rhythm of the week', () => {
    const values = climbing(0.4);
    const { level, values: levelled } = levelRecent(values, STEPS_PER_WEEK);
    const start = values.length - 8 * STEPS_PER_WEEK;
    expect(levelled.subarray(0, start)).toEqual(values.subarray(0, start));
    for (let t = start; t < values.length; t += STEPS_PER_WEEK) {
      const logs = Array.from(levelled.subarray(t, t + STEPS_PER_WEEK), Math.log);
      expect(Math.exp(logs.reduce((a, b) => a + b) / STEPS_PER_WEEK)).toBeCloseTo(level, 6);
      expect(levelled[t + 1]! / levelled[t]!).toBeCloseTo(values[t + 1]! / values[t]!, 9);
    }
  });
});
