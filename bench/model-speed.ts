// Our statistical models beside StatsForecast's of the same name: CPU ms a series of fitting and forecasting on one
// thread, and OWA, on the training parts of M3 and M4 with the last horizon held back. The two run in turns, series by
// series, so that a busy machine slows both. (ARIMA has a bench of its own, arima.ts.)
//   node scripts/run-ts.mjs bench/model-speed.ts [monthly] [weekly] [hourly] [MODEL ..] [sample=24] [further=1]
// sample=0 takes every series. Without SIHWANG_PEERS_PYTHON the recorded figures of the whole sets stand in: then only
// sample=0 compares OWA on the same series. The bars: AutoETS a third of the peer's CPU; AutoTheta and DOT a fifth on
// the long series of M4, no slower on M3; MSTL half; CES no slower; each at equal or better OWA.
import { ces, ets, type ForecastModel, ForecastRefusal, mstl, naive, theta } from '../src/models/index.ts';
import { readSet, type SeriesSet, type SetName, scoreSet, seriesMissing, setNames } from './m-series.ts';
import { type Peer, peersMissing, startStatsForecast } from './peers/peer-process.ts';
import { readRecorded } from './peers/recorded.ts';

interface Pair {
  readonly peer: string;
  readonly ours: (seasons: readonly number[]) => ForecastModel;
  /** The seasons that both are told, the sets that are compared, and the share of the peer's CPU that is allowed. */
  readonly on: readonly (readonly [set: SetName, seasons: readonly number[], cpuBar: number])[];
}

const pairs: readonly Pair[] = [
  {
    peer: 'AutoETS',
    ours: () => ets(),
    on: [
      ['M3 monthly', [12], 1 / 3],
      ['M4 weekly', [1], 1 / 3],
      ['M4 hourly', [24], 1 / 3],
    ],
  },
  {
    peer: 'DynamicOptimizedTheta',
    ours: () => theta({ variant: 'dynamic' }),
    on: [
      ['M3 monthly', [12], 1],
      ['M4 weekly', [1], 1 / 5],
      ['M4 weekly', [52], 1 / 5],
      ['M4 hourly', [24], 1 / 5],
    ],
  },
  {
    peer: 'MSTL',
    ours: ([, ...moreSeasons]) => mstl({ moreSeasons }),
    on: [
      ['M3 monthly', [12], 1 / 2],
      ['M4 weekly', [52], 1 / 2],
      ['M4 hourly', [24], 1 / 2],
      ['M4 hourly', [24, 168], 1 / 2],
    ],
  },
  {
    peer: 'AutoTheta',
    ours: () => theta({ variant: 'automatic' }),
    on: [
      ['M3 monthly', [12], 1],
      ['M4 weekly', [1], 1 / 5],
      ['M4 hourly', [24], 1 / 5],
    ],
  },
  {
    peer: 'CES',
    ours: () => ces(),
    on: [
      ['M3 monthly', [12], 1],
      ['M4 weekly', [1], 1],
      ['M4 hourly', [24], 1],
    ],
  },
];

/** Series run before the clock starts, for the compiler. */
const WARM_UP = 3;

const words = process.argv.slice(2);
const numberOf = (name: string) => {
  const word = words.find((one) => one.startsWith(`${name}=`));
  return word === undefined ? undefined : Number(word.slice(name.length + 1));
};
const sample = numberOf('sample') ?? 24;
const heldFurther = numberOf('further') ?? 0;
const wantedSets = setNames.filter((name) => words.some((word) => name.endsWith(` ${word}`)));
const wantedPairs = pairs.filter(({ peer }) => words.includes(peer));

const missing = seriesMissing();
if (missing) console.log(`skipped: ${missing}`);
else await compareAll();

