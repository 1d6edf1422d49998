import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { testJob } from '../../../test/support/test-job.ts';
import { EXIT, SihwangError } from '../../domain/index.ts';
import { openStore, type Store } from '../../store/index.ts';
import type { TaskOutput, TaskRun } from '../../tasks/index.ts';
import { type JobSpec, jobSha256 } from '../job.ts';
import { placeJob } from '../place-job.ts';
import { specText } from '../spec-file.ts';
import type { WorkerEffects } from './effects.ts';
import { runTraining } from './train.ts';

let folder: string;
let ml: string;
let store: Store;
let spec: JobSpec;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sihwang-train-'));
  ml = join(folder, 'ml');
  for (const inner of ['input/config', 'input/data', 'checkpoints', 'model', 'output'])
    mkdirSync(join(ml, inner), { recursive: true });
  store = await openStore(pathToFileURL(join(folder, 'store')).href);
  spec = placeJob(testJob(), { home: 'h', run: 'r', runner: 'sagemaker', store: store.uri });
  await store.put('spec.json', Buffer.from(specText(spec)));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const config = (name: string, content: unknown): void =>
  writeFileSync(join(ml, 'input/config', `${name}.json`), JSON.stringify(content));
const asked = (more: Record<string, string> = {}): void =>
  config('hyperparameters', { sihwang_spec: store.uriOf('spec.json'), ...more });
const result = async (): Promise<TaskOutput> => ({
  files: [{ name: 'model.bin', bytes: Buffer.from('배추') }],
  metrics: {},
});

function train(perform: (run: TaskRun) => Promise<TaskOutput> = result): Promise<number> {
  const effects: WorkerEffects = {
    perform,
    computedBy: async () => ({ codeVersion: 'test', nodeMajor: 0, cpuClass: 'test', lockSha256: null }),
    openSnapshot: () => Promise.reject(new Error('no snapshot here')),
    now: () => new Date('2026-08-21T00:00:00Z'),
    print: () => undefined,
  };
  const environment = { SIHWANG_OPT_ML: ml, TRAINING_JOB_NAME: 'training-1' };
  return runTraining(effects, environment, new AbortController().signal);
}
const failure = (): string => readFileSync(join(ml, 'output/failure'), 'utf8');

it('does the job that the hyperparameters name, and leaves its files in the model folder', async () => {
  asked({ sihwang_spec_sha256: jobSha256(spec.job), other: 'not ours' });
  writeFileSync(join(ml, 'output/failure'), 'of an earlier start');
  expect(await train()).toBe(EXIT.done);
  expect(readdirSync(join(ml, 'model')).sort()).toEqual(['manifest.json', 'model.bin']);
  expect(readFileSync(join(ml, 'model/model.bin'), 'utf8')).toBe('배추');
  const manifest = JSON.parse(readFileSync(join(ml, 'model/manifest.json'), 'utf8'));
  expect(manifest).toMatchObject({ jobSha256: jobSha256(spec.job), providerId: 'training-1' });
  expect(existsSync(join(ml, 'output/failure'))).toBe(false);
  // a result that stands already is brought, not computed
  rmSync(join(ml, 'model'), { recursive: true });
  expect(await train(() => Promise.reject(new Error('again')))).toBe(EXIT.done);
  expect(readdirSync(join(ml, 'model')).sort()).toEqual(['manifest.json', 'model.bin']);
});

it('reads the spec of a channel before that of a hyperparameter', async () => {
  config('hyperparameters', { sihwang_spec: store.uriOf('none.json') });
  config('inputdataconfig', { spec: { TrainingInputMode: 'File' } });
  mkdirSync(join(ml, 'input/data/spec'));
  expect(await train()).toBe(EXIT.configuration);
  expect(failure()).toContain('the channel spec holds 0 specs');
  writeFileSync(join(ml, 'input/data/spec/spec-g1.json'), specText(spec));
  expect(await train()).toBe(EXIT.done);
});

const refused: readonly (readonly [string, () => void, number, string])[] = [
  ['no spec', () => config('hyperparameters', {}), EXIT.configuration, 'JOB_SPEC_NOT_GIVEN'],
  ['no file of hyperparameters', () => undefined, EXIT.configuration, 'JOB_SPEC_NOT_GIVEN'],
  ['broken hyperparameters', () => config('hyperparameters', 'x'), EXIT.configuration, 'TRAINING_UNREADABLE'],
  ['another job', () => asked({ sihwang_spec_sha256: 'f'.repeat(64) }), EXIT.bug, 'JOB_SPEC_OF_ANOTHER'],
  [
    'a spec that is not there',
    () => config('hyperparameters', { sihwang_spec: store.uriOf('none.json') }),
    EXIT.tryAgain,
    'JOB_INPUT_MISSING',
  ],
];
it.each(refused)('refuses %s in one line', async (_, prepare, exitCode, code) => {
  prepare();
  expect(await train()).toBe(exitCode);
  expect(JSON.parse(failure())).toMatchObject({ exitCode, code });
  expect(Object.keys(JSON.parse(failure()))).toEqual(['exitCode', 'code', 'message']);
});

const NO_HINT = { ko: '', en: '' };

it('says why in a line that SageMaker hands back whole, whatever the message is made of', async () => {
  asked();
  const fails = (message: string) => () =>
    Promise.reject(
      new SihwangError('BAD_ROWS', { ko: message, en: message }, { exit: EXIT.badData, hint: NO_HINT }),
    );
  for (const message of [
    '배추'.repeat(900),
    '"\n'.repeat(900),
    '\u0000'.repeat(2000),
    '',
    '🥬'.repeat(900),
  ]) {
    expect(await train(fails(message))).toBe(EXIT.badData);
    expect(failure().length).toBeLessThanOrEqual(1000);
    expect(failure()).not.toContain('\n');
    expect(JSON.parse(failure())).toMatchObject({ exitCode: EXIT.badData, code: 'BAD_ROWS' });
  }
});

it('goes on from the copy of a checkpoint where the store lost it, and from the store’s where both are', async () => {
  asked();
  const saves = (step: number, text: string) => async (run: TaskRun) => {
    await run.checkpoint.save(step, Buffer.from(text));
    throw new SihwangError('LATER', { ko: '나중에', en: 'later' }, { exit: EXIT.tryAgain, hint: NO_HINT });
  };
  const loads = async (run: TaskRun) => {
    const bytes = await run.checkpoint.load();
    return { files: [{ name: 'from', bytes: bytes ?? Buffer.from('nothing') }], metrics: {} };
  };
  expect(await train(saves(3, 'three'))).toBe(EXIT.tryAgain);
  for await (const { key } of store.list(`${spec.placement.result}checkpoint/`)) await store.delete(key);
  expect(await train(loads)).toBe(EXIT.done);
  expect(readFileSync(join(ml, 'model/from'), 'utf8')).toBe('three');
  expect(readdirSync(join(ml, 'checkpoints')).filter((name) => !name.startsWith('.'))).toEqual([]);
});
