import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drift, yearPositionsByLength } from '../models/index.ts';
import {
  type Cell,
  cellCandidates,
  chooseAtOrigins,
  forecastAtOrigins,
  type HorizonKind,
  marketCandidates,
  withheldReason,
} from './index.ts';
import { withinHistory } from './within-history.ts';

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

/** Candidates that err by chance, each with a size of its own: sometimes a model is better, sometimes none. */
const anyCell = fc
  .record({
    seed: fc.integer({ min: 1, max: 1e6 }),
    horizon: fc.constantFrom<[HorizonKind, number]>(['MD1', 1], ['W1', 1], ['W2', 2], ['W4', 4]),
    sizes: fc.array(fc.double({ min: 0.02, max: 0.3, noNaN: true }), { minLength: 4, maxLength: 4 }),
  })
  .map(({ seed, horizon: [horizon, weeks], sizes }): Cell => {
    let state = seed;
    const chance = () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647 - 0.5;
    };
    const names = ['naive', 'normal-year', 'model-a', 'model-b'];
    const plain = cell(horizon, weeks, Object.fromEntries(names.map((name) => [name, 0])));
    const candidates = plain.candidates.map((one, c) => ({
      ...one,
      mean: one.mean.map((price) => price * Math.exp(2 * sizes[c]! * chance())),
    }));
    return { ...plain, candidates };
  });

const decisions = (...input: Parameters<typeof chooseAtOrigins>) => chooseAtOrigins(...input).decisions;

const last = <T>(list: readonly T[]): T => list[list.length - 1]!;

