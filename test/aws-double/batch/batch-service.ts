import { randomUUID } from 'node:crypto';
import { clientException } from '../wire/refusal.ts';
import { BatchQueue, type QueueParts } from './batch-queue.ts';
import { type Definition, Definitions } from './definitions.ts';
import { BATCH_STATES, type BatchJob, type Container, isOver } from './job.ts';
import { detailOf, summaryLineOf } from './job-answers.ts';
import {
  checkArray,
  checkCommand,
  checkEnvironment,
  checkIds,
  checkName,
  checkRetry,
  checkSubmitSize,
  checkTags,
  checkTimeout,
  OVERRIDE_CHARACTERS,
} from './limits.ts';

interface SubmitInput {
  readonly jobName: string;
  readonly jobQueue: string;
  readonly jobDefinition: string;
  readonly arrayProperties?: { readonly size?: number };
  readonly dependsOn?: readonly { readonly jobId?: string; readonly type?: string }[];
  readonly parameters?: Readonly<Record<string, string>>;
  readonly containerOverrides?: {
    readonly command?: readonly string[];
    readonly environment?: readonly { readonly name: string; readonly value: string }[];
    readonly resourceRequirements?: readonly { readonly type: string; readonly value: string }[];
  };
  readonly retryStrategy?: { readonly attempts?: number; readonly evaluateOnExit?: readonly never[] };
  readonly timeout?: { readonly attemptDurationSeconds?: number };
  readonly tags?: Readonly<Record<string, string>>;
  readonly propagateTags?: boolean;
}

interface ListInput {
  readonly jobQueue?: string;
  readonly arrayJobId?: string;
  readonly jobStatus?: string;
  readonly filters?: readonly { readonly name?: string; readonly values?: readonly string[] }[];
  readonly maxResults?: number;
  readonly nextToken?: string;
}

/** AWS Batch: definitions, queues and their jobs. */
export class BatchService {
  readonly definitions: Definitions;
  readonly jobs = new Map<string, BatchJob>();
  /** In the order of submission, children behind their parent. */
  private readonly children = new Map<string, BatchJob[]>();
  private readonly queues = new Map<string, BatchQueue>();
  private readonly parts: QueueParts;
  private readonly arnPrefix: string;

  constructor(
    arnPrefix: string,
    queues: Readonly<Record<string, number>>,
    parts: Omit<QueueParts, 'onChange'>,
  ) {
    this.arnPrefix = arnPrefix;
    this.definitions = new Definitions(arnPrefix);
    this.parts = { ...parts, onChange: (job) => this.changed(job) };
    for (const [name, slots] of Object.entries(queues))
      this.queues.set(name, new BatchQueue(name, slots, this.parts));
  }

  submit(input: SubmitInput, body: string) {
    checkSubmitSize(body);
    checkName('jobName', input.jobName);
    checkArray(input.arrayProperties?.size);
    checkTimeout(input.timeout?.attemptDurationSeconds);
    checkRetry(input.retryStrategy);
    checkEnvironment(input.containerOverrides?.environment);
    checkCommand(input.containerOverrides?.command);
    checkTags(input.tags);
    const queue = this.queueNamed(input.jobQueue);
    const definition = this.definitions.find(input.jobDefinition);
    if (definition?.status !== 'ACTIVE') throw clientException(`no active definition ${input.jobDefinition}`);
    for (const { jobId, type } of input.dependsOn ?? []) {
      if (type !== undefined || jobId === undefined)
        throw clientException('the double knows dependsOn by id alone');
      if (!this.jobs.has(jobId)) throw clientException(`no job ${jobId}`);
    }
    const job = this.makeJob(input, definition, queue.name);
    this.jobs.set(job.id, job);
    const overrides = JSON.stringify(input.containerOverrides ?? {});
    if (overrides.length > OVERRIDE_CHARACTERS) {
      void this.parts.clock.wait(1000).then(() => {
        job.state = 'FAILED';
        job.statusReason = `Container Overrides length must be at most ${OVERRIDE_CHARACTERS}`;
      });
    } else if (job.arraySize !== undefined) {
      job.state = 'PENDING';
      const children = Array.from({ length: job.arraySize }, (_, index) => this.makeChild(job, index));
      this.children.set(job.id, children);
      for (const child of children) {
        this.jobs.set(child.id, child);
        void queue.admit(child);
      }
    } else if (job.dependsOn.length > 0) {
      job.state = 'PENDING';
      this.release(job);
    } else void queue.admit(job);
    return { jobArn: job.arn, jobName: job.name, jobId: job.id };
  }

