import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type JobSpec,
  jobSha256,
  type Manifest,
  openLocalRunner,
  placeJob,
  submitJobs,
  watchJobs,
} from '../../src/jobs/index.ts';
import { openHome, openServingLibrary, openSnapshot } from '../../src/lake/index.ts';
import { taskJobs } from '../../src/pipeline/forecasting/task-jobs.ts';
import { weeklyRetrain } from '../../src/pipeline/plans/weekly-retrain.ts';
import { startRun } from '../../src/pipeline/runs/start-run.ts';
import {
  championOf,
  decide,
  decisionsAbout,
  jobRows,
  putUpChallenger,
  readRun,
  readSteps,
  registerVersion,
} from '../../src/records/index.ts';
import { feedById } from '../../src/sources/index.ts';
import { homeStoreUri, openStore, type Store } from '../../src/store/index.ts';
import type { ComputedBy } from '../../src/tasks/index.ts';
import { runCli } from '../support/cli.ts';
import { jobRowsInMemory } from '../support/job-rows-in-memory.ts';
import { built } from '../support/local-jobs.ts';
import { performJobs } from '../support/perform-jobs.ts';
import { recordsPrograms, withRecords } from '../support/records-database.ts';

const WORKER = built('dist/jobs/worker/main.js');
const SUPERVISOR = built('dist/jobs/runners/local/supervisor-main.js');

