import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { yearPositionsByLength } from '../models/index.ts';
import {
  type Cell,
  cellCandidates,
  chooseAtOrigins,
  forecastAtOrigins,
  type HorizonKind,
  marketCandidates,
  withheldReason,
} from './index.ts';

const ORIGINS = 40;

/** A cell with weekly origins and a horizon of `weeks`; each candidate errs by its own factor with a changing sign. */
function cell(horizon: HorizonKind, weeks: number, errors: Record<string, number>, length = ORIGINS): Cell {
  const originDay = Int32Array.from({ length }, (_, j) => 7 * j);
  const targetDay = originDay.map((day) => day + 7 * weeks);
  const truth = Float64Array.from({ length }, (_, j) => 1000 + 300 * Math.sin(j));
  const actual = truth.map((price, j) => (targetDay[j]! > originDay[length - 1]! ? Number.NaN : price));
  const candidates = Object.entries(errors).map(([name, error]) => ({
    name,
    role: name.startsWith('model') ? ('model' as const) : ('baseline' as const),
    mean: truth.map((price, j) => price * (1 + error * (1 + 0.3 * Math.sin(3 * j)) * (j % 2 === 0 ? 1 : -1))),
    sigma: new Float64Array(length).fill(0.2),
  }));
  return { horizon, originDay, targetDay, actual, candidates, scale: 'log' };
}

const last = <T>(list: readonly T[]): T => list[list.length - 1]!;

describe('chooseAtOrigins', () => {
  it('shows a model that has earned it, with its skill, coverage and own interval', () => {
    const decision = last(chooseAtOrigins(cell('W1', 1, { naive: 0.1, 'model-a': 0.05 })));
    expect(decision.status).toBe('model');
    expect(decision.model).toBe('model-a');
    expect(decision.earned.skill).toBeGreaterThan(0.4);
    expect(decision.earned.cases).toBe(26);
    expect(decision.earned.bestBaseline).toBe('naive');
    expect(decision.intervalBasis).toBe('own-errors');
    expect(decision.intervals.map((one) => one.level)).toEqual([0.5, 0.8, 0.95]);
    expect(decision.earned.coverage[1]!.share).toBeGreaterThan(0.6);
    expect(decision.baseline.name).toBe('naive');
  });

  it('holds each horizon to its own bar: 3% better is enough a week ahead, not two, 6% not four', () => {
    const status = (horizon: HorizonKind, weeks: number, error: number) =>
      last(chooseAtOrigins(cell(horizon, weeks, { naive: 0.1, 'model-a': error }))).status;
    expect(status('W1', 1, 0.097)).toBe('model');
    expect(status('W2', 2, 0.097)).toBe('baseline');
    expect(status('W2', 2, 0.09)).toBe('model');
    expect(status('W4', 4, 0.094)).toBe('baseline');
    expect(status('W4', 4, 0.09)).toBe('model');
  });

  it('shows the best baseline, and why, when no model earns its place', () => {
    const decision = last(chooseAtOrigins(cell('W1', 1, { naive: 0.2, 'last-year': 0.1, 'model-a': 0.15 })));
    expect([decision.status, decision.reason]).toEqual(['baseline', 'below-threshold']);
    expect(decision.model).toBe('last-year');
    expect(decision.earned.skill).toBeLessThan(0);
    const early = chooseAtOrigins(cell('W1', 1, { naive: 0.2, 'model-a': 0.05 }))[5]!;
    expect([early.status, early.reason]).toEqual(['baseline', 'too-few-cases']);
    const alone = last(chooseAtOrigins(cell('W1', 1, { naive: 0.2 })));
    expect([alone.status, alone.reason]).toEqual(['baseline', 'no-model']);
  });

  it('borrows the history of the baseline for a model with too few errors of its own, and says so', () => {
    const decision = last(chooseAtOrigins(cell('W1', 1, { naive: 0.1, 'model-a': 0.02 }, 16)));
    expect([decision.status, decision.intervalBasis]).toEqual(['model-wide-interval', 'baseline-history']);
    const { lo, hi } = decision.intervals[1]!;
    expect(Math.log(hi / lo) / 2).toBeCloseTo(1.2815515655 * 0.2, 6);
  });

  it('withholds what is thin, step-like or without a forecast', () => {
    const thin = cell('W1', 1, { naive: 0.1, 'model-a': 0.05 });
    const withheld = Array.from({ length: ORIGINS }, () => 'rarely-moves' as const);
    const decision = last(chooseAtOrigins({ ...thin, withheld }));
    expect([decision.status, decision.reason, decision.model]).toEqual(['withheld', 'rarely-moves', null]);
    expect(decision.mean).toBeNaN();
    for (const candidate of thin.candidates) candidate.mean.fill(Number.NaN);
    expect(last(chooseAtOrigins(thin)).reason).toBe('no-forecast');
  });

  it('never shows at an origin what only a later outcome could tell', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: ORIGINS - 1 }),
        fc.integer({ min: 0, max: ORIGINS - 1 }),
        fc.double({ min: 1, max: 1e5, noNaN: true }),
        fc.constantFrom<[HorizonKind, number]>(['W1', 1], ['W2', 2], ['W4', 4]),
        (changed, origin, price, [horizon, weeks]) => {
          const before = cell(horizon, weeks, {
            naive: 0.1,
            'last-year': 0.11,
            'model-a': 0.09,
            'model-b': 0.1,
          });
          const actual = Float64Array.from(before.actual);
          actual[changed] = price;
          fc.pre(before.targetDay[changed]! > before.originDay[origin]!);
          const shown = chooseAtOrigins(before).slice(0, origin + 1);
          expect(chooseAtOrigins({ ...before, actual }).slice(0, origin + 1)).toEqual(shown);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('does look at an outcome from the day it is known', () => {
    const before = cell('W4', 4, { naive: 0.1, 'model-a': 0.09 });
    const actual = Float64Array.from(before.actual);
    actual[30] = 5000;
    const a = chooseAtOrigins(before);
    const b = chooseAtOrigins({ ...before, actual });
    expect(b[33]).toEqual(a[33]);
    expect(b[34]!.earned).not.toEqual(a[34]!.earned);
  });

  it('nests its intervals around the mean at every origin', () => {
    for (const decision of chooseAtOrigins(
      cell('W2', 2, { naive: 0.1, 'model-a': 0.07 }),
      [0.9, 0.5, 0.99],
    )) {
      let { lo, hi } = { lo: decision.mean, hi: decision.mean };
      for (const interval of decision.intervals) {
        expect(interval.lo).toBeLessThanOrEqual(lo);
        expect(interval.hi).toBeGreaterThanOrEqual(hi);
        lo = interval.lo;
        hi = interval.hi;
      }
    }
  });
});

