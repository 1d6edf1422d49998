import { describe, expect, it } from 'vitest';
import { lossPair, randomOf, upTo } from '../../test/support/loss-pairs.ts';
import {
  alphaOfLook,
  coverageWithin,
  excess,
  type OriginScores,
  type WatchedHorizon,
  watchLive,
  weighEvidence,
} from './index.ts';
import { longRunMean } from './long-run-mean.ts';
import { studentQuantile, studentUpper } from './student.ts';

/** Pairs simulated here; `npm run test:long evidence` takes 2,000. */
const PAIRS = Number(process.env.SIHWANG_PAIRS ?? 300);
/** What a share may come out at by chance with so few pairs: three standard errors; none with all 2,000. */
const chance = (share: number, pairs = PAIRS) =>
  pairs >= 2000 ? 0 : 3 * Math.sqrt((share * (1 - share)) / pairs);
/** A year of looks at three challengers takes a hundred times as long as one look. */
const YEARS = PAIRS >= 2000 ? PAIRS : Math.round(PAIRS / 3);
const WEEKS = 52;

function shareOf(count: (seed: number) => boolean, pairs = PAIRS): number {
  let met = 0;
  for (let seed = 1; seed <= pairs; seed++) if (count(seed)) met++;
  return met / pairs;
}

/** Whether a year of weekly looks promotes the `nth` challenger of the year. */
function promotedWithinYear(seed: number, gain: number, nth = 1): boolean {
  const { champion, challenger } = lossPair(seed, WEEKS + 52, gain);
  for (let look = 1; look <= 53; look++) {
    const origins = 51 + look;
    const alpha = alphaOfLook(nth, look);
    if (weighEvidence(upTo(champion, origins), upTo(challenger, origins), alpha).verdict === 'promote')
      return true;
  }
  return false;
}

describe('Student', () => {
  it('agrees with tables', () => {
    expect(studentUpper(2.228, 10)).toBeCloseTo(0.025, 4);
    expect(studentUpper(-2.228, 10)).toBeCloseTo(0.975, 4);
    expect(studentQuantile(0.025, 5)).toBeCloseTo(2.5706, 3);
  });
});

describe('the mean of dependent values', () => {
  it('has the usual standard error where values are independent', () => {
    const random = randomOf(3);
    const values = Array.from({ length: 4000 }, () => random() - 0.5);
    const { standardError, degrees } = longRunMean(values);
    expect(degrees).toBe(181);
    expect(standardError / Math.sqrt(1 / 12 / 4000)).toBeGreaterThan(0.85);
    expect(standardError / Math.sqrt(1 / 12 / 4000)).toBeLessThan(1.15);
  });

  it('has a wider one where they overlap: twice as wide for means of four', () => {
    const random = randomOf(4);
    const raw = Array.from({ length: 4003 }, () => random() - 0.5);
    const overlapping = raw.slice(3).map((_, t) => raw[t]! + raw[t + 1]! + raw[t + 2]! + raw[t + 3]!);
    const ratio = longRunMean(overlapping).standardError / longRunMean(raw).standardError;
    expect(ratio).toBeGreaterThan(3.2);
    expect(ratio).toBeLessThan(4.8);
  });

  it('leaves NaN out and says nothing of seven values', () => {
    expect(longRunMean([1, Number.NaN, 3]).mean).toBe(2);
    expect(longRunMean([1, 2, 3, 4, 5, 6, 7]).standardError).toBeNaN();
  });
});

describe('one look', () => {
  it(`promotes an equal challenger seldom: at most 5% of ${PAIRS} pairs at 52 origins`, () => {
    const wrong = shareOf((seed) => {
      const { champion, challenger } = lossPair(seed, 52, 0);
      return weighEvidence(champion, challenger, alphaOfLook(1, 1)).verdict === 'promote';
    });
    expect(wrong).toBeLessThanOrEqual(0.05 + chance(0.05));
    // a test that never rejects would pass too
    expect(wrong).toBeGreaterThan(0);
  });

  it('promotes one that is 5% better, with 52 origins, four times of five', () => {
    const right = shareOf((seed) => {
      const { champion, challenger } = lossPair(seed, 52, 0.05);
      return weighEvidence(champion, challenger, alphaOfLook(1, 1)).verdict === 'promote';
    });
    expect(right).toBeGreaterThanOrEqual(0.8 - chance(0.8));
  });
});

describe('a year of weekly looks', () => {
  it('promotes an equal challenger in at most 10% of years, three of them put up in turn included', () => {
    const wrong = shareOf(
      (seed) => [1, 2, 3].some((nth) => promotedWithinYear(10 * seed + nth, 0, nth)),
      YEARS,
    );
    expect(wrong).toBeLessThanOrEqual(0.1 + chance(0.1, YEARS));
    expect(wrong).toBeGreaterThan(0);
  });

  it('promotes one that is 5% better nearly always', () => {
    expect(shareOf((seed) => promotedWithinYear(seed, 0.05), YEARS)).toBeGreaterThanOrEqual(0.85);
  });
});

