import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Faults, JobFault } from '../faults.ts';
import type { TrainingJob, TrainingService } from '../sagemaker/training-service.ts';
import { clientException, Refusal } from '../wire/refusal.ts';
import { checkName, checkServicePayload, checkSubmitSize, checkTags } from './limits.ts';
import { isRetried, type RetryRule } from './retry-rules.ts';

type ServiceState =
  | 'SUBMITTED'
  | 'PENDING'
  | 'RUNNABLE'
  | 'SCHEDULED'
  | 'STARTING'
  | 'RUNNING'
  | 'SUCCEEDED'
  | 'FAILED';

interface SubmitInput {
  readonly jobName: string;
  readonly jobQueue: string;
  readonly serviceJobType: string;
  readonly serviceRequestPayload: string;
  readonly clientToken?: string;
  readonly retryStrategy?: { readonly attempts?: number; readonly evaluateOnExit?: readonly RetryRule[] };
  readonly timeoutConfig?: { readonly attemptDurationSeconds?: number };
  readonly tags?: Readonly<Record<string, string>>;
}

interface ServiceJob {
  readonly id: string;
  readonly arn: string;
  readonly input: SubmitInput;
  readonly createdAt: number;
  readonly attempts: {
    startedAt?: number;
    stoppedAt?: number;
    statusReason?: string;
    serviceResourceId?: { name: 'TrainingJobArn'; value: string };
  }[];
  state: ServiceState;
  statusReason?: string;
  startedAt?: number;
  stoppedAt?: number;
  isTerminated: boolean;
  /** Before it nobody is told of the job. */
  readonly visibleFrom: number;
  /** Aged out: the service knows it no more. */
  forgotten: boolean;
  training?: TrainingJob;
}

const CAPACITY = 'CapacityError';

/** Service jobs: SageMaker trainings that wait in a queue of Batch's, so many instances at a time. */
export class ServiceJobs {
  readonly jobs = new Map<string, ServiceJob>();
  private readonly waiting: ServiceJob[] = [];
  private running = 0;
  private readonly closing = new AbortController();

  private readonly parts: {
    readonly clock: Clock;
    readonly faults: Faults;
    readonly training: TrainingService;
    readonly arnPrefix: string;
    readonly queue: string;
    readonly instances: number;
    /** What a second request with the same token gets. */
    readonly repeatedToken: 'first-id' | 'refused';
  };

  constructor(parts: ServiceJobs['parts']) {
    this.parts = parts;
  }

  submit(input: SubmitInput, body: string) {
    checkSubmitSize(body);
    checkName('jobName', input.jobName);
    checkServicePayload(input.serviceRequestPayload);
    checkTags(input.tags);
    this.checkQueue(input.jobQueue);
    const { attempts, evaluateOnExit = [] } = input.retryStrategy ?? {};
    if (attempts !== undefined && (attempts < 1 || attempts > 10))
      throw clientException('attempts must be between 1 and 10');
    if (evaluateOnExit.length > 5) throw clientException('evaluateOnExit must have at most 5 rules');
    if (input.serviceJobType !== 'SAGEMAKER_TRAINING')
      throw clientException(`no type ${input.serviceJobType}`);
    if (input.clientToken !== undefined && (input.clientToken.length < 1 || input.clientToken.length > 64))
      throw clientException('clientToken has 1 to 64 characters');
    const before = [...this.jobs.values()].find(
      (job) => input.clientToken !== undefined && job.input.clientToken === input.clientToken,
    );
    if (before && this.parts.repeatedToken === 'refused')
      throw clientException(`a request with this clientToken was taken before`);
    if (before) return { jobArn: before.arn, jobName: before.input.jobName, jobId: before.id };
    const id = randomUUID();
    const { clock, faults } = this.parts;
    const invisible = faults.takeForJob(input.jobName, 'invisibleMs');
    const job: ServiceJob = {
      id,
      arn: `${this.parts.arnPrefix}:service-job/${id}`,
      input,
      createdAt: clock.nowMs(),
      attempts: [],
      state: 'SUBMITTED',
      isTerminated: false,
      visibleFrom: clock.nowMs() + (invisible ? invisible.invisibleMs * clock.scale : 0),
      forgotten: false,
    };
    this.jobs.set(id, job);
    void clock.wait(1000, this.closing.signal).then(() => {
      if (job.state !== 'SUBMITTED') return;
      job.state = 'RUNNABLE';
      const stuck = faults.takeForJob(input.jobName, 'stuckRunnable');
      if (stuck) return this.stick(job, stuck);
      this.waiting.push(job);
      this.pump();
    });
    return { jobArn: job.arn, jobName: input.jobName, jobId: id };
  }

