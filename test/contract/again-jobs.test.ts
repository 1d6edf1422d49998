import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cancelJobs, type JobsOn, placeJob, submitJobs, watchJobs } from '../../src/jobs/index.ts';
import { type LocalWorld, localWorld } from '../support/local-jobs.ts';
import { testJob } from '../support/test-job.ts';

/** A person asks for jobs again that have failed or were cancelled: the same keys, the next gen, all attempts anew. */
let folder: string;
let world: LocalWorld;
let on: JobsOn;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sihwang-again-'));
  world = await localWorld(folder, randomUUID());
  on = world.on;
});
afterEach(async () => {
  await on.runner.close();
  rmSync(folder, { recursive: true, force: true });
});

const place = (job: Parameters<typeof testJob>[0], attempts: number) =>
  placeJob(testJob(job), {
    ...{ home: on.home, run: 'r', runner: 'local', store: on.store.uri },
    limits: { attempts },
  });

it('does again what failed, as if nothing had been tried, and leaves what succeeded', async () => {
  const mark = join(folder, 'mark');
  const good = place({ seed: 1 }, 2);
  const bad = place({ seed: 2, task: 'fail', params: { exit: 75, until: mark } }, 2);
  const keys = await submitJobs([good, bad], on);
  const first = await watchJobs(keys, on);
  expect(first.map(({ state }) => state).sort()).toEqual(['FAILED', 'SUCCEEDED']);

  expect((await watchJobs(await submitJobs([good, bad], on), on)).map(({ name }) => name)).toEqual(
    first.map(({ name }) => name),
  );

  expect(await submitJobs([good, bad], on, { again: true })).toEqual(keys);
  const second = new Map((await watchJobs(keys, on)).map((outcome) => [outcome.key, outcome]));
  expect(second.get(keys[0]!)).toMatchObject({ state: 'SUCCEEDED', name: `${keys[0]}-g1` });
  // two more attempts, not none
  expect(second.get(keys[1]!)).toMatchObject({ state: 'FAILED', name: `${keys[1]}-g4` });

  writeFileSync(mark, '');
  await submitJobs([good, bad], on, { again: true });
  const third = new Map((await watchJobs(keys, on)).map((outcome) => [outcome.key, outcome]));
  expect(third.get(keys[1]!)).toMatchObject({ state: 'SUCCEEDED', errorClass: null, error: null });
  expect(third.get(keys[1]!)!.manifest!.gen).toBe(5);
  const [row] = await on.rows.read(on.home, { keys: [keys[1]!] });
  expect(row!.attempts.map(({ gen }) => gen)).toEqual([1, 2, 3, 4, 5]);
  expect(existsSync(join(folder, 'jobs', `${keys[1]}-g5`))).toBe(false);

  // a result that was collected since is made again
  await on.store.delete(`${good.placement.result}manifest.json`);
  await submitJobs([good, bad], on, { again: true });
  const fourth = (await watchJobs(keys, on)).map(({ name, state }) => `${name} ${state}`);
  expect(fourth.sort()).toEqual([`${keys[0]}-g2 SUCCEEDED`, `${keys[1]}-g5 SUCCEEDED`].sort());
});

it('does again what was cancelled, from its checkpoint', async () => {
  const one = placeJob(testJob({ params: { to: 60, stepMs: 10 } }), {
    ...{ home: on.home, run: 'r', runner: 'local', store: on.store.uri },
    checkpoint: { everySeconds: 0.001 },
  });
  const [key] = (await submitJobs([one], on)) as [string];
  const { result } = one.placement;
  for (let round = 0; !(await saved(`${result}checkpoint/`)); round++) {
    expect(round, 'it saves a checkpoint').toBeLessThan(2400);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  await cancelJobs({ keys: [key] }, 'stop', on);
  expect((await watchJobs([key], on))[0]).toMatchObject({ state: 'CANCELLED' });

  await submitJobs([one], on, { again: true });
  expect((await watchJobs([key], on))[0]).toMatchObject({ state: 'SUCCEEDED', name: `${key}-g2` });
  const said: string[] = [];
  for await (const { key: part } of on.store.list(`${result}log/2-`))
    said.push(new TextDecoder().decode((await on.store.get(part))!));
  expect(said.join('')).toContain('"event":"resumed"');
});

async function saved(prefix: string): Promise<boolean> {
  for await (const _ of on.store.list(prefix)) return true;
  return false;
}
