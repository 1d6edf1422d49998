/**
 * The demo market at scale: 10 years, 33 markets, 300 items. Ingest beside DuckDB's own CSV → Parquet of the same files,
 * one day reloaded, publication, then a fresh server process, cold and warm.
 * Run: npm run build && node scripts/run-ts.mjs bench/scale.ts [lots, default 50,000,000] [folder]
 * Disk: about 260 bytes a lot while it runs (50 million: 13 GB), all of it removed at the end.
 */
import { execFileSync } from 'node:child_process';
import {
  createReadStream,
  createWriteStream,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DuckDBInstance } from '@duckdb/node-api';
import { localDate } from '../src/domain/index.ts';
import { openHome, publishConditions, readHeaderLine, takeIn, withWriterLock } from '../src/lake/index.ts';
import { conditionTables } from '../src/market/index.ts';
import { demoFeed, demoOptions, handOver, recogniseShape, simulate } from '../src/sources/index.ts';

const SCALE = { years: 10, items: 300, markets: 33, through: localDate('2026-11-21') } as const;
const MARKET_DAYS = 3003;
const lots = Number(process.argv[2] ?? 50_000_000);
const folder = mkdtempSync(join(process.argv[3] ?? tmpdir(), 'sihwang-scale-'));

interface Spent {
  wallMs: number;
  cpuMs: number;
}

async function timed(work: () => Promise<unknown>): Promise<Spent> {
  const wall = performance.now();
  const cpu = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs: performance.now() - wall, cpuMs: (user + system) / 1000 };
}

/** One file a year, as the simulated auction houses publish them. */
async function writeFiles(): Promise<string[]> {
  const paths: string[] = [];
  let out: ReturnType<typeof createWriteStream> | undefined;
  const end = () => new Promise<void>((done) => (out ? out.end(() => done()) : done()));
  for (const { fileName, chunk } of simulate(
    demoOptions({ ...SCALE, lotsPerDay: Math.ceil(lots / MARKET_DAYS) }),
  )) {
    const path = join(folder, fileName);
    if (path !== paths.at(-1)) {
      await end();
      out = createWriteStream(path);
      paths.push(path);
    }
    if (!out!.write(Buffer.from(chunk))) await new Promise<void>((done) => out!.once('drain', done));
  }
  await end();
  return paths;
}

async function duckdbAlone(path: string): Promise<void> {
  const target = join(folder, 'peer.parquet');
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '2GB' });
  const connection = await instance.connect();
  await connection.run(
    `copy (from read_csv('${path}', ignore_errors = true)) to '${target}' (format parquet, compression zstd)`,
  );
  instance.closeSync();
  rmSync(target);
}

/** The lots of the last market day once more, in a file of their own, as an auction house sends a day again. */
async function lastDayAgain(path: string): Promise<string> {
  const lines = createInterface({ input: createReadStream(path) });
  let header = '';
  let kept: string[] = [];
  for await (const line of lines) {
    if (header === '') header = line;
    else {
      if (kept[0]?.slice(0, 10) !== line.slice(0, 10)) kept = [];
      kept.push(line);
    }
  }
  const target = join(folder, 'again.csv');
  writeFileSync(target, `${[header, ...kept].join('\n')}\n`);
  return target;
}

function sizeOf(path: string): number {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/** Asks the kernel to forget a file's pages (posix_fadvise, by way of dd), so that the next read comes from the disk. */
function evict(path: string): void {
  execFileSync('dd', [`if=${path}`, 'iflag=nocache', 'count=0', 'status=none']);
}

function reader(home: string, mode: 'cold' | 'warm'): Record<string, unknown> {
  return JSON.parse(
    execFileSync(process.execPath, ['bench/scale-reader.mjs', home, mode], { encoding: 'utf8' }),
  );
}

const seconds = (ms: number) => Number((ms / 1000).toFixed(1));
const sum = (spent: readonly Spent[], of: keyof Spent) => spent.reduce((total, one) => total + one[of], 0);

try {
  const paths = await writeFiles();
  const csvBytes = paths.reduce((total, path) => total + statSync(path).size, 0);
  const home = openHome(join(folder, 'home'));
  const figures = await withWriterLock(home, { command: 'bench' }, async () => {
    const peers: Spent[] = [];
    const own: Spent[] = [];
    let rows = 0;
    const takeInFile = async (path: string) => {
      const shape = recogniseShape(demoFeed, readHeaderLine(path))!;
      return (await takeIn(home, handOver(demoFeed, shape), path)).commit;
    };
    const again = await lastDayAgain(paths.at(-1)!);
    for (const path of paths) {
      peers.push(await timed(() => duckdbAlone(path)));
      own.push(
        await timed(async () => {
          rows += (await takeInFile(path)).rows;
        }),
      );
      rmSync(path);
      process.stderr.write(
        `${path.slice(folder.length + 1)}: ${seconds(own.at(-1)!.wallMs)} s, DuckDB alone ${seconds(peers.at(-1)!.wallMs)} s\n`,
      );
    }
    const publish = () => publishConditions(home, demoFeed.profile, conditionTables(demoFeed.profile));
    const published = await timed(publish);
    process.stderr.write(`published: ${seconds(published.wallMs)} s\n`);
    let reloaded: Record<string, number> = {};
    const reload = await timed(async () => {
      reloaded = (await takeInFile(again)).outcomes;
    });
    return {
      rows,
      csvMegabytes: Math.round(csvBytes / 1e6),
      rowsPerSecond: Math.round(rows / (sum(own, 'wallMs') / 1000)),
      duckdbRowsPerSecond: Math.round(rows / (sum(peers, 'wallMs') / 1000)),
      ratioWall: Number((sum(peers, 'wallMs') / sum(own, 'wallMs')).toFixed(2)),
      ratioCpu: Number((sum(peers, 'cpuMs') / sum(own, 'cpuMs')).toFixed(2)),
      publishSeconds: seconds(published.wallMs),
      reloadOneDay: { seconds: seconds(reload.wallMs), ...reloaded },
      rawMegabytes: Math.round(sizeOf(home.at('raw')) / 1e6),
      cleanMegabytes: Math.round(sizeOf(home.at('clean')) / 1e6),
      servingMegabytes: Math.round(sizeOf(home.at('serving')) / 1e6),
    };
  });
  const serving = readdirSync(home.at('serving')).map((name) => home.at('serving', name));
  const cold = [1, 2, 3].map(() => {
    serving.forEach(evict);
    return reader(home.path, 'cold');
  });
  console.log(JSON.stringify({ ...figures, cold, warm: reader(home.path, 'warm') }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
