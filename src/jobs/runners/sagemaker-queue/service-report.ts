import type { DescribeServiceJobResponse, ServiceJobSummary } from '@aws-sdk/client-batch';
import { ENDED, type ErrorClass, type ObservedState, type Report, type Usage } from '../../runner.ts';
import { classOfWaiting, isCancelled } from '../aws/ends.ts';
import { classOfFailure, exitCodeIn } from '../sagemaker/training-report.ts';

/** How Batch hands on what SageMaker said. */
const HANDED_ON = 'Received status from SageMaker: ';

/** What SageMaker said, where Batch hands it on; else what Batch says. */
export function said(statusReason: string | undefined): string | null {
  return statusReason?.startsWith(HANDED_ON) ? statusReason.slice(HANDED_ON.length) : (statusReason ?? null);
}

/**
 * A service job in our states. Why it failed and what it took is better known from its trainings, the newest last, where they
 * can still be described; else Batch's own words have to do. Batch's times are milliseconds since 1970.
 */
export function reportOf(
  name: string,
  job: DescribeServiceJobResponse,
  trainings: readonly (Report | null)[],
): Report {
  const state = stateOf(job);
  const training = trainings.at(-1) ?? null;
  const reason = said(job.statusReason);
  const known = training?.state === 'FAILED' ? training : null;
  const seen = job.stoppedAt ?? job.startedAt;
  const exitCode = known?.exitCode ?? exitCodeIn(reason ?? '');
  return {
    name,
    providerId: job.jobId ?? null,
    state,
    exitCode: state === 'SUCCEEDED' ? 0 : state === 'FAILED' ? exitCode : null,
    errorClass:
      state === 'FAILED'
        ? (known?.errorClass ?? classOf(reason ?? ''))
        : state === 'CANCELLED'
          ? 'cancelled'
          : null,
    reason: known?.reason ?? reason,
    lastSeenAt: seen ? new Date(seen) : null,
    usage: ENDED.includes(state) ? usageOf(trainings, classOf(reason ?? '') === 'capacity') : null,
    ...(training?.left ? { left: training.left } : {}),
  };
}

/** Of all trainings together; null where one is gone and nobody says what it took. One without a machine took nothing. */
function usageOf(trainings: readonly (Report | null)[], waited: boolean): Usage | null {
  const usages = trainings.map((one, at) =>
    one === null && waited && at === trainings.length - 1 ? NOTHING : (one?.usage ?? null),
  );
  if (usages.length === 0) return NOTHING;
  if (usages.some((one) => one === null)) return null;
  const seconds = usages.reduce((sum, one) => sum + one!.seconds, 0);
  return { seconds, maxMemoryMiB: null, ...(usages.length > 1 ? { starts: usages.length } : {}) };
}

const NOTHING: Usage = { seconds: 0, maxMemoryMiB: null };

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
