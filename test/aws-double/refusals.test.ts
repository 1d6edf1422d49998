import {
  DescribeJobsCommand,
  ListJobsCommand,
  RegisterJobDefinitionCommand,
  type RegisterJobDefinitionCommandInput,
  SubmitJobCommand,
  type SubmitJobCommandInput,
  SubmitServiceJobCommand,
  type SubmitServiceJobCommandInput,
  TerminateJobCommand,
} from '@aws-sdk/client-batch';
import { DeleteObjectsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateModelPackageCommand,
  type CreateModelPackageCommandInput,
  CreateModelPackageGroupCommand,
  CreateTrainingJobCommand,
  type CreateTrainingJobCommandInput,
  ListTrainingJobsCommand,
  type ListTrainingJobsCommandInput,
} from '@aws-sdk/client-sagemaker';
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AwsDouble, startAwsDouble } from './aws-double.ts';
import { clientsOf } from './clients.ts';
import { instantLauncher } from './launch/instant-launcher.ts';

/** Every limit that the double holds to: what is just within is taken, what is just beyond is refused. */
type Limit<Input> = readonly [what: string, within: Partial<Input>, ...beyond: Partial<Input>[]];

let double: AwsDouble;
let clients: ReturnType<typeof clientsOf>;
beforeAll(async () => {
  double = await startAwsDouble({
    ...{ timeScale: 0.0001, launcher: instantLauncher(() => 0) },
    serviceQueue: { name: 'service-queue', instances: 4 },
  });
  clients = clientsOf(double);
  await clients.batch.send(new RegisterJobDefinitionCommand(definition()));
  await clients.sagemaker.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: 'group' }));
});
afterAll(() => double.close({ livingPrograms: true }));

const many = <T>(count: number, one: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => one(at));
const map = (count: number, value = 'x'): Record<string, string> =>
  Object.fromEntries(many(count, (at) => [`k${at}`, value]));
const x = (count: number): string => 'x'.repeat(count);
/** Another name each, for what takes a name once. */
let names = 0;
const named = (length = 8): string => `n${String(++names).padStart(length - 1, '0')}`;

function holds<Input>(
  limits: readonly Limit<Input>[],
  error: string,
  send: (input: Partial<Input>) => Promise<unknown>,
): void {
  for (const [what, within, ...beyond] of limits)
    it(what, async () => {
      await send(within);
      for (const input of beyond) await expect(send(input)).rejects.toMatchObject({ name: error });
    });
}

const submission = (): SubmitJobCommandInput => ({
  jobName: 'job',
  jobQueue: 'queue',
  jobDefinition: 'worker',
});
const rule = (set: object) => ({ onReason: '*', action: 'EXIT' as const, ...set });
const rules = (...all: readonly object[]) => ({ attempts: 2, evaluateOnExit: all.map(rule) });

/** The members of a retry strategy are bounded in submissions and in definitions alike. */
const RETRIES: readonly Limit<Pick<SubmitJobCommandInput, 'retryStrategy'>>[] = [
  ['1 to 10 attempts', { retryStrategy: { attempts: 1 } }, { retryStrategy: { attempts: 0 } }],
  ['10 attempts', { retryStrategy: { attempts: 10 } }, { retryStrategy: { attempts: 11 } }],
  [
    '5 rules',
    { retryStrategy: rules(...many(5, () => ({}))) },
    { retryStrategy: rules(...many(6, () => ({}))) },
  ],
  [
    'rules only beside attempts',
    { retryStrategy: rules({}) },
    { retryStrategy: { evaluateOnExit: [rule({})] } },
  ],
  [
    'a rule retries or exits',
    { retryStrategy: rules({ action: 'RETRY' }) },
    { retryStrategy: rules({ action: 'STOP' }) },
  ],
  [
    'a pattern is of letters, digits, points, colons and spaces, with a star at its end',
    { retryStrategy: rules({ onStatusReason: 'Host EC2: 1.*' }) },
    { retryStrategy: rules({ onReason: 'a*b' }) },
    { retryStrategy: rules({ onStatusReason: 'a-b' }) },
  ],
  [
    'a pattern has 512 characters',
    { retryStrategy: rules({ onReason: x(512) }) },
    { retryStrategy: rules({ onReason: x(513) }) },
  ],
  [
    'an exit code is of digits',
    { retryStrategy: rules({ onExitCode: '7*' }) },
    { retryStrategy: rules({ onExitCode: 'x' }) },
  ],
];