describe('chooseAtOrigins', () => {
  it('shows a model that has earned it, with its skill, coverage and own interval', () => {
    const decision = last(decisions(cell('W1', 1, { naive: 0.1, 'model-a': 0.05 })));
    expect(decision.status).toBe('model');
    expect(decision.model).toBe('model-a');
    expect(decision.earned.skill).toBeGreaterThan(0.4);
    expect(decision.earned.cases).toBe(26);
    expect(decision.earned.bestBaseline).toBe('naive');
    expect(decision.intervalBasis).toBe('own-errors');
    expect(decision.intervals.map((one) => one.level)).toEqual([0.5, 0.8, 0.95]);
    expect(decision.earned.coverage[1]!.share).toBeGreaterThan(0.6);
  });

  it('holds each horizon to its own bar: 3% better is enough a week ahead, not two, 6% not four', () => {
    const status = (horizon: HorizonKind, weeks: number, error: number) =>
      last(decisions(cell(horizon, weeks, { naive: 0.1, 'model-a': error }))).status;
    expect(status('W1', 1, 0.097)).toBe('model');
    expect(status('W2', 2, 0.097)).toBe('baseline');
    expect(status('W2', 2, 0.09)).toBe('model');
    expect(status('W4', 4, 0.094)).toBe('baseline');
    expect(status('W4', 4, 0.09)).toBe('model');
  });

  it('shows the best baseline, and why, when no model earns its place', () => {
    const decision = last(decisions(cell('W1', 1, { naive: 0.2, 'normal-year': 0.1, 'model-a': 0.15 })));
    expect([decision.status, decision.reason]).toEqual(['baseline', 'below-threshold']);
    expect(decision.parts.find(({ name }) => name === 'normal-year')!.weight).toBeGreaterThan(0.8);
    expect(decision.earned.bestBaseline).toBe('normal-year');
    expect(decision.earned.skill).toBeLessThan(0);
    expect(decision.earned.skill).toBeGreaterThan(-0.25);
    const early = decisions(cell('W1', 1, { naive: 0.2, 'model-a': 0.05 }))[5]!;
    expect([early.status, early.reason]).toEqual(['baseline', 'too-few-cases']);
    const alone = last(decisions(cell('W1', 1, { naive: 0.2 })));
    expect([alone.status, alone.reason]).toEqual(['baseline', 'no-model']);
  });

  it('borrows the history of the baseline for a model with too few errors of its own, and says so', () => {
    const decision = last(decisions(cell('W1', 1, { naive: 0.1, 'model-a': 0.02 }, 16)));
    expect([decision.status, decision.intervalBasis]).toEqual(['model-wide-interval', 'baseline-history']);
    const { lo, hi } = decision.intervals[1]!;
    expect(Math.log(hi / lo) / 2).toBeCloseTo(1.2815515655 * 0.2, 6);
  });

  it('earns what was shown: errors, coverage and skill are those of its own past decisions', () => {
    fc.assert(
      fc.property(anyCell, (one) => {
        const made = decisions(one);
        const { originDay, targetDay, actual } = one;
        for (const i of [14, 25, ORIGINS - 1]) {
          const seen = made
            .map((_, j) => j)
            .filter((j) => j < i && targetDay[j]! <= originDay[i]! && !Number.isNaN(actual[j]))
            .slice(-26);
          const error = (of: (j: number) => number) =>
            seen.reduce((sum, j) => sum + Math.abs(actual[j]! - of(j)), 0);
          const size = seen.reduce((sum, j) => sum + actual[j]!, 0);
          const baselines = one.candidates.filter(({ role }) => role === 'baseline');
          const best = Math.min(...baselines.map(({ mean }) => error((j) => mean[j]!)));
          const { earned } = made[i]!;
          expect(earned.cases).toBe(seen.length);
          expect(earned.wape).toBeCloseTo(error((j) => made[j]!.mean) / size, 12);
          expect(earned.skill).toBeCloseTo(1 - error((j) => made[j]!.mean) / best, 12);
          const inside = seen.filter(
            (j) => actual[j]! >= made[j]!.intervals[1]!.lo && actual[j]! <= made[j]!.intervals[1]!.hi,
          );
          expect(earned.coverage[1]!.share).toBeCloseTo(inside.length / seen.length, 12);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('never shows a model where what was shown has lost against any one baseline', () => {
    let models = 0;
    let held = 0;
    fc.assert(
      fc.property(anyCell, (one) => {
        for (const { status, earned, gate } of decisions(one)) {
          if (!status.startsWith('model')) {
            if (gate.cases >= 12 && gate.skill >= gate.threshold && earned.skill < 0) held++;
            continue;
          }
          models++;
          expect(earned.skill).toBeGreaterThanOrEqual(0);
          expect(gate.skill).toBeGreaterThanOrEqual(gate.threshold);
        }
      }),
      { numRuns: 100 },
    );
    expect(models).toBeGreaterThan(100);
    expect(held).toBeGreaterThan(10);
  });

  it('withholds what is thin, step-like or without a forecast', () => {
    const thin = cell('W1', 1, { naive: 0.1, 'model-a': 0.05 });
    const withheld = Array.from({ length: ORIGINS }, () => 'rarely-moves' as const);
    const decision = last(decisions({ ...thin, withheld }));
    expect([decision.status, decision.reason, decision.model]).toEqual(['withheld', 'rarely-moves', null]);
    expect(decision.mean).toBeNaN();
    for (const candidate of thin.candidates) candidate.mean.fill(Number.NaN);
    expect(last(decisions(thin)).reason).toBe('no-forecast');
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
          const shown = decisions(before).slice(0, origin + 1);
          expect(decisions({ ...before, actual }).slice(0, origin + 1)).toEqual(shown);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('does look at an outcome from the day it is known', () => {
    const before = cell('W4', 4, { naive: 0.1, 'model-a': 0.09 });
    const actual = Float64Array.from(before.actual);
    actual[30] = 5000;
    const a = decisions(before);
    const b = decisions({ ...before, actual });
    expect(b[33]).toEqual(a[33]);
    expect(b[34]!.earned).not.toEqual(a[34]!.earned);
  });

  it('nests its intervals around the mean at every origin', () => {
    for (const decision of decisions(cell('W2', 2, { naive: 0.1, 'model-a': 0.07 }), [0.9, 0.5, 0.99])) {
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
      // A normal year would need three earlier ones.
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
    // and there are no three earlier years yet
    expect(paths[3]!.mean[0]).toBeNaN();
    for (const path of paths.filter(({ name }) => name !== 'year-regression' && name !== 'normal-year')) {
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
    const [naive] = cellCandidates(paths, { from: [2, 0], to: [2, 0] });
    expect(naive!.mean[0]).toBe(values[99]);
    expect(naive!.mean[1]).toBeNaN();
    const [, lastWeek] = forecastAtOrigins(values, [100], 3, candidates.slice(0, 2), options);
    const [ofThree] = cellCandidates([lastWeek!], { from: [1], to: [3] });
    expect(ofThree!.mean[0]).toBeCloseTo((values[94]! + values[95]! + values[96]!) / 3, 9);
  });
});

describe('withinHistory', () => {
  it('refuses a path that leaves by far what the series has been, and lets others through', () => {
    const rising = Float64Array.from({ length: 60 }, (_, t) => 100 * 1.02 ** t);
    const trend = withinHistory(drift);
    expect(trend.fit(rising, { log: true }).forecast(rising, 30).mean).toHaveLength(30);
    expect(() => trend.fit(rising, { log: true }).forecast(rising, 40)).toThrow(/far outside/);
    const falling = rising.map((_, t) => rising[59 - t]!);
    expect(() => trend.fit(falling, { log: true }).forecast(falling, 40)).toThrow(/far outside/);
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
