/**
 * Ingest of one million demo lots, all rules on, beside DuckDB's own CSV → Parquet of the same file.
 * Run: node scripts/run-ts.mjs bench/ingest.ts [lots-per-day] [rounds] — prints rows a second, CPU seconds, the ratios and
 * whether the commit is the same, byte for byte, when it is made again from its raw bytes.
 */
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { openHome, readHeaderLine, replayCheck, takeIn, withWriterLock } from '../src/lake/index.ts';
import { demoFeed, demoOptions, handOver, recogniseShape, simulate } from '../src/sources/index.ts';

const ROUNDS = Number(process.argv[3] ?? 3);
const folder = mkdtempSync(join(tmpdir(), 'sihwang-bench-'));

interface Spent {
  readonly wallMs: number;
  readonly cpuMs: number;
}

async function timed(work: () => Promise<unknown>): Promise<Spent> {
  const wall = performance.now();
  const cpu = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs: performance.now() - wall, cpuMs: (user + system) / 1000 };
}

async function writeLots(path: string, lotsPerDay: number): Promise<void> {
  const out = createWriteStream(path);
  let named = '';
  for (const { fileName, chunk } of simulate(demoOptions({ lotsPerDay }))) {
    const header = named !== '' && named !== fileName ? chunk.indexOf(10) + 1 : 0;
    named = fileName;
    if (!out.write(Buffer.from(chunk.subarray(header))))
      await new Promise<void>((done) => out.once('drain', done));
  }
  await new Promise<void>((done) => out.end(() => done()));
}

async function peer(path: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  await connection.run(
    `copy (from read_csv('${path}', ignore_errors = true)) to '${join(folder, 'peer.parquet')}' (format parquet, compression zstd)`,
  );
  instance.closeSync();
}

async function ours(path: string, round: number): Promise<number> {
  const home = openHome(join(folder, `home-${round}`));
  const shape = recogniseShape(demoFeed, readHeaderLine(path))!;
  const { commit } = await withWriterLock(home, { command: 'bench' }, () =>
    takeIn(home, handOver(demoFeed, shape), path),
  );
  return commit.rows;
}

function best(spent: readonly Spent[]): Spent {
  return {
    wallMs: Math.min(...spent.map((one) => one.wallMs)),
    cpuMs: Math.min(...spent.map((one) => one.cpuMs)),
  };
}

try {
  const path = join(folder, 'lots.csv');
  await writeLots(path, Number(process.argv[2] ?? 420));
  const peers: Spent[] = [];
  const own: Spent[] = [];
  let rows = 0;
  for (let round = 0; round < ROUNDS; round++) {
    peers.push(await timed(() => peer(path)));
    own.push(
      await timed(async () => {
        rows = await ours(path, round);
      }),
    );
  }
  const shape = recogniseShape(demoFeed, readHeaderLine(path))!;
  const [replayed] = await replayCheck(openHome(join(folder, 'home-0')), 'demo', () =>
    handOver(demoFeed, shape),
  );
  const [a, b] = [best(peers), best(own)];
  const rate = (spent: Spent) => Math.round(rows / (spent.wallMs / 1000));
  console.log(
    JSON.stringify({
      rows,
      megabytes: Math.round(statSync(path).size / 1e6),
      duckdbRowsPerSecond: rate(a),
      sihwangRowsPerSecond: rate(b),
      duckdbCpuMs: Math.round(a.cpuMs),
      sihwangCpuMs: Math.round(b.cpuMs),
      speedRatioWall: Number((a.wallMs / b.wallMs).toFixed(2)),
      speedRatioCpu: Number((a.cpuMs / b.cpuMs).toFixed(2)),
      replay: replayed!.result,
    }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