describe('forecastAtOrigins', () => {
  const values = Float64Array.from(
    { length: 160 },
    (_, t) => 500 + 90 * Math.sin(t / 5) + 30 * Math.sin(t * t * 0.7),
  );
  const origins = [100, 106, 112, 118, 124, 130];
  const options = { log: true, years: yearPositionsByLength(200, 48), refitEvery: 3, fitWindow: 60 };
  const candidates = marketCandidates({ stepsPerWeek: 6 });

  it('uses nothing after an origin: planting the future changes no earlier row', () => {
    const before = forecastAtOrigins(values, origins, 5, candidates, options);
    const planted = values.map((price, t) => (t >= 118 ? price * 40 : price));
    const after = forecastAtOrigins(planted, origins, 5, candidates, options);
    before.forEach((path, c) => {
      expect(after[c]!.mean.slice(0, 20)).toEqual(path.mean.slice(0, 20));
      // The normal year of these targets lies wholly before the planted values.
      if (path.name !== 'normal-year') expect(after[c]!.mean.slice(20)).not.toEqual(path.mean.slice(20));
    });
  });

  it('gives every candidate a row an origin, rolled forward between refits', () => {
    const paths = forecastAtOrigins(values, origins, 5, candidates, options);
    expect(paths.map((path) => path.name)).toEqual([
      'naive',
      'seasonal-naive',
      'last-and-last-year',
      'normal-year',
      'year-regression',
      'ets',
      'dynamic-theta',
    ]);
    // The regression finds too few days with a year before them at the first origins.
    expect(paths[4]!.mean[0]).toBeNaN();
    for (const path of paths.filter((one) => one.name !== 'year-regression')) {
      expect(path.mean).toHaveLength(30);
      expect(path.mean.every((mean) => mean > 0)).toBe(true);
      expect(path.sigma.every((sigma) => sigma > 0)).toBe(true);
    }
    expect(paths[0]!.mean[5]).toBe(values[105]);
  });

  it('marks a refusal as missing and goes on when there is enough', () => {
    const late = Float64Array.from({ length: 60 }, (_, t) => (t < 40 ? Number.NaN : 100 + (t % 7)));
    const [ets] = forecastAtOrigins(
      late,
      [41, 60],
      2,
      candidates.filter((one) => one.name === 'ets'),
      { log: true },
    );
    expect(ets!.mean[0]).toBeNaN();
    expect(ets!.mean[2]).toBeGreaterThan(90);
  });

  it('is cut into cells by the step that an origin targets', () => {
    const paths = forecastAtOrigins(values, [100, 106], 3, candidates.slice(0, 1), options);
    const [naive] = cellCandidates(paths, [2, 0]);
    expect(naive!.mean[0]).toBe(values[99]);
    expect(naive!.mean[1]).toBeNaN();
  });
});

describe('withheldReason', () => {
  const lively = Float64Array.from({ length: 260 }, (_, t) => 100 + ((t * 37) % 101));

  it('lets a lively series through', () => expect(withheldReason(lively, 5)).toBeUndefined());
  it('names the rarely moving, the few-valued and the thin', () => {
    expect(
      withheldReason(
        lively.map((_, t) => Math.floor(t / 25)),
        5,
      ),
    ).toBe('rarely-moves');
    expect(
      withheldReason(
        lively.map((_, t) => t % 24),
        5,
      ),
    ).toBe('few-distinct-values');
    expect(withheldReason(lively.subarray(0, 20), 5)).toBe('too-few-weeks');
  });
});
