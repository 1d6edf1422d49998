// Gradient boosting beside LightGBM on the same synthetic rows, one thread each, in turns: CPU seconds of laying bins
// and training, and the loss on 50,000 rows that neither has seen. The bars: 1.0 of LightGBM's time for least squares,
// 1.15 for the 0.9 quantile, at equal loss.
//   SIHWANG_PEERS_PYTHON=/path/to/python node scripts/run-ts.mjs bench/boosting.ts [rows] [trees] [turns]
// Every turn makes other rows; how well either learns a product of two of them is luck, so one turn says little about loss.
// Without a Python that has lightgbm it runs ours alone and prints the recorded ratio.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binFeatures, type FeatureTable, trainBoosting } from '../src/models/index.ts';

const rows = Number(process.argv[2] ?? 500_000);
const trees = Number(process.argv[3] ?? 500);
const turns = Number(process.argv[4] ?? 1);
const FEATURES = 60;
const NORMAL = 45;
const TEST_ROWS = 50_000;
const settings = { leaves: 31, learningRate: 0.1, minRowsPerLeaf: 20, lambdaL2: 0 };

/** Measured with LightGBM 4.7.0 at 500,000 rows and 500 trees, both on one thread of the same machine in one run. */
const RECORDED = { l2: 0.76, quantile: 0.9 };

interface Figures {
  readonly binSeconds: number;
  readonly trainSeconds: number;
  readonly loss: number;
}

interface Part {
  readonly table: FeatureTable;
  readonly target: Float64Array;
}

/** 45 normal and 15 small-integer columns; the target has products, waves, steps and noise. */
function part(size: number, seed: number): Part {
  let state = seed;
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const columns = Array.from({ length: FEATURES }, (_, at) =>
    Float32Array.from({ length: size }, () => (at < NORMAL ? normal() : Math.floor(random() * 12))),
  );
  const target = Float64Array.from({ length: size }, (_, row) => {
    const x = (at: number): number => columns[at]![row]!;
    let sum = 3 * x(0) * x(1) + 5 * Math.sin(2 * x(2)) + 2 * normal();
    for (let at = 4; at < 20; at++) sum += (at / 20) * x(at);
    return sum + (x(50) > 5 ? 4 * x(3) : 0) + x(46) + (x(47) === 3 ? 6 : 0);
  });
  return { table: { names: columns.map((_, at) => `x${at}`), columns }, target };
}

function ours(kind: 'l2' | 'quantile', q: number, train: Part, test: Part): Figures {
  const begin = process.cpuUsage();
  const seconds = (): number => {
    const { user, system } = process.cpuUsage(begin);
    return (user + system) / 1e6;
  };
  const binned = binFeatures(train.table);
  const binSeconds = seconds();
  const objective = kind === 'l2' ? { kind } : { kind, q };
  const model = trainBoosting(binned, train.target, { ...settings, trees, objective });
  const trainSeconds = seconds() - binSeconds;
  const predicted = model.predict(test.table);
  let loss = 0;
  test.target.forEach((target, row) => {
    const off = target - predicted[row]!;
    loss += kind === 'l2' ? off * off : off > 0 ? q * off : (q - 1) * off;
  });
  return { binSeconds, trainSeconds, loss: loss / test.target.length };
}

function theirs(python: string, folder: string, kind: string, q: number): Figures | undefined {
  const asked = JSON.stringify({ ...settings, trees, objective: kind, q });
  const run = spawnSync(python, ['bench/peers/boosting.py', folder, asked], {
    encoding: 'utf8',
    env: { ...process.env, OMP_WAIT_POLICY: 'PASSIVE', OMP_NUM_THREADS: '1' },
  });
  if (run.status === 0) return JSON.parse(run.stdout) as Figures;
  console.error(`LightGBM did not run: ${run.stderr ?? run.error?.message}`);
  return undefined;
}

const folder = mkdtempSync(join(tmpdir(), 'sihwang-boosting-'));
const python = process.env.SIHWANG_PEERS_PYTHON;
const works = [
  { kind: 'l2', q: 0.5, bar: 1 },
  { kind: 'quantile', q: 0.9, bar: 1.15 },
] as const;
const sums = works.map(() => ({ ours: 0, theirs: 0, lossRatios: [] as number[] }));
try {
  console.log(`${rows} rows x ${FEATURES} features, ${trees} trees; CPU seconds, one thread`);
  for (let turn = 0; turn < turns; turn++) {
    const train = part(rows, 2 * turn + 1);
    const test = part(TEST_ROWS, 2 * turn + 2);
    if (python) {
      write('train', train);
      write('test', test);
    }
    works.forEach(({ kind, q }, at) => {
      const sum = sums[at]!;
      const mine = ours(kind, q, train, test);
      print(`${kind} ours`, mine);
      const peer = python ? theirs(python, folder, kind, q) : undefined;
      if (!peer) return;
      print(`${kind} LightGBM`, peer);
      sum.ours += mine.binSeconds + mine.trainSeconds;
      sum.theirs += peer.binSeconds + peer.trainSeconds;
      sum.lossRatios.push(mine.loss / peer.loss);
    });
  }
  works.forEach(({ kind, bar }, at) => {
    const { ours, theirs, lossRatios } = sums[at]!;
    if (theirs > 0) {
      const loss = lossRatios.reduce((a, b) => a + b) / lossRatios.length;
      const squares = lossRatios.reduce((sum, ratio) => sum + (ratio - loss) ** 2, 0);
      const error = Math.sqrt(squares / (lossRatios.length - 1) / lossRatios.length);
      const within = Number.isFinite(error) ? ` ± ${error.toFixed(3)}` : '';
      console.log(
        `${kind}: ${(ours / theirs).toFixed(2)} of LightGBM's time at ${loss.toFixed(3)}${within} of its loss; the bar is ${bar}`,
      );
    } else {
      console.log(
        `${kind}: no LightGBM here (SIHWANG_PEERS_PYTHON); recorded ${RECORDED[kind]}, the bar is ${bar}`,
      );
    }
  });
} finally {
  rmSync(folder, { recursive: true });
}

function write(name: string, { table, target }: Part): void {
  const values = new Float32Array(target.length * FEATURES);
  table.columns.forEach((column, at) => {
    values.set(column, at * target.length);
  });
  writeFileSync(join(folder, `${name}.bin`), values);
  writeFileSync(join(folder, `${name}-target.bin`), target);
}

function print(who: string, { binSeconds, trainSeconds, loss }: Figures): void {
  console.log(
    `${who.padEnd(18)} bins ${binSeconds.toFixed(2)}  training ${trainSeconds.toFixed(2)}  loss ${loss.toFixed(5)}`,
  );
}
