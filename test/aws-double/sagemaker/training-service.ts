import type { Clock } from '../clock.ts';
import type { Faults } from '../faults.ts';
import type { Launcher, Running } from '../launch/launcher.ts';
import type { S3Service } from '../s3/s3-service.ts';
import type { LogStreams } from '../services/log-streams.ts';
import { parseObject, readInput } from '../wire/json-codec.ts';
import type { Operation } from '../wire/operations.ts';
import { Refusal, validationException } from '../wire/refusal.ts';
import { checkListing, checkTrainingJob } from './limits.ts';
import { MlFolder } from './ml-folder.ts';

const LOG_GROUP = '/aws/sagemaker/TrainingJobs';
const GRACE_MS = 120_000;

/** What of CreateTrainingJob the double acts on; the rest is kept and described. */
export interface CreateInput {
  readonly TrainingJobName: string;
  readonly HyperParameters?: Readonly<Record<string, string>>;
  readonly Environment?: Readonly<Record<string, string>>;
  readonly RoleArn: string;
  readonly AlgorithmSpecification?: {
    readonly TrainingImage?: string;
    readonly ContainerEntrypoint?: readonly string[];
    readonly ContainerArguments?: readonly string[];
    readonly MetricDefinitions?: readonly { readonly Name?: string; readonly Regex?: string }[];
  };
  readonly InputDataConfig?: readonly {
    readonly ChannelName?: string;
    readonly DataSource?: { readonly S3DataSource?: { readonly S3Uri?: string } };
  }[];
  readonly OutputDataConfig: { readonly S3OutputPath: string };
  readonly CheckpointConfig?: { readonly S3Uri?: string };
  readonly ResourceConfig?: Readonly<Record<string, unknown>>;
  readonly StoppingCondition?: {
    readonly MaxRuntimeInSeconds?: number;
    readonly MaxWaitTimeInSeconds?: number;
  };
  readonly RetryStrategy?: { readonly MaximumRetryAttempts?: number };
  readonly EnableManagedSpotTraining?: boolean;
  readonly Tags?: readonly { readonly Key?: string; readonly Value?: string }[];
}

interface Transition {
  readonly Status: string;
  readonly StartTime: Date;
  EndTime?: Date;
  readonly StatusMessage: string;
}

export interface TrainingJob {
  readonly name: string;
  readonly arn: string;
  readonly input: CreateInput;
  readonly createdAt: Date;
  readonly transitions: Transition[];
  readonly metrics: Map<string, { readonly value: number; readonly at: Date }>;
  /** Resolves when the job is over, whatever became of it. */
  readonly over: Promise<void>;
  status: 'InProgress' | 'Completed' | 'Failed' | 'Stopping' | 'Stopped';
  secondary: string;
  failureReason?: string;
  modelUri?: string;
  startedAt?: Date;
  endedAt?: Date;
  trainingMs: number;
  billableMs: number;
  running?: Running;
  stopAsked: boolean;
  /** Before it nobody is told of the job. */
  readonly visibleFrom: number;
}

export interface TrainingParts {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly launcher: Launcher;
  readonly logs: LogStreams;
  readonly s3: S3Service;
  readonly arnPrefix: string;
  readonly create: Operation;
  readonly entrypointOf: (image: string) => readonly string[];
  readonly environment: () => Readonly<Record<string, string>>;
  /** Megabytes that a machine of this type has; unset = nobody looks. */
  readonly memoryOf: (instanceType: unknown) => number | undefined;
  /** The variable by which a program finds what would be /opt/ml. */
  readonly mlFolderVariable: string;
}

/** SageMaker's training jobs: each a real program in a folder of its own. */
export class TrainingService {
  readonly jobs = new Map<string, TrainingJob>();
  private readonly parts: TrainingParts;
  private readonly watchers = new Map<TrainingJob, Set<(secondary: string) => void>>();
  private readonly closing = new AbortController();

  constructor(parts: TrainingParts) {
    this.parts = parts;
  }

  /** A payload that came as text, by the schema of CreateTrainingJob, under a name of the queue's own. */
  async readPayload(text: string, name: string): Promise<CreateInput> {
    const payload = { ...parseObject(text), TrainingJobName: name };
    const nowhere = { labels: {}, query: new URLSearchParams() };
    return (await readInput(this.parts.create, JSON.stringify(payload), nowhere)) as never;
  }

