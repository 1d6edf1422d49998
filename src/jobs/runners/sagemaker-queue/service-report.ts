import type { DescribeServiceJobResponse, ServiceJobSummary } from '@aws-sdk/client-batch';
import type { ErrorClass, ObservedState, Report } from '../../runner.ts';
import { classOfWaiting, isCancelled } from '../aws/ends.ts';
import { classOfFailure, exitCodeIn } from '../sagemaker/training-report.ts';

/** How Batch hands on what SageMaker said. */
const HANDED_ON = 'Received status from SageMaker: ';

/**
 * A service job in our states. Why it failed and what it took is better known from its training, where that can still be
 * described; else Batch's own words have to do. Batch's times are milliseconds since 1970.
 */
export function reportOf(name: string, job: DescribeServiceJobResponse, training: Report | null): Report {
  const state = stateOf(job);
  const statusReason = job.statusReason ?? null;
  const said = statusReason?.startsWith(HANDED_ON) ? statusReason.slice(HANDED_ON.length) : statusReason;
  const known = training?.state === 'FAILED' ? training : null;
  const seen = job.stoppedAt ?? job.startedAt;
  const exitCode = known?.exitCode ?? exitCodeIn(said ?? '');
  return {
    name,
    providerId: job.jobId ?? null,
    state,
    exitCode: state === 'SUCCEEDED' ? 0 : state === 'FAILED' ? exitCode : null,
    errorClass:
      state === 'FAILED'
        ? (known?.errorClass ?? classOf(said ?? ''))
        : state === 'CANCELLED'
          ? 'cancelled'
          : null,
    reason: known?.reason ?? said,
    lastSeenAt: seen ? new Date(seen) : null,
    usage: training?.usage ?? null,
    ...(training?.left ? { left: training.left } : {}),
  };
}

/** The state that Batch's own and its marks of an early end come to. */
export function stateOf({
  status,
  statusReason,
}: Pick<ServiceJobSummary, 'status' | 'statusReason'>): ObservedState {
  switch (status) {
    case 'SUBMITTED':
      return 'SUBMITTED';
    case 'PENDING':
    case 'RUNNABLE':
    case 'SCHEDULED':
      return 'QUEUED';
    case 'STARTING':
    case 'RUNNING':
      return 'RUNNING';
    case 'SUCCEEDED':
      return 'SUCCEEDED';
    default:
      return isCancelled(statusReason ?? '') ? 'CANCELLED' : 'FAILED';
  }
}

function classOf(said: string): ErrorClass {
  if (/MaxRuntimeExceeded|exceeded timeout|timed out/i.test(said)) return 'timeout';
  if (/MaxWaitTimeExceeded/.test(said)) return 'capacity';
  return classOfWaiting(said) ?? classOfFailure(said);
}
