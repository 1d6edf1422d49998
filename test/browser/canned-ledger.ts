import type { BoardLive, Drift, Ledger } from '../../src/api/contract.ts';
import { boardOf, CABBAGE, dayFrom, FEED, noise } from './canned-market.ts';

const AHEAD = { MD1: 1, W1: 7, W2: 14, W4: 28 } as const;
type Horizon = keyof typeof AHEAD;

/** Sixty origins a horizon, three days apart; the last ones wait for their day, and one target was said of twice. */
function saidOf(horizon: Horizon): Ledger['said'] {
  return Array.from({ length: 60 }, (_, k) => {
    const origin = 3 * (k - 59);
    const came = origin + AHEAD[horizon] <= 0;
    const middle = 920 * (1 + 0.2 * Math.sin(origin / 23));
    const spread = 0.05 + 0.006 * AHEAD[horizon];
    const mean = middle * (1 + (noise(k, 3) - 0.5) * spread);
    const actual = came ? middle * (1 + (noise(k, 5) - 0.5) * 2.6 * spread) : null;
    const [lo80, hi80] = [mean * (1 - spread), mean * (1 + spread)];
    return {
      horizon,
      originDay: dayFrom(origin),
      targetDay: dayFrom(origin + AHEAD[horizon]),
      issuedAt: `${dayFrom(origin)}T21:02:00.000Z`,
      vintage: 1,
      status: k % 20 === 7 ? 'baseline' : 'model',
      modelVersion: k < 40 ? 'price-forecast-1f3c5a7b9d0e' : 'price-forecast-2a4c6e8f0b1d',
      model: 'ets',
      snapshotSha256: '',
      conditionsVersion: `demo-${k}`,
      run: `daily-${dayFrom(origin)}T21:10:00Z`,
      mean,
      lo80,
      hi80,
      naive: middle * (1 + (noise(k, 9) - 0.5) * 2 * spread),
      actual,
      inside80: actual === null ? null : actual >= lo80 && actual <= hi80,
      knownAt: came ? `${dayFrom(origin + AHEAD[horizon])}T20:58:00.000Z` : null,
    };
  });
}

const liveOf = (horizon: string, weeks: number, skill: number | null) => ({
  ...{ horizon, scored: weeks * 6 - 3, weeks, coverage80: 0.803, skill },
  ...{ firstTargetDay: dayFrom(-7 * weeks), lastTargetDay: dayFrom(0), enough: weeks >= 13 },
});

export const LEDGER: Ledger = {
  series: CABBAGE,
  said: (Object.keys(AHEAD) as Horizon[])
    .flatMap(saidOf)
    .flatMap((one) =>
      one.horizon === 'W4' && one.originDay === dayFrom(-6)
        ? [one, { ...one, vintage: 2, conditionsVersion: 'demo-corrected' }]
        : [one],
    ),
  alarms: [
    {
      ...{ id: 7, task: 'price-forecast', feed: 'demo', series: CABBAGE, horizon: 'W1', kind: 'coverage' },
      ...{ figures: { coverage80: 0.41, scored: 150, weeks: 25 }, raisedAt: '2026-11-16T21:10:00.000Z' },
      endedAt: null,
    },
  ],
  live: [liveOf('MD1', 26, 0.081), liveOf('W1', 25, -0.024), liveOf('W2', 24, null), liveOf('W4', 12, 0.14)],
};

export const NOTHING_SAID: Ledger = { series: CABBAGE, said: [], live: [], alarms: [] };

/** The first rows of the board have earned enough. */
export const BOARD_LIVE: BoardLive = {
  rows: boardOf(FEED)
    .rows.slice(0, 4)
    .map(({ series }, at) => ({ series, ...liveOf('W4', 20 + at, 0.12 - 0.06 * at) })),
};

export const DRIFT: Drift = {
  open: [
    { feed: 'demo', kind: 'coverage', count: 30 },
    { feed: 'demo', kind: 'promise', count: 1 },
  ],
  alarms: [
    { ...LEDGER.alarms[0]!, id: 8, series: '', horizon: 'W2', kind: 'promise', figures: { weeks: 9 } },
    ...LEDGER.alarms,
  ],
};
