/**
 * `daily` on the whole demo market, end to end, as users run it: time of each step, memory and CPU time of the processes,
 * and how much of the run's time passes outside of real work.
 *
 *   npm run build && node scripts/run-ts.mjs bench/daily-run.ts [items] [markets] [years]
 */
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { addDays, localDate } from '../src/domain/index.ts';
import { openHome } from '../src/lake/index.ts';
import { findResults } from '../src/pipeline/forecasting/index.ts';
import { buildDemo } from '../src/pipeline/index.ts';
import { openRecords, readRun, readSteps } from '../src/records/index.ts';
import { readPostmaster } from '../src/records/server/postmaster.ts';
import { serverFolder } from '../src/records/server/server-folder.ts';
import { homeStoreUri, openStore } from '../src/store/index.ts';

const [items = 40, markets = 8, years = 8] = process.argv.slice(2).map(Number);
const THROUGH = localDate('2026-06-10');
/** So many market days are missing when the run begins. */
const DAYS = 1;
/** Of the clock in which Linux counts CPU time. */
const TICKS_A_SECOND = 100;

/** What a process does for a run, by its command line; the first two and the last are what orchestration costs. */
const ROLES: readonly (readonly [role: string, command: RegExp])[] = [
  ['command', /cli\/main\.js/],
  ['orchestrator', /orchestrate\/main\.js|supervisor-main\.js/],
  ['steps', /child\/main\.js/],
  ['jobs', /jobs\/worker/],
];

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
  const family = watchFamily(child.pid!, () => readPostmaster(serverFolder(path).data)?.pid);
  const watching = setInterval(family.look, 250);
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
    const gapsMs = betweenJobsMs(await findResults(await openStore(homeStoreUri(path)), { run: id }));
    const outsideMs = runMs - workMs + gapsMs;
    const endOf = new Map(steps.map((step) => [step.id, step.endedAt!.getTime()]));
    const chain = steps.map((step) => {
      const ready = Math.max(run.startedAt!.getTime(), ...step.needs.map((need) => endOf.get(need)!));
      const ownMs = step.endedAt!.getTime() - step.startedAt!.getTime();
      const beforeMs = step.startedAt!.getTime() - ready;
      return { step, beforeMs, aroundMs: ownMs - step.workedMs };
    });
    return {
      ...{ code, commandMs: Math.round(wallMs), runMs, workMs: Math.round(workMs), mostMb: family.mostMb() },
      ...{ outsideWorkMs: Math.round(outsideMs), betweenJobsMs: Math.round(gapsMs) },
      outsideWorkPercent: Number(((100 * outsideMs) / runMs).toFixed(1)),
      cpuSeconds: family.cpuSeconds(),
      // between the end of what it needs and its beginning; while it is under way and its work is not
      steps: Object.fromEntries(
        chain.map(({ step, beforeMs, aroundMs }) => [
          step.id,
          `${step.state} ${Math.round(step.workedMs)} ms, outside ${Math.round(beforeMs)} + ${Math.round(aroundMs)} ms`,
        ]),
      ),
    };
  } finally {
    await records.close();
  }
}

/**
 * What the time of a step's work hides: a step with jobs works from the first one's beginning to the last one's end, and a
 * worker does nothing between two of them. Milliseconds, the mean of the workers.
 */
function betweenJobsMs(
  manifests: readonly { readonly startedAt: string; readonly endedAt: string }[],
): number {
  const ends: number[] = [];
  let gaps = 0;
  for (const { startedAt, endedAt } of manifests.toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1))) {
    const start = Date.parse(startedAt);
    const free = ends.filter((end) => end <= start);
    const before = Math.max(...free);
    if (free.length > 0) {
      gaps += start - before;
      ends.splice(ends.indexOf(before), 1);
    }
    ends.push(Date.parse(endedAt));
  }
  return ends.length === 0 ? 0 : gaps / ends.length;
}

/** Watches a process and all that it started: resident memory, PostgreSQL left out, and CPU time by role. */
function watchFamily(root: number, postmaster: () => number | undefined) {
  let mostMb = 0;
  const cpu = new Map<string, { role: string; ticks: number }>();
  const look = (): void => {
    const server = postmaster();
    const found = new Map<
      number,
      { parent: number; kb: number; role: string; begun: string; ticks: number }
    >();
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const kb = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1] ?? 0);
        // of PostgreSQL also what its ended backends took
        const isServer = Number(name) === server;
        const ticks = [11, 12, ...(isServer ? [13, 14] : [])].reduce(
          (sum, at) => sum + Number(fields[at]),
          0,
        );
        const role = ROLES.find(([, pattern]) => pattern.test(command))?.[0] ?? 'other';
        found.set(Number(name), { parent: Number(fields[1]), kb, role, begun: fields[19]!, ticks });
      } catch {
        // it ended meanwhile
      }
    }
    let kb = 0;
    for (const [pid, { kb: own, role, begun, ticks }] of found) {
      for (let at: number | undefined = pid; at !== undefined; at = found.get(at)?.parent)
        if (at === server) {
          cpu.set(`${pid} ${begun}`, { role: 'postgresql', ticks });
          break;
        } else if (at === root) {
          kb += own;
          cpu.set(`${pid} ${begun}`, { role, ticks });
          break;
        }
    }
    mostMb = Math.max(mostMb, Math.round(kb / 1024));
  };
  return {
    look,
    mostMb: () => mostMb,
    /** Seconds by role, as last seen of each process: what it did in its last quarter of a second is missing. */
    cpuSeconds(): Readonly<Record<string, number>> {
      const sums: Record<string, number> = {};
      for (const { role, ticks } of cpu.values()) sums[role] = (sums[role] ?? 0) + ticks / TICKS_A_SECOND;
      return Object.fromEntries(Object.entries(sums).map(([role, sum]) => [role, Number(sum.toFixed(1))]));
    },
  };
}
