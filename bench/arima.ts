// Our automatic ARIMA beside StatsForecast's AutoARIMA on 20 fixed series of M3 monthly (m = 12), M4 weekly (m = 1) and
// M4 hourly (m = 24), the last horizon held back: CPU ms a series on one thread, and OWA. The bar: a third of the
// peer's CPU at equal or better accuracy.
//   node scripts/run-ts.mjs bench/arima.ts [monthly] [weekly] [hourly] [further=1]
// further=1 leaves one more horizon off: the cut that settings are chosen on. The peer runs in turns with ours when
// SIHWANG_PEERS_PYTHON is set (hourly takes it some ten minutes); else its recorded figures stand in, saying so.
import { readFileSync } from 'node:fs';
import { arima } from '../src/models/index.ts';
import { readSet, type Scores, type SetName, scoreSet, seriesMissing, setNames } from './m-series.ts';
import { type Peer, peersMissing, startStatsForecast } from './peers/peer-process.ts';

interface Figures extends Scores {
  readonly cpuMs: number;
}

const CPU_BAR = 1 / 3;
const lists = readJson<{ sets: { name: SetName; season: number; ids: string[] }[] }>('./arima-series.json');
const recorded = readJson<{ made: string; sets: (Figures & { name: SetName })[] }>('./arima-recorded.json');
const words = process.argv.slice(2);
const further = Number(words.find((word) => word.startsWith('further='))?.slice(8) ?? 0);
const wanted = setNames.filter((name) => words.some((word) => name.endsWith(` ${word}`)));

const missing = seriesMissing();
if (missing) console.log(`skipped: ${missing}`);
else await compare(wanted.length > 0 ? wanted : setNames);

async function compare(names: readonly SetName[]): Promise<void> {
  const peer = peersMissing() ? undefined : await startStatsForecast();
  if (peer) console.log(`the peer: StatsForecast ${peer.versions.statsforecast} in turns with ours`);
  else console.log(`the peer's figures are recorded ones (${recorded.made}); ${peersMissing()}`);
  for (const name of names) {
    const { ours, theirs } = await run(name, peer);
    const against = theirs ?? recorded.sets.find((one) => one.name === name);
    console.log(`${name}, ${ours.series} series: ours ${line(ours)}`);
    if (!against || (further > 0 && !theirs)) continue;
    console.log(`${' '.repeat(name.length)}  AutoARIMA ${line(against)}${theirs ? '' : ' (recorded)'}`);
    const share = ours.cpuMs / against.cpuMs;
    const good = share <= CPU_BAR && ours.owa <= against.owa;
    console.log(
      `${' '.repeat(name.length)}  CPU ${share.toPrecision(2)} of the peer's, OWA ${(ours.owa / against.owa).toFixed(3)} of its: ` +
        `${good ? 'within' : 'OUTSIDE'} the bar (0.33, 1)`,
    );
    if (!good) process.exitCode = 1;
  }
  peer?.close();
}

async function run(name: SetName, peer: Peer | undefined): Promise<{ ours: Figures; theirs?: Figures }> {
  const { ids, season } = lists.sets.find((one) => one.name === name)!;
  const whole = readSet(name, { heldFurther: further });
  const set = { ...whole, series: whole.series.filter((one) => ids.includes(one.id)) };
  const model = arima();
  // The first calls are for the compiler.
  for (const { known } of set.series.slice(0, 2)) model.fit(known.subarray(0, 60), { season });
  const means: Float64Array[] = [];
  const peerMeans: (readonly number[])[] = [];
  let cpuMs = 0;
  let peerCpuMs = 0;
  for (const { id, known } of set.series) {
    const before = process.cpuUsage();
    means.push(model.fit(known, { season }).forecast(known, set.horizon).mean);
    const used = process.cpuUsage(before);
    cpuMs += (used.user + used.system) / 1000 / set.series.length;
    if (!peer) continue;
    const answer = await peer.ask({
      model: 'AutoARIMA',
      values: known,
      horizon: set.horizon,
      seasons: [season],
    });
    if (!answer) throw new Error(`AutoARIMA refused ${id}`);
    peerMeans.push(answer.mean);
    peerCpuMs += answer.cpuMs / set.series.length;
  }
  const ours = { ...scoreSet(set, means), cpuMs };
  return peer ? { ours, theirs: { ...scoreSet(set, peerMeans), cpuMs: peerCpuMs } } : { ours };
}

function line({ cpuMs, owa, smape, mase }: Figures): string {
  return `${cpuMs.toFixed(1)} CPU ms, OWA ${owa.toFixed(4)}, sMAPE ${smape.toFixed(3)}, MASE ${mase.toFixed(4)}`;
}

function readJson<Shape>(name: string): Shape {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
}