/** A forecast job whose worker is killed with kill -9 behind each series: the next goes on, and the bytes are the same. */
let folder: string;
let home: string;
let store: Store;
let spec: JobSpec;
let undisturbed: readonly (readonly [string, string])[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sihwang-forecast-job-'));
  home = join(folder, 'home');
  store = await openStore(homeStoreUri(home));
  writeFileSync(join(folder, 'table.csv'), table(300));
  await succeed(['ingest', 'japan-maff', '--file', join(folder, 'table.csv')]);
  const { sha256 } = await succeed(['snapshot', 'create', 'japan-maff']);
  spec = await specOf(sha256);
  const [inThisProcess] = await performJobs(store, [elsewhere('undisturbed')]);
  undisturbed = hashes(inThisProcess!.manifest!.outputs);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Prices of four items that never stand still, on weekdays, in the form of Japan's daily publication. */
function table(days: number): string {
  const rows = ['date,item_code,item,volume_kg,price_jpy_per_kg'];
  for (let day = 0; day < days; day++) {
    const date = new Date(Date.UTC(2024, 0, 1 + day));
    if (date.getUTCDay() % 6 === 0) continue;
    for (const [k, code] of ['30100', '30200', '30300', '31100'].entries()) {
      const price = 100 * (k + 1) * (1 + 0.3 * Math.sin(day / 58)) * (1 + 0.1 * Math.sin(day * day + k));
      rows.push(`${date.toISOString().slice(0, 10)},${code},item ${k},${100_000 + k},${price.toFixed(1)}`);
    }
  }
  return `${rows.join('\n')}\n`;
}

async function succeed(args: readonly string[]) {
  const ran = await runCli([...args, '--home', home, '--json']);
  expect(ran.code, ran.stderr).toBe(0);
  return JSON.parse(ran.stdout);
}

/** The one job that forecasts everything, for the built command. */
async function specOf(sha256: string): Promise<JobSpec> {
  const built = pathToFileURL(resolve('dist/tasks/index.js')).href;
  const { computedBy } = (await import(built)) as { computedBy: () => ComputedBy };
  const snapshot = await openSnapshot(store, sha256);
  const { jobs } = await taskJobs(store, snapshot, { task: 'price-forecast', params: {} });
  snapshot.close();
  expect(jobs).toHaveLength(1);
  const job = { ...jobs[0]!, codeVersion: computedBy().codeVersion };
  const where = { home: openHome(home).id, run: 'daily-1', runner: 'local', store: store.uri };
  // one is due behind every series
  return placeJob(job, { ...where, checkpoint: { everySeconds: 0.001 } });
}

/** The same job with a place of its own for its result. */
function elsewhere(name: string): JobSpec {
  return { ...spec, placement: { ...spec.placement, run: name, result: `runs/${name}/0123456789abcdef/` } };
}

const hashes = (outputs: Manifest['outputs']) => outputs.map(({ name, sha256 }) => [name, sha256] as const);

async function manifestOf({ placement }: JobSpec): Promise<Manifest> {
  const kept = await store.get(`${placement.result}manifest.json`);
  return JSON.parse(new TextDecoder().decode(kept!)) as Manifest;
}

it('ends with the bytes of a job that nothing befell, and is issued again to the same', async () => {
  await store.put('specs/killed.json', Buffer.from(JSON.stringify(spec)));
  const worker = ['worker', '--spec', store.uriOf('specs/killed.json')];
  let step = 0;
  for (let death = 0; step < 2; death++) {
    expect(death, 'each worker adds a series').toBeLessThan(6);
    const killed = await runCli(worker, { env: { SIHWANG_KILL_AT: 'object-stored' } });
    expect(killed.signal, killed.stdout).toBe('SIGKILL');
    for await (const { key } of store.list(`${spec.placement.result}checkpoint/`))
      step = Number(/\/(\d{12})-/.exec(key)![1]);
  }
  const done = await runCli(worker);
  expect(done.code, done.stdout).toBe(0);
  expect(done.stdout).toContain('"event":"resumed"');

  expect(hashes((await manifestOf(spec)).outputs)).toEqual(undisturbed);

  expect(await succeed(['forecasts', 'reissue', jobSha256(spec.job).slice(0, 12)])).toMatchObject([
    {
      job: jobSha256(spec.job),
      run: 'daily-1',
      snapshot: spec.job.snapshotSha256,
      computedBy: { nodeMajor: expect.any(Number) },
    },
  ]);
});

it('comes to the same bytes in the local runner, whose worker is the built one', async () => {
  const { id } = openHome(home);
  const rows = jobRowsInMemory();
  const runner = openLocalRunner({ id, path: home }, { worker: WORKER, supervisor: SUPERVISOR, workers: 1 });
  try {
    const on = { home: id, rows, runner, store, lease: await rows.takeLease(id, 'test') };
    const [outcome] = await watchJobs(await submitJobs([elsewhere('in-the-runner')], on), on);
    expect(outcome).toMatchObject({ state: 'SUCCEEDED', error: null });
    expect(hashes(outcome!.manifest!.outputs)).toEqual(undisturbed);
  } finally {
    await runner.close();
  }
});

it('stops at SIGTERM after a checkpoint, and sihwang-worker brings it to the same bytes', async () => {
  const stopped = elsewhere('stopped');
  await store.put('specs/stopped.json', Buffer.from(JSON.stringify(stopped)));
  const start = () => {
    const args = ['dist/cli/sihwang-worker.js', '--spec', store.uriOf('specs/stopped.json')];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    const ended = new Promise<{ code: number | null; said: string }>((resolve) =>
      child.once('close', (code) => resolve({ code, said })),
    );
    child.stdout.on('data', (text) => {
      said += text;
      // it has forecast one series of four
      if (said.includes('"event":"progress"')) child.kill('SIGTERM');
    });
    return ended;
  };
  const first = await start();
  expect(first.code, first.said).toBe(143);
  const checkpoints: string[] = [];
  for await (const { key } of store.list(`${stopped.placement.result}checkpoint/`)) checkpoints.push(key);
  expect(checkpoints.length).toBeGreaterThan(0);
  let last = first;
  for (let stop = 0; last.code === 143; stop++) {
    expect(stop, 'each worker adds a series').toBeLessThan(5);
    last = await start();
    expect(last.said).toContain('"event":"begun"');
  }
  expect(last.code, last.said).toBe(0);
  expect(last.said).toContain('"event":"resumed"');
  expect(hashes((await manifestOf(stopped)).outputs)).toEqual(undisturbed);
});

it.skipIf(recordsPrograms() === null)(
  'is part of weekly-retrain, whose orchestrator dies behind handing its jobs over: the first champion, then another',
  async () => {
    const own = openHome(home);
    const db = await withRecords(own.id);
    const { pool } = db.records;
    const of = { task: 'price-forecast', feed: 'japan-maff' };
    const orchestrator = (point?: string) => {
      const child = spawn(process.execPath, ['--no-deprecation', 'dist/pipeline/orchestrate/main.js', home], {
        env: { ...process.env, DATABASE_URL: db.url, ...(point ? { SIHWANG_KILL_AT: point } : {}) },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      const end = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
      return { child, end };
    };
    const retrain = async (at: string) =>
      (await startRun(own, db.records, weeklyRetrain, { scheduledFor: new Date(at), askedBy: 'test' })).id;
    const ended = async (run: string) => {
      while (!(await readRun(pool, run))?.endedAt) await sleep(100);
      const steps = await readSteps(pool, run);
      const bad = steps.filter(({ state }) => state !== 'succeeded' && state !== 'skipped');
      expect(bad, run).toEqual([]);
      return Object.fromEntries(steps.map((step) => [step.kind, step]));
    };
    const recipes = async () => {
      const { profile } = feedById(of.feed)!;
      const library = await openServingLibrary(own, [profile]);
      const sql = 'select distinct recipe from forecast_state';
      const { columns } = await library.read(profile.id, (reader) => reader.query(sql));
      await library.close();
      return columns.recipe!.map((recipe) => JSON.parse(String(recipe)));
    };
    const first = await retrain('2026-01-05T00:00:00Z');
    expect(await orchestrator('jobs-handed-over').end).toBe('SIGKILL');
    const next = orchestrator();
    try {
      const begun = await ended(first);
      expect(begun.evaluate).toMatchObject({ state: 'skipped' });
      expect(begun.forecast?.output).toMatchObject({ series: 4, failed: 0, kept: [] });
      const jobs = await jobRows(pool).read(own.id, { run: first });
      expect(jobs.map(({ state }) => state)).toEqual(['SUCCEEDED']);
      const former = (await championOf(pool, of.task, of.feed))!;
      expect(await recipes()).toEqual([former.recipe]);

      // another version is made the champion by hand, and the former one stands against it
      const at = '2026-01-06T00:00:00.000Z';
      const { codeVersion } = former;
      const recipe = { damping: 0, global: false, models: [] };
      const other = { ...of, recipe, codeVersion, createdAt: at, createdBy: 'test' };
      const versionId = await registerVersion(pool, other);
      const by = { actor: 'test', reason: 'a test', evidence: null };
      await decide(pool, { ...of, key: 'hand', kind: 'manual', subject: versionId, at, ...by });
      await putUpChallenger(pool, { ...of, versionId: former.versionId, at });
      const second = await ended(await retrain('2026-01-12T00:00:00Z'));
      expect(second.evaluate?.output).toMatchObject({ champion: versionId, challengers: [former.versionId] });
      expect((await decisionsAbout(pool, of))[0]).toMatchObject({
        ...{ kind: 'keep', reason: 'too-few-origins', championAfter: versionId },
        evidence: { champion: versionId, challenger: former.versionId },
      });
      expect(await recipes()).toEqual([recipe]);
      // what was judged is not computed once more, and counts as no work of this step
      expect(await jobRows(pool).read(own.id, { run: second.forecast!.runId })).toHaveLength(2);
      expect(second.forecast!.workedMs).toBeLessThan(second.evaluate!.workedMs);
    } finally {
      next.child.kill('SIGTERM');
      expect(await next.end).toBe(0);
      await db.drop();
    }
  },
  // two orchestrators and five jobs on a busy machine
  480_000,
);