  private makeJob(input: SubmitInput, definition: Definition, queue: string): BatchJob {
    const { clock, faults } = this.parts;
    const id = randomUUID();
    const retry = input.retryStrategy ?? definition.retryStrategy;
    const invisible = faults.takeForJob(input.jobName, 'invisibleMs');
    return {
      id,
      arn: `${this.arnPrefix}:job/${id}`,
      name: input.jobName,
      queue,
      definition: definition.jobDefinitionArn,
      container: containerOf(input, definition),
      parameters: { ...definition.parameters, ...input.parameters },
      retry: { attempts: retry?.attempts ?? 1, rules: retry?.evaluateOnExit ?? [] },
      timeoutSeconds: input.timeout?.attemptDurationSeconds ?? definition.timeout?.attemptDurationSeconds,
      tags: { ...(input.propagateTags || definition.propagateTags ? definition.tags : {}), ...input.tags },
      propagateTags: input.propagateTags ?? definition.propagateTags ?? false,
      createdAt: clock.nowMs(),
      ...(input.arrayProperties?.size === undefined ? {} : { arraySize: input.arrayProperties.size }),
      dependsOn: (input.dependsOn ?? []).flatMap(({ jobId }) => jobId ?? []),
      visibleFrom: clock.nowMs() + (invisible ? invisible.invisibleMs * clock.scale : 0),
      state: 'SUBMITTED',
      attempts: [],
      isTerminated: false,
      isCancelled: false,
      forgotten: false,
    };
  }

  private makeChild(parent: BatchJob, index: number): BatchJob {
    const { arraySize: _, ...child } = parent;
    return {
      ...child,
      id: `${parent.id}:${index}`,
      arn: `${parent.arn}:${index}`,
      arrayIndex: index,
      state: 'SUBMITTED',
      attempts: [],
    };
  }

  private changed(job: BatchJob): void {
    const parent =
      job.arrayIndex === undefined ? undefined : this.jobs.get(job.id.slice(0, job.id.indexOf(':')));
    if (parent) {
      const children = this.children.get(parent.id)!;
      if (children.every(isOver)) {
        parent.state = children.some(({ state }) => state === 'FAILED') ? 'FAILED' : 'SUCCEEDED';
        if (parent.state === 'FAILED') parent.statusReason = parent.endReason ?? 'Array Child Job failed';
        parent.stoppedAt = this.parts.clock.nowMs();
      }
    }
    const over = parent && isOver(parent) ? parent : job;
    if (!isOver(over)) return;
    for (const waiting of this.jobs.values()) if (waiting.dependsOn.includes(over.id)) this.release(waiting);
  }

  /** Lets a job go when all that it depends on has ended well, and ends it when one has not. */
  private release(job: BatchJob): void {
    if (job.state !== 'PENDING' || job.arraySize !== undefined) return;
    const needed = job.dependsOn.map((id) => this.jobs.get(id)!);
    if (needed.some(({ state }) => state === 'FAILED'))
      this.queueNamed(job.queue).end(job, 'Dependent Job failed');
    else if (needed.every(({ state }) => state === 'SUCCEEDED')) void this.queueNamed(job.queue).admit(job);
  }

  describe({ jobs: ids = [] }: { readonly jobs?: readonly string[] }) {
    checkIds(ids);
    const told = ids.flatMap((id) => {
      const job = this.jobs.get(id.startsWith('arn:') ? id.slice(id.lastIndexOf('/') + 1) : id);
      return job && this.isVisible(job) ? [detailOf(job, this.children.get(job.id))] : [];
    });
    return { jobs: told };
  }

  list(input: ListInput) {
    const { jobQueue, arrayJobId, jobStatus = 'RUNNING', filters, nextToken } = input;
    if ((jobQueue === undefined) === (arrayJobId === undefined))
      throw clientException('exactly one of jobQueue and arrayJobId');
    if ((filters?.length ?? 0) > 1) throw clientException('at most one filter');
    if (!(BATCH_STATES as readonly string[]).includes(jobStatus))
      throw clientException(`no status ${jobStatus}`);
    const filter = filters?.[0];
    const page = Math.min(input.maxResults ?? 100, filter ? 100 : 1000);
    const among =
      arrayJobId === undefined
        ? [...this.jobs.values()].filter(
            (job) => job.queue === this.queueNamed(jobQueue!).name && job.arrayIndex === undefined,
          )
        : (this.children.get(arrayJobId) ?? []);
    const found = among
      .filter((job) => this.isVisible(job))
      .filter((job) => (filter ? fitsFilter(job, filter) : job.state === jobStatus));
    const from = Number(nextToken ?? 0);
    return {
      jobSummaryList: found.slice(from, from + page).map((job) => summaryLineOf(job)),
      ...(from + page < found.length ? { nextToken: String(from + page) } : {}),
    };
  }

  terminate({ jobId, reason }: { readonly jobId: string; readonly reason: string }) {
    if (reason.length > 1024) throw clientException('reason has at most 1024 characters');
    for (const job of this.withChildren(jobId, reason)) {
      if (isOver(job)) continue;
      job.isTerminated = true;
      this.queueNamed(job.queue).end(job, reason);
    }
    return {};
  }

