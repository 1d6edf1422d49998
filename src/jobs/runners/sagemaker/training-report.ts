import type { DescribeTrainingJobResponse, TrainingJobSummary } from '@aws-sdk/client-sagemaker';
import { classOfExit } from '../../exit-class.ts';
import type { ErrorClass, LeftBehind, ObservedState, Report } from '../../runner.ts';

type Described = Pick<
  DescribeTrainingJobResponse,
  | 'TrainingJobArn'
  | 'TrainingJobStatus'
  | 'SecondaryStatus'
  | 'SecondaryStatusTransitions'
  | 'FailureReason'
  | 'CreationTime'
  | 'TrainingStartTime'
  | 'TrainingEndTime'
  | 'TrainingTimeInSeconds'
  | 'ModelArtifacts'
  | 'FinalMetricDataList'
>;

/** A training as SageMaker describes it, in our states. `waitedSeconds`: what a training that never began was given. */
export function reportOf(name: string, job: Described, waitedSeconds = Number.POSITIVE_INFINITY): Report {
  const end = endOf(job, waitedSeconds);
  const state = end?.state ?? stateOf(job);
  const failure = job.FailureReason ?? null;
  return {
    name,
    providerId: job.TrainingJobArn ?? null,
    state,
    exitCode: state === 'SUCCEEDED' ? 0 : state === 'FAILED' ? exitCodeIn(failure ?? '') : null,
    errorClass: end?.errorClass ?? null,
    reason: end ? (failure ?? end.reason) : waitingFor(job),
    lastSeenAt: job.SecondaryStatusTransitions?.at(-1)?.StartTime ?? null,
    usage: end ? { seconds: job.TrainingTimeInSeconds ?? 0, maxMemoryMiB: null } : null,
    ...(state === 'SUCCEEDED' ? { left: leftBy(job) } : {}),
  };
}

/** What a training kept, for an image that has no worker of ours to say it. */
function leftBy(job: Described): LeftBehind {
  const { ModelArtifacts, FinalMetricDataList = [], CreationTime = new Date(0) } = job;
  const startedAt = job.TrainingStartTime ?? CreationTime;
  return {
    archiveUri: ModelArtifacts?.S3ModelArtifacts || null,
    figures: Object.fromEntries(
      FinalMetricDataList.flatMap(({ MetricName, Value }) =>
        MetricName !== undefined && Number.isFinite(Value) ? [[MetricName, Value!]] : [],
      ),
    ),
    startedAt,
    endedAt: job.TrainingEndTime ?? startedAt,
  };
}

/**
 * The state by status and secondary status. Secondary ones come and go with SageMaker's versions: one that is not known
 * says no more than that the job is in progress.
 */
export function stateOf({
  TrainingJobStatus,
  SecondaryStatus,
}: Pick<TrainingJobSummary, 'TrainingJobStatus' | 'SecondaryStatus'>): ObservedState {
  switch (TrainingJobStatus) {
    case 'Completed':
      return 'SUCCEEDED';
    case 'Failed':
      return 'FAILED';
    case 'Stopped':
      return SecondaryStatus === 'Stopped' ? 'CANCELLED' : 'FAILED';
    case 'Deleting':
      return 'LOST';
    case 'Stopping':
      return 'RUNNING';
    default:
      return RUNNING.has(SecondaryStatus ?? '') ? 'RUNNING' : 'QUEUED';
  }
}

const RUNNING = new Set(['Downloading', 'DownloadingTrainingImage', 'Training', 'Updating', 'Uploading']);

interface End {
  readonly state: ObservedState;
  readonly errorClass: ErrorClass | null;
  readonly reason: string | null;
}

function endOf(job: Described, waitedSeconds: number): End | undefined {
  const { TrainingJobStatus, SecondaryStatus, FailureReason, SecondaryStatusTransitions } = job;
  const last = SecondaryStatusTransitions?.at(-1);
  const said = last?.StatusMessage ?? SecondaryStatus ?? null;
  const failed = (errorClass: ErrorClass): End => ({ state: 'FAILED', errorClass, reason: said });
  switch (TrainingJobStatus) {
    case 'Completed':
      return { state: 'SUCCEEDED', errorClass: null, reason: null };
    case 'Failed':
      return failed(classOfFailure(FailureReason ?? ''));
    case 'Stopped': {
      if (SecondaryStatus === 'MaxRuntimeExceeded') return failed('timeout');
      if (SecondaryStatus === 'MaxWaitTimeExceeded') return failed('capacity');
      // StopTrainingJob takes no reason: one that never began and had its time was ended for want of a machine
      const stopped = last?.StartTime ?? job.CreationTime;
      const waited = stopped && job.CreationTime ? (+stopped - +job.CreationTime) / 1000 : 0;
      if (job.TrainingStartTime === undefined && waited >= waitedSeconds)
        return { ...failed('capacity'), reason: `waited ${Math.round(waited)} s without a machine` };
      return { state: 'CANCELLED', errorClass: 'cancelled', reason: said };
    }
    case 'Deleting':
      return { state: 'LOST', errorClass: 'lost', reason: 'it was deleted' };
    default:
      return undefined;
  }
}

function waitingFor({ SecondaryStatus, SecondaryStatusTransitions }: Described): string | null {
  if (RUNNING.has(SecondaryStatus ?? '')) return null;
  return SecondaryStatusTransitions?.at(-1)?.StatusMessage ?? SecondaryStatus ?? null;
}

/** Which of our classes a failure is of, by SageMaker's words for it. */
export function classOfFailure(reason: string): ErrorClass {
  if (/^CapacityError|InsufficientInstanceCapacity|Unable to provision/i.test(reason)) return 'capacity';
  if (/ResourceLimitExceeded/.test(reason)) return 'quota';
  if (/^InternalServerError/.test(reason)) return 'transient';
  if (/throttl|TooManyRequests/i.test(reason)) return 'throttle';
  if (/^(ClientError|ValidationException|AccessDenied)/.test(reason)) {
    const image = /pull/i.test(reason) && !/denied|unauthorized|not found|does not exist/i.test(reason);
    return image ? 'image' : 'misconfig';
  }
  const code = exitCodeIn(reason);
  // neither a code nor a word: what stands in the store decides, and this has nothing to say for it
  if (code === null || code === 0) return 'no-result';
  // on a machine of its own nobody but the kernel kills, for memory; ends for time are told apart by the status
  return code === 137 ? 'oom' : classOfExit(code);
}

/** What the worker's failure line says, else SageMaker's own words at the end; null = neither. */
export function exitCodeIn(reason: string): number | null {
  const said =
    /"exitCode":(\d+)/.exec(reason)?.[1] ?? [...reason.matchAll(/exit code: ?(\d+)/gi)].at(-1)?.[1];
  return said === undefined ? null : Number(said);
}