async function compareAll(): Promise<void> {
  const peer = peersMissing() ? undefined : await startStatsForecast();
  const recorded = readRecorded();
  if (peer) console.log(`StatsForecast ${peer.versions.statsforecast} runs in turns with ours`);
  else
    console.log(
      `peers' figures are recorded ones (${recorded.date}, ${recorded.machine}): ${peersMissing()}`,
    );
  console.log('| set | model [seasons] | series | CPU ms ours | peer | ratio (bar) | OWA ours | peer | |');
  console.log('|---|---|---|---|---|---|---|---|---|');
  for (const name of wantedSets.length > 0 ? wantedSets : setNames) {
    const set = sampled(readSet(name, { heldFurther }));
    for (const pair of wantedPairs.length > 0 ? wantedPairs : pairs) {
      for (const [on, seasons, cpuBar] of pair.on) {
        if (on !== name) continue;
        const { ours, live } = await run(set, pair, seasons, peer);
        const same = (one: (typeof recorded.series)[number]) =>
          one.set === name && one.model === pair.peer && String(one.seasons) === String(seasons);
        const theirs = live ?? recorded.series.find(same);
        if (!theirs) continue;
        const ratio = ours.cpuMs / theirs.cpuMs;
        const comparable = theirs.series === ours.series && (live || heldFurther === 0);
        const good = ratio <= cpuBar && (!comparable || ours.owa <= theirs.owa);
        console.log(
          `| ${name} | ${pair.peer} [${seasons}] | ${ours.series} | ${ours.cpuMs.toFixed(2)} | ${theirs.cpuMs.toFixed(2)} | ` +
            `${ratio.toFixed(3)} (${cpuBar.toFixed(2)}) | ${ours.owa.toFixed(4)} | ${theirs.owa.toFixed(4)} | ` +
            `${good ? 'within' : 'OUTSIDE'}${comparable ? '' : ', CPU only'}${ours.refused ? `, ${ours.refused} refused` : ''} |`,
        );
        if (!good) process.exitCode = 1;
      }
    }
  }
  peer?.close();
}

/** Series at even distances, so that every kind of a set is met. */
function sampled(set: SeriesSet): SeriesSet {
  const count = set.series.length;
  if (sample === 0 || sample >= count) return set;
  const at = Array.from({ length: sample }, (_, i) => Math.round((i * (count - 1)) / (sample - 1)));
  return { ...set, series: at.map((i) => set.series[i]!) };
}

/** Both in turns; whichever refuses a series answers its last value, at the cost of the refusal. */
async function run(set: SeriesSet, pair: Pair, seasons: readonly number[], peer: Peer | undefined) {
  const model = pair.ours(seasons);
  const context = { season: seasons[0]! };
  const oursOf = (known: Float64Array) => {
    try {
      return model.fit(known, context).forecast(known, set.horizon).mean;
    } catch (error) {
      if (error instanceof ForecastRefusal) return undefined;
      throw error;
    }
  };
  for (const { known } of set.series.slice(-WARM_UP)) oursOf(known);
  const means: ArrayLike<number>[] = [];
  const peerMeans: (readonly number[])[] = [];
  let microseconds = 0;
  let peerMs = 0;
  let refused = 0;
  for (const { known } of set.series) {
    const before = process.cpuUsage();
    const mean = oursOf(known);
    const used = process.cpuUsage(before);
    microseconds += used.user + used.system;
    if (!mean) refused++;
    means.push(mean ?? naive.fit(known).forecast(known, set.horizon).mean);
    if (!peer) continue;
    const ask = { values: known, horizon: set.horizon, seasons };
    const answer =
      (await peer.ask({ ...ask, model: pair.peer })) ?? (await peer.ask({ ...ask, model: 'Naive' }))!;
    peerMs += answer.cpuMs;
    peerMeans.push(answer.mean);
  }
  const count = set.series.length;
  return {
    ours: { ...scoreSet(set, means), cpuMs: microseconds / 1000 / count, refused },
    live: peer ? { ...scoreSet(set, peerMeans), cpuMs: peerMs / count } : undefined,
  };
}
