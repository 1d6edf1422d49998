import {
  DescribeJobQueuesCommand,
  DescribeJobsCommand,
  GetJobQueueSnapshotCommand,
  ListJobsCommand,
  RegisterJobDefinitionCommand,
  type RegisterJobDefinitionCommandInput,
  SubmitJobCommand,
  type SubmitJobCommandInput,
  TerminateJobCommand,
} from '@aws-sdk/client-batch';
import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AwsDouble, startAwsDouble } from './aws-double.ts';
import { clientsOf } from './clients.ts';
import { instantLauncher } from './launch/instant-launcher.ts';

let double: AwsDouble;
let clients: ReturnType<typeof clientsOf>;
beforeEach(async () => {
  double = await startAwsDouble({ timeScale: 0.01 });
  clients = clientsOf(double);
});
afterEach(() => double.close());

const RULES = [
  { onStatusReason: 'Host EC2*', action: 'RETRY' },
  { onStatusReason: 'Your Spot Task was interrupted*', action: 'RETRY' },
  { onReason: 'CannotPullContainerError*', action: 'RETRY' },
  { onExitCode: '75', action: 'RETRY' },
  { onReason: '*', action: 'EXIT' },
] as const;

const sh = (script: string) => ['/bin/sh', '-c', script];

async function define(command: readonly string[], more: Partial<RegisterJobDefinitionCommandInput> = {}) {
  const { jobDefinitionArn } = await clients.batch.send(
    new RegisterJobDefinitionCommand({
      jobDefinitionName: 'worker',
      type: 'container',
      containerProperties: { image: 'none', command: [...command] },
      retryStrategy: { attempts: 3, evaluateOnExit: [...RULES] },
      timeout: { attemptDurationSeconds: 600 },
      ...more,
    }),
  );
  return jobDefinitionArn!;
}

async function submit(jobDefinition: string, more: Partial<SubmitJobCommandInput> = {}) {
  const { jobId } = await clients.batchOnce.send(
    new SubmitJobCommand({ jobName: 'job', jobQueue: 'queue', jobDefinition, ...more }),
  );
  return jobId!;
}

async function detail(id: string) {
  return (await clients.batch.send(new DescribeJobsCommand({ jobs: [id] }))).jobs![0];
}