describe('SubmitJob', () => {
  const rest = JSON.stringify({ ...submission(), parameters: { spec: '' } }).length;
  holds<SubmitJobCommandInput>(
    [
      [
        'a request of 30 KiB',
        { parameters: { spec: x(30 * 1024 - rest) } },
        { parameters: { spec: x(30 * 1024 - rest + 1) } },
      ],
      ['a name of 128 characters', { jobName: x(128) }, { jobName: x(129) }],
      [
        'a name of letters, digits, hyphens and underscores',
        { jobName: '1-a_B' },
        { jobName: '2026-08-21T20:00' },
        { jobName: '-a' },
        { jobName: '배추' },
      ],
      [
        'an array of two and more, not above 10,000',
        { arrayProperties: { size: 2 } },
        { arrayProperties: { size: 1 } },
        { arrayProperties: { size: 10_001 } },
      ],
      [
        'a timeout of 60 s',
        { timeout: { attemptDurationSeconds: 60 } },
        { timeout: { attemptDurationSeconds: 59 } },
      ],
      ...RETRIES,
      [
        'no variable of Batch’s own',
        { containerOverrides: { environment: [{ name: 'BATCH', value: '1' }] } },
        { containerOverrides: { environment: [{ name: 'AWS_BATCH_X', value: '1' }] } },
      ],
      [
        'no empty part of a command',
        { containerOverrides: { command: ['a', 'b'] } },
        { containerOverrides: { command: ['a', ''] } },
      ],
      ['50 tags', { tags: map(50) }, { tags: map(51) }],
      ['a queue that is there', { jobQueue: 'queue' }, { jobQueue: 'nowhere' }],
      ['a definition that is there', { jobDefinition: 'worker' }, { jobDefinition: 'nothing' }],
    ],
    'ClientException',
    (input) => clients.batchOnce.send(new SubmitJobCommand({ ...submission(), ...input })),
  );

  it('takes overrides above 8,192 characters, and the job fails later', async () => {
    const overridden = async (length: number) => {
      const containerOverrides = { environment: [{ name: 'A', value: '' }] };
      containerOverrides.environment[0]!.value = x(length - JSON.stringify(containerOverrides).length);
      const { jobId } = await clients.batchOnce.send(
        new SubmitJobCommand({ ...submission(), containerOverrides }),
      );
      for (;;) {
        const [job] = (await clients.batch.send(new DescribeJobsCommand({ jobs: [jobId!] }))).jobs!;
        if (job!.status === 'SUCCEEDED' || job!.status === 'FAILED') return job!;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    expect((await overridden(8192)).status).toBe('SUCCEEDED');
    expect((await overridden(8193)).statusReason).toBe('Container Overrides length must be at most 8192');
  });

  it('takes no member that it does not know, none of another type, and none that is missing', async () => {
    const raw = async (input: object) => {
      const answer = await fetch(`${double.endpoint}/v1/submitjob`, {
        method: 'POST',
        headers: {
          authorization: 'AWS4-HMAC-SHA256 Credential=a/20260101/ap-northeast-2/batch/aws4_request',
        },
        body: JSON.stringify(input),
      });
      return [answer.status, ((await answer.json()) as { message?: string }).message];
    };
    expect((await raw(submission()))[0]).toBe(200);
    const { jobQueue: _, ...without } = submission();
    expect(await raw({ ...submission(), colour: 'red' })).toEqual([400, expect.stringContaining('colour')]);
    expect(await raw({ ...submission(), arrayProperties: { size: '3' } })).toEqual([
      400,
      'arrayProperties.size is of type string, not a number',
    ]);
    expect(await raw(without)).toEqual([400, 'jobQueue is missing']);
    const unsigned = await fetch(`${double.endpoint}/v1/submitjob`, { method: 'POST', body: '{}' });
    expect(unsigned.status).toBe(403);
  });
});

function definition(): RegisterJobDefinitionCommandInput {
  const containerProperties = { image: 'none', command: ['a'] };
  return { jobDefinitionName: 'worker', type: 'container', containerProperties };
}

describe('RegisterJobDefinition', () => {
  const command = (length: number) => ({ containerProperties: { image: 'none', command: [x(length)] } });
  const rest = JSON.stringify({ ...definition(), ...command(0) }).length;
  holds<RegisterJobDefinitionCommandInput>(
    [
      ['24 KiB', command(24 * 1024 - rest), command(24 * 1024 - rest + 1)],
      ['a name of 128 characters', { jobDefinitionName: x(128) }, { jobDefinitionName: x(129) }],
      ['an image', {}, { containerProperties: { command: ['a'] } }],
      [
        'a timeout of 60 s',
        { timeout: { attemptDurationSeconds: 60 } },
        { timeout: { attemptDurationSeconds: 59 } },
      ],
      ...RETRIES,
      ['50 tags', { tags: map(50) }, { tags: map(51) }],
    ],
    'ClientException',
    (input) => clients.batch.send(new RegisterJobDefinitionCommand({ ...definition(), ...input })),
  );
});

describe('other calls of Batch', () => {
  const refused = { name: 'ClientException' };
  it('DescribeJobs: 100 ids', async () => {
    const describe = (count: number) =>
      clients.batch.send(new DescribeJobsCommand({ jobs: many(count, String) }));
    expect((await describe(100)).jobs).toEqual([]);
    await expect(describe(101)).rejects.toMatchObject(refused);
  });

  it('ListJobs: one place, one filter of those that there are, a state', async () => {
    const list = (input: object) => clients.batch.send(new ListJobsCommand(input));
    const filter = { name: 'JOB_NAME', values: ['a'] };
    await clients.batchOnce.send(new SubmitJobCommand(submission()));
    await list({ jobQueue: 'queue', filters: [filter] });
    for (const input of [
      {},
      { jobQueue: 'queue', arrayJobId: 'a' },
      { jobQueue: 'queue', filters: [filter, filter] },
      { jobQueue: 'queue', filters: [{ name: 'COLOUR', values: ['a'] }] },
      { jobQueue: 'queue', jobStatus: 'DONE' },
    ])
      await expect(list(input)).rejects.toMatchObject(refused);
  });

  it('TerminateJob: a reason of 1,024 characters', async () => {
    const { jobId } = await clients.batchOnce.send(new SubmitJobCommand(submission()));
    await clients.batch.send(new TerminateJobCommand({ jobId, reason: x(1024) }));
    await expect(
      clients.batch.send(new TerminateJobCommand({ jobId, reason: x(1025) })),
    ).rejects.toMatchObject(refused);
  });
});

describe('SubmitServiceJob', () => {
  holds<SubmitServiceJobCommandInput>(
    [
      ['a payload of 10 KiB', { serviceRequestPayload: x(10_240) }, { serviceRequestPayload: x(10_241) }],
      ['a name of 128 characters', { jobName: x(128) }, { jobName: x(129) }],
      ['a token of 1 to 64 characters', { clientToken: x(64) }, { clientToken: x(65) }, { clientToken: '' }],
      [
        '1 to 10 attempts',
        { retryStrategy: { attempts: 10 } },
        { retryStrategy: { attempts: 11 } },
        { retryStrategy: { attempts: 0 } },
      ],
      [
        '5 rules',
        { retryStrategy: { attempts: 2, evaluateOnExit: many(5, () => ({ action: 'EXIT' })) } },
        { retryStrategy: { attempts: 2, evaluateOnExit: many(6, () => ({ action: 'EXIT' })) } },
      ],
      ['a queue of trainings', {}, { jobQueue: 'queue' }],
      ['the one type', {}, { serviceJobType: 'OTHER' as never }],
      ['50 tags', { tags: map(50) }, { tags: map(51) }],
    ],
    'ClientException',
    (input) =>
      clients.batchOnce.send(
        new SubmitServiceJobCommand({
          ...{ jobName: 'service', jobQueue: 'service-queue', serviceJobType: 'SAGEMAKER_TRAINING' },
          ...{ serviceRequestPayload: '{}', clientToken: named(), ...input },
        }),
      ),
  );
});

describe('CreateTrainingJob', () => {
  const algorithm = (set: object) => ({
    AlgorithmSpecification: {
      ...{ TrainingImage: 'none', TrainingInputMode: 'File', ContainerEntrypoint: ['a'] },
      ...set,
    } as CreateTrainingJobCommandInput['AlgorithmSpecification'],
  });
  const channel = {
    ChannelName: 'c',
    DataSource: { S3DataSource: { S3DataType: 'S3Prefix' as const, S3Uri: 's3://bucket/none/' } },
  };
  const metric = (length: number) => ({ Name: 'm', Regex: x(length) });
  const stop = (set: object) => ({
    StoppingCondition: { MaxRuntimeInSeconds: 100, MaxWaitTimeInSeconds: 100, ...set },
  });
  const spot = { EnableManagedSpotTraining: true };
  holds<CreateTrainingJobCommandInput>(
    [
      ['a name of 63 characters', { TrainingJobName: named(63) }, { TrainingJobName: named(64) }],
      [
        'a name of letters, digits and hyphens within',
        { TrainingJobName: 'a--b' },
        { TrainingJobName: 'a_b' },
        { TrainingJobName: '-a' },
        { TrainingJobName: 'a-' },
      ],
      ['a role of 20 characters', { RoleArn: x(20) }, { RoleArn: x(19) }],
      ['100 parameters', { HyperParameters: map(100) }, { HyperParameters: map(101) }],
      [
        'parameters of 256 and 2,500 characters',
        { HyperParameters: { [x(256)]: x(2500) } },
        { HyperParameters: { [x(257)]: '' } },
        { HyperParameters: { a: x(2501) } },
      ],
      ['100 variables', { Environment: map(100) }, { Environment: map(101) }],
      [
        'variables of 512 and 512 characters',
        { Environment: { [x(512)]: x(512) } },
        { Environment: { [x(513)]: '' } },
        { Environment: { A: x(513) } },
      ],
      ['variables that have a name', { Environment: { _A1: '' } }, { Environment: { '1A': '' } }],
      ['an input mode that there is', algorithm({}), algorithm({ TrainingInputMode: 'Stream' })],
      [
        'an entrypoint of 1 to 100 parts of 256 characters',
        algorithm({ ContainerEntrypoint: many(100, () => x(256)) }),
        algorithm({ ContainerEntrypoint: many(101, () => 'a') }),
        algorithm({ ContainerEntrypoint: [x(257)] }),
        algorithm({ ContainerEntrypoint: [] }),
      ],
      [
        'arguments alike',
        algorithm({ ContainerArguments: many(100, () => x(256)) }),
        algorithm({ ContainerArguments: many(101, () => 'a') }),
        algorithm({ ContainerArguments: [x(257)] }),
      ],
      [
        '40 metrics of 500 characters',
        algorithm({ MetricDefinitions: many(40, () => metric(500)) }),
        algorithm({ MetricDefinitions: many(41, () => metric(1)) }),
        algorithm({ MetricDefinitions: [metric(501)] }),
      ],
      [
        '1 to 20 channels',
        { InputDataConfig: many(20, () => channel) },
        { InputDataConfig: many(21, () => channel) },
        { InputDataConfig: [] },
      ],
      [
        '28 days',
        stop({ MaxRuntimeInSeconds: 28 * 86_400 }),
        stop({ MaxRuntimeInSeconds: 28 * 86_400 + 1 }),
        stop({ MaxRuntimeInSeconds: 0 }),
      ],
      [
        'spot that waits as long as it runs',
        { ...spot, ...stop({}) },
        { ...spot, ...stop({ MaxWaitTimeInSeconds: 99 }) },
        { ...spot, ...stop({ MaxWaitTimeInSeconds: undefined }) },
      ],
      [
        'pending from 2 hours to 28 days',
        stop({ MaxPendingTimeInSeconds: 7200 }),
        stop({ MaxPendingTimeInSeconds: 7199 }),
        stop({ MaxPendingTimeInSeconds: 2_419_201 }),
      ],
      [
        '1 to 30 retries',
        { RetryStrategy: { MaximumRetryAttempts: 30 } },
        { RetryStrategy: { MaximumRetryAttempts: 31 } },
        { RetryStrategy: { MaximumRetryAttempts: 0 } },
      ],
      [
        '50 tags',
        { Tags: many(50, (at) => ({ Key: `${at}`, Value: '' })) },
        { Tags: many(51, (at) => ({ Key: `${at}`, Value: '' })) },
      ],
    ],
    'ValidationException',
    (input) =>
      clients.sagemaker.send(
        new CreateTrainingJobCommand({
          ...{ TrainingJobName: named(), RoleArn: 'arn:aws:iam::000000000000:role/training' },
          OutputDataConfig: { S3OutputPath: 's3://bucket/out' },
          ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 },
          StoppingCondition: { MaxRuntimeInSeconds: 100, MaxWaitTimeInSeconds: 100 },
          ...{ ...algorithm({}), ...input },
        }),
      ),
  );
});

describe('ListTrainingJobs', () => {
  holds<ListTrainingJobsCommandInput>(
    [
      ['a part of a name of 63 characters', { NameContains: x(63) }, { NameContains: x(64) }],
      ['pages of 1 to 100', { MaxResults: 100 }, { MaxResults: 101 }, { MaxResults: 0 }],
    ],
    'ValidationException',
    (input) => clients.sagemaker.send(new ListTrainingJobsCommand(input)),
  );
});

describe('CreateModelPackage', () => {
  const properties = (CustomerMetadataProperties: Record<string, string>) => ({ CustomerMetadataProperties });
  holds<CreateModelPackageCommandInput>(
    [
      ['50 properties', properties(map(50)), properties(map(51))],
      [
        'properties of 128 and 256 characters',
        properties({ [x(128)]: x(256) }),
        properties({ [x(129)]: '' }),
        properties({ a: x(257) }),
      ],
      ['letters of any language', properties({ 품목: '배추 1.0' }), properties({ a: '{' })],
      ['a token of 36 characters', { ClientToken: x(36) }, { ClientToken: x(37) }],
      [
        'an approval that there is',
        { ModelApprovalStatus: 'Rejected' },
        { ModelApprovalStatus: 'Perhaps' as never },
      ],
      ['a group that there is', {}, { ModelPackageGroupName: 'none' }],
    ],
    'ValidationException',
    (input) =>
      clients.sagemaker.send(new CreateModelPackageCommand({ ModelPackageGroupName: 'group', ...input })),
  );

  it('takes a group once', async () => {
    await expect(
      clients.sagemaker.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: 'group' })),
    ).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('CreateSchedule', () => {
  const target = (RetryPolicy: object) => ({ Target: { Arn: 'a', RoleArn: 'r', RetryPolicy } });
  const whole = (input: Partial<CreateScheduleCommandInput>): CreateScheduleCommandInput => ({
    ...{ Name: named(), ScheduleExpression: 'cron(10 6 * * ? *)', FlexibleTimeWindow: { Mode: 'OFF' } },
    ...{ Target: { Arn: 'a', RoleArn: 'r' }, ...input },
  });
  holds<CreateScheduleCommandInput>(
    [
      ['a name of 64 characters', { Name: x(64) }, { Name: x(65) }, { Name: 'a b' }],
      [
        'an expression',
        { ScheduleExpression: 'rate(1 day)' },
        { ScheduleExpression: 'cron(10 6 * * ?)' },
        { ScheduleExpression: 'daily' },
      ],
      [
        'a zone that there is',
        { ScheduleExpressionTimezone: 'Asia/Seoul' },
        { ScheduleExpressionTimezone: 'Asia/Soul' },
      ],
      [
        'a window, be it off',
        { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } },
        { FlexibleTimeWindow: { Mode: 'WIDE' as never } },
      ],
      [
        '185 retries',
        target({ MaximumRetryAttempts: 185 }),
        target({ MaximumRetryAttempts: 186 }),
        target({ MaximumRetryAttempts: -1 }),
      ],
      [
        'of a minute to a day',
        target({ MaximumEventAgeInSeconds: 86_400 }),
        target({ MaximumEventAgeInSeconds: 86_401 }),
        target({ MaximumEventAgeInSeconds: 59 }),
      ],
    ],
    'ValidationException',
    (input) => clients.scheduler.send(new CreateScheduleCommand(whole(input))),
  );

  it('takes a name once, and replaces only what is there', async () => {
    const one = whole({});
    await clients.scheduler.send(new CreateScheduleCommand(one));
    await expect(clients.scheduler.send(new CreateScheduleCommand(one))).rejects.toMatchObject({
      name: 'ConflictException',
    });
    await clients.scheduler.send(new UpdateScheduleCommand(one));
    await expect(clients.scheduler.send(new UpdateScheduleCommand(whole({})))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('S3', () => {
  it('a key of 1,024 bytes', async () => {
    const put = (Key: string) => clients.s3.send(new PutObjectCommand({ Bucket: 'bucket', Key, Body: 'a' }));
    await put('추'.repeat(341));
    await expect(put('추'.repeat(342))).rejects.toMatchObject({ name: 'KeyTooLongError' });
  });

  it('1,000 keys to delete', async () => {
    const remove = (count: number) =>
      clients.s3.send(
        new DeleteObjectsCommand({
          Bucket: 'bucket',
          Delete: { Objects: many(count, (at) => ({ Key: `k${at}` })) },
        }),
      );
    await remove(1000);
    await expect(remove(1001)).rejects.toMatchObject({ name: 'MalformedXML' });
  });
});
