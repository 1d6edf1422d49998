// The default choice of `forecast` against the best single peer, on the training parts of M3 and M4 with the last
// horizon held back: OWA against Naive2, and CPU ms a series on one thread.
//   node scripts/run-ts.mjs bench/m-competitions.ts [monthly] [weekly] [hourly] [further=1] [all]
//   node scripts/run-ts.mjs bench/m-competitions.ts record     runs every peer (half an hour) and writes recorded.json
// further=1 is the cut that settings are chosen on. With SIHWANG_PEERS_PYTHON set, the peer with the best recorded OWA
// (with `all`, every peer) runs in this command; else the recorded figures stand in, saying so.
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import { forecast } from '../src/forecast/index.ts';
import { readSet, type SeriesSet, type SetName, scoreSet, seriesMissing, setNames } from './m-series.ts';
import { type Peer, peersMissing, startStatsForecast } from './peers/peer-process.ts';
import { type PeerFigures, readRecorded } from './peers/recorded.ts';

/** What our OWA may be of the best single peer's. */
const BARS: Record<SetName, number> = { 'M3 monthly': 0.98, 'M4 weekly': 0.92, 'M4 hourly': 0.83 };

/** Peers and the seasons that each is told; a weekly series also as if it had none, since most peers do better so. */
const PEERS: Record<SetName, readonly (readonly [model: string, seasons: readonly number[]])[]> = {
  'M3 monthly': [
    ['SeasonalNaive', [12]],
    ['DynamicOptimizedTheta', [12]],
    ['MSTL', [12]],
    ['CES', [12]],
    ['AutoETS', [12]],
    ['AutoTheta', [12]],
  ],
  'M4 weekly': [
    ['DynamicOptimizedTheta', [52]],
    ['DynamicOptimizedTheta', [1]],
    ['MSTL', [52]],
    ['CES', [1]],
    ['AutoETS', [1]],
    ['AutoTheta', [1]],
    ['AutoTheta', [52]],
  ],
  'M4 hourly': [
    ['SeasonalNaive', [24]],
    ['DynamicOptimizedTheta', [24]],
    ['MSTL', [24]],
    ['MSTL', [24, 168]],
    ['CES', [24]],
    ['AutoETS', [24]],
    ['AutoTheta', [24]],
  ],
};

const words = process.argv.slice(2);
const heldFurther = Number(words.find((word) => word.startsWith('further='))?.slice(8) ?? 0);
const wanted = setNames.filter((name) => words.some((word) => name.endsWith(` ${word}`)));
const missing = seriesMissing() ?? (words[0] === 'record' ? peersMissing() : undefined);
if (missing) console.log(`skipped: ${missing}`);
else if (words[0] === 'record') await record();
else await compare(wanted.length > 0 ? wanted : setNames);

async function compare(names: readonly SetName[]): Promise<void> {
  const recorded = readRecorded();
  const live = peersMissing() ? undefined : await startStatsForecast();
  console.log(
    live
      ? `peers run here: StatsForecast ${live.versions.statsforecast}, one thread`
      : `peers' figures are recorded ones (StatsForecast ${recorded.versions.statsforecast}, ${recorded.date}, ` +
          `${recorded.machine}): ${peersMissing()}`,
  );
  for (const name of names) {
    const set = readSet(name, { heldFurther });
    const before = process.cpuUsage();
    const answers = forecast(
      set.series.map(({ known }) => known),
      { horizon: set.horizon, season: set.season },
    );
    const { user, system } = process.cpuUsage(before);
    const means = answers.map((answer) => {
      if (answer.refusal) throw answer.refusal;
      return answer.mean;
    });
    const cpuMs = (user + system) / 1000 / set.series.length;
    const ours = scoreSet(set, means);
    console.log(`${name}, ${ours.series} series: ours ${told({ ...ours, cpuMs })}`);

    const known = recorded.series.filter((one) => one.set === name).sort((a, b) => a.owa - b.owa);
    const chosen = words.includes('all') ? known : known.slice(0, 1);
    const peers: PeerFigures[] = [];
    for (const one of chosen) {
      if (live) peers.push(await runPeer(live, set, one.model, one.seasons));
      else if (heldFurther === 0) peers.push(one);
    }
    for (const one of peers) console.log(`  ${one.model} [${one.seasons}] ${told(one)}`);
    if (peers.length === 0) continue;
    const share = ours.owa / Math.min(...peers.map((one) => one.owa));
    console.log(`  OWA ${share.toFixed(3)} of the best single peer's; the bar is ${BARS[name]}`);
    if (share > BARS[name]) process.exitCode = 1;
  }
  live?.close();
}

async function record(): Promise<void> {
  const peer = await startStatsForecast();
  const series: PeerFigures[] = [];
  for (const name of setNames) {
    const set = readSet(name);
    for (const [model, seasons] of PEERS[name]) {
      const figures = await runPeer(peer, set, model, seasons);
      console.log(`${name} ${model} [${seasons}] ${told(figures)}`);
      series.push(figures);
    }
  }
  peer.close();
  const date = new Date().toISOString().slice(0, 10);
  const machine = `one thread of ${os.cpus().length} shared cores, ${os.cpus()[0]!.model}`;
  const recorded = { date, machine, versions: peer.versions, series };
  writeFileSync('bench/peers/recorded.json', `${JSON.stringify(recorded, null, 2)}\n`);
}

async function runPeer(
  peer: Peer,
  set: SeriesSet,
  model: string,
  seasons: readonly number[],
): Promise<PeerFigures> {
  const means: (readonly number[])[] = [];
  let cpuMs = 0;
  let refused = 0;
  for (const { known } of set.series) {
    const ask = { values: known, horizon: set.horizon, seasons };
    let answer = await peer.ask({ ...ask, model });
    if (!answer) {
      refused++;
      answer = (await peer.ask({ ...ask, model: 'Naive' }))!;
    }
    cpuMs += answer.cpuMs / set.series.length;
    means.push(answer.mean);
  }
  return { set: set.name, model, seasons, cpuMs: round(cpuMs), refused, ...rounded(scoreSet(set, means)) };
}

function rounded(scores: ReturnType<typeof scoreSet>) {
  const { series, smape, mase, owa } = scores;
  return { series, smape: round(smape), mase: round(mase), owa: round(owa) };
}

function told(one: { owa: number; smape: number; mase: number; cpuMs: number }): string {
  return `OWA ${one.owa.toFixed(4)}, sMAPE ${one.smape.toFixed(3)}, MASE ${one.mase.toFixed(3)}, ${one.cpuMs.toFixed(1)} CPU ms a series`;
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}
