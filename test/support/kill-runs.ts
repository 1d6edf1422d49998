import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { addDays, localDate } from '../../src/domain/index.ts';
import { type Home, openHome, openServingLibrary, readCommits } from '../../src/lake/index.ts';
import { buildDemo } from '../../src/pipeline/build-demo.ts';
import { daily } from '../../src/pipeline/plans/daily.ts';
import type { Plan } from '../../src/pipeline/plans/plan.ts';
import { startRun } from '../../src/pipeline/runs/start-run.ts';
import { listEvents, openRecords, readRun, readSteps } from '../../src/records/index.ts';
import { readPostmaster } from '../../src/records/server/postmaster.ts';
import { serverFolder } from '../../src/records/server/server-folder.ts';
import { demoFeed, demoOptions, simulate } from '../../src/sources/index.ts';
import { CLI } from './cli.ts';
import { forecastFaults, issueAgain } from './kill-run-forecasts.ts';
import { killHard, MARK, markedProcesses } from './marked-processes.ts';
import { seeded } from './random.ts';

/** Whom a round kills: the orchestrator's process, a step's, PostgreSQL, the one who keeps the orchestrator, or all. */
const VICTIMS = ['orchestrator', 'worker', 'postgres', 'keeper', 'all'] as const;
type Victim = (typeof VICTIMS)[number];

/** One model beside the baselines: real forecasts in a second or two, so that kills meet every part of a run. */
const RECIPE = { models: ['ets'] };
/** `daily` as it is, with this recipe. */
const PLAN: Plan = {
  ...daily,
  steps: (context) =>
    daily
      .steps(context)
      .map((step) =>
        step.kind === 'forecast' ? { ...step, params: { ...step.params, recipe: RECIPE } } : step,
      ),
};
const DEMO = { years: 1, items: 4, markets: 2, lotsPerDay: 24, seed: 7 } as const;
const FIRST_THROUGH = '2026-03-02';
const ROUND_LIMIT_MS = 180_000;
/** In the middle one of so many rounds the orchestrator is frozen, not killed, and wakes up while another is at work. */
const FREEZE_EVERY = 12;
const TAKEN_OVER_MS = 15_000;
/** It goes on at most so long after that. */
const AWAKE_MS = 3_000;
/** Whatever an orchestrator leaves behind ends within so long. */
const ORPHAN_MS = 20_000;

export interface RunKillFigures {
  readonly rounds: number;
  readonly kills: Readonly<Record<string, number>>;
  /** Kills that met a run under way. */
  readonly during: number;
  readonly seconds: number;
  /** From a round's last kill to the next sign of life in its run; the longest. */
  readonly longestPauseMs: number;
  /** Sentences, each with its round; empty when the promise holds. */
  readonly faults: readonly string[];
}

/**
 * Runs `daily` of a small demo market for one day after the other, with two orchestrators, and kills at random moments.
 * After each round the run must have succeeded, each step's effect be there once, its forecasts too, what is published be
 * whole, and no process be left without its parent.
 */