  create(input: CreateInput): TrainingJob {
    checkTrainingJob(input as Parameters<typeof checkTrainingJob>[0]);
    if (this.jobs.has(input.TrainingJobName))
      throw new Refusal(
        400,
        'ResourceInUse',
        'Training job names must be unique within an AWS account and region',
      );
    let finish = (): void => undefined;
    const { clock, faults } = this.parts;
    const invisible = faults.takeForJob(input.TrainingJobName, 'invisibleMs');
    const job: TrainingJob = {
      name: input.TrainingJobName,
      arn: `${this.parts.arnPrefix}:training-job/${input.TrainingJobName.toLowerCase()}`,
      input,
      createdAt: clock.now(),
      transitions: [],
      metrics: new Map(),
      over: new Promise((resolve) => {
        finish = resolve;
      }),
      status: 'InProgress',
      secondary: 'Starting',
      trainingMs: 0,
      billableMs: 0,
      stopAsked: false,
      visibleFrom: clock.nowMs() + (invisible ? invisible.invisibleMs * clock.scale : 0),
    };
    this.jobs.set(job.name, job);
    this.step(job, 'Starting');
    void this.work(job).finally(finish);
    return job;
  }

  onStep(job: TrainingJob, watcher: (secondary: string) => void): () => void {
    const watchers = this.watchers.get(job) ?? new Set();
    this.watchers.set(job, watchers.add(watcher));
    return () => watchers.delete(watcher);
  }

  private step(job: TrainingJob, secondary: string, message = secondary): void {
    const now = this.parts.clock.now();
    const last = job.transitions.at(-1);
    if (last) last.EndTime = now;
    job.transitions.push({ Status: secondary, StartTime: now, StatusMessage: message });
    job.secondary = secondary;
    for (const watcher of this.watchers.get(job) ?? []) watcher(secondary);
  }

  private end(job: TrainingJob, status: TrainingJob['status'], secondary: string, reason?: string): void {
    job.status = status;
    if (reason !== undefined) job.failureReason = reason.slice(0, 1024);
    job.endedAt = this.parts.clock.now();
    this.step(job, secondary, reason);
    job.transitions.at(-1)!.EndTime = job.endedAt;
  }

  private async work(job: TrainingJob): Promise<void> {
    const { clock, faults } = this.parts;
    const slow = faults.takeForJob(job.name, 'slowStartingMs');
    await clock.wait(2000 + (slow?.slowStartingMs ?? 0), this.closing.signal);
    const early = faults.takeForJob(
      job.name,
      'capacityError',
      'maxWaitExceeded',
      'internalError',
      'cannotPull',
    );
    if (this.closing.signal.aborted) return;
    if (job.stopAsked) return this.end(job, 'Stopped', 'Stopped');
    if (early && 'capacityError' in early)
      return this.end(
        job,
        'Failed',
        'Failed',
        'CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type.',
      );
    if (early && 'maxWaitExceeded' in early) return this.end(job, 'Stopped', 'MaxWaitTimeExceeded');
    if (early && 'cannotPull' in early)
      return this.end(job, 'Failed', 'Failed', 'ClientError: Cannot pull the training image: access denied');
    if (early && 'internalError' in early) {
      if (!job.input.RetryStrategy?.MaximumRetryAttempts)
        return this.end(
          job,
          'Failed',
          'Failed',
          'InternalServerError: We encountered an internal error. Please try again.',
        );
      this.step(job, 'Restarting');
    }
    const folder = new MlFolder(this.parts.s3);
    try {
      await this.train(job, folder);
    } finally {
      folder.remove();
    }
  }

  private async train(job: TrainingJob, folder: MlFolder): Promise<void> {
    const { input } = job;
    this.step(job, 'Downloading');
    folder.writeConfig('hyperparameters', input.HyperParameters ?? {});
    folder.writeConfig(
      'inputdataconfig',
      Object.fromEntries(
        (input.InputDataConfig ?? []).map((channel) => [channel.ChannelName, { TrainingInputMode: 'File' }]),
      ),
    );
    folder.writeConfig('resourceconfig', {
      current_host: 'algo-1',
      hosts: ['algo-1'],
      network_interface_name: 'eth0',
    });
    folder.writeConfig(
      'checkpointconfig',
      input.CheckpointConfig ? { S3Uri: input.CheckpointConfig.S3Uri } : {},
    );
    for (const { ChannelName, DataSource } of input.InputDataConfig ?? []) {
      const uri = DataSource?.S3DataSource?.S3Uri ?? '';
      if (folder.bring(uri, `input/data/${ChannelName}`) === 0)
        return this.end(
          job,
          'Failed',
          'Failed',
          `ClientError: Data download failed: no S3 objects found under S3 URL ${uri}`,
        );
    }
    const checkpoints = input.CheckpointConfig?.S3Uri;
    if (checkpoints) folder.bring(checkpoints, 'checkpoints');
    job.startedAt = this.parts.clock.now();
    for (;;) {
      const outcome = await this.attempt(job, folder);
      if (this.closing.signal.aborted) return;
      if (outcome === 'interrupted') {
        this.step(job, 'Interrupted');
        await this.parts.clock.wait(5000, this.closing.signal);
        this.step(job, 'Restarting');
        continue;
      }
      const base = `${input.OutputDataConfig.S3OutputPath.replace(/\/$/, '')}/${job.name}/output`;
      this.step(job, 'Uploading');
      const model = await folder.archive('model', `${base}/model.tar.gz`, this.parts.clock.now());
      await folder.archive('output/data', `${base}/output.tar.gz`, this.parts.clock.now());
      if (model) job.modelUri = model;
      if (outcome === 'completed') this.end(job, 'Completed', 'Completed');
      else if (outcome === 'stopped') this.end(job, 'Stopped', 'Stopped');
      else if (outcome === 'overtime') this.end(job, 'Stopped', 'MaxRuntimeExceeded');
      else this.end(job, 'Failed', 'Failed', outcome.failed);
      return;
    }
  }

