import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readAwsSettings } from './aws-settings.ts';
import { ratesOf, readPrices } from './cost/price-table.ts';
import { openRunner } from './open-runner.ts';
import { runnerKindOf } from './runner-kinds.ts';
import { batchOptions } from './runners/aws-batch/batch-settings.ts';
import { queueOptions } from './runners/sagemaker/options.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sihwang-aws-settings-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const written = (settings: unknown): string => {
  const home = mkdtempSync(join(folder, 'home-'));
  writeFileSync(join(home, 'aws.json'), typeof settings === 'string' ? settings : JSON.stringify(settings));
  return home;
};

it('a home that says nothing has none, and this machine needs none', async () => {
  expect(readAwsSettings(join(folder, 'nowhere'), {})).toEqual({});
  const runner = await openRunner('local', { home: { id: 'h', path: folder }, aws: {} });
  expect(runner.kind).toBe('local');
});

it('a variable replaces what the file says, member by member', () => {
  const home = written({ region: 'ap-northeast-2', batch: { spotQueue: 'a', onDemandQueue: 'b' } });
  expect(readAwsSettings(home, { SIHWANG_AWS_SPOT_QUEUE: 'c', SIHWANG_AWS_MAX_COST_USD: '2.5' })).toEqual({
    region: 'ap-northeast-2',
    batch: { spotQueue: 'c', onDemandQueue: 'b' },
    caps: { maxCostUsdPerRun: 2.5 },
  });
});

it.each([
  ['{', /JSON/],
  [{ region: 'seoul' }, /region: /],
  [{ store: 's3://bucket/no-slash' }, /store: s3:\/\/bucket\/ or/],
  [{ queue: 'x' }, /"queue"/],
  [{ runner: 'cloud' }, /runner: /],
  [{ caps: { maxCostUsdPerRun: 0 } }, /caps\.maxCostUsdPerRun: /],
  [{ sagemaker: { tags: { 'aws:x': '' } } }, /sagemaker\.tags\.aws:x: /],
  [{ sagemaker: { tags: { 'sihwang:home': '' } } }, /sagemaker\.tags\.sihwang:home: /],
  [{ sagemaker: { tags: { a: 'x'.repeat(257) } } }, /sagemaker\.tags\.a: /],
  [
    { sagemaker: { tags: Object.fromEntries(Array.from({ length: 41 }, (_, at) => [`t${at}`, ''])) } },
    /sagemaker\.tags: 40 at most/,
  ],
])('refuses %j and names what is wrong', (settings, message) => {
  expect(() => readAwsSettings(written(settings), {})).toThrowError(
    expect.objectContaining({
      code: 'AWS_SETTINGS_UNREADABLE',
      exit: 78,
      message: expect.stringMatching(message),
    }),
  );
});

it('names every member that a runner lacks, and the variable that could say it', async () => {
  const parts = { home: { id: 'h', path: folder }, aws: { region: 'ap-northeast-2' } };
  await expect(openRunner('aws-batch', parts)).rejects.toMatchObject({
    code: 'AWS_SETTINGS_MISSING',
    message: 'the runner aws-batch lacks store (or SIHWANG_AWS_STORE)',
  });
  expect(() => batchOptions({})).toThrowError(
    /lacks image \(or SIHWANG_AWS_IMAGE\), batch.onDemandQueue \(or SIHWANG_AWS_ON_DEMAND_QUEUE\)/,
  );
  expect(batchOptions({ image: 'i@sha256:1', batch: { spotQueue: 's' } })).toMatchObject({
    spotQueue: 's',
    onDemandQueue: 's',
  });
  await expect(
    openRunner('sagemaker', { ...parts, aws: { ...parts.aws, store: 's3://b/', image: 'i' } }),
  ).rejects.toMatchObject({
    message: 'the runner sagemaker lacks sagemaker.roleArn (or SIHWANG_AWS_TRAINING_ROLE_ARN)',
  });
  expect(() => queueOptions({})).toThrowError(/lacks sagemaker.queue \(or SIHWANG_AWS_SERVICE_QUEUE\)/);
  const roleArn = 'arn:aws:iam::000000000000:role/training';
  const sagemaker = { roleArn, queue: 'q', modelGroup: 'g', callRate: 2 };
  const opened = queueOptions({ image: 'i', sagemaker, caps: { maxConcurrentJobs: 7 } });
  expect(opened).toEqual({ image: 'i', roleArn, queue: 'q', callRate: 2, mostAtOnce: 7 });
  expect(() => runnerKindOf('lambda')).toThrowError(/there is no runner lambda/);
});

it('prices: those of this version with their day, or the home’s own; what is missing is unknown', () => {
  const listed = readPrices({}, folder);
  expect(listed.asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  expect(listed.about).toMatch(/not fetched/);
  expect(ratesOf(listed, 'ap-northeast-2', { gpu: 0 })).toMatchObject({ table: listed.asOf, spot: null });
  expect(ratesOf(listed, 'ap-northeast-2', { gpu: 1 })).toBeNull();
  expect(ratesOf(listed, 'xx-nowhere-1', { gpu: 0 })).toBeNull();
  expect(ratesOf(listed, 'ap-northeast-2', { instanceTypes: ['ml.m5.large', 'ml.none'] })).toBeNull();
  expect(ratesOf(listed, 'ap-northeast-2', { instanceTypes: [] })).toBeNull();
  expect(ratesOf(listed, 'ap-northeast-2', { instanceTypes: ['ml.m5.large'] })!.onDemand).toEqual({
    perHour: 0.142,
    perVcpuHour: 0,
    perGibHour: 0,
  });
  const container = { perVcpuHour: 0.1, perGibHour: 0.01, perGpuHour: 1, spotShare: 0.5 };
  writeFileSync(
    join(folder, 'own.json'),
    JSON.stringify({ asOf: '2026-11-01', regions: { 'eu-north-1': { container } } }),
  );
  expect(ratesOf(readPrices({ prices: 'own.json' }, folder), 'eu-north-1', { gpu: 2 })).toEqual({
    table: '2026-11-01',
    onDemand: { perHour: 2, perVcpuHour: 0.1, perGibHour: 0.01 },
    spot: { perHour: 1, perVcpuHour: 0.05, perGibHour: 0.005 },
  });
  expect(() => readPrices({ prices: 'none.json' }, folder)).toThrowError(/none\.json cannot be used/);
});