export async function killRuns(folder: string, rounds: number, seed: number): Promise<RunKillFigures> {
  const random = seeded(seed);
  const mark = randomUUID();
  const began = performance.now();
  // as root the server is another user's, who must be able to come by
  chmodSync(folder, 0o711);
  const home = openHome(`${folder}/home`);
  await buildDemo(home, { ...DEMO, through: localDate(FIRST_THROUGH) }, { waitMs: 0, command: 'test' });
  const made = await openRecords(home, { keep: true });
  const { url } = made;
  await made.close();
  const pool = new pg.Pool({ connectionString: url, max: 2, application_name: 'test' });
  pool.on('error', () => undefined);
  // what the orchestrators said, for whoever has to find out why a round went wrong
  const said = openSync(`${folder}/orchestrators.log`, 'a');
  const keepers: ChildProcess[] = [];
  const faults: string[] = [];
  const kills: Record<string, number> = {};
  const published = watchPublished(home, (fault) => faults.push(fault));
  let during = 0;
  let longestPauseMs = 0;
  let usualMs = 3_000;
  let through = localDate(FIRST_THROUGH);
  let rows = lakeRows(home);
  const keeping = setInterval(keepAlive, 200);
  try {
    for (let round = 1; round <= rounds; round++) {
      const wrong = (what: string) => faults.push(`seed ${seed}, round ${round}: ${what}`);
      through = nextDay(through);
      const id = await again(() =>
        startRun(home, { url, pool, close: async () => undefined }, PLAN, {
          ...{ scheduledFor: new Date(`${addDays(through, 1)}T00:00:00Z`), askedBy: 'test' },
        }),
      ).then((started) => started.id);
      const since = performance.now();
      let killedAt = since;
      const freezes = round % FREEZE_EVERY === FREEZE_EVERY / 2;
      const victims = freezes
        ? (['frozen'] as const)
        : Array.from({ length: 1 + Math.floor(random() * 2) }, () => pick(random));
      for (const victim of victims) {
        await sleep(random() * usualMs);
        const open = await again(() => readRun(pool, id)).then((run) => run?.endedAt === null);
        if (victim === 'frozen') await freeze(wrong);
        else kill(victim);
        kills[victim] = (kills[victim] ?? 0) + 1;
        if (open) during += 1;
        killedAt = performance.now();
      }
      const ended = await waitForEnd(id);
      if (!ended) {
        const at = await again(() => readSteps(pool, id));
        wrong(`${id} did not end: ${at.map((step) => `${step.id} ${step.state}`).join(', ')}`);
        break;
      }
      usualMs = 0.7 * usualMs + 0.3 * Math.min(20_000, performance.now() - since);
      if (!freezes)
        longestPauseMs = Math.max(
          longestPauseMs,
          await pauseAfter(id, killedAt - performance.now() + Date.now()),
        );
      await checkRun(id, wrong);
      for (const fault of await again(() => forecastFaults(home, pool, id))) wrong(fault);
      // once is enough: it computes them again
      const different = round === rounds ? await issueAgain(home, id) : null;
      if (different !== null) wrong(different);
      const expected = rows + publishedRows(through);
      rows = lakeRows(home);
      if (rows !== expected) wrong(`the lake holds ${rows} rows of ${expected}`);
      rows = expected;
      await published.expectDay(through, wrong);
      await noOrphans(wrong);
    }
  } finally {
    clearInterval(keeping);
    for (const keeper of keepers) keeper.kill('SIGTERM');
    await gone(mark, ORPHAN_MS, (left) => faults.push(`left behind at the end: ${left}`));
    await published.stop();
    await pool.end();
    const last = await openRecords(home);
    await last.close();
    closeSync(said);
  }
  const seconds = Math.round((performance.now() - began) / 1000);
  return { rounds, kills, during, seconds, longestPauseMs: Math.round(longestPauseMs), faults };

  /** Two orchestrators, whoever was killed. */
  function keepAlive(): void {
    for (let at = 0; at < 2; at++) {
      const keeper = keepers[at];
      if (keeper && keeper.exitCode === null && keeper.signalCode === null) continue;
      keepers[at] = spawn(process.execPath, [CLI, 'orchestrate', '--home', home.path], {
        env: { ...process.env, [MARK]: mark },
        stdio: ['ignore', 'ignore', said],
      });
    }
  }

  function kill(victim: Victim): void {
    const marked = markedProcesses(mark);
    const running = (program: string) => marked.filter(({ command }) => command.includes(program));
    const orchestrators = running('/orchestrate/main.js');
    const workers = marked.filter(({ command }) => /child\/main\.js|jobs\/(worker|runners)/.test(command));
    if (victim === 'orchestrator' || victim === 'all') for (const { pid } of orchestrators) killHard(pid);
    if (victim === 'worker' || victim === 'all') for (const { pid } of workers) killHard(pid);
    if (victim === 'keeper' || victim === 'all') for (const { pid } of running('cli/main.js')) killHard(pid);
    if (victim === 'postgres' || victim === 'all') {
      const postmaster = readPostmaster(serverFolder(home.path).data);
      if (postmaster) killHard(postmaster.pid);
    }
  }

  /** Stops the one that holds the lock, and lets it go on later, while another one is at work. */
  async function freeze(wrong: (what: string) => void): Promise<void> {
    const pid = await again(holder);
    if (pid === null) return;
    process.kill(pid, 'SIGSTOP');
    const frozenAt = performance.now();
    const late = () => performance.now() - frozenAt > TAKEN_OVER_MS;
    for (let now: number | null = pid; (now === pid || now === null) && !late(); await sleep(100))
      now = await again(holder);
    if (late()) wrong(`nobody took over within ${TAKEN_OVER_MS} ms of a frozen orchestrator`);
    setTimeout(() => wake(pid), random() * AWAKE_MS);
  }

  /** The process that holds the orchestrator's lock. */
  async function holder(): Promise<number | null> {
    const { rows } = await pool.query<{ pid: number }>(
      `select substring(application_name from '[0-9]+$')::int as pid from pg_locks join pg_stat_activity using (pid)
       where locktype = 'advisory' and granted and application_name like 'sihwang orchestrator %'`,
    );
    return rows[0]?.pid ?? null;
  }

  async function waitForEnd(id: string): Promise<boolean> {
    const until = performance.now() + ROUND_LIMIT_MS;
    while (performance.now() < until) {
      const run = await readRun(pool, id).catch(() => undefined);
      if (run?.endedAt) return true;
      await sleep(100);
    }
    return false;
  }

  async function pauseAfter(id: string, killedAtMs: number): Promise<number> {
    const later = (await again(() => listEvents(pool, id))).find(({ at }) => at.getTime() > killedAtMs);
    return later ? later.at.getTime() - killedAtMs : 0;
  }

  async function checkRun(id: string, wrong: (what: string) => void): Promise<void> {
    const [run, steps, events] = await again(() =>
      Promise.all([readRun(pool, id), readSteps(pool, id), listEvents(pool, id)]),
    );
    if (run?.state !== 'succeeded') wrong(`${id} is ${run?.state}`);
    for (const step of steps) {
      const ends = events.filter(
        ({ stepId, name }) => stepId === step.id && /^step\.(succeeded|skipped|failed)$/.test(name),
      );
      if (!['succeeded', 'skipped'].includes(step.state) || ends.length !== 1)
        wrong(`${step.id} is ${step.state} (${step.error?.message ?? ''}) and ended ${ends.length} times`);
    }
    if (events.filter(({ name }) => name === 'run.succeeded').length !== 1) wrong(`${id} did not end once`);
  }

  async function noOrphans(wrong: (what: string) => void): Promise<void> {
    const until = performance.now() + ORPHAN_MS;
    for (;;) {
      const marked = markedProcesses(mark).filter(({ command }) => !/postgres/.test(command));
      const pids = new Set([process.pid, ...marked.map(({ pid }) => pid)]);
      const orphans = marked.filter(({ parent }) => !pids.has(parent));
      if (orphans.length === 0) return;
      if (performance.now() > until)
        return wrong(`orphans: ${orphans.map(({ command }) => command).join('; ')}`);
      await sleep(200);
    }
  }
}