  private async attempt(
    job: TrainingJob,
    folder: MlFolder,
  ): Promise<'completed' | 'stopped' | 'overtime' | 'interrupted' | { readonly failed: string }> {
    const { clock, faults, launcher, logs } = this.parts;
    const { input } = job;
    const stream = `${job.name}/algo-1-${job.createdAt.getTime()}`;
    const missing = faults.takeForJob(job.name, 'missingLogStream');
    const silent = faults.takeForJob(job.name, 'checkpointSyncStops');
    const faulty = faults.takeForJob(job.name, 'exitsAtOnce');
    this.step(job, 'Training');
    const began = clock.nowMs();
    const memoryMb = this.parts.memoryOf(input.ResourceConfig?.InstanceType);
    const full = faults.takeForJob(job.name, 'diskFull');
    const slow = faults.takeForJob(job.name, 'slowDiskMs');
    const running = launcher.launch({
      jobName: job.name,
      ...(memoryMb === undefined ? {} : { memoryMb }),
      ...(full ? { diskMb: 0 } : {}),
      ...(slow ? { slowDiskMs: slow.slowDiskMs } : {}),
      command: faulty ? ['/bin/sh', '-c', `exit ${faulty.exitsAtOnce}`] : this.commandOf(input),
      environment: {
        ...this.parts.environment(),
        ...input.Environment,
        TRAINING_JOB_NAME: job.name,
        TRAINING_JOB_ARN: job.arn,
        [this.parts.mlFolderVariable]: folder.path,
      },
      onLine: (line) => {
        if (!missing) logs.append(LOG_GROUP, stream, line, clock.nowMs());
        this.readMetrics(job, line);
      },
    });
    job.running = running;
    const over = new AbortController();
    let why: 'overtime' | 'interrupted' | undefined;
    const watch = async (ms: number, then: 'overtime' | 'interrupted', warned: boolean): Promise<void> => {
      await clock.wait(ms, AbortSignal.any([over.signal, this.closing.signal]));
      if (over.signal.aborted || this.closing.signal.aborted) return;
      why = then;
      if (warned) {
        running.signal('SIGTERM');
        await clock.wait(GRACE_MS, AbortSignal.any([over.signal, this.closing.signal]));
      }
      if (!over.signal.aborted) running.signal('SIGKILL');
    };
    void watch((input.StoppingCondition?.MaxRuntimeInSeconds ?? 86_400) * 1000, 'overtime', true);
    const memory = faults.takeForJob(job.name, 'outOfMemoryAfterMs');
    if (memory)
      void clock
        .wait(memory.outOfMemoryAfterMs, AbortSignal.any([over.signal, this.closing.signal]))
        .then(() => over.signal.aborted || running.signal('SIGKILL'));
    const reclaim = faults.takeForJob(job.name, 'reclaimAfterMs');
    if (reclaim) void watch(reclaim.reclaimAfterMs, 'interrupted', reclaim.warning !== 'none');
    if (job.stopAsked) running.signal('SIGTERM');
    const { code, signal } = await running.ended.catch((error: Error) => ({
      code: 127,
      signal: null,
      error,
    }));
    over.abort();
    delete job.running;
    const lasted = clock.nowMs() - began;
    job.trainingMs += lasted;
    job.billableMs += why === 'interrupted' ? 0 : lasted;
    if (input.CheckpointConfig?.S3Uri && !silent)
      folder.mirror('checkpoints', input.CheckpointConfig.S3Uri, clock.now());
    if (why === 'interrupted') return 'interrupted';
    if (job.stopAsked) {
      const long = faults.takeForJob(job.name, 'longStoppingMs');
      if (long) await clock.wait(long.longStoppingMs, this.closing.signal);
      return 'stopped';
    }
    if (why === 'overtime') return 'overtime';
    if (code === 0) return 'completed';
    const shown = signal === null ? code : 137;
    return { failed: `AlgorithmError: ${folder.failure() ?? ''}, exit code: ${shown}` };
  }

