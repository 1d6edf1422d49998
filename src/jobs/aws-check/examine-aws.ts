import { randomBytes } from 'node:crypto';
import {
  BatchClient,
  DescribeComputeEnvironmentsCommand,
  DescribeJobDefinitionsCommand,
  DescribeJobQueuesCommand,
  type JobQueueDetail,
  ListJobsCommand,
} from '@aws-sdk/client-batch';
import { ListTrainingJobsCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { awsConfig, openStore } from '../../store/index.ts';
import { explainRefusal } from './explain-refusal.ts';

/** What of a home's settings is looked at; a member is absent where nobody said it. */
export interface AwsToExamine {
  readonly region?: string | undefined;
  readonly store?: string | undefined;
  readonly image?: string | undefined;
  readonly batch?:
    | {
        readonly spotQueue?: string | undefined;
        readonly onDemandQueue?: string | undefined;
        readonly jobDefinition?: string | undefined;
      }
    | undefined;
  readonly sagemaker?: { readonly roleArn?: unknown; readonly queue?: unknown } | undefined;
}

/** One thing looked at in an account. */
export interface AwsFinding {
  readonly check: string;
  readonly ok: boolean;
  readonly found: string;
  /** What to do; '' where it is well. */
  readonly advice: string;
}

/** Nobody waits longer for an answer. */
const TIMEOUTS = { connectionTimeout: 5000, requestTimeout: 15_000 };

/**
 * Asks an account for everything that a home's settings name: identity, bucket, queues, definitions, SageMaker. Reads, and
 * writes one small object below the store's prefix, which it deletes; starts no job. Each finding says what to do about it.
 */
export async function examineAws(settings: AwsToExamine): Promise<AwsFinding[]> {
  const region = settings.region ?? process.env.AWS_REGION;
  const config = { ...awsConfig(), ...(region ? { region } : {}), maxAttempts: 2, requestHandler: TIMEOUTS };
  const batch = new BatchClient(config);
  const sts = new STSClient(config);
  const sageMaker = new SageMakerClient(config);
  const { endpoint } = awsConfig();
  try {
    return (
      await Promise.all([
        [
          region
            ? well('AWS region', endpoint ? `${region}; ${endpoint} is asked, not AWS` : region)
            : ill(
                'AWS region',
                'none is named',
                'Write region into aws.json of the home, or set AWS_REGION.',
              ),
        ],
        looked('AWS identity', async () => {
          const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
          return [well('AWS identity', Arn ?? 'nameless')];
        }),
        storeFindings(settings.store),
        looked('AWS Batch queues', () => queueFindings(batch, settings)),
        looked('AWS Batch jobs', () => jobFindings(batch, settings)),
        looked('AWS Batch definition', () => definitionFindings(batch, settings)),
        looked('SageMaker', () => sageMakerFindings(sageMaker, settings)),
        [imageFinding(settings.image)],
      ])
    ).flat();
  } finally {
    for (const client of [batch, sts, sageMaker]) client.destroy();
  }
}

function well(check: string, found: string): AwsFinding {
  return { check, ok: true, found, advice: '' };
}

function ill(check: string, found: string, advice: string): AwsFinding {
  return { check, ok: false, found, advice };
}

async function looked(check: string, look: () => Promise<AwsFinding[]>): Promise<AwsFinding[]> {
  try {
    return await look();
  } catch (error) {
    const { found, advice } = explainRefusal(error);
    return [ill(check, found, advice)];
  }
}

/** The very calls that a manifest rests on: written once, refused the second time, read, deleted. */
function storeFindings(uri: string | undefined): Promise<AwsFinding[]> {
  const check = 'AWS store';
  return looked(check, async () => {
    if (uri === undefined)
      return [
        ill(check, 'none is named', "Write the stack's output Store as store into aws.json of the home."),
      ];
    const store = await openStore(uri);
    const key = `doctor-${randomBytes(8).toString('hex')}`;
    const bytes = Buffer.from('written by sihwang doctor --aws; may be deleted\n');
    try {
      await store.put(key, bytes, { ifAbsent: true });
      const second = await store.put(key, Buffer.from('second'), { ifAbsent: true });
      const read = await store.get(key);
      if (second === 'exists' && read && Buffer.compare(read, bytes) === 0)
        return [well(check, `${uri}: writes, refuses a second writer, reads, deletes`)];
      return [
        ill(
          check,
          `${uri} let a second writer overwrite the first`,
          'Use a bucket of S3 itself: results rest on conditional writes.',
        ),
      ];
    } finally {
      await store.delete(key);
    }
  });
}

function namedQueues({ batch, sagemaker }: AwsToExamine): string[] {
  const named = [batch?.spotQueue, batch?.onDemandQueue, sagemaker?.queue];
  return [...new Set(named.filter((one): one is string => typeof one === 'string' && one !== ''))];
}

async function queueFindings(client: BatchClient, settings: AwsToExamine): Promise<AwsFinding[]> {
  const names = namedQueues(settings);
  if (names.length === 0)
    return [
      ill(
        'AWS Batch queues',
        'none is named',
        "Write the stack's outputs TrainQueue and OnDemandQueue as batch.spotQueue and batch.onDemandQueue into aws.json.",
      ),
    ];
  const { jobQueues = [] } = await client.send(new DescribeJobQueuesCommand({ jobQueues: names }));
  const findings: AwsFinding[] = [];
  for (const name of names) {
    const queue = jobQueues.find((one) => one.jobQueueName === name || one.jobQueueArn === name);
    findings.push(queueFinding(name, queue));
    if (queue) findings.push(...(await machineFindings(client, name, queue)));
  }
  return findings;
}

function queueFinding(name: string, queue: JobQueueDetail | undefined): AwsFinding {
  const check = `queue ${name}`;
  if (!queue)
    return ill(check, 'is not there', 'Deploy the stack (docs/aws.md), or correct the name in aws.json.');
  const how = `${queue.state}, ${queue.status}`;
  if (queue.state !== 'ENABLED' || queue.status !== 'VALID')
    return ill(
      check,
      `${how}: ${queue.statusReason ?? 'no reason is told'}`,
      'Enable it, or deploy the stack anew.',
    );
  const limits = queue.jobStateTimeLimitActions?.length ?? 0;
  if (limits === 0)
    return ill(
      check,
      `${how}, without a limit for jobs that wait`,
      "Deploy the stack's queue: a job that no machine fits waits for ever here.",
    );
  return well(check, `${how}, ${limits} limits for jobs that wait`);
}

/** How much may run at the same time: the cap on what an hour can cost, and whether it is open at all. */
async function machineFindings(
  client: BatchClient,
  name: string,
  { computeEnvironmentOrder = [] }: JobQueueDetail,
): Promise<AwsFinding[]> {
  const names = computeEnvironmentOrder.flatMap(({ computeEnvironment }) => computeEnvironment ?? []);
  if (names.length === 0) return [];
  const check = `machines of ${name}`;
  const { computeEnvironments = [] } = await client.send(
    new DescribeComputeEnvironmentsCommand({ computeEnvironments: names }),
  );
  const bad = computeEnvironments.find(({ state, status }) => state !== 'ENABLED' || status !== 'VALID');
  if (bad || computeEnvironments.length === 0)
    return [
      ill(
        check,
        bad ? `${bad.state}, ${bad.status}: ${bad.statusReason ?? 'no reason is told'}` : 'are not there',
        'Look at the compute environment in the console; its role or subnets are often what is wrong.',
      ),
    ];
  const most = computeEnvironments.reduce((sum, one) => sum + (one.computeResources?.maxvCpus ?? 0), 0);
  const kinds = [...new Set(computeEnvironments.map((one) => one.computeResources?.type ?? 'unknown'))].join(
    ', ',
  );
  // the account's own quota is another service's answer, which no client of ours asks
  const code = kinds.includes('SPOT') ? 'L-34B43A08' : 'L-1216C47A';
  return [
    well(
      check,
      `${kinds}, at most ${most} vCPU; the account's quota: aws service-quotas get-service-quota --service-code ec2 --quota-code ${code}`,
    ),
  ];
}

/** Whether jobs may be looked at. Submitting is not tried: it would start one. */
async function jobFindings(client: BatchClient, settings: AwsToExamine): Promise<AwsFinding[]> {
  const [queue] = namedQueues(settings);
  if (queue === undefined || queue === settings.sagemaker?.queue) return [];
  await client.send(new ListJobsCommand({ jobQueue: queue, jobStatus: 'RUNNING', maxResults: 1 }));
  return [well('AWS Batch jobs', 'may be listed; submitting is not tried')];
}

async function definitionFindings(client: BatchClient, { batch }: AwsToExamine): Promise<AwsFinding[]> {
  const name = batch?.jobDefinition;
  if (name === undefined) return [];
  const { jobDefinitions = [] } = await client.send(
    new DescribeJobDefinitionsCommand({ jobDefinitionName: name, status: 'ACTIVE' }),
  );
  const revisions = jobDefinitions.length;
  return [
    well(
      `definition ${name}`,
      revisions === 0 ? 'none yet: the first job registers one' : `${revisions} active`,
    ),
  ];
}

async function sageMakerFindings(
  client: SageMakerClient,
  { sagemaker }: AwsToExamine,
): Promise<AwsFinding[]> {
  if (sagemaker === undefined) return [];
  if (typeof sagemaker.roleArn !== 'string')
    return [
      ill(
        'SageMaker',
        'no role is named',
        "Write the stack's output TrainingRole as sagemaker.roleArn into aws.json.",
      ),
    ];
  await client.send(new ListTrainingJobsCommand({ MaxResults: 1 }));
  return [
    well(
      'SageMaker',
      'trainings may be listed; its quota by machine: aws service-quotas list-service-quotas --service-code sagemaker',
    ),
  ];
}

/** Only a job can tell whether its role may pull it. */
function imageFinding(image: string | undefined): AwsFinding {
  const check = 'image';
  if (image === undefined)
    return ill(
      check,
      'none is named',
      'Build and push it (docs/aws.md), and write it as image into aws.json, with its digest.',
    );
  if (/@sha256:[0-9a-f]{64}$/.test(image))
    return well(check, `${image}; whether it can be pulled the first job tells`);
  return ill(
    check,
    `${image} is no digest`,
    'Name it by @sha256:…: a tag can come to mean another image between two jobs.',
  );
}
