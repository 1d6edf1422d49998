import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchClient,
  DescribeJobsCommand,
  ListJobsCommand,
  SubmitJobCommand,
  TerminateJobCommand,
} from '@aws-sdk/client-batch';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeTrainingJobCommand,
  SageMakerClient,
  StopTrainingJobCommand,
} from '@aws-sdk/client-sagemaker';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UNVERIFIED } from '../../src/jobs/index.ts';
import { awsConfig } from '../../src/store/index.ts';
import { type AwsDouble, startAwsDouble } from '../aws-double/aws-double.ts';
import { withEnvironment } from '../aws-double/with-environment.ts';

/*
 * What this code relies on and nobody has confirmed, asked of AWS itself in ten calls or so: SIHWANG_AWS_CONTRACT=1 with
 * SIHWANG_AWS_BUCKET, SIHWANG_AWS_QUEUE and SIHWANG_AWS_DEFINITION of an account of one's own. It writes one object below
 * sihwang-contract/, and submits one job that it ends before a machine is found; both are gone at the end. Without the
 * variable the double is asked the same, so that the double's answers and the questions cannot drift apart.
 */
const REAL = process.env.SIHWANG_AWS_CONTRACT === '1';
/** How long a submission may be invisible, and an ended job may not say so. */
const VISIBLE_SECONDS = 30;

const where = REAL
  ? {
      bucket: process.env.SIHWANG_AWS_BUCKET ?? '',
      queue: process.env.SIHWANG_AWS_QUEUE ?? '',
      definition: process.env.SIHWANG_AWS_DEFINITION ?? '',
    }
  : { bucket: 'bucket', queue: 'closed', definition: 'sihwang-contract' };

/** The tests by the fact that each asks. */
const QUESTIONS: Readonly<Record<string, () => Promise<void>>> = {
  'conditional-write': async () => {
    const put = () =>
      s3.send(new PutObjectCommand({ Bucket: where.bucket, Key: KEY, Body: 'a', IfNoneMatch: '*' }));
    await put();
    await expect(put()).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
  },
  'bad-checksum': async () => {
    const wrong = new PutObjectCommand({
      Bucket: where.bucket,
      Key: KEY,
      Body: 'a',
      ChecksumCRC32: 'AAAAAA==',
    });
    await expect(s3.send(wrong)).rejects.toMatchObject({ name: 'BadDigest' });
  },
  'submitted-is-listed': async () => {
    const submit = new SubmitJobCommand({
      jobName: JOB,
      jobQueue: where.queue,
      jobDefinition: where.definition,
      timeout: { attemptDurationSeconds: 60 },
    });
    jobId = (await batch.send(submit)).jobId!;
    await within(VISIBLE_SECONDS, async () => {
      const filters = [{ name: 'JOB_NAME', values: [JOB] }];
      const page = await batch.send(new ListJobsCommand({ jobQueue: where.queue, filters }));
      return page.jobSummaryList?.some((one) => one.jobId === jobId) ?? false;
    });
  },
  'terminated-with-our-reason': async () => {
    const reason = 'sihwang: asked by the contract suite';
    await batch.send(new TerminateJobCommand({ jobId, reason }));
    await within(VISIBLE_SECONDS, async () => {
      const [job] = (await batch.send(new DescribeJobsCommand({ jobs: [jobId] }))).jobs ?? [];
      if (job?.status !== 'FAILED') return false;
      expect(job).toMatchObject({ isTerminated: true, statusReason: reason });
      return true;
    });
  },
  'missing-training': async () => {
    await expect(
      sageMaker.send(new DescribeTrainingJobCommand({ TrainingJobName: JOB })),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('Requested resource not found'),
    });
  },
  'stop-of-missing': async () => {
    await expect(sageMaker.send(new StopTrainingJobCommand({ TrainingJobName: JOB }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  },
};

const JOB = `sw-contract-${randomBytes(6).toString('hex')}`;
const KEY = `sihwang-contract/${JOB}`;
let double: AwsDouble | undefined;
let restore: (() => void) | undefined;
let s3: S3Client;
let batch: BatchClient;
let sageMaker: SageMakerClient;
let jobId = '';

describe(REAL ? 'an AWS account' : 'the double (SIHWANG_AWS_CONTRACT=1 asks an account instead)', () => {
  beforeAll(async () => {
    if (!REAL) {
      double = await startAwsDouble({ queues: { closed: 0 } });
      restore = withEnvironment(double.environment);
      double.batch.definitions.register(
        {
          jobDefinitionName: where.definition,
          type: 'container',
          containerProperties: { image: 'none', command: ['/bin/true'] },
        },
        '',
      );
    }
    for (const [name, value] of Object.entries(where)) expect(value, `${name} is named`).not.toBe('');
    s3 = new S3Client({ ...awsConfig(), forcePathStyle: !REAL });
    batch = new BatchClient(awsConfig());
    sageMaker = new SageMakerClient(awsConfig());
    const { Account } = await new STSClient(awsConfig()).send(new GetCallerIdentityCommand({}));
    expect(Account).toMatch(/^\d{12}$/);
  });
  afterAll(async () => {
    await s3.send(new DeleteObjectCommand({ Bucket: where.bucket, Key: KEY }));
    if (jobId !== '') await batch.send(new TerminateJobCommand({ jobId, reason: 'the suite has ended' }));
    restore?.();
    await double?.close();
  });

  for (const { name, fact } of UNVERIFIED.filter(({ asked }) => asked)) it(fact.en, () => QUESTIONS[name]!());
});

it('every fact that is said to be asked is, and no other', () => {
  const asked = UNVERIFIED.flatMap(({ name, asked: is }) => (is ? [name] : []));
  expect(Object.keys(QUESTIONS)).toEqual(asked);
});

async function within(seconds: number, holds: () => Promise<boolean>): Promise<void> {
  for (const until = Date.now() + seconds * 1000; !(await holds()); ) {
    expect(Date.now(), `within ${seconds} s`).toBeLessThan(until);
    await sleep(REAL ? 1000 : 20);
  }
}
