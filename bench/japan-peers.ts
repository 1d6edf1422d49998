// Peers on Japan's wholesale prices, on the cells of japan-cells.ts: naive, StatsForecast's AutoETS and MSTL on
// logarithms, and a global LightGBM, with WAPE, pinball over mean price and coverage of the 80% interval.
//   node scripts/run-ts.mjs bench/japan-peers.ts [weekly|daily] [YEAR,YEAR,..]     needs SIHWANG_PEERS_PYTHON
//   node scripts/run-ts.mjs bench/japan-peers.ts cells     writes bench/japan-cells.json: which cells are scored
import { writeFileSync } from 'node:fs';
import {
  cellsDigest,
  dailyPanel,
  type JapanPanel,
  type JapanPaths,
  japanMissing,
  naivePaths,
  originsOf,
  scoreJapan,
  weeklyPanel,
} from './japan-cells.ts';
import { peersMissing, runPeerScript, startStatsForecast } from './peers/peer-process.ts';

/** The steps between the origins that LightGBM learns from: every week, every fifth day. */
const LEARN_EVERY = { weekly: 1, daily: 5 };
const ROUNDS = 300;

const [what = 'weekly', yearList = '2024'] = process.argv.slice(2);
const years = yearList.split(',').map(Number);
const missing = japanMissing();
if (missing) {
  console.log(`skipped: ${missing}`);
} else if (what === 'cells') {
  const digests = [weeklyPanel(), dailyPanel()].flatMap((panel) =>
    [[2024], [2022, 2023, 2024]].map((of) => cellsDigest(panel, of)),
  );
  writeFileSync('bench/japan-cells.json', `${JSON.stringify(digests, null, 2)}\n`);
} else {
  const panel = what === 'daily' ? dailyPanel() : weeklyPanel();
  const origins = originsOf(panel, years);
  report('naive', naivePaths(panel, origins));
  const without = peersMissing();
  if (without)
    console.log(`peers not run: ${without}; the recorded figures are in bench/peers/recorded.json`);
  else await runPeers(panel, origins);
}

function report(name: string, paths: readonly JapanPaths[], extra = ''): void {
  const panel = what === 'daily' ? dailyPanel() : weeklyPanel();
  const score = scoreJapan(panel, years, paths);
  const [low, high] = score.coverageInterval;
  const figure = (value: number, digits = 4) => (Number.isNaN(value) ? '–' : value.toFixed(digits));
  console.log(
    `${what} ${yearList} ${name}: WAPE ${figure(score.wape)} over ${score.cells} cells` +
      (years.length > 1 ? ` (${score.yearlyWape.map((v) => figure(v)).join(', ')})` : '') +
      `, pinball ÷ mean price ${figure(score.pinball)}, coverage ${figure(score.coverage, 3)}` +
      ` [${figure(low, 3)}, ${figure(high, 3)}]` +
      (years.length > 1 ? ` (${score.yearlyCoverage.map((v) => figure(v, 3)).join(', ')})` : '') +
      extra,
  );
}

async function runPeers(panel: JapanPanel, origins: Int32Array): Promise<void> {
  const week = panel.kind === 'weekly';
  const mstl = await statsForecast(panel, origins, 'MSTL', week ? [52] : [7, 364]);
  report(`MSTL(log, ${week ? '52' : '7+364'})`, mstl.paths, mstl.extra);
  const ets = await statsForecast(panel, origins, 'AutoETS', [week ? 1 : 7]);
  report('AutoETS(log)', ets.paths, ets.extra);
  const boosted = await lightGbm(panel, origins);
  report('LightGBM direct', boosted.paths, boosted.extra);
  report('mean of MSTL and LightGBM', average([mstl.paths, boosted.paths]));
}

/** One StatsForecast model on the logarithms of every scored item from every origin, gaps filled with the last price. */
async function statsForecast(panel: JapanPanel, origins: Int32Array, model: string, seasons: number[]) {
  const peer = await startStatsForecast();
  let cpuMs = 0;
  let refused = 0;
  const paths: JapanPaths[] = [];
  for (const item of panel.scored) {
    const logs = filledLogs(panel.prices[item]!);
    const parts = { mean: [] as number[], lo: [] as number[], hi: [] as number[] };
    for (const origin of origins) {
      const values = logs.subarray(
        logs.findIndex((value) => !Number.isNaN(value)),
        origin,
      );
      const ask = { values, horizon: panel.horizon, seasons, level: 80 };
      let answer = await peer.ask({ ...ask, model });
      if (!answer) {
        refused++;
        answer = (await peer.ask({ ...ask, model: 'Naive' }))!;
      }
      cpuMs += answer.cpuMs;
      parts.mean.push(...answer.mean.map(Math.exp));
      parts.lo.push(...answer.lo!.map(Math.exp));
      parts.hi.push(...answer.hi!.map(Math.exp));
    }
    paths.push({
      mean: Float64Array.from(parts.mean),
      lo: Float64Array.from(parts.lo),
      hi: Float64Array.from(parts.hi),
    });
  }
  peer.close();
  const extra = `, ${(cpuMs / 1000).toFixed(0)} CPU s${refused ? `, ${refused} refused: naive instead` : ''}`;
  return { paths, extra };
}

async function lightGbm(panel: JapanPanel, origins: Int32Array) {
  const table = (rows: readonly Float64Array[]) =>
    rows.map((row) => Array.from(row, (value) => (Number.isNaN(value) ? null : value)));
  const lines = await runPeerScript('lightgbm-direct.py', {
    ...panel,
    origins: [...origins],
    prices: table(panel.prices),
    volumesKg: table(panel.volumesKg),
    rounds: ROUNDS,
    originStep: LEARN_EVERY[panel.kind],
  });
  const { cpuSeconds } = lines.pop() as { cpuSeconds: number };
  const paths = (lines as { mean: number[]; lo: number[]; hi: number[] }[]).map(({ mean, lo, hi }) => ({
    mean: Float64Array.from(mean),
    lo: Float64Array.from(lo),
    hi: Float64Array.from(hi),
  }));
  return { paths, extra: `, ${cpuSeconds.toFixed(0)} CPU s` };
}

/** The mean of each of the three numbers over the members. */
function average(members: readonly (readonly JapanPaths[])[]): JapanPaths[] {
  return members[0]!.map((_, i) => {
    const mix = (part: 'mean' | 'lo' | 'hi') =>
      members[0]![i]![part]!.map((_, at) => {
        const values = members.map((paths) => paths[i]![part]![at]!);
        return values.reduce((a, b) => a + b) / values.length;
      });
    return { mean: mix('mean'), lo: mix('lo'), hi: mix('hi') };
  });
}

function filledLogs(prices: Float64Array): Float64Array {
  const logs = prices.map(Math.log);
  for (let t = 1; t < logs.length; t++) if (Number.isNaN(logs[t]!)) logs[t] = logs[t - 1]!;
  return logs;
}