describe('the champion stays', () => {
  const good = lossPair(8, 80, 0.08);
  const weigh = (challenger: OriginScores, alpha = 0.025) => weighEvidence(good.champion, challenger, alpha);

  it('goes when all is well, with the figures', () => {
    const found = weigh(good.challenger);
    expect(found).toMatchObject({
      verdict: 'promote',
      reason: 'better',
      origins: 80,
      firstOriginDay: 18_000,
    });
    expect(found.byHorizon.map(({ horizon }) => horizon)).toEqual(['W1', 'W2', 'W4']);
    expect(found.gain).toBeGreaterThan(0.05);
  });

  it('without a year of origins', () => {
    const { champion, challenger } = lossPair(8, 51, 0.2);
    expect(weighEvidence(champion, challenger, 0.025).reason).toBe('too-few-origins');
  });

  it('when the intervals cover 65%, however good the middle is', () => {
    expect(weigh(lossPair(8, 80, 0.08, 0.65).challenger).reason).toBe('coverage-out-of-bounds');
  });

  it('when the gain is real but too small to matter', () => {
    const slightly = (factor: number): OriginScores => ({
      originDays: good.champion.originDays,
      horizons: good.champion.horizons.map((one) => ({
        ...one,
        loss: Array.from(one.loss, (loss) => factor * loss),
      })),
    });
    expect(weigh(slightly(0.995)).reason).toBe('gain-too-small');
    expect(weigh(slightly(1)).reason).toBe('not-significant');
    expect(weigh(slightly(1.2)).reason).toBe('not-significant');
  });

  it('counts only origins of which every outcome has come', () => {
    const open: OriginScores = {
      ...good.challenger,
      horizons: good.challenger.horizons.map((one) =>
        one.horizon === 'W4'
          ? { ...one, loss: Array.from(one.loss, (loss, i) => (i < 76 ? loss : Number.NaN)) }
          : one,
      ),
    };
    expect(weigh(open).origins).toBe(76);
  });

  it('refuses to compare other origins', () => {
    expect(() => weigh(lossPair(8, 79, 0).challenger)).toThrow(RangeError);
  });
});

describe('coverage', () => {
  const scores = (shares: readonly number[]): OriginScores => ({
    originDays: shares.map((_, i) => 7 * i),
    horizons: [{ horizon: 'W1', loss: shares.map(() => 1), inside80: shares }],
  });

  it('may leave 77 to 83% by what few independent cases can do, and by no more than 5 points', () => {
    const exact = scores(Array.from({ length: 60 }, () => 0.76));
    expect(coverageWithin(exact)).toMatchObject({ coverage: expect.closeTo(0.76), within: false });
    const judged = Array.from({ length: 31 }, (_, seed) => {
      const random = randomOf(seed);
      return coverageWithin(scores(Array.from({ length: 60 }, () => (random() < 0.76 ? 1 : 0))));
    });
    for (const { lowest } of judged) {
      expect(lowest).toBeLessThan(0.74);
      expect(lowest).toBeGreaterThanOrEqual(0.72);
    }
    const cases = judged.map(({ independentCases }) => independentCases).sort((a, b) => a - b)[15]!;
    expect(cases).toBeGreaterThan(40);
    expect(cases).toBeLessThan(100);
  });
});

describe('the watch over live scores', () => {
  /** Weeks of two horizons whose errors overlap. */
  function weeks(seed: number, count: number, worse = 0, misses = 0.2): WatchedHorizon[] {
    const random = randomOf(seed);
    return [1, 4].map((steps) => {
      const raw = Array.from({ length: count + 4 }, () => random() + random() + random() - 1.5);
      const mean = (t: number) =>
        raw.slice(t, t + steps).reduce((sum, one) => sum + one, 0) / Math.sqrt(steps);
      return {
        horizon: `W${steps}`,
        excess: Array.from({ length: count }, (_, t) => -0.1 + 0.2 * mean(t) + worse),
        missed: Array.from({ length: count }, (_, t) => misses + 0.08 * mean(t)),
      };
    });
  }

  it('is quiet in nineteen of twenty years while the promise is kept', () => {
    const rounds = Math.round(PAIRS / 10);
    let alarms = 0;
    for (let seed = 1; seed <= rounds; seed++)
      if (watchLive(weeks(2 * seed, 104), weeks(2 * seed + 1, 52)).alarm) alarms++;
    expect(alarms / rounds).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / rounds));
  });

  it('notices errors half again as large within two months, and intervals that miss twice as often', () => {
    const promise = weeks(1, 104);
    const broken = watchLive(promise, weeks(2, 20, Math.log(1.5)));
    expect(broken.alarm).toBe(true);
    const first = Math.min(...broken.streams.map(({ alarmWeek }) => alarmWeek ?? 99));
    expect(first).toBeLessThanOrEqual(9);
    const missing = watchLive(promise, weeks(3, 20, 0, 0.4)).streams.filter(({ alarmWeek }) => alarmWeek);
    expect(missing.map(({ what }) => what)).toEqual(['missed', 'missed']);
  });

  it('gives the same answer twice, and none where nothing was promised', () => {
    expect(watchLive(weeks(1, 104), weeks(2, 9))).toEqual(watchLive(weeks(1, 104), weeks(2, 9)));
    expect(watchLive(weeks(1, 12), weeks(2, 9, 5))).toMatchObject({ alarm: false, streams: [] });
    expect(watchLive(weeks(1, 104), []).alarm).toBe(false);
  });

  it('measures excess as a ratio of errors, calm weeks included', () => {
    expect(excess(2, 1, 0)).toBeCloseTo(Math.log(2));
    expect(excess(0, 0, 10)).toBe(0);
  });
});
