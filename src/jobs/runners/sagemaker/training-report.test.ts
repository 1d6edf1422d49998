import { describe, expect, it } from 'vitest';
import { instanceFor, machinesOf } from './instances.ts';
import { classOfFailure, exitCodeIn, reportOf, stateOf } from './training-report.ts';

const at = new Date('2026-08-21T00:00:00Z');
const later = (seconds: number) => new Date(+at + seconds * 1000);
const job = (TrainingJobStatus: string, SecondaryStatus: string, more = {}) =>
  ({ TrainingJobArn: 'arn', TrainingJobStatus, SecondaryStatus, CreationTime: at, ...more }) as never;

describe('a training in our states', () => {
  it.each([
    ['InProgress', 'Starting', 'QUEUED'],
    ['InProgress', 'Pending', 'QUEUED'],
    ['InProgress', 'Interrupted', 'QUEUED'],
    ['InProgress', 'Restarting', 'QUEUED'],
    ['InProgress', 'Downloading', 'RUNNING'],
    ['InProgress', 'Training', 'RUNNING'],
    ['InProgress', 'Uploading', 'RUNNING'],
    ['InProgress', 'SomethingNew', 'QUEUED'],
    ['Stopping', 'Stopping', 'RUNNING'],
    ['Completed', 'Completed', 'SUCCEEDED'],
    ['Failed', 'Failed', 'FAILED'],
    ['Stopped', 'Stopped', 'CANCELLED'],
    ['Stopped', 'MaxRuntimeExceeded', 'FAILED'],
    ['Deleting', 'Completed', 'LOST'],
  ])('%s / %s is %s', (status, secondary, state) => {
    expect(stateOf(job(status, secondary))).toBe(state);
    const report = reportOf('n', job(status, secondary, { TrainingStartTime: at }));
    expect(report.state).toBe(state);
    // no exit code is ever made up
    expect(report.exitCode).toBe(state === 'SUCCEEDED' ? 0 : null);
  });

  it('one that was stopped without ever having begun waited too long, where it had its time', () => {
    const stopped = job('Stopped', 'Stopped', { SecondaryStatusTransitions: [{ StartTime: later(3700) }] });
    expect(reportOf('n', stopped, 3600)).toMatchObject({ state: 'FAILED', errorClass: 'capacity' });
    expect(reportOf('n', stopped, 7200)).toMatchObject({ state: 'CANCELLED' });
  });
});

it.each([
  ['CapacityError: Unable to provision requested ML compute capacity.', 'capacity'],
  ['InternalServerError: We encountered an internal error.', 'transient'],
  ['ResourceLimitExceeded: the account-level service limit', 'quota'],
  ['ClientError: Data download failed: no S3 objects found', 'misconfig'],
  ['ClientError: Cannot pull the training image: access denied', 'misconfig'],
  ['ClientError: Cannot pull the training image: connection reset', 'image'],
  ['AlgorithmError: {"exitCode":65,"code":"X","message":"배추, exit code: 70"}, exit code: 65', 'bad-data'],
  ['AlgorithmError: , exit code: 75', 'transient'],
  ['AlgorithmError: , exit code: 78', 'misconfig'],
  ['AlgorithmError: , exit code: 137', 'oom'],
  ['AlgorithmError: , exit code: 143', 'stopped'],
  ['AlgorithmError: Exit Code: 1', 'bug'],
  ['AlgorithmError: ', 'no-result'],
  ['', 'no-result'],
])('“%s” is %s', (reason, errorClass) => {
  expect(classOfFailure(reason)).toBe(errorClass);
});

it('the failure line counts before SageMaker’s own words, also where those are cut off', () => {
  expect(exitCodeIn('AlgorithmError: {"exitCode":65,"code":"X","mess')).toBe(65);
  expect(exitCodeIn('AlgorithmError: said exit code: 3, exit code: 75')).toBe(75);
  expect(exitCodeIn('stopped')).toBeNull();
});

it('a job gets the first machine that holds it; a GPU only where it asked for one', () => {
  expect(instanceFor({ vcpu: 1, memoryMiB: 1024, gpu: 0, spot: true }).type).toBe('ml.m5.large');
  expect(instanceFor({ vcpu: 2, memoryMiB: 8192, gpu: 0, spot: true }).type).toBe('ml.m5.xlarge');
  expect(instanceFor({ vcpu: 2, memoryMiB: 8192, gpu: 1, spot: true }).type).toBe('ml.g4dn.xlarge');
  expect(() => instanceFor({ vcpu: 2, memoryMiB: 8192, gpu: 9, spot: true })).toThrow(/9 GPUs/);
});

it('a job that runs out of memory comes to larger machines, as far as there are any', () => {
  expect(machinesOf({ vcpu: 1, memoryMiB: 6000, gpu: 0, spot: true })).toEqual([
    'ml.m5.large',
    'ml.m5.xlarge',
    'ml.m5.2xlarge',
  ]);
  expect(machinesOf({ vcpu: 1, memoryMiB: 300_000, gpu: 0, spot: true })).toEqual(['ml.m5.24xlarge']);
});
