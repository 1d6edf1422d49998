import { type AwsSettings, regionOf, requireSettings } from '../../aws-settings.ts';
import type { BatchRunnerOptions } from './batch-runner.ts';

const DEFINITION = 'sihwang-worker';

/**
 * How the settings of a home open AWS Batch. One queue is enough: jobs that may be taken away then go where the others go.
 * @throws SihwangError `AWS_SETTINGS_MISSING`
 */
export function batchOptions(settings: AwsSettings): BatchRunnerOptions {
  const { image, batch = {}, caps } = settings;
  const onDemandQueue = batch.onDemandQueue ?? batch.spotQueue;
  requireSettings('aws-batch', { image, 'batch.onDemandQueue': onDemandQueue });
  return {
    spotQueue: batch.spotQueue ?? onDemandQueue!,
    onDemandQueue: onDemandQueue!,
    definition: {
      name: batch.jobDefinition ?? DEFINITION,
      image: image!,
      region: regionOf(settings) ?? null,
      jobRoleArn: batch.jobRoleArn ?? null,
      executionRoleArn: batch.executionRoleArn ?? null,
      logGroup: batch.logGroup ?? null,
    },
    ...(caps?.maxConcurrentJobs === undefined ? {} : { mostAtOnce: caps.maxConcurrentJobs }),
  };
}
