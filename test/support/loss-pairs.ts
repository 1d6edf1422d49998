import type { OriginScores } from '../../src/evaluate/index.ts';

/*
 * Pairs of forecasters as the real ones are. On Japan's weekly prices (43 items, 295 weekly origins 2019-2024, horizons 1, 2
 * and 4 weeks) the relative difference of the weekly losses of the two combinations that a cell chooses between,
 * `baseline-mix` and `ensemble`, has a standard deviation of 7.5% of the loss, autocorrelations .46 .20 .10 -.04 and kurtosis 4.7;
 * `node scripts/run-ts.mjs bench/promotion-rules.ts` measures it again. The pairs made here have the same deviation,
 * autocorrelations .49 .22 .14 0 and kurtosis 4.3: somewhat more dependent than the real ones.
 */

/** Deviation of the weekly relative loss difference. */
export const REAL_DEVIATION = 0.075;
const STEPS = { W1: 1, W2: 2, W4: 4 } as const;
/** Share of a horizon's shocks that the others do not have. */
const OWN_SHARE = 0.5;
/** Deviation of the mean over the horizons before scaling. */
const RAW_DEVIATION = 0.738;

export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Student's t with 5 degrees of freedom, scaled to deviation 1: errors have fat tails. */
function shock(random: () => number): number {
  let square = 0;
  for (let k = 0; k < 5; k++) square += normal(random) ** 2;
  return normal(random) / Math.sqrt(square / 5) / Math.sqrt(5 / 3);
}

/** Champion and challenger over `origins` weekly origins; the challenger's true loss is 1 - `gain` of the champion's. */
export function lossPair(
  seed: number,
  origins: number,
  gain: number,
  coverage = 0.8,
): { champion: OriginScores; challenger: OriginScores } {
  const random = randomOf(seed);
  const reach = origins + 4;
  const shocks = () => Float64Array.from({ length: reach }, () => shock(random));
  const shared = shocks();
  const level = shocks();
  const sides = Object.entries(STEPS).map(([horizon, steps], index) => {
    const own = shocks();
    const overlapping = (of: (t: number) => number, t: number) => {
      let sum = 0;
      for (let k = 0; k < steps; k++) sum += of(t + k);
      return sum / Math.sqrt(steps);
    };
    const usual = [0.07, 0.11, 0.14][index]!;
    const champion = Float64Array.from(
      { length: origins },
      (_, t) => usual * (1 + 0.2 * Math.tanh(overlapping((at) => level[at]!, t))),
    );
    const challenger = champion.map((loss, t) => {
      const noise = overlapping(
        (at) => Math.sqrt(1 - OWN_SHARE) * shared[at]! + Math.sqrt(OWN_SHARE) * own[at]!,
        t,
      );
      return loss - usual * (gain + (REAL_DEVIATION / RAW_DEVIATION) * noise);
    });
    const inside80 = Float64Array.from({ length: origins }, () =>
      Math.min(1, Math.max(0, coverage + 0.06 * shock(random))),
    );
    return { horizon, champion, challenger, inside80 };
  });
  const originDays = Int32Array.from({ length: origins }, (_, t) => 18_000 + 7 * t);
  const side = (which: 'champion' | 'challenger'): OriginScores => ({
    originDays,
    horizons: sides.map((one) => ({ horizon: one.horizon, loss: one[which], inside80: one.inside80 })),
  });
  return { champion: side('champion'), challenger: side('challenger') };
}

/** The first `origins` of both. */
export function upTo(scores: OriginScores, origins: number): OriginScores {
  return {
    originDays: Array.from(scores.originDays).slice(0, origins),
    horizons: scores.horizons.map(({ horizon, loss, inside80 }) => ({
      horizon,
      loss: Array.from(loss).slice(0, origins),
      inside80: Array.from(inside80).slice(0, origins),
    })),
  };
}
