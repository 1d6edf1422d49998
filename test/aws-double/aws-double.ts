import { BatchService } from './batch/batch-service.ts';
import { ServiceJobs } from './batch/service-jobs.ts';
import { Clock } from './clock.ts';
import { Faults } from './faults.ts';
import type { Launcher } from './launch/launcher.ts';
import { processLauncher } from './launch/process-launcher.ts';
import { NO_ACCOUNT } from './no-account.ts';
import { S3Service } from './s3/s3-service.ts';
import { xmlOf } from './s3/xml.ts';
import { ModelRegistry } from './sagemaker/model-registry.ts';
import { type CreateInput, TrainingService } from './sagemaker/training-service.ts';
import { LogStreams, logHandlers } from './services/log-streams.ts';
import { SchedulerService } from './services/scheduler.ts';
import { answerSts } from './services/sts.ts';
import { HttpFront, type RecordedCall, type WireAnswer, type WireRequest } from './wire/http-server.ts';
import { readInput, writeOutput } from './wire/json-codec.ts';
import { type JsonService, type Operation, operationsOf } from './wire/operations.ts';
import { Refusal } from './wire/refusal.ts';

export interface AwsDoubleOptions {
  /** What the services' waits are multiplied by. Default 0.01: a minute takes 0.6 s. */
  readonly timeScale?: number;
  /** Job queues and how many containers run at a time in each. */
  readonly queues?: Readonly<Record<string, number>>;
  /** The queue for service jobs and how many instances it may have. */
  readonly serviceQueue?: { readonly name: string; readonly instances: number };
  readonly buckets?: readonly string[];
  /** The program that an image's entrypoint is; an image that is not named runs its command as it stands. */
  readonly images?: Readonly<Record<string, readonly string[]>>;
  /** What runs the containers; default real processes. */
  readonly launcher?: Launcher;
  /** Megabytes of memory by type of training machine; a program that takes more is killed. Default: nobody looks. */
  readonly machineMemoryMb?: Readonly<Record<string, number>>;
  /** The variable that tells a training program where its /opt/ml is. */
  readonly mlFolderVariable?: string;
  /** What a repeated client token of a service job gets: the documents leave it open. */
  readonly repeatedToken?: 'first-id' | 'refused';
  /** Whether a retry rule `onReason: *` fits an attempt that has no reason at all: the documents leave it open. Default: yes. */
  readonly starFitsNothing?: boolean;
  /** Decides on faults that have a chance; default: at random. */
  readonly random?: () => number;
}

/** A stand-in for the parts of AWS that jobs need, on one port of this machine. */
export interface AwsDouble {
  readonly endpoint: string;
  /** What a program needs to speak to the double and to nothing else. */
  readonly environment: Readonly<Record<string, string>>;
  /** Every call that arrived, in order. */
  readonly calls: readonly RecordedCall[];
  readonly faults: Faults;
  readonly clock: Clock;
  readonly batch: BatchService;
  readonly serviceJobs: ServiceJobs;
  readonly training: TrainingService;
  readonly s3: S3Service;
  readonly logs: LogStreams;
  readonly scheduler: SchedulerService;
  /**
   * Ends everything. Throws when a planned fault never happened, when a program was still alive, unless told that it may be,
   * and when one asked anything of another machine than this one.
   */
  close(options?: { readonly livingPrograms?: boolean }): Promise<void>;
}

const ACCOUNT = '000000000000';
const REGION = 'ap-northeast-2';

