import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type JobSpec,
  jobName,
  type Manifest,
  placeJob,
  submitJobs,
  watchJobs,
} from '../../src/jobs/index.ts';
import { type LocalWorld, localWorld } from '../support/local-jobs.ts';
import { testJob } from '../support/test-job.ts';

/** The worker as a process of its own, and what a runner hands on of its words. */
const WORKER = 'test/support/test-worker.mjs';
/** Start of a process, imports, a job of one step and its durable result, beside `node -e 0`. */
const MULTIPLE_OF_BARE_NODE = 8;

let folder: string;
let world: LocalWorld;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sihwang-worker-'));
  world = await localWorld(folder, randomUUID());
});
afterAll(async () => {
  await world.on.runner.close();
  rmSync(folder, { recursive: true, force: true });
});

const place = (job: Parameters<typeof testJob>[0]): JobSpec =>
  placeJob(testJob(job), { home: world.on.home, run: 'r', runner: 'local', store: world.on.store.uri });

async function written(key: string, content: object): Promise<string> {
  await world.on.store.put(key, Buffer.from(JSON.stringify(content)));
  return world.on.store.uriOf(key);
}

async function manifestOf({ placement }: JobSpec): Promise<Manifest | null> {
  const bytes = await world.on.store.get(`${placement.result}manifest.json`);
  return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as Manifest);
}

function work(args: readonly string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [WORKER, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (text) => {
    said += text;
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })));
}

it('check 4: two workers that do one job at once leave one result', async () => {
  const spec = place({ seed: 11, params: { to: 40, stepMs: 25 } });
  const uri = await written('race.json', spec);
  const both = await Promise.all([work(['--spec', uri]), work(['--spec', uri])]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  const ends = both.map(({ said }) => JSON.parse(said.trimEnd().split('\n').at(-1)!));
  expect(ends.map(({ result }) => result).sort()).toEqual(['committed', 'superseded']);
  const manifest = await manifestOf(spec);
  const committed = ends.find(({ result }) => result === 'committed');
  const attempts: { writer: string; result: string }[] = [];
  for await (const { key } of world.on.store.list(`${spec.placement.result}attempts/`))
    attempts.push(JSON.parse(new TextDecoder().decode((await world.on.store.get(key))!)));
  expect(attempts).toHaveLength(2);
  expect(attempts.find(({ result }) => result === 'committed')!.writer).toBe(manifest!.writer);
  expect(committed.job).toBe(manifest!.jobSha256.slice(0, 16));
  const { key, sha256 } = manifest!.outputs[0]!;
  expect(await world.on.store.get(key, { sha256 })).not.toBeNull();
});

it('does the job of a list that its shard names, and none beyond the list', async () => {
  const specs = [place({ seed: 21 }), place({ seed: 22 })];
  const uris = await Promise.all(specs.map((spec, at) => written(`specs/${at}.json`, spec)));
  const list = await written('specs/list.json', { specs: uris });
  const run = (args: string[], env: NodeJS.ProcessEnv = {}) =>
    spawnSync(process.execPath, [WORKER, '--spec', list, ...args], { env: { ...process.env, ...env } });
  expect(run(['--shard', '1']).status).toBe(0);
  expect([await manifestOf(specs[0]!), (await manifestOf(specs[1]!))?.spec.job.seed]).toEqual([null, 22]);
  expect(run([], { AWS_BATCH_JOB_ARRAY_INDEX: '0' }).status).toBe(0);
  expect((await manifestOf(specs[0]!))!.spec.job.seed).toBe(21);
  const beyond = run(['--shard', '2']);
  expect(beyond.status).toBe(70);
  expect(String(beyond.stdout)).toContain('JOB_SHARD_UNKNOWN');
});

it('hands on what a job said, page by page, as long as the runner keeps it', async () => {
  const { on } = world;
  const [key] = (await submitJobs([place({ seed: 31, params: { lines: 50, to: 30, stepMs: 20 } })], on)) as [
    string,
  ];
  const handle = { name: jobName(key, 1), providerId: null };
  const said: string[] = [];
  let cursor = '';
  for (let round = 0; ; round++) {
    expect(round, 'it ends').toBeLessThan(2400);
    const exitCode = (await on.runner.poll([handle]))[0]!.exitCode;
    const page = await on.runner.logs(handle, cursor);
    said.push(...page.lines);
    cursor = page.cursor;
    if (exitCode !== null) break;
    await sleep(25);
  }
  expect(await on.runner.logs(handle, cursor)).toEqual({ lines: [], cursor });
  const events = said.map((line) => JSON.parse(line));
  expect(events.flatMap(({ event, line }) => (event === 'line' ? [line] : []))).toEqual(
    Array.from({ length: 50 }, (_, at) => at),
  );
  expect(events.at(-1)).toMatchObject({ event: 'ended', exitCode: 0 });
  expect((await watchJobs([key], on))[0]!.state).toBe('SUCCEEDED');
  expect((await on.runner.logs(handle, '')).lines).toEqual([]);
});

it(`is at the end of a small job within ${MULTIPLE_OF_BARE_NODE} starts of a bare process`, async () => {
  const timed = (args: string[]): number => {
    const began = performance.now();
    expect(spawnSync(process.execPath, args).status).toBe(0);
    return performance.now() - began;
  };
  let [bare, worker] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  // the best of each, taken in turns: what else the machine does is in neither
  for (let round = 0; round < 5; round++) {
    const spec = await written(`ratio-${round}.json`, place({ seed: 40 + round, params: { to: 1 } }));
    bare = Math.min(bare, timed(['-e', '0']));
    worker = Math.min(worker, timed([WORKER, '--spec', spec]));
  }
  console.log(
    `bare node ${bare.toFixed(0)} ms, worker ${worker.toFixed(0)} ms: ${(worker / bare).toFixed(1)} times`,
  );
  expect(worker / bare).toBeLessThan(MULTIPLE_OF_BARE_NODE);
});
