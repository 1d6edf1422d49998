import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { jobRowsInMemory } from '../../test/support/job-rows-in-memory.ts';
import { testJob } from '../../test/support/test-job.ts';
import { EXIT } from '../domain/index.ts';
import { openStore } from '../store/index.ts';
import type { JobRow } from './job-rows.ts';
import { placeJob } from './place-job.ts';
import { pollJobs } from './poll-jobs.ts';
import { type ErrorClass, type Handle, type Intent, type Runner, SubmissionRefused } from './runner.ts';
import { type JobsOn, submitJobs } from './submit-jobs.ts';

/** A runner that takes no job, or lets those run that it takes. */
let answer: (intent: Intent) => Promise<Handle>;
let asked: number;
let folder: string;
let on: JobsOn;
beforeEach(async () => {
  asked = 0;
  folder = mkdtempSync(join(tmpdir(), 'sihwang-refused-'));
  const rows = jobRowsInMemory();
  const waits = { exitCode: null, errorClass: null, reason: null, lastSeenAt: null, usage: null };
  const runner: Runner = {
    kind: 'test',
    abilities: {
      limitsMemory: false,
      findsLost: false,
      mostWaiting: 10,
      pollSeconds: 1,
      visibleAfterSeconds: 0,
    },
    submit: (intent) => {
      asked++;
      return answer(intent);
    },
    poll: async (handles) =>
      handles.map(({ name, providerId }) => ({ name, providerId, state: 'QUEUED', ...waits })),
    cancel: async () => undefined,
    logs: async (_, cursor) => ({ lines: [], cursor }),
    async *list() {},
    release: async () => undefined,
    close: async () => undefined,
  };
  const store = await openStore(pathToFileURL(`${folder}/`).href);
  on = { home: 'h', rows, runner, store, lease: await rows.takeLease('h', 'test') };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const refuse = (errorClass: ErrorClass) => async (): Promise<Handle> => {
  throw new SubmissionRefused(
    errorClass,
    'NO',
    { ko: '자리 없음', en: `no place: ${errorClass}` },
    {
      exit: EXIT.tryAgain,
      hint: { ko: '없음', en: 'none' },
    },
  );
};
const submit = async (): Promise<string> => {
  const [key] = await submitJobs(
    [placeJob(testJob(), { home: 'h', run: 'r', runner: 'test', store: on.store.uri })],
    on,
  );
  return key!;
};
const rowOf = async (key: string): Promise<JobRow> => (await on.rows.read('h', { keys: [key] }))[0]!;

it.each(['quota', 'throttle', 'capacity'] as const)(
  'a job refused for %s waits with the reason on record, and goes on without it when it is taken',
  async (errorClass) => {
    answer = refuse(errorClass);
    const key = await submit();
    expect(await rowOf(key)).toMatchObject({
      state: 'SUBMITTING',
      error: `no place: ${errorClass}`,
      attempts: [],
    });
    answer = async ({ name }) => ({ name, providerId: 'p-1' });
    await pollJobs([key], on);
    expect(await rowOf(key)).toMatchObject({ state: 'SUBMITTED', error: null, providerId: 'p-1', gen: 1 });
  },
);

it.each(['misconfig', 'bug'] as const)(
  'a job that its runner will never take (%s) has failed, and is not asked for again until somebody wants it',
  async (errorClass) => {
    answer = refuse(errorClass);
    const key = await submit();
    const [outcome] = await pollJobs([key], on);
    expect(outcome).toMatchObject({ state: 'FAILED', errorClass, error: `no place: ${errorClass}` });
    expect((await rowOf(key)).attempts).toMatchObject([{ gen: 1, state: 'FAILED', errorClass, usage: null }]);
    expect(asked).toBe(1);
  },
);

it('an error that leaves open whether the job was started is asked about again', async () => {
  answer = async () => {
    throw new Error('the connection was closed');
  };
  const key = await submit();
  expect(await rowOf(key)).toMatchObject({ state: 'SUBMITTING', error: null });
  await pollJobs([key], on);
  expect(asked).toBe(2);
});

it('check 11: no more jobs are with a runner at a time than its cap, those at work included', async () => {
  let state: 'QUEUED' | 'RUNNING' | 'FAILED' = 'RUNNING';
  const atOnce: Runner = Object.create(on.runner, {
    abilities: { value: { ...on.runner.abilities, mostAtOnce: 3 } },
    poll: {
      value: async (handles: readonly Handle[]) =>
        (await on.runner.poll(handles)).map((report) => ({
          ...report,
          state,
          errorClass: state === 'FAILED' ? 'bug' : null,
        })),
    },
  });
  answer = async ({ name }) => ({ name, providerId: name });
  const capped = { ...on, runner: atOnce };
  const specs = Array.from({ length: 8 }, (_, seed) =>
    placeJob(testJob({ seed }), { home: 'h', run: 'r', runner: 'test', store: on.store.uri }),
  );
  const keys = await submitJobs(specs, capped);
  for (let look = 0; look < 3; look++) await pollJobs(keys, capped);
  expect(asked).toBe(3);
  expect((await on.rows.read('h', { states: ['RUNNING'] })).length).toBe(3);
  // three places are free, and three more come
  state = 'FAILED';
  await pollJobs(keys, capped);
  expect(asked).toBe(6);
});

it('check 8: a long job on a machine that may be taken away is refused where it would save nothing', async () => {
  const place = {
    home: 'h',
    run: 'r',
    runner: 'test',
    store: on.store.uri,
    checkpoint: { everySeconds: 3600 },
  };
  const submitted = (attemptSeconds: number, spot: boolean) =>
    submitJobs([placeJob(testJob(), { ...place, limits: { attemptSeconds }, resources: { spot } })], on);
  await expect(submitted(3600, true)).rejects.toMatchObject({ code: 'SPOT_WITHOUT_CHECKPOINT', exit: 78 });
  expect(await on.rows.read('h', {})).toEqual([]);
  answer = async ({ name }) => ({ name, providerId: name });
  expect(await submitted(600, true)).toHaveLength(1);
  expect(await submitted(3600, false)).toHaveLength(1);
});
