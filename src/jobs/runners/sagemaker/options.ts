import { type AwsSettings, requireSettings } from '../../aws-settings.ts';
import type { RunnerKind } from '../../runner-kinds.ts';
import type { SageMakerQueueOptions } from '../sagemaker-queue/queue-runner.ts';
import type { SageMakerRunnerOptions } from './sagemaker-runner.ts';

/**
 * How the settings of a home open SageMaker.
 * @throws SihwangError `AWS_SETTINGS_MISSING`
 */
export function sageMakerOptions(
  kind: RunnerKind,
  { image, caps, sagemaker = {} }: AwsSettings,
): SageMakerRunnerOptions {
  const { roleArn, queue: _, modelGroup: __, ...rest } = sagemaker;
  requireSettings(kind, { image, 'sagemaker.roleArn': roleArn });
  const mostAtOnce = caps?.maxConcurrentJobs;
  return { ...rest, image: image!, roleArn: roleArn!, ...(mostAtOnce === undefined ? {} : { mostAtOnce }) };
}

/**
 * How the settings of a home open the queue before it.
 * @throws SihwangError `AWS_SETTINGS_MISSING`
 */
export function queueOptions(aws: AwsSettings): SageMakerQueueOptions {
  const queue = aws.sagemaker?.queue;
  requireSettings('sagemaker-queue', { 'sagemaker.queue': queue });
  return { ...sageMakerOptions('sagemaker-queue', aws), queue: queue! };
}
