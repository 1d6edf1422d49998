import {
  DescribeServiceJobCommand,
  ListServiceJobsCommand,
  SubmitServiceJobCommand,
  type SubmitServiceJobCommandInput,
  TerminateServiceJobCommand,
} from '@aws-sdk/client-batch';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateModelPackageCommand,
  CreateModelPackageGroupCommand,
  CreateTrainingJobCommand,
  type CreateTrainingJobCommandInput,
  DeleteTrainingJobCommand,
  DescribeModelPackageCommand,
  DescribeTrainingJobCommand,
  ListModelPackagesCommand,
  ListTrainingJobsCommand,
  ResourceInUse,
  StopTrainingJobCommand,
  UpdateModelPackageCommand,
} from '@aws-sdk/client-sagemaker';
import { CreateScheduleCommand, GetScheduleCommand } from '@aws-sdk/client-scheduler';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AwsDouble, startAwsDouble } from './aws-double.ts';
import { clientsOf } from './clients.ts';

let double: AwsDouble;
let clients: ReturnType<typeof clientsOf>;
beforeEach(async () => {
  double = await startAwsDouble({ timeScale: 0.01, mlFolderVariable: 'ML' });
  clients = clientsOf(double);
});
afterEach(() => double.close());

const training = (
  script: string,
  more: Partial<CreateTrainingJobCommandInput> = {},
): CreateTrainingJobCommandInput => ({
  TrainingJobName: 'train',
  RoleArn: 'arn:aws:iam::000000000000:role/training',
  AlgorithmSpecification: {
    TrainingImage: 'none',
    TrainingInputMode: 'File',
    ContainerEntrypoint: ['/bin/sh', '-c', script],
    MetricDefinitions: [{ Name: 'wape', Regex: 'wape=([0-9.]+)' }],
  },
  OutputDataConfig: { S3OutputPath: 's3://bucket/out' },
  ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 },
  StoppingCondition: { MaxRuntimeInSeconds: 3600, MaxWaitTimeInSeconds: 7200 },
  ...more,
});
const create = (input: CreateTrainingJobCommandInput) =>
  clients.sagemaker.send(new CreateTrainingJobCommand(input));
const describeJob = (TrainingJobName = 'train') =>
  clients.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName }));

async function ended(name = 'train') {
  await double.training.named(name).over;
  return describeJob(name);
}
const until = async (secondary: string, name = 'train') => {
  while ((await describeJob(name)).SecondaryStatus !== secondary)
    await new Promise((resolve) => setTimeout(resolve, 10));
};
const keys = async (Prefix: string) =>
  ((await clients.s3.send(new ListObjectsV2Command({ Bucket: 'bucket', Prefix }))).Contents ?? []).map(
    ({ Key }) => Key,
  );

