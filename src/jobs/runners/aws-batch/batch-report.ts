import type { JobDetail, JobSummary } from '@aws-sdk/client-batch';
import { LEAST_ATTEMPT_SECONDS } from '../../cost/job-cost.ts';
import { classOfExit } from '../../exit-class.ts';
import type { ErrorClass, ObservedState, Report, Usage } from '../../runner.ts';
import { classOfNotAgain, classOfWaiting, isCancelled } from '../aws/ends.ts';

/** A job as Batch describes it, in our states. Batch's times are milliseconds since 1970. */
export function reportOf(name: string, job: JobDetail): Report {
  const state = stateOf(job);
  const last = job.attempts?.at(-1);
  const ended = state !== 'SUBMITTED' && state !== 'QUEUED' && state !== 'RUNNING';
  const seen = job.stoppedAt ?? job.startedAt;
  return {
    name,
    providerId: job.jobId ?? null,
    state,
    exitCode: ended ? (last?.container?.exitCode ?? job.container?.exitCode ?? null) : null,
    errorClass: state === 'FAILED' ? classOf(job) : null,
    reason: reasonOf(job),
    lastSeenAt: seen ? new Date(seen) : null,
    attemptStartedAt: state === 'RUNNING' && job.startedAt ? new Date(job.startedAt) : null,
    usage: ended ? usageOf(job) : null,
  };
}

/** The state that Batch's own and its marks of an early end come to. */
export function stateOf(job: Pick<JobDetail & JobSummary, 'status' | 'statusReason'>): ObservedState {
  switch (job.status) {
    case 'SUBMITTED':
      return 'SUBMITTED';
    case 'PENDING':
    case 'RUNNABLE':
    case 'STARTING':
      return 'QUEUED';
    case 'RUNNING':
      return 'RUNNING';
    case 'SUCCEEDED':
      return 'SUCCEEDED';
    default:
      return isCancelled(job.statusReason ?? '') ? 'CANCELLED' : 'FAILED';
  }
}

/** Which of our classes a failed job is of; the provider's words before the exit code, for they say more. */
export function classOf(job: JobDetail): ErrorClass {
  const statusReason = job.statusReason ?? '';
  const last = job.attempts?.at(-1);
  const reason = last?.container?.reason ?? job.container?.reason ?? '';
  const exitCode = last?.container?.exitCode ?? job.container?.exitCode;
  if (/^Host EC2|^Your Spot Task was interrupted/.test(statusReason)) return 'spot';
  const known = classOfNotAgain(statusReason) ?? classOfWaiting(statusReason);
  if (known) return known;
  if (/exceeded timeout/i.test(statusReason)) return 'timeout';
  if (/^Container Overrides length/.test(statusReason)) return 'bug';
  if (/^CannotPull/.test(reason))
    return /unauthorized|not found|denied/i.test(reason) ? 'misconfig' : 'image';
  if (/^CannotStart/.test(reason)) return 'misconfig';
  if (/^OutOfMemory/.test(reason)) return 'oom';
  // neither a code nor a reason: what stands in the store decides, and this has nothing to say for it
  return exitCode ? classOfExit(exitCode) : 'no-result';
}

function reasonOf(job: JobDetail): string | null {
  const reason = [job.statusReason, job.attempts?.at(-1)?.container?.reason].filter(Boolean).join('; ');
  return reason === '' ? null : reason;
}

/** Of all the times that Batch itself has started the job. */
function usageOf({ attempts = [] }: JobDetail): Usage {
  const spans = attempts.map(({ startedAt, stoppedAt }) =>
    startedAt && stoppedAt ? (stoppedAt - startedAt) / 1000 : 0,
  );
  const billed = spans.map((seconds) => (seconds > 0 ? Math.max(seconds, LEAST_ATTEMPT_SECONDS) : 0));
  return {
    seconds: total(spans),
    billedSeconds: total(billed),
    starts: attempts.length,
    maxMemoryMiB: null,
  };
}

function total(all: readonly number[]): number {
  return all.reduce((sum, one) => sum + one, 0);
}