/** Starts a double of Batch, SageMaker, S3, CloudWatch Logs, EventBridge Scheduler and STS. */
export async function startAwsDouble(options: AwsDoubleOptions = {}): Promise<AwsDouble> {
  const clock = new Clock(options.timeScale ?? 0.01);
  const faults = new Faults(options.random);
  const logs = new LogStreams();
  const launcher = options.launcher ?? processLauncher();
  const s3 = new S3Service(clock, options.buckets ?? ['bucket']);
  const environment: Record<string, string> = {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'double',
    AWS_SECRET_ACCESS_KEY: 'double',
    ...NO_ACCOUNT,
  };
  const entrypointOf = (image: string) => options.images?.[image] ?? [];
  const operations = {
    batch: operationsOf('batch'),
    sagemaker: operationsOf('sagemaker'),
    logs: operationsOf('logs'),
    scheduler: operationsOf('scheduler'),
  };
  const common = { clock, faults, launcher, logs, entrypointOf, environment: () => environment };
  const batchArn = `arn:aws:batch:${REGION}:${ACCOUNT}`;
  const batch = new BatchService(batchArn, options.queues ?? { queue: 2 }, {
    ...common,
    delays: { toRunnableMs: 1000, startingMs: 2000 },
    starFitsNothing: options.starFitsNothing ?? true,
  });
  const training = new TrainingService({
    ...common,
    s3,
    arnPrefix: `arn:aws:sagemaker:${REGION}:${ACCOUNT}`,
    create: operations.sagemaker.get('CreateTrainingJob')!,
    memoryOf: (type) => options.machineMemoryMb?.[String(type)],
    mlFolderVariable: options.mlFolderVariable ?? 'SIHWANG_OPT_ML',
  });
  const serviceJobs = new ServiceJobs({
    clock,
    faults,
    training,
    arnPrefix: batchArn,
    queue: options.serviceQueue?.name ?? 'service-queue',
    instances: options.serviceQueue?.instances ?? 2,
    repeatedToken: options.repeatedToken ?? 'first-id',
  });
  const scheduler = new SchedulerService(clock, `arn:aws:scheduler:${REGION}:${ACCOUNT}`, (input, body) =>
    batch.submit(input as never, body),
  );

  /** What the double does for each operation; the input has been checked by its schema. */
  const handlers: Readonly<
    Record<JsonService, Readonly<Record<string, (input: never, body: string) => unknown>>>
  > = {
    batch: {
      RegisterJobDefinition: (input, body) => batch.definitions.register(input, body),
      DescribeJobDefinitions: (input) => batch.definitions.describe(input),
      DeregisterJobDefinition: (input) => batch.definitions.deregister(input),
      SubmitJob: (input, body) => batch.submit(input, body),
      DescribeJobs: (input) => batch.describe(input),
      ListJobs: (input) => batch.list(input),
      TerminateJob: (input) => batch.terminate(input),
      CancelJob: (input) => batch.cancel(input),
      DescribeJobQueues: (input) => batch.describeQueues(input),
      DescribeComputeEnvironments: (input) => batch.describeEnvironments(input),
      GetJobQueueSnapshot: (input) => batch.snapshotOf(input),
      SubmitServiceJob: (input, body) => serviceJobs.submit(input, body),
      DescribeServiceJob: (input) => serviceJobs.describe(input),
      ListServiceJobs: (input) => serviceJobs.list(input),
      TerminateServiceJob: (input) => serviceJobs.terminate(input),
    },
    sagemaker: {
      CreateTrainingJob: (input: CreateInput) => ({ TrainingJobArn: training.create(input).arn }),
      DescribeTrainingJob: (input) => training.describe(input),
      StopTrainingJob: (input) => training.stop(input),
      DeleteTrainingJob: (input) => training.delete(input),
      ListTrainingJobs: (input) => training.list(input),
      ...new ModelRegistry(clock, `arn:aws:sagemaker:${REGION}:${ACCOUNT}`).handlers(),
    },
    logs: logHandlers(logs),
    scheduler: scheduler.handlers(),
  };

  const front = new HttpFront({
    clock,
    faults,
    operationOf: (request) => {
      if (request.service === 's3') return s3.operationOf(request);
      if (request.service === 'sts')
        return new URLSearchParams(request.body.toString()).get('Action') ?? 'unknown';
      return operationAsked(request, operations)?.operation.name ?? 'unknown';
    },
    answer: async (request) => {
      if (request.service === 's3') {
        const { status, headers = {}, body = '' } = s3.answer(request);
        return { status, headers: { 'content-type': 'application/xml', ...headers }, body };
      }
      if (request.service === 'sts')
        return {
          status: 200,
          headers: { 'content-type': 'text/xml' },
          body: answerSts(request.body.toString(), ACCOUNT),
        };
      return answerJson(request, operations, handlers);
    },
    refuse: refusalAnswer,
    emptyPage: (operation) =>
      JSON.stringify({ [LIST_OF[operation] ?? 'items']: [], nextToken: '0', NextToken: '0' }),
  });
  const endpoint = await front.listen();
  environment.AWS_ENDPOINT_URL = endpoint;

  return {
    endpoint,
    environment,
    calls: front.calls,
    faults,
    clock,
    batch,
    serviceJobs,
    training,
    s3,
    logs,
    scheduler,
    close: async ({ livingPrograms = false } = {}) => {
      training.close();
      serviceJobs.close();
      const closing = batch.close();
      const { running, callsOutside } = await launcher.close();
      await closing;
      await front.close();
      const unused = faults.unused();
      if (unused.length > 0) throw new Error(`planned faults that never happened: ${unused.join('; ')}`);
      if (running > 0 && !livingPrograms) throw new Error(`${running} programs were still running`);
      if (callsOutside.length > 0)
        throw new Error(`programs asked another machine than this one: ${callsOutside.join('; ')}`);
    },
  };
}