function wake(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT');
  } catch {
    // its keeper went away meanwhile, and took it along
  }
}

function pick(random: () => number): Victim {
  return VICTIMS[Math.floor(random() * VICTIMS.length)]!;
}

/** The day after which the demo market publishes next; it is open on the day itself. */
function nextDay(day: ReturnType<typeof localDate>): ReturnType<typeof localDate> {
  const later = demoOptions({ ...DEMO }, () => Date.parse(`${addDays(day, 2)}T00:00:00Z`)).through;
  return later > day ? later : nextDayFrom(day, 3);
}

function nextDayFrom(day: ReturnType<typeof localDate>, ahead: number): ReturnType<typeof localDate> {
  const later = demoOptions({ ...DEMO }, () => Date.parse(`${addDays(day, ahead)}T00:00:00Z`)).through;
  return later > day ? later : nextDayFrom(day, ahead + 1);
}

/** Rows that the market publishes on one day, whatever day they are about. */
function publishedRows(day: ReturnType<typeof localDate>): number {
  let lines = 0;
  for (const { chunk } of simulate({ ...DEMO, through: day }, { since: day }))
    for (const byte of chunk) if (byte === 10) lines += 1;
  return lines - 1;
}

/** Rows of every file that was taken in, each with one outcome. */
function lakeRows(home: Home): number {
  return readCommits(home, demoFeed.profile.id).reduce((sum, { rows }) => sum + rows, 0);
}

/** Asks again while the database is away. */
async function again<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === 300) throw error;
      await sleep(100);
    }
  }
}

async function gone(mark: string, limitMs: number, complain: (left: string) => void): Promise<void> {
  const until = performance.now() + limitMs;
  for (;;) {
    const left = markedProcesses(mark).filter(({ command }) => !/postgres/.test(command));
    if (left.length === 0) return;
    if (performance.now() > until) {
      for (const { pid } of left) killHard(pid);
      return complain(left.map(({ command }) => command).join('; '));
    }
    await sleep(200);
  }
}

interface PublishedWatch {
  expectDay(day: string, wrong: (what: string) => void): Promise<void>;
  stop(): Promise<void>;
}

/** Reads what is published all the time: an answer must never fail, and the days never go back. */
function watchPublished(home: Home, complain: (fault: string) => void): PublishedWatch {
  const opened = openServingLibrary(home, [demoFeed.profile]);
  let stopped = false;
  let last = '';
  const look = async (): Promise<void> => {
    const library = await opened;
    await library.catchUp();
    await library.read(demoFeed.profile.id, async (reader) => {
      const { columns } = await reader.query(
        'select max(day)::varchar as last, count(*)::int as rows from priced join series using (series_id)',
      );
      const day = columns.last?.[0] as string;
      if (day < last) complain(`published days went back from ${last} to ${day}`);
      last = day;
    });
  };
  const watching = (async () => {
    while (!stopped) {
      await look().catch((error) =>
        complain(`what is published cannot be read: ${(error as Error).message}`),
      );
      await sleep(150);
    }
  })();
  return {
    expectDay: async (day, wrong) => {
      await look();
      if (last !== day) wrong(`${last} is published, not ${day}`);
    },
    stop: async () => {
      stopped = true;
      await watching;
      await (await opened).close();
    },
  };
}