async function ended(id: string) {
  for (;;) {
    const job = await detail(id);
    if (job?.status === 'SUCCEEDED' || job?.status === 'FAILED') return job;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const running = async (id: string) => {
  while ((await detail(id))?.status !== 'RUNNING') await new Promise((resolve) => setTimeout(resolve, 10));
};

describe('a job', () => {
  it('really runs: its exit code, its parameters, its log', async () => {
    const id = await submit(
      await define(['/bin/echo', '배추', 'Ref::spec'], { parameters: { spec: 'none' } }),
      {
        parameters: { spec: 's3://bucket/jobs/1.json' },
      },
    );
    const job = await ended(id);
    expect(job).toMatchObject({ status: 'SUCCEEDED', container: { exitCode: 0 } });
    const { events } = await clients.logs.send(
      new GetLogEventsCommand({
        logGroupName: '/aws/batch/job',
        logStreamName: job.attempts![0]!.container!.logStreamName!,
        startFromHead: true,
      }),
    );
    expect(events!.map(({ message }) => message)).toEqual(['배추 s3://bucket/jobs/1.json']);
  });

  it('sees nothing of the machine but a path and the double', async () => {
    process.env.SIHWANG_SECRET = 'hidden';
    const id = await submit(
      await define(sh('env; test -z "$SIHWANG_SECRET" && test -n "$AWS_ENDPOINT_URL"')),
    );
    expect(await ended(id)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('is one of an array: each child its index, the parent their sum, the failed one found', async () => {
    const id = await submit(await define(sh('exit $((AWS_BATCH_JOB_ARRAY_INDEX == 1 ? 65 : 0))')), {
      arrayProperties: { size: 4 },
    });
    expect((await detail(id))!.status).toBe('PENDING');
    expect(await ended(id)).toMatchObject({
      status: 'FAILED',
      arrayProperties: { size: 4, statusSummary: { SUCCEEDED: 3, FAILED: 1 } },
    });
    const failed = await clients.batch.send(new ListJobsCommand({ arrayJobId: id, jobStatus: 'FAILED' }));
    expect(failed.jobSummaryList!.map(({ jobId }) => jobId)).toEqual([`${id}:1`]);
  });

  it('waits for those that it depends on, and falls with them', async () => {
    const good = await submit(await define(sh('exit 0')));
    const bad = await submit(await define(sh('exit 65')));
    const definition = await define(sh('exit 0'));
    const [after, never] = [
      await submit(definition, { dependsOn: [{ jobId: good }] }),
      await submit(definition, { dependsOn: [{ jobId: bad }] }),
    ];
    expect((await ended(after)).status).toBe('SUCCEEDED');
    expect(await ended(never)).toMatchObject({ status: 'FAILED', statusReason: 'Dependent Job failed' });
  });

  it('is ended for our reason, and not tried again', async () => {
    const id = await submit(await define(sh('trap "exit 75" TERM; sleep 30 & wait')));
    await running(id);
    await clients.batch.send(new TerminateJobCommand({ jobId: id, reason: 'asked by a person' }));
    const job = await ended(id);
    expect(job).toMatchObject({ status: 'FAILED', statusReason: 'asked by a person', isTerminated: true });
    expect(job.attempts).toHaveLength(1);
  });

  it('that outlives its time is told, killed after the grace, and not tried again', async () => {
    const id = await submit(await define(sh('trap "" TERM; while :; do sleep 0.05; done')), {
      timeout: { attemptDurationSeconds: 60 },
    });
    const job = await ended(id);
    expect(job).toMatchObject({ status: 'FAILED', statusReason: 'Job attempt duration exceeded timeout' });
    expect(job.attempts).toHaveLength(1);
  });
});

describe('a retry', () => {
  const cases = [
    ['exit 75', { attempts: 3, exitCode: 75 }],
    ['exit 70', { attempts: 1, exitCode: 70 }],
    ['exit 65', { attempts: 1, exitCode: 65 }],
  ] as const;
  it.each(cases)('%s', async (script, { attempts, exitCode }) => {
    const job = await ended(await submit(await define(sh(script))));
    expect(job).toMatchObject({ status: 'FAILED', container: { exitCode } });
    expect(job.attempts).toHaveLength(attempts);
  });

  it('follows a lost host, told or not, by both texts', async () => {
    const definition = await define(sh('test "$AWS_BATCH_JOB_ATTEMPT" -gt 1 && exit 0; sleep 30'));
    for (const [warning, text, reason] of [
      ['sigterm', 'ec2', 'Host EC2 (instance i-0d0ub1e) terminated.'],
      ['none', 'fargate', 'Your Spot Task was interrupted.'],
    ] as const) {
      double.faults.onJob('job', { reclaimAfterMs: 5000, warning, text });
      const job = await ended(await submit(definition));
      expect(job.status).toBe('SUCCEEDED');
      expect(job.attempts!.map(({ statusReason }) => statusReason)).toEqual([
        reason,
        'Essential container in task exited',
      ]);
      expect(job.attempts![0]!.container!.exitCode).toBeUndefined();
    }
  });

  it('of one that ends by itself before the reclaim is noted hangs on its exit code alone', async () => {
    double.faults.onJob('job', { reclaimAfterMs: 2000, warning: 'early-exit' }, { times: 3 });
    const id = await submit(await define(sh('trap "exit 75" TERM; sleep 30 & wait')));
    const job = await ended(id);
    expect(job.attempts!.map(({ container }) => container!.exitCode)).toEqual([75, 75, 75]);
  });

  it('follows a registry’s hiccup; a container that cannot start, or needs too much memory, has no other', async () => {
    const definition = await define(sh('sleep 1'));
    double.faults.onJob('job', { cannotPull: 'transient' });
    expect((await ended(await submit(definition))).attempts).toHaveLength(2);
    double.faults.onJob('job', { cannotPull: 'unauthorized' }, { times: 3 });
    expect((await ended(await submit(definition))).container!.reason).toMatch(/^CannotPull.*unauthorized/);
    double.faults.onJob('job', { cannotStart: true });
    expect(await ended(await submit(definition))).toMatchObject({
      status: 'FAILED',
      container: { reason: expect.stringMatching(/^CannotStartContainerError/) },
    });
    double.faults.onJob('job', { outOfMemoryAfterMs: 1000 });
    expect(await ended(await submit(definition))).toMatchObject({
      status: 'FAILED',
      container: { exitCode: 137, reason: expect.stringMatching(/^OutOfMemoryError/) },
    });
  });
});

describe('the queue', () => {
  it('runs as many as it has places, the oldest first', async () => {
    const definition = await define(sh('sleep 0.05'));
    const ids: string[] = [];
    for (let at = 0; at < 6; at++) ids.push(await submit(definition));
    const jobs = await Promise.all(ids.map(ended));
    expect(double.batch.queueNamed('queue').mostRunning).toBe(2);
    expect(jobs.map(({ startedAt }) => startedAt!)).toEqual(
      jobs.map(({ startedAt }) => startedAt!).sort((a, b) => a - b),
    );
  });

  it('keeps a job that nothing can run, says why, and ends it at its limit', async () => {
    const reason = 'MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT - too large';
    double.faults.onJob('job', { stuckRunnable: reason, cancelAfterMs: 60_000 });
    const id = await submit(await define(sh('exit 0')));
    while ((await detail(id))!.status !== 'RUNNABLE') await new Promise((resolve) => setTimeout(resolve, 10));
    expect((await detail(id))!.statusReason).toBe(reason);
    const snapshot = await clients.batch.send(new GetJobQueueSnapshotCommand({ jobQueue: 'queue' }));
    expect(snapshot.frontOfQueue!.jobs!.map(({ jobArn }) => jobArn)).toEqual([expect.stringContaining(id)]);
    expect((await ended(id)).statusReason).toBe(
      `Canceled by JobStateTimeLimit action due to reason: ${reason}`,
    );
    expect((await clients.batch.send(new DescribeJobQueuesCommand({}))).jobQueues).toHaveLength(1);
  });

  it('tells of a new job late, and of an old one no more', async () => {
    double.faults.onJob('late', { invisibleMs: 20_000 });
    double.faults.onJob('old', { agedOut: true });
    const definition = await define(sh('exit 0'));
    const late = await submit(definition, { jobName: 'late' });
    expect(await detail(late)).toBeUndefined();
    expect((await ended(late)).status).toBe('SUCCEEDED');
    const old = await submit(definition, { jobName: 'old' });
    while ((await detail(old)) !== undefined) await new Promise((resolve) => setTimeout(resolve, 10));
  });

  it('starts slowly, loses an exit code, forgets a log: each as told', async () => {
    double.faults.onJob('job', { slowStartingMs: 10_000 });
    double.faults.onJob('job', { nullExit: true });
    double.faults.onJob('job', { missingLogStream: true });
    const job = await ended(await submit(await define(sh('echo lost')), { retryStrategy: { attempts: 1 } }));
    expect(job).toMatchObject({ status: 'FAILED' });
    expect(job.container!.exitCode).toBeUndefined();
    await expect(
      clients.logs.send(new GetLogEventsCommand({ logGroupName: '/aws/batch/job', logStreamName: 'x' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('lets a program end well without doing anything, and one whose disk is full fail', async () => {
    double.faults.onJob('job', { exitsAtOnce: 0 });
    expect((await ended(await submit(await define(sh('exit 70'))))).status).toBe('SUCCEEDED');
    double.faults.onJob('job', { diskFull: true });
    const full = await define(sh('head -c 100000 /dev/zero > "$TMPDIR/x"'));
    expect((await ended(await submit(full, { retryStrategy: { attempts: 1 } }))).status).toBe('FAILED');
  });
});

describe('the wire', () => {
  it('429 twice is asked again by the SDK; a lost answer to a submission makes two jobs, both found by name', async () => {
    const definition = await define(sh('exit 0'));
    double.faults.onCall(
      'DescribeJobs',
      { answer: { status: 429, code: 'TooManyRequestsException' } },
      { times: 2 },
    );
    await detail('none');
    expect(double.calls.filter(({ operation }) => operation === 'DescribeJobs')).toHaveLength(3);
    double.faults.onCall('SubmitJob', { drop: 'after' });
    await clients.batch.send(
      new SubmitJobCommand({ jobName: 'twice', jobQueue: 'queue', jobDefinition: definition }),
    );
    const found = await clients.batch.send(
      new ListJobsCommand({ jobQueue: 'queue', filters: [{ name: 'JOB_NAME', values: ['TWICE'] }] }),
    );
    expect(found.jobSummaryList).toHaveLength(2);
    for (const { jobId } of found.jobSummaryList!) await ended(jobId!);
  });

  it('an answer that is a page for people, or late, or of another time, is an error or is waited for', async () => {
    double.faults.onCall('DescribeJobs', { garbled: 'html' });
    await expect(detail('x')).rejects.toThrow();
    double.faults.onCall('DescribeJobs', { slowMs: 5000 });
    expect(await detail('x')).toBeUndefined();
    double.faults.onCall('ListJobs', { emptyPage: true });
    expect(await clients.batch.send(new ListJobsCommand({ jobQueue: 'queue' }))).toMatchObject({
      jobSummaryList: [],
      nextToken: '0',
    });
  });

  it('what nobody wrote a handler for is 501, loudly', async () => {
    const { ListSchedulingPoliciesCommand } = await import('@aws-sdk/client-batch');
    await expect(clients.batchOnce.send(new ListSchedulingPoliciesCommand({}))).rejects.toMatchObject({
      name: 'NotImplemented',
    });
  });
});

it('runs a thousand children as a function where their work is not the question', async () => {
  const seen = new Set<string>();
  const scale = await startAwsDouble({
    queues: { queue: 100 },
    launcher: instantLauncher(({ environment }) => {
      seen.add(environment.AWS_BATCH_JOB_ARRAY_INDEX!);
      return 0;
    }),
  });
  clients = clientsOf(scale);
  const id = await submit(await define(['unused']), { arrayProperties: { size: 1000 } });
  const job = await ended(id);
  expect(job.arrayProperties!.statusSummary).toMatchObject({ SUCCEEDED: 1000 });
  expect(seen.size).toBe(1000);
  expect(scale.batch.queueNamed('queue').mostRunning).toBe(100);
  await scale.close();
});