  /** Stays where it is, until somebody ends it or the queue's time limit does. */
  private stick(
    job: ServiceJob,
    { stuckRunnable, cancelAfterMs }: Extract<JobFault, { stuckRunnable: string }>,
  ): void {
    job.statusReason = stuckRunnable;
    if (cancelAfterMs === undefined) return;
    void this.parts.clock.wait(cancelAfterMs, this.closing.signal).then(() => {
      if (job.state !== 'RUNNABLE') return;
      this.finish(job, 'FAILED', `Terminated by JobStateTimeLimit action due to reason: ${stuckRunnable}`);
    });
  }

  private checkQueue(reference: string): void {
    const name = reference.slice(reference.lastIndexOf('/') + 1);
    if (name !== this.parts.queue)
      throw clientException(`JobQueue ${reference} is no SAGEMAKER_TRAINING queue`);
  }

  private pump(): void {
    while (!this.closing.signal.aborted && this.running < this.parts.instances && this.waiting.length > 0) {
      this.running++;
      void this.attempt(this.waiting.shift()!).finally(() => {
        this.running--;
        this.pump();
      });
    }
  }

  /** One training under a name of Batch's own; its role may touch no other. */
  private async attempt(job: ServiceJob): Promise<void> {
    const { clock, training } = this.parts;
    job.state = 'SCHEDULED';
    const name = `AWSBatch${job.id.replaceAll('-', '').slice(0, 20)}${job.attempts.length + 1}`;
    const attempt: ServiceJob['attempts'][number] = { startedAt: clock.nowMs() };
    let made: TrainingJob;
    try {
      // what the payload says is only looked at now
      made = training.create(await training.readPayload(job.input.serviceRequestPayload, name));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      job.attempts.push({ ...attempt, stoppedAt: clock.nowMs(), statusReason: error.message });
      this.finish(job, 'FAILED', `Received status from SageMaker: ${error.code}: ${error.message}`);
      return;
    }
    attempt.serviceResourceId = { name: 'TrainingJobArn', value: made.arn };
    job.attempts.push(attempt);
    job.training = made;
    job.startedAt ??= clock.nowMs();
    const stopWatching = training.onStep(made, (secondary) => {
      job.state =
        secondary === 'Downloading'
          ? 'STARTING'
          : secondary === 'Starting' || secondary === 'Pending'
            ? 'SCHEDULED'
            : 'RUNNING';
    });
    await made.over;
    stopWatching();
    attempt.stoppedAt = clock.nowMs();
    if (this.closing.signal.aborted) return;
    if (made.status === 'Completed') {
      this.finish(job, 'SUCCEEDED');
      return;
    }
    const reason = job.isTerminated
      ? (job.statusReason ?? 'terminated')
      : `Received status from SageMaker: ${made.failureReason ?? made.status}`;
    attempt.statusReason = reason;
    const capacity = made.failureReason?.startsWith(CAPACITY) ?? false;
    const counted = job.attempts.filter(({ statusReason }) => !statusReason?.includes(CAPACITY)).length;
    const rules = job.input.retryStrategy?.evaluateOnExit ?? [];
    const again =
      !job.isTerminated &&
      (capacity ||
        (counted < (job.input.retryStrategy?.attempts ?? 1) &&
          isRetried(rules, { statusReason: reason }, true)));
    if (!again) this.finish(job, 'FAILED', reason);
    else {
      job.state = 'RUNNABLE';
      this.waiting.unshift(job);
    }
  }

