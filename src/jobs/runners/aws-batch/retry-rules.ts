/**
 * What Batch does by itself after an attempt, so that work goes on while no controller is awake: the first rule that
 * fits decides, and what fits none is retried, so the last one fits all. A host that is taken away may let the worker
 * end by itself first, with 75; then only the exit code tells.
 * Source: docs.aws.amazon.com/batch/latest/userguide/job_retries.html
 */
export const RETRY_RULES = [
  { onStatusReason: 'Host EC2*', action: 'RETRY' },
  { onStatusReason: 'Your Spot Task was interrupted*', action: 'RETRY' },
  { onReason: 'CannotPullContainerError*', action: 'RETRY' },
  { onExitCode: '75', action: 'RETRY' },
  { onReason: '*', action: 'EXIT' },
] as const;
