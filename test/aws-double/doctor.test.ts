import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { addDoctor } from '../../src/cli/doctor.ts';
import { sayIn } from '../../src/cli/language.ts';
import { UNVERIFIED } from '../../src/jobs/index.ts';
import { openHome } from '../../src/lake/index.ts';
import { type AwsDouble, startAwsDouble } from './aws-double.ts';
import { withEnvironment } from './with-environment.ts';

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly found: string;
  readonly advice: string;
}

let double: AwsDouble;
let restore: () => void;
let home: string;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'sihwang-doctor-aws-'));
  openHome(home);
  double = await startAwsDouble({ queues: { spot: 4, 'on-demand': 2 } });
  restore = withEnvironment(double.environment);
});
afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  restore();
  rmSync(home, { recursive: true, force: true });
  await double.close();
});

const DIGEST = `registry/sihwang@sha256:${'a'.repeat(64)}`;
const SETTINGS = {
  region: 'ap-northeast-2',
  store: 's3://bucket/sihwang/',
  image: DIGEST,
  batch: { spotQueue: 'spot', onDemandQueue: 'on-demand', jobDefinition: 'sihwang-worker' },
  sagemaker: { roleArn: 'arn:aws:iam::000000000000:role/training' },
};

async function doctor(settings: object, ...words: string[]): Promise<string> {
  writeFileSync(join(home, 'aws.json'), JSON.stringify(settings));
  let text = '';
  const written = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  const program = new Command();
  addDoctor(program, sayIn('en'));
  await program.parseAsync(['doctor', '--home', home, ...words], { from: 'user' });
  written.mockRestore();
  return text;
}

async function findings(settings: object): Promise<Map<string, Finding>> {
  const found = JSON.parse(await doctor(settings, '--aws', '--json')) as Finding[];
  return new Map(found.map((one) => [one.check, one]));
}

it('without --aws nobody is called; with it everything that is named is asked, and nothing is left behind', async () => {
  await doctor(SETTINGS, '--json');
  expect(double.calls).toEqual([]);
  const found = await findings(SETTINGS);
  const bad = [...found.values()].filter(({ ok }) => !ok);
  expect(bad).toEqual([]);
  expect(found.get('AWS identity')!.found).toContain('user/double');
  expect(found.get('AWS region')!.found).toContain('not AWS');
  expect(found.get('AWS store')!.found).toContain('refuses a second writer');
  expect(found.get('machines of spot')!.found).toMatch(/^SPOT, at most 4 vCPU;.*L-34B43A08/);
  expect(double.s3.buckets.get('bucket')!.keys('')).toEqual([]);
  expect(double.calls.some(({ operation }) => /Submit|CreateTraining/.test(operation))).toBe(false);
});

it('says how long the logs of trainings are kept, and how that is changed', async () => {
  const group = '/aws/sagemaker/TrainingJobs';
  const said = async () => (await findings(SETTINGS)).get(`logs ${group}`)!.found;
  expect(await said()).toMatch(/^not there yet.*put-retention-policy --log-group-name \/aws\/sagemaker/);
  double.logs.append(group, 'a', 'line', 0);
  double.logs.append(`${group}-of-others`, 'a', 'line', 0);
  expect(await said()).toMatch(/^kept for ever.*--retention-in-days 30/);
  double.logs.retentionDays.set(group, 90);
  expect(await said()).toBe('kept 90 days');
  double.faults.onCall('DescribeLogGroups', { answer: { status: 400, code: 'AccessDeniedException' } });
  expect((await findings(SETTINGS)).get(`logs ${group}`)).toMatchObject({
    ...{ ok: false, advice: expect.stringContaining('ControllerPolicy') },
  });
});

it('says of when the prices are, and where there are none', async () => {
  expect((await findings(SETTINGS)).get('prices')).toMatchObject({
    ...{ ok: true, found: expect.stringMatching(/of \d{4}-\d\d-\d\d \(\d+ days ago\), entered by hand/) },
  });
  expect((await findings({ ...SETTINGS, region: 'xx-nowhere-1' })).get('prices')).toMatchObject({
    ...{ ok: false, advice: expect.stringContaining('aws.json') },
  });
  writeFileSync(
    join(home, 'own.json'),
    JSON.stringify({ asOf: '2026-11-01', regions: { 'ap-northeast-2': {} } }),
  );
  expect((await findings({ ...SETTINGS, prices: 'own.json' })).get('prices')!.found).toMatch(
    /^own\.json, of 2026-11-01/,
  );
  writeFileSync(join(home, 'own.json'), '{');
  expect((await findings({ ...SETTINGS, prices: 'own.json' })).get('prices')).toMatchObject({
    ...{ ok: false, found: expect.stringContaining('own.json cannot be used') },
  });
});

it('says what nobody has verified, each fact once', async () => {
  const text = await doctor(SETTINGS, '--aws');
  for (const { fact } of UNVERIFIED) expect(text.split(fact.en)).toHaveLength(2);
  expect(new Set(UNVERIFIED.map(({ name }) => name)).size).toBe(UNVERIFIED.length);
});

it('says what to do about whatever is wrong', async () => {
  double.faults.onCall('GetCallerIdentity', { answer: { status: 403, code: 'ExpiredToken' } });
  double.faults.onCall('ListTrainingJobs', { answer: { status: 400, code: 'AccessDeniedException' } });
  const found = await findings({
    ...SETTINGS,
    store: 's3://no-such-bucket/x/',
    image: 'registry/sihwang:latest',
    batch: { spotQueue: 'gone', onDemandQueue: 'on-demand' },
  });
  const advice = (check: string) => [found.get(check)!.ok, found.get(check)!.advice];
  expect(advice('AWS identity')).toEqual([false, expect.stringContaining('sign in anew')]);
  expect(advice('SageMaker')).toEqual([false, expect.stringContaining('ControllerPolicy')]);
  expect(advice('AWS store')).toEqual([false, expect.stringContaining('output Store')]);
  expect(advice('queue gone')).toEqual([false, expect.stringContaining('Deploy the stack')]);
  expect(advice('image')).toEqual([false, expect.stringContaining('@sha256:')]);
  expect(found.get('queue on-demand')!.ok).toBe(true);
  expect(process.exitCode).toBe(78);
});

it('of a home without settings names each that is missing', async () => {
  const found = await findings({});
  for (const check of ['AWS store', 'AWS Batch queues', 'image'])
    expect(found.get(check)!.advice).toContain('aws.json');
  expect([...found.keys()].some((check) => check.startsWith('SageMaker'))).toBe(false);
});

it('says what to do in Korean, too', async () => {
  const text = await doctor({}, '--aws', '--lang', 'ko');
  expect(text).toContain('AWS 저장소');
  expect(text).toContain('홈의 aws.json에 store로 쓰세요');
  for (const { fact } of UNVERIFIED) expect(text.split(fact.ko)).toHaveLength(2);
});