  private finish(job: ServiceJob, state: 'SUCCEEDED' | 'FAILED', reason?: string): void {
    job.state = state;
    job.stoppedAt = this.parts.clock.nowMs();
    if (this.parts.faults.takeForJob(job.input.jobName, 'agedOut')) job.forgotten = true;
    if (reason !== undefined) job.statusReason = reason;
  }

  terminate({ jobId, reason }: { readonly jobId: string; readonly reason: string }) {
    const job = this.named(jobId);
    if (job.state === 'SUCCEEDED' || job.state === 'FAILED') return {};
    job.isTerminated = true;
    job.statusReason = reason;
    const at = this.waiting.indexOf(job);
    if (at >= 0) this.waiting.splice(at, 1);
    // its training may be over though the queue has not heard of it yet
    if (job.training && job.training.endedAt === undefined && job.state !== 'RUNNABLE')
      this.parts.training.stop({ TrainingJobName: job.training.name });
    else if (job.training?.endedAt === undefined || job.state === 'RUNNABLE')
      this.finish(job, 'FAILED', reason);
    return {};
  }

  describe({ jobId }: { readonly jobId: string }) {
    const job = this.named(jobId);
    const latest = job.attempts.at(-1);
    return {
      ...summaryOf(job),
      jobQueue: job.input.jobQueue,
      serviceRequestPayload: job.input.serviceRequestPayload,
      isTerminated: job.isTerminated,
      attempts: job.attempts,
      ...(latest?.serviceResourceId
        ? { latestAttempt: { serviceResourceId: latest.serviceResourceId } }
        : {}),
      ...(job.input.retryStrategy ? { retryStrategy: job.input.retryStrategy } : {}),
      ...(job.input.timeoutConfig ? { timeoutConfig: job.input.timeoutConfig } : {}),
      tags: job.input.tags ?? {},
    };
  }

  list({
    jobQueue,
    jobStatus = 'RUNNING',
    filters,
    maxResults = 100,
    nextToken,
  }: {
    readonly jobQueue?: string;
    readonly jobStatus?: string;
    readonly filters?: readonly { readonly name?: string; readonly values?: readonly string[] }[];
    readonly maxResults?: number;
    readonly nextToken?: string;
  }) {
    this.checkQueue(jobQueue ?? '');
    const filter = filters?.[0];
    const found = [...this.jobs.values()].filter((job) => {
      if (!this.isVisible(job)) return false;
      return filter?.name === 'JOB_NAME'
        ? filter.values!.some((value) =>
            value.endsWith('*')
              ? job.input.jobName.startsWith(value.slice(0, -1))
              : job.input.jobName === value,
          )
        : job.state === jobStatus;
    });
    const from = Number(nextToken ?? 0);
    const page = Math.min(maxResults, 100);
    return {
      jobSummaryList: found.slice(from, from + page).map((job) => {
        const latest = job.attempts.at(-1);
        return {
          ...summaryOf(job),
          ...(latest?.serviceResourceId
            ? { latestAttempt: { serviceResourceId: latest.serviceResourceId } }
            : {}),
        };
      }),
      ...(from + page < found.length ? { nextToken: String(from + page) } : {}),
    };
  }

  private named(id: string): ServiceJob {
    const job = this.jobs.get(id.slice(id.lastIndexOf('/') + 1));
    if (!job || !this.isVisible(job)) throw clientException(`Service job ${id} does not exist`);
    return job;
  }

  private isVisible({ forgotten, visibleFrom }: ServiceJob): boolean {
    return !forgotten && visibleFrom <= this.parts.clock.nowMs();
  }

  close(): void {
    this.closing.abort();
  }
}

function summaryOf(job: ServiceJob) {
  return {
    jobArn: job.arn,
    jobId: job.id,
    jobName: job.input.jobName,
    serviceJobType: job.input.serviceJobType,
    status: job.state,
    createdAt: job.createdAt,
    startedAt: job.startedAt ?? 0,
    ...(job.stoppedAt === undefined ? {} : { stoppedAt: job.stoppedAt }),
    ...(job.statusReason === undefined ? {} : { statusReason: job.statusReason }),
  };
}
