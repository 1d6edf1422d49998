import type { CfnJobQueue } from 'aws-cdk-lib/aws-batch';

/** A job that waits so long for a machine is ended with the reason, instead of waiting for ever. */
const WAIT_SECONDS = 3600;

/** What keeps a job of a queue of machines waiting. Source: docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable.html */
const REASONS = [
  'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY',
  'MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE',
  'MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT',
];
const SERVICE_REASONS = [
  'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY',
  'MISCONFIGURATION:SERVICE_ENVIRONMENT_MAX_RESOURCE',
];

export function waitingLimits(
  queueOf: 'machines' | 'service',
): CfnJobQueue.JobStateTimeLimitActionProperty[] {
  const [action, reasons] = queueOf === 'machines' ? ['CANCEL', REASONS] : ['TERMINATE', SERVICE_REASONS];
  return (reasons as readonly string[]).map((reason) => ({
    ...{ action: action as string, maxTimeSeconds: WAIT_SECONDS, reason, state: 'RUNNABLE' },
  }));
}
