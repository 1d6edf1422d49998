/**
 * `daily` on the whole demo market, end to end, as users run it: time of each step, memory of the processes, and how much
 * of the run's time passes outside of real work.
 *
 *   npm run build && node scripts/run-ts.mjs bench/daily-run.ts [items] [markets] [years]
 */
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { addDays, localDate } from '../src/domain/index.ts';
import { openHome } from '../src/lake/index.ts';
import { buildDemo } from '../src/pipeline/index.ts';
import { openRecords, readRun, readSteps } from '../src/records/index.ts';

const [items = 40, markets = 8, years = 8] = process.argv.slice(2).map(Number);
const THROUGH = localDate('2026-06-10');
/** So many market days are missing when the run begins. */
const DAYS = 1;

const folder = mkdtempSync(join(tmpdir(), 'sihwang-daily-'));
chmodSync(folder, 0o711);
try {
  const home = openHome(join(folder, 'home'));
  await buildDemo(home, { items, markets, years, through: THROUGH }, { waitMs: 0, command: 'bench' });
  const first = await daily(home.path, addDays(THROUGH, DAYS + 1));
  const second = await daily(home.path, addDays(THROUGH, DAYS + 2));
  console.log(JSON.stringify({ items, markets, years, load: loadavg()[0], first, second }, null, 2));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function daily(path: string, day: string) {
  const began = performance.now();
  const child = spawn(
    process.execPath,
    ['dist/cli/main.js', 'run', 'daily', '--scheduled-for', `${day}T00:00:00Z`, '--home', path],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  let mostMb = 0;
  const watching = setInterval(() => {
    mostMb = Math.max(mostMb, familyMb(child.pid!));
  }, 500);
  const code = await new Promise((resolve) => child.once('exit', resolve));
  clearInterval(watching);
  const wallMs = performance.now() - began;
  const records = await openRecords(openHome(path));
  try {
    const id = `daily-${day}T00:00:00Z`;
    const run = (await readRun(records.pool, id))!;
    const steps = await readSteps(records.pool, id);
    const runMs = run.endedAt!.getTime() - run.startedAt!.getTime();
    // one feed, one chain: nothing goes side by side, so work adds up
    const workMs = steps.reduce((sum, step) => sum + step.workedMs, 0);
    return {
      ...{ code, commandMs: Math.round(wallMs), runMs, workMs: Math.round(workMs), mostMb },
      outsideWorkPercent: Number((100 * (1 - workMs / runMs)).toFixed(1)),
      steps: Object.fromEntries(
        steps.map((step) => [step.id, `${step.state} ${Math.round(step.workedMs)} ms`]),
      ),
    };
  } finally {
    await records.close();
  }
}

/** Resident memory of a process and all that it started, PostgreSQL left out. */
function familyMb(root: number): number {
  const parents = new Map<number, { parent: number; kb: number }>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const status = readFileSync(`/proc/${name}/status`, 'utf8');
      if (/^Name:\s+postgres/m.test(status)) continue;
      const parent = Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]);
      parents.set(Number(name), { parent, kb: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) });
    } catch {
      // it ended meanwhile
    }
  }
  let kb = 0;
  for (const [pid, { kb: own }] of parents) {
    for (let at: number | undefined = pid; at !== undefined; at = parents.get(at)?.parent)
      if (at === root) {
        kb += own;
        break;
      }
  }
  return Math.round(kb / 1024);
}