describe('a training job', () => {
  it('has its parameters and channels, and leaves a model, metrics and its way', async () => {
    await clients.s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'data/a.csv', Body: '배추,1' }));
    const script = `set -e
      grep -q 배추 "$ML/input/data/train/a.csv"; grep -q s3://spec "$ML/input/config/hyperparameters.json"
      echo "wape=0.25"; echo model > "$ML/model/m"`;
    await create(
      training(script, {
        HyperParameters: { sihwang_spec: 's3://spec' },
        InputDataConfig: [
          {
            ChannelName: 'train',
            DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://bucket/data/' } },
          },
        ],
      }),
    );
    const job = await ended();
    expect(job).toMatchObject({
      TrainingJobStatus: 'Completed',
      FinalMetricDataList: [{ MetricName: 'wape', Value: 0.25 }],
      ModelArtifacts: { S3ModelArtifacts: 's3://bucket/out/train/output/model.tar.gz' },
    });
    expect(job.SecondaryStatusTransitions!.map(({ Status }) => Status)).toEqual([
      'Starting',
      'Downloading',
      'Training',
      'Uploading',
      'Completed',
    ]);
    const model = await clients.s3.send(
      new GetObjectCommand({ Bucket: 'bucket', Key: 'out/train/output/model.tar.gz' }),
    );
    expect(model.ContentLength).toBeGreaterThan(50);
    await expect(create(training('exit 0'))).rejects.toBeInstanceOf(ResourceInUse);
    await clients.sagemaker.send(new DeleteTrainingJobCommand({ TrainingJobName: 'train' }));
    await create(training('exit 0'));
    expect((await ended()).TrainingJobStatus).toBe('Completed');
  });

  it('says why it failed in the program’s own words, 1,024 characters of them', async () => {
    await create(training(`printf '배추 %2000s' x > "$ML/output/failure"; exit 65`));
    const job = await ended();
    expect(job.TrainingJobStatus).toBe('Failed');
    expect(job.FailureReason).toMatch(/^AlgorithmError: 배추/);
    expect(job.FailureReason!.length).toBeLessThanOrEqual(1024);
    await create(
      training('exit 0', {
        TrainingJobName: 'no-data',
        InputDataConfig: [
          {
            ChannelName: 'train',
            DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://bucket/none/' } },
          },
        ],
      }),
    );
    expect((await ended('no-data')).FailureReason).toMatch(/^ClientError: Data download failed/);
  });

  it('interrupted by spot goes on from its checkpoint; one whose sync stops begins again', async () => {
    const script = `test -e "$ML/checkpoints/1" && exit 0; touch "$ML/checkpoints/1"; trap "exit 75" TERM; sleep 30 & wait`;
    const spot = { EnableManagedSpotTraining: true, CheckpointConfig: { S3Uri: 's3://bucket/ckpt/train' } };
    double.faults.onJob('train', { reclaimAfterMs: 20_000, warning: 'sigterm' });
    await create(training(script, spot));
    const job = await ended();
    expect(job.TrainingJobStatus).toBe('Completed');
    expect(job.SecondaryStatusTransitions!.map(({ Status }) => Status)).toContain('Interrupted');
    expect(job.BillableTimeInSeconds).toBeLessThan(job.TrainingTimeInSeconds!);
    expect(await keys('ckpt/train')).toEqual(['ckpt/train/1']);
    double.faults.onJob('silent', { checkpointSyncStops: true });
    await create(
      training('touch "$ML/checkpoints/2"', {
        ...spot,
        TrainingJobName: 'silent',
        CheckpointConfig: { S3Uri: 's3://bucket/ckpt/silent' },
      }),
    );
    await ended('silent');
    expect(await keys('ckpt/silent')).toEqual([]);
  });

  it('is stopped: told, given its time, and not failed', async () => {
    double.faults.onJob('train', { longStoppingMs: 5000 });
    await create(training('trap "exit 143" TERM; sleep 30 & wait'));
    await until('Training');
    await clients.sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: 'train' }));
    expect((await describeJob()).TrainingJobStatus).toBe('Stopping');
    expect(await ended()).toMatchObject({ TrainingJobStatus: 'Stopped', SecondaryStatus: 'Stopped' });
    await expect(
      clients.sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: 'train' })),
    ).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('without capacity, above its quota, past its wait, after an error of the service', async () => {
    double.faults.onJob('capacity', { capacityError: true });
    await create(training('exit 0', { TrainingJobName: 'capacity' }));
    expect((await ended('capacity')).FailureReason).toMatch(/^CapacityError/);
    double.faults.onJob('wait', { maxWaitExceeded: true });
    await create(training('exit 0', { TrainingJobName: 'wait' }));
    expect(await ended('wait')).toMatchObject({
      TrainingJobStatus: 'Stopped',
      SecondaryStatus: 'MaxWaitTimeExceeded',
    });
    double.faults.onJob('internal', { internalError: true });
    await create(training('exit 0', { TrainingJobName: 'internal' }));
    expect((await ended('internal')).FailureReason).toMatch(/^InternalServerError/);
    double.faults.onJob('again', { internalError: true });
    await create(
      training('exit 0', { TrainingJobName: 'again', RetryStrategy: { MaximumRetryAttempts: 3 } }),
    );
    expect((await ended('again')).TrainingJobStatus).toBe('Completed');
    double.faults.onCall('CreateTrainingJob', { answer: { status: 400, code: 'ResourceLimitExceeded' } });
    await expect(create(training('exit 0', { TrainingJobName: 'quota' }))).rejects.toMatchObject({
      name: 'ResourceLimitExceeded',
    });
    await expect(describeJob('quota')).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('lists with pages that a filter may leave empty', async () => {
    for (const name of ['sw-1', 'sw-2', 'other']) await create(training('exit 0', { TrainingJobName: name }));
    for (const name of ['sw-1', 'sw-2', 'other']) await ended(name);
    const page = await clients.sagemaker.send(
      new ListTrainingJobsCommand({ NameContains: 'sw-', StatusEquals: 'InProgress', MaxResults: 1 }),
    );
    expect(page.TrainingJobSummaries).toEqual([]);
    expect(page.NextToken).toBe('1');
  });
});

