import { expect, it } from 'vitest';
import type { Report } from '../../runner.ts';
import { reportOf } from './service-report.ts';

const job = (statusReason = 'Received status from SageMaker: InternalServerError: try again') => {
  const ended = { jobId: 'id', jobName: 'sw', jobQueue: 'q', serviceJobType: 'SAGEMAKER_TRAINING' } as const;
  return { ...ended, status: 'FAILED', statusReason, startedAt: 0, stoppedAt: 9000 } as const;
};
const training = (seconds: number): Report => ({
  ...{ name: 't', providerId: 'arn', state: 'FAILED', exitCode: null, errorClass: 'transient' },
  ...{ reason: 'InternalServerError', lastSeenAt: null, usage: { seconds, maxMemoryMiB: null } },
});
const usageOf = (...of: Parameters<typeof reportOf> extends [string, ...infer Rest] ? Rest : never) =>
  reportOf('sw', ...of).usage;

it('a service job has taken what all of its trainings took', () => {
  expect(usageOf(job(), [training(60)])).toEqual({ seconds: 60, maxMemoryMiB: null });
  expect(usageOf(job(), [training(60), training(5), training(100)])).toEqual({
    ...{ seconds: 165, starts: 3, maxMemoryMiB: null },
  });
});

it('of a training that is gone nobody knows what it took, unless it waited for a machine', () => {
  expect(usageOf(job(), [null])).toBeNull();
  expect(usageOf(job(), [null, training(60)])).toBeNull();
  const waited = job('Received status from SageMaker: CapacityError: Unable to provision');
  expect(usageOf(waited, [null])).toMatchObject({ seconds: 0 });
  expect(usageOf(waited, [training(60), null])).toMatchObject({ seconds: 60 });
});

it('one that never came to a training has taken nothing', () => {
  const ended = job(
    'Terminated by JobStateTimeLimit action due to reason: CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY',
  );
  expect(reportOf('sw', ended, [])).toMatchObject({ errorClass: 'capacity', usage: { seconds: 0 } });
});
