import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readInput, writeOutput } from './wire/json-codec.ts';
import { operationsOf } from './wire/operations.ts';

/** The double reads the SDK's own schemas, which are its internals: when a pin moves, only this has to be looked at. */

it('every client exports its operations as tuples with their paths', () => {
  const counts = Object.fromEntries(
    (['batch', 'sagemaker', 'logs', 'scheduler'] as const).map((service) => [
      service,
      operationsOf(service).size,
    ]),
  );
  expect(counts).toEqual({ batch: 48, sagemaker: 404, logs: 118, scheduler: 12 });
  expect(operationsOf('batch').get('SubmitJob')).toMatchObject({
    http: { method: 'POST', path: '/v1/submitjob' },
    required: ['jobName', 'jobQueue', 'jobDefinition'],
  });
  expect(operationsOf('sagemaker').get('CreateTrainingJob')).toMatchObject({ http: null });
});

it('the codec gives times as seconds and back', async () => {
  const describe = operationsOf('sagemaker').get('DescribeModelPackage')!;
  const text = writeOutput(describe, {
    ModelPackageName: '배추',
    ModelPackageArn: 'arn',
    CreationTime: new Date(1_700_000_000_500),
    ModelPackageStatus: 'Completed',
    ModelPackageStatusDetails: { ValidationStatuses: [] },
  });
  expect(JSON.parse(text)).toMatchObject({ ModelPackageName: '배추', CreationTime: 1_700_000_000.5 });
});

it('unknown, missing and mistyped members are refused, on the way in and on the way out', async () => {
  const submit = operationsOf('batch').get('SubmitJob')!;
  const nowhere = { labels: {}, query: new URLSearchParams() };
  const whole = { jobName: 'a', jobQueue: 'b', jobDefinition: 'c' };
  await expect(readInput(submit, JSON.stringify(whole), nowhere)).resolves.toEqual(whole);
  const faults = [
    [{ ...whole, colour: 'red' }, 'colour is not a member'],
    [{ jobName: 'a', jobQueue: 'b' }, 'jobDefinition is missing'],
    [{ ...whole, arrayProperties: { size: '3' } }, 'arrayProperties.size is of type string, not a number'],
    [{ ...whole, tags: ['x'] }, 'tags is a list, not a map'],
    [{ ...whole, dependsOn: [{ job: 'x' }] }, 'dependsOn[0].job is not a member'],
  ] as const;
  for (const [body, message] of faults)
    await expect(readInput(submit, JSON.stringify(body), nowhere)).rejects.toThrow(message);
  expect(() => writeOutput(submit, { jobName: 'a', jobId: 'b', colour: 'red' })).toThrow('colour');
  expect(() => writeOutput(submit, { jobName: 'a' })).toThrow('jobId is missing');
});

it('one copy of each core package is installed', () => {
  const root = join(import.meta.dirname, '../../node_modules');
  const nested = ['@aws-sdk', '@smithy'].flatMap((scope) =>
    readdirSync(join(root, scope)).flatMap((name) => {
      const inner = join(root, scope, name, 'node_modules');
      try {
        return readdirSync(inner, { recursive: true, encoding: 'utf8' }).filter((path) =>
          /^@(aws-sdk|smithy)\/core$/.test(path),
        );
      } catch {
        return [];
      }
    }),
  );
  expect(nested).toEqual([]);
});