describe('a service job', () => {
  const payload = (script: string) => {
    const { TrainingJobName: _, ...rest } = training(script);
    return JSON.stringify(rest);
  };
  const submit = async (script: string, more: Partial<SubmitServiceJobCommandInput> = {}) =>
    (
      await clients.batch.send(
        new SubmitServiceJobCommand({
          jobName: 'service',
          jobQueue: 'service-queue',
          serviceJobType: 'SAGEMAKER_TRAINING',
          serviceRequestPayload: payload(script),
          clientToken: 'a'.repeat(64),
          ...more,
        }),
      )
    ).jobId!;
  const over = async (jobId: string) => {
    for (;;) {
      const job = await clients.batch.send(new DescribeServiceJobCommand({ jobId }));
      if (job.status === 'SUCCEEDED' || job.status === 'FAILED') return job;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  it('trains under a name of Batch’s own; a repeated token gives the first one', async () => {
    const id = await submit('exit 0');
    expect(await submit('exit 0')).toBe(id);
    const job = await over(id);
    expect(job.status).toBe('SUCCEEDED');
    expect(job.latestAttempt!.serviceResourceId!.value).toMatch(/training-job\/awsbatch/);
    const found = await clients.batch.send(
      new ListServiceJobsCommand({
        jobQueue: 'service-queue',
        filters: [{ name: 'JOB_NAME', values: ['serv*'] }],
      }),
    );
    expect(found.jobSummaryList!.map(({ jobId }) => jobId)).toEqual([id]);
  });

  it('has its payload looked at when it starts, and its capacity retries uncounted', async () => {
    const bad = await submit('exit 0', { serviceRequestPayload: '{"RoleArn":"x"}', clientToken: 'bad' });
    expect(await over(bad)).toMatchObject({
      status: 'FAILED',
      statusReason: expect.stringMatching(/^Received status from SageMaker/),
    });
    const noJson = await submit('exit 0', { serviceRequestPayload: 'none', clientToken: 'no-json' });
    expect((await over(noJson)).status).toBe('FAILED');
    double.faults.onJob('AWSBatch', { capacityError: true }, { times: 3 });
    const job = await over(
      await submit('exit 0', { clientToken: 'capacity', retryStrategy: { attempts: 1 } }),
    );
    expect(job.status).toBe('SUCCEEDED');
    expect(job.attempts).toHaveLength(4);
  });

  it('is ended for our reason', async () => {
    const id = await submit('trap "exit 143" TERM; sleep 30 & wait', { clientToken: 'end' });
    for (;;) {
      const { status } = await clients.batch.send(new DescribeServiceJobCommand({ jobId: id }));
      if (status === 'RUNNING') break;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await clients.batch.send(new TerminateServiceJobCommand({ jobId: id, reason: 'enough' }));
    expect(await over(id)).toMatchObject({ status: 'FAILED', isTerminated: true, statusReason: 'enough' });
  });
});

it('model packages are versions of a group, approved and listed', async () => {
  const { sagemaker } = clients;
  await sagemaker.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: 'price-forecast' }));
  const made = await sagemaker.send(
    new CreateModelPackageCommand({
      ModelPackageGroupName: 'price-forecast',
      ModelApprovalStatus: 'PendingManualApproval',
      ClientToken: 'token',
      CustomerMetadataProperties: { 품목: '배추' },
    }),
  );
  const update = new UpdateModelPackageCommand({
    ModelPackageArn: made.ModelPackageArn,
    ModelApprovalStatus: 'Approved',
  });
  await sagemaker.send(update);
  const approved = await sagemaker.send(
    new ListModelPackagesCommand({
      ModelPackageGroupName: 'price-forecast',
      ModelApprovalStatus: 'Approved',
    }),
  );
  expect(approved.ModelPackageSummaryList!.map(({ ModelPackageArn }) => ModelPackageArn)).toEqual([
    made.ModelPackageArn,
  ]);
  const described = await sagemaker.send(
    new DescribeModelPackageCommand({ ModelPackageName: made.ModelPackageArn }),
  );
  expect(described.CustomerMetadataProperties).toEqual({ 품목: '배추' });
});

it('a schedule in Asia/Seoul submits with its own time; one delivered twice submits twice', async () => {
  const { batch, scheduler } = double;
  batch.definitions.register(
    {
      jobDefinitionName: 'controller',
      type: 'container',
      containerProperties: { image: 'none', command: ['/bin/echo', 'Ref::time'] },
    },
    '',
  );
  const schedule = {
    Name: 'daily',
    ScheduleExpression: 'cron(10 6 * * ? *)',
    ScheduleExpressionTimezone: 'Asia/Seoul',
    FlexibleTimeWindow: { Mode: 'OFF' as const },
    Target: {
      Arn: 'arn:aws:scheduler:::aws-sdk:batch:submitJob',
      RoleArn: 'arn:aws:iam::000000000000:role/scheduler',
      Input: JSON.stringify({
        JobName: 'daily',
        JobQueue: 'queue',
        JobDefinition: 'controller',
        Parameters: { time: '<aws.scheduler.scheduled-time>' },
      }),
    },
  };
  await clients.scheduler.send(new CreateScheduleCommand(schedule));
  expect(
    (await clients.scheduler.send(new GetScheduleCommand({ Name: 'daily' }))).ScheduleExpressionTimezone,
  ).toBe('Asia/Seoul');
  for (let delivery = 0; delivery < 2; delivery++) scheduler.fire('daily', new Date('2026-08-21T21:10:00Z'));
  const jobs = [...batch.jobs.values()];
  expect(jobs.map(({ parameters }) => parameters.time)).toEqual([
    '2026-08-21T21:10:00Z',
    '2026-08-21T21:10:00Z',
  ]);
  while (jobs.some(({ state }) => state !== 'SUCCEEDED'))
    await new Promise((resolve) => setTimeout(resolve, 10));
});

it('says who asks', async () => {
  expect(await clients.sts.send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: '000000000000' });
});