  private commandOf({ AlgorithmSpecification: algorithm }: CreateInput): readonly string[] {
    const entrypoint =
      algorithm?.ContainerEntrypoint ?? this.parts.entrypointOf(algorithm?.TrainingImage ?? '');
    return [
      ...entrypoint,
      ...(algorithm?.ContainerArguments ?? (algorithm?.ContainerEntrypoint ? [] : ['train'])),
    ];
  }

  private readMetrics(job: TrainingJob, line: string): void {
    for (const { Name, Regex } of job.input.AlgorithmSpecification?.MetricDefinitions ?? []) {
      const found = new RegExp(Regex!).exec(line)?.[1];
      if (found !== undefined) job.metrics.set(Name!, { value: Number(found), at: this.parts.clock.now() });
    }
  }

  stop({ TrainingJobName }: { readonly TrainingJobName: string }) {
    const job = this.named(TrainingJobName);
    if (job.status !== 'InProgress') {
      if (job.status === 'Stopping') return {};
      throw validationException(
        `The request was rejected because the training job is in status ${job.status}.`,
      );
    }
    job.status = 'Stopping';
    job.stopAsked = true;
    this.step(job, 'Stopping');
    const { running } = job;
    if (running) {
      running.signal('SIGTERM');
      void this.parts.clock.wait(GRACE_MS, this.closing.signal).then(() => {
        if (job.running === running) running.signal('SIGKILL');
      });
    }
    return {};
  }

  delete({ TrainingJobName }: { readonly TrainingJobName: string }) {
    const job = this.named(TrainingJobName);
    if (job.endedAt === undefined) throw new Refusal(400, 'ResourceInUse', 'the training job is not over');
    this.jobs.delete(TrainingJobName);
    return {};
  }

  named(name: string): TrainingJob {
    const job = this.jobs.get(name);
    if (!job || job.visibleFrom > this.parts.clock.nowMs())
      throw validationException('Requested resource not found.');
    return job;
  }

  describe({ TrainingJobName }: { readonly TrainingJobName: string }) {
    const job = this.named(TrainingJobName);
    const { Tags: _, ...input } = job.input;
    const seconds = (ms: number) => Math.ceil(ms / 1000 / this.parts.clock.scale);
    return {
      ...input,
      TrainingJobArn: job.arn,
      TrainingJobStatus: job.status,
      SecondaryStatus: job.secondary,
      CreationTime: job.createdAt,
      SecondaryStatusTransitions: job.transitions,
      FinalMetricDataList: [...job.metrics].map(([MetricName, { value, at }]) => ({
        MetricName,
        Value: value,
        Timestamp: at,
      })),
      ...(job.failureReason === undefined ? {} : { FailureReason: job.failureReason }),
      // required of an answer, empty until there is one
      ModelArtifacts: { S3ModelArtifacts: job.modelUri ?? '' },
      ...(job.startedAt ? { TrainingStartTime: job.startedAt } : {}),
      ...(job.endedAt
        ? {
            TrainingEndTime: job.endedAt,
            TrainingTimeInSeconds: seconds(job.trainingMs),
            BillableTimeInSeconds: seconds(job.billableMs),
          }
        : {}),
    };
  }

  /** The status is looked at after a page was taken, so pages may be short or empty. */
  list({
    NameContains = '',
    StatusEquals,
    CreationTimeAfter,
    MaxResults = 10,
    NextToken,
  }: {
    readonly NameContains?: string;
    readonly StatusEquals?: string;
    readonly CreationTimeAfter?: Date;
    readonly MaxResults?: number;
    readonly NextToken?: string;
  }) {
    checkListing(NameContains, MaxResults);
    const now = this.parts.clock.nowMs();
    const all = [...this.jobs.values()]
      .filter(
        ({ name, createdAt, visibleFrom }) =>
          name.includes(NameContains) &&
          visibleFrom <= now &&
          (CreationTimeAfter === undefined || createdAt > CreationTimeAfter),
      )
      .reverse();
    const from = Number(NextToken ?? 0);
    const page = all.slice(from, from + MaxResults);
    return {
      TrainingJobSummaries: page
        .filter(({ status }) => StatusEquals === undefined || status === StatusEquals)
        .map((job) => ({
          TrainingJobName: job.name,
          TrainingJobArn: job.arn,
          CreationTime: job.createdAt,
          TrainingJobStatus: job.status,
          SecondaryStatus: job.secondary,
          ...(job.endedAt ? { TrainingEndTime: job.endedAt } : {}),
        })),
      ...(from + MaxResults < all.length ? { NextToken: String(from + MaxResults) } : {}),
    };
  }

  close(): void {
    this.closing.abort();
  }
}
