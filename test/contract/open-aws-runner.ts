import type { Runner } from '../../src/jobs/index.ts';
import { openBatchRunner } from '../../src/jobs/runners/aws-batch/batch-runner.ts';
import { openSageMakerRunner } from '../../src/jobs/runners/sagemaker/sagemaker-runner.ts';
import { openSageMakerQueueRunner } from '../../src/jobs/runners/sagemaker-queue/queue-runner.ts';
import { IMAGE } from './aws-world.ts';
import { TRAINING_SETTINGS } from './sagemaker-settings.ts';

export const AWS_KINDS = ['aws-batch', 'sagemaker', 'sagemaker-queue'] as const;
export type AwsKind = (typeof AWS_KINDS)[number];

const OPEN: Readonly<Record<AwsKind, () => Runner>> = {
  'aws-batch': () =>
    openBatchRunner({
      spotQueue: 'spot',
      onDemandQueue: 'on-demand',
      definition: {
        name: 'w',
        image: IMAGE,
        region: 'ap-northeast-2',
        jobRoleArn: null,
        executionRoleArn: null,
        logGroup: null,
      },
      pollSeconds: 0.05,
    }),
  sagemaker: () => openSageMakerRunner(TRAINING_SETTINGS),
  'sagemaker-queue': () => openSageMakerQueueRunner({ ...TRAINING_SETTINGS, queue: 'service-queue' }),
};

/** A runner on the double whose queues are `spot`, `on-demand` and `service-queue`, quick enough for tests. */
export function openAwsRunner(kind: AwsKind): Runner {
  return OPEN[kind]();
}