  cancel({ jobId, reason }: { readonly jobId: string; readonly reason: string }) {
    for (const job of this.withChildren(jobId, reason)) {
      if (!['SUBMITTED', 'PENDING', 'RUNNABLE'].includes(job.state)) continue;
      job.isCancelled = true;
      this.queueNamed(job.queue).end(job, reason);
    }
    return {};
  }

  /** A job, or the children that stand for an array. */
  private withChildren(id: string, reason: string): readonly BatchJob[] {
    const job = this.jobs.get(id);
    if (!job) throw clientException(`Job ${id} does not exist`);
    const children = this.children.get(id);
    if (children && !isOver(job)) {
      job.endReason = reason;
      job.isTerminated = true;
    }
    return children ?? [job];
  }

  describeQueues({ jobQueues }: { readonly jobQueues?: readonly string[] }) {
    const named = jobQueues
      ? jobQueues.filter((name) => this.queues.has(shortOf(name))).map(shortOf)
      : [...this.queues.keys()];
    return {
      jobQueues: named.map((name) => ({
        jobQueueName: name,
        jobQueueArn: `${this.arnPrefix}:job-queue/${name}`,
        state: 'ENABLED',
        status: 'VALID',
        priority: 1,
        computeEnvironmentOrder: [{ order: 1, computeEnvironment: `${name}-environment` }],
        jobStateTimeLimitActions: [
          {
            reason: 'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY',
            state: 'RUNNABLE',
            maxTimeSeconds: 3600,
            action: 'CANCEL',
          },
        ],
      })),
    };
  }

  /** One environment stands behind each queue; it has a processor for each of the queue's places. */
  describeEnvironments({ computeEnvironments }: { readonly computeEnvironments?: readonly string[] }) {
    const environments = [...this.queues].map(([name, { slots }]) => ({
      computeEnvironmentName: `${name}-environment`,
      computeEnvironmentArn: `${this.arnPrefix}:compute-environment/${name}-environment`,
      state: 'ENABLED',
      status: 'VALID',
      computeResources: { type: name === 'spot' ? 'SPOT' : 'EC2', maxvCpus: slots, subnets: [] },
    }));
    return {
      computeEnvironments: environments.filter(
        ({ computeEnvironmentName: name }) => !computeEnvironments || computeEnvironments.includes(name),
      ),
    };
  }

  snapshotOf({ jobQueue }: { readonly jobQueue: string }) {
    const queue = this.queueNamed(jobQueue);
    return {
      frontOfQueue: {
        jobs: queue.jobsRunnable
          .slice(0, 100)
          .map(({ arn, createdAt }) => ({ jobArn: arn, earliestTimeAtPosition: createdAt })),
        lastUpdatedAt: this.parts.clock.nowMs(),
      },
    };
  }

  private isVisible(job: BatchJob): boolean {
    return !job.forgotten && job.visibleFrom <= this.parts.clock.nowMs();
  }

  queueNamed(reference: string): BatchQueue {
    const queue = this.queues.get(shortOf(reference));
    if (!queue) throw clientException(`JobQueue ${reference} not found`);
    return queue;
  }

  hasQueue(reference: string): boolean {
    return this.queues.has(shortOf(reference));
  }

  async close(): Promise<void> {
    await Promise.all([...this.queues.values()].map((queue) => queue.close()));
  }
}

function shortOf(reference: string): string {
  return reference.startsWith('arn:') ? reference.slice(reference.lastIndexOf('/') + 1) : reference;
}

function containerOf(
  { containerOverrides }: SubmitInput,
  { containerProperties, jobDefinitionName }: Definition,
): Container {
  const properties = containerProperties ?? {};
  const merged = new Map(
    [...(properties.environment ?? []), ...(containerOverrides?.environment ?? [])].map((one) => [
      one.name,
      one,
    ]),
  );
  return {
    image: properties.image ?? jobDefinitionName,
    command: containerOverrides?.command ?? properties.command ?? [],
    environment: [...merged.values()],
    resourceRequirements: containerOverrides?.resourceRequirements ?? properties.resourceRequirements ?? [],
    ...(properties.jobRoleArn === undefined ? {} : { jobRoleArn: properties.jobRoleArn }),
    logGroup: properties.logConfiguration?.options?.['awslogs-group'] ?? '/aws/batch/job',
  };
}

function fitsFilter(
  job: BatchJob,
  { name, values = [] }: { readonly name?: string; readonly values?: readonly string[] },
): boolean {
  switch (name) {
    case 'JOB_NAME':
      return values.some((value) => {
        const wanted = value.toLowerCase();
        const has = job.name.toLowerCase();
        return wanted.endsWith('*') ? has.startsWith(wanted.slice(0, -1)) : has === wanted;
      });
    case 'JOB_DEFINITION':
      return values.some((value) => job.definition.includes(value));
    case 'AFTER_CREATED_AT':
      return job.createdAt >= Number(values[0]);
    case 'BEFORE_CREATED_AT':
      return job.createdAt <= Number(values[0]);
    default:
      throw clientException(`no filter ${name}`);
  }
}