/** The member in which an operation's page is. */
const LIST_OF: Readonly<Record<string, string>> = {
  ListJobs: 'jobSummaryList',
  ListServiceJobs: 'jobSummaryList',
  ListTrainingJobs: 'TrainingJobSummaries',
  DescribeJobDefinitions: 'jobDefinitions',
};

type Operations = Readonly<Record<JsonService, ReadonlyMap<string, Operation>>>;

interface Asked {
  readonly operation: Operation;
  readonly labels: Readonly<Record<string, string>>;
}

/** Which operation a request is: by its target header, or by its method and path. */
function operationAsked(
  { service, method, path, headers }: WireRequest,
  operations: Operations,
): Asked | null {
  const known = operations[service as JsonService];
  if (!known) return null;
  const target = headers['x-amz-target'];
  if (target !== undefined) {
    const operation = known.get(target.slice(target.indexOf('.') + 1));
    return operation ? { operation, labels: {} } : null;
  }
  for (const operation of known.values()) {
    if (operation.http?.method !== method) continue;
    const labels = labelsOf(operation.http.path, path);
    if (labels) return { operation, labels };
  }
  return null;
}

function labelsOf(template: string, path: string): Record<string, string> | null {
  const wanted = template.split('?')[0]!.split('/');
  const parts = path.split('/');
  if (wanted.length !== parts.length) return null;
  const labels: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const label = /^\{(\w+)\+?\}$/.exec(part)?.[1];
    if (label !== undefined) labels[label] = decodeURIComponent(parts[at]!);
    else if (part.toLowerCase() !== parts[at]!.toLowerCase()) return null;
  }
  return labels;
}

async function answerJson(
  request: WireRequest,
  operations: Operations,
  handlers: Readonly<Record<string, Readonly<Record<string, (input: never, body: string) => unknown>>>>,
): Promise<WireAnswer> {
  const asked = operationAsked(request, operations);
  const handler = asked && handlers[request.service]?.[asked.operation.name];
  if (!asked || !handler)
    throw new Refusal(
      501,
      'NotImplemented',
      `the double has no ${request.service} ${asked?.operation.name ?? request.path}`,
    );
  const body = request.body.toString();
  const input = await readInput(asked.operation, body, { labels: asked.labels, query: request.query });
  return {
    status: 200,
    headers: { 'content-type': asked.operation.http ? 'application/json' : 'application/x-amz-json-1.1' },
    body: writeOutput(asked.operation, await handler(input as never, body)),
  };
}

function refusalAnswer({ service, path }: WireRequest, { status, code, message }: Refusal): WireAnswer {
  if (service === 's3')
    return {
      status,
      headers: { 'content-type': 'application/xml' },
      body: xmlOf('Error', { Code: code, Message: message, Resource: path, RequestId: 'double' }),
    };
  if (service === 'sts')
    return {
      status,
      headers: { 'content-type': 'text/xml' },
      body: xmlOf('ErrorResponse', {
        Error: { Type: 'Sender', Code: code, Message: message },
        RequestId: 'double',
      }),
    };
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
    body: JSON.stringify({ __type: code, message }),
  };
}
