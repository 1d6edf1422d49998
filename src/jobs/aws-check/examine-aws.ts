import { randomBytes } from 'node:crypto';
import {
  BatchClient,
  DescribeComputeEnvironmentsCommand,
  DescribeJobDefinitionsCommand,
  DescribeJobQueuesCommand,
  type JobQueueDetail,
  ListJobsCommand,
} from '@aws-sdk/client-batch';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { ListTrainingJobsCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type Bilingual, SihwangError } from '../../domain/index.ts';
import { awsConfig, openStore } from '../../store/index.ts';
import { type PriceTable, readPrices } from '../cost/price-table.ts';
import { explainRefusal } from './explain-refusal.ts';

/** What of a home's settings is looked at; a member is absent where nobody said it. */
export interface AwsToExamine {
  readonly region?: string | undefined;
  readonly store?: string | undefined;
  readonly image?: string | undefined;
  readonly prices?: string | undefined;
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
  readonly check: Bilingual;
  readonly ok: boolean;
  readonly found: Bilingual;
  /** What to do; absent where it is well. */
  readonly advice?: Bilingual;
}

const CHECKS = {
  region: { ko: 'AWS 리전', en: 'AWS region' },
  identity: { ko: 'AWS 신원', en: 'AWS identity' },
  store: { ko: 'AWS 저장소', en: 'AWS store' },
  queues: { ko: 'AWS Batch 큐', en: 'AWS Batch queues' },
  jobs: { ko: 'AWS Batch 일감', en: 'AWS Batch jobs' },
  definition: { ko: 'AWS Batch 작업 정의', en: 'AWS Batch definition' },
  sageMaker: { ko: 'SageMaker', en: 'SageMaker' },
  trainingLogs: { ko: '로그 /aws/sagemaker/TrainingJobs', en: 'logs /aws/sagemaker/TrainingJobs' },
  prices: { ko: '가격', en: 'prices' },
} as const satisfies Readonly<Record<string, Bilingual>>;

const NONE_NAMED: Bilingual = { ko: '정해지지 않음', en: 'none is named' };
const NOT_THERE: Bilingual = { ko: '없음', en: 'is not there' };

/** Nobody waits longer for an answer. */
const TIMEOUTS = { connectionTimeout: 5000, requestTimeout: 15_000 };

/**
 * Asks an account for everything that a home's settings name: identity, bucket, queues, definitions, SageMaker. Reads, and
 * writes one small object below the store's prefix, which it deletes; starts no job. Each finding says what to do about it.
 */
export async function examineAws(settings: AwsToExamine, homePath: string): Promise<AwsFinding[]> {
  const region = settings.region ?? process.env.AWS_REGION;
  const config = { ...awsConfig(), ...(region ? { region } : {}), maxAttempts: 2, requestHandler: TIMEOUTS };
  const batch = new BatchClient(config);
  const sts = new STSClient(config);
  const sageMaker = new SageMakerClient(config);
  const logs = new CloudWatchLogsClient(config);
  const { endpoint } = awsConfig();
  try {
    return (
      await Promise.all([
        [
          region
            ? well(
                CHECKS.region,
                endpoint
                  ? {
                      ko: `${region}; AWS가 아니라 ${endpoint}에 물음`,
                      en: `${region}; ${endpoint} is asked, not AWS`,
                    }
                  : asIs(region),
              )
            : ill(CHECKS.region, NONE_NAMED, {
                ko: '홈의 aws.json에 region을 쓰거나 AWS_REGION을 정하세요.',
                en: 'Write region into aws.json of the home, or set AWS_REGION.',
              }),
        ],
        looked(CHECKS.identity, async () => {
          const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
          return [well(CHECKS.identity, Arn === undefined ? { ko: '이름 없음', en: 'nameless' } : asIs(Arn))];
        }),
        storeFindings(settings.store),
        looked(CHECKS.queues, () => queueFindings(batch, settings)),
        looked(CHECKS.jobs, () => jobFindings(batch, settings)),
        looked(CHECKS.definition, () => definitionFindings(batch, settings)),
        looked(CHECKS.sageMaker, () => sageMakerFindings(sageMaker, settings)),
        looked(CHECKS.trainingLogs, () => trainingLogFindings(logs, settings)),
        [imageFinding(settings.image)],
        [priceFinding(settings, region, homePath)],
      ])
    ).flat();
  } finally {
    for (const client of [batch, sts, sageMaker, logs]) client.destroy();
  }
}

function well(check: Bilingual, found: Bilingual): AwsFinding {
  return { check, ok: true, found };
}

function ill(check: Bilingual, found: Bilingual, advice: Bilingual): AwsFinding {
  return { check, ok: false, found, advice };
}

/** What is the same in both languages: a name, or another's own words. */
function asIs(text: string): Bilingual {
  return { ko: text, en: text };
}

async function looked(check: Bilingual, look: () => Promise<AwsFinding[]>): Promise<AwsFinding[]> {
  try {
    return await look();
  } catch (error) {
    const { found, advice } = explainRefusal(error);
    return [ill(check, asIs(found), advice)];
  }
}

/** The very calls that a manifest rests on: written once, refused the second time, read, deleted. */
function storeFindings(uri: string | undefined): Promise<AwsFinding[]> {
  const check = CHECKS.store;
  return looked(check, async () => {
    if (uri === undefined)
      return [
        ill(check, NONE_NAMED, {
          ko: '스택의 출력 Store를 홈의 aws.json에 store로 쓰세요.',
          en: "Write the stack's output Store as store into aws.json of the home.",
        }),
      ];
    const store = await openStore(uri);
    const key = `doctor-${randomBytes(8).toString('hex')}`;
    const bytes = Buffer.from('written by sihwang doctor --aws; may be deleted\n');
    try {
      await store.put(key, bytes, { ifAbsent: true });
      const second = await store.put(key, Buffer.from('second'), { ifAbsent: true });
      const read = await store.get(key);
      if (second === 'exists' && read && Buffer.compare(read, bytes) === 0)
        return [
          well(check, {
            ko: `${uri}: 쓰기, 두 번째 쓰기 거절, 읽기, 지우기 됨`,
            en: `${uri}: writes, refuses a second writer, reads, deletes`,
          }),
        ];
      return [
        ill(
          check,
          {
            ko: `${uri}: 두 번째 쓰기가 첫 번째를 덮어씀`,
            en: `${uri} let a second writer overwrite the first`,
          },
          {
            ko: 'S3 자체의 버킷을 쓰세요. 결과는 조건부 쓰기에 기댑니다.',
            en: 'Use a bucket of S3 itself: results rest on conditional writes.',
          },
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
      ill(CHECKS.queues, NONE_NAMED, {
        ko: '스택의 출력 TrainQueue와 OnDemandQueue를 aws.json에 batch.spotQueue와 batch.onDemandQueue로 쓰세요.',
        en: "Write the stack's outputs TrainQueue and OnDemandQueue as batch.spotQueue and batch.onDemandQueue into aws.json.",
      }),
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

function withReason(how: string, reason: string | undefined): Bilingual {
  return {
    ko: `${how}: ${reason ?? '까닭을 알려 주지 않음'}`,
    en: `${how}: ${reason ?? 'no reason is told'}`,
  };
}

function queueFinding(name: string, queue: JobQueueDetail | undefined): AwsFinding {
  const check = { ko: `큐 ${name}`, en: `queue ${name}` };
  if (!queue)
    return ill(check, NOT_THERE, {
      ko: '스택을 배포하거나(docs/aws.md) aws.json의 이름을 고치세요.',
      en: 'Deploy the stack (docs/aws.md), or correct the name in aws.json.',
    });
  const how = `${queue.state}, ${queue.status}`;
  if (queue.state !== 'ENABLED' || queue.status !== 'VALID')
    return ill(check, withReason(how, queue.statusReason), {
      ko: '켜거나 스택을 다시 배포하세요.',
      en: 'Enable it, or deploy the stack anew.',
    });
  const limits = queue.jobStateTimeLimitActions?.length ?? 0;
  if (limits === 0)
    return ill(
      check,
      { ko: `${how}, 기다리는 일감의 한도가 없음`, en: `${how}, without a limit for jobs that wait` },
      {
        ko: '스택의 큐를 배포하세요. 여기서는 맞는 기계가 없는 일감이 영원히 기다립니다.',
        en: "Deploy the stack's queue: a job that no machine fits waits for ever here.",
      },
    );
  return well(check, {
    ko: `${how}, 기다리는 일감의 한도 ${limits}개`,
    en: `${how}, ${limits} limits for jobs that wait`,
  });
}

/** How much may run at the same time: the cap on what an hour can cost, and whether it is open at all. */
async function machineFindings(
  client: BatchClient,
  name: string,
  { computeEnvironmentOrder = [] }: JobQueueDetail,
): Promise<AwsFinding[]> {
  const names = computeEnvironmentOrder.flatMap(({ computeEnvironment }) => computeEnvironment ?? []);
  if (names.length === 0) return [];
  const check = { ko: `${name}의 기계`, en: `machines of ${name}` };
  const { computeEnvironments = [] } = await client.send(
    new DescribeComputeEnvironmentsCommand({ computeEnvironments: names }),
  );
  const bad = computeEnvironments.find(({ state, status }) => state !== 'ENABLED' || status !== 'VALID');
  if (bad || computeEnvironments.length === 0)
    return [
      ill(check, bad ? withReason(`${bad.state}, ${bad.status}`, bad.statusReason) : NOT_THERE, {
        ko: '콘솔에서 컴퓨팅 환경을 보세요. 역할이나 서브넷이 잘못된 때가 많습니다.',
        en: 'Look at the compute environment in the console; its role or subnets are often what is wrong.',
      }),
    ];
  const most = computeEnvironments.reduce((sum, one) => sum + (one.computeResources?.maxvCpus ?? 0), 0);
  const kinds = [...new Set(computeEnvironments.map((one) => one.computeResources?.type ?? 'unknown'))].join(
    ', ',
  );
  // the account's own quota is another service's answer, which no client of ours asks
  const code = kinds.includes('SPOT') ? 'L-34B43A08' : 'L-1216C47A';
  const quota = `aws service-quotas get-service-quota --service-code ec2 --quota-code ${code}`;
  return [
    well(check, {
      ko: `${kinds}, 많아야 vCPU ${most}개; 계정의 한도: ${quota}`,
      en: `${kinds}, at most ${most} vCPU; the account's quota: ${quota}`,
    }),
  ];
}

/** Whether jobs may be looked at. Submitting is not tried: it would start one. */
async function jobFindings(client: BatchClient, settings: AwsToExamine): Promise<AwsFinding[]> {
  const [queue] = namedQueues(settings);
  if (queue === undefined || queue === settings.sagemaker?.queue) return [];
  await client.send(new ListJobsCommand({ jobQueue: queue, jobStatus: 'RUNNING', maxResults: 1 }));
  return [
    well(CHECKS.jobs, {
      ko: '목록을 볼 수 있음; 제출은 해 보지 않음',
      en: 'may be listed; submitting is not tried',
    }),
  ];
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
      { ko: `작업 정의 ${name}`, en: `definition ${name}` },
      revisions === 0
        ? { ko: '아직 없음: 첫 일감이 등록함', en: 'none yet: the first job registers one' }
        : { ko: `${revisions}개 사용 중`, en: `${revisions} active` },
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
        CHECKS.sageMaker,
        { ko: '역할이 정해지지 않음', en: 'no role is named' },
        {
          ko: '스택의 출력 TrainingRole을 aws.json에 sagemaker.roleArn으로 쓰세요.',
          en: "Write the stack's output TrainingRole as sagemaker.roleArn into aws.json.",
        },
      ),
    ];
  await client.send(new ListTrainingJobsCommand({ MaxResults: 1 }));
  return [
    well(CHECKS.sageMaker, {
      ko: '학습 목록을 볼 수 있음; 기계별 한도: aws service-quotas list-service-quotas --service-code sagemaker',
      en: 'trainings may be listed; its quota by machine: aws service-quotas list-service-quotas --service-code sagemaker',
    }),
  ];
}

const TRAINING_LOGS = '/aws/sagemaker/TrainingJobs';

/**
 * The log group of trainings is one for the whole account, made by the first of them and kept for ever. How long others'
 * logs are kept is not for this stack to say, so a person is told how to.
 */
async function trainingLogFindings(
  client: CloudWatchLogsClient,
  { sagemaker }: AwsToExamine,
): Promise<AwsFinding[]> {
  if (sagemaker === undefined) return [];
  const { logGroups = [] } = await client.send(
    new DescribeLogGroupsCommand({ logGroupNamePrefix: TRAINING_LOGS }),
  );
  const group = logGroups.find(({ logGroupName }) => logGroupName === TRAINING_LOGS);
  const days = group?.retentionInDays;
  if (days !== undefined)
    return [well(CHECKS.trainingLogs, { ko: `${days}일 보관`, en: `kept ${days} days` })];
  const kept = group
    ? { ko: '끝없이 보관', en: 'kept for ever' }
    : {
        ko: '아직 없음: 첫 학습이 만들고 끝없이 보관',
        en: 'not there yet: the first training makes it, to be kept for ever',
      };
  const command = `aws logs put-retention-policy --log-group-name ${TRAINING_LOGS} --retention-in-days 30`;
  return [
    well(CHECKS.trainingLogs, {
      ko: `${kept.ko}, 이 계정의 모든 학습에 해당; 한 달만 두려면: ${command}`,
      en: `${kept.en}, whoever trains in this account; to keep them a month: ${command}`,
    }),
  ];
}

/** Only a job can tell whether its role may pull it. */
function imageFinding(image: string | undefined): AwsFinding {
  const check = { ko: '이미지', en: 'image' };
  if (image === undefined)
    return ill(check, NONE_NAMED, {
      ko: '만들어 올리고(docs/aws.md) 다이제스트를 붙여 aws.json에 image로 쓰세요.',
      en: 'Build and push it (docs/aws.md), and write it as image into aws.json, with its digest.',
    });
  if (/@sha256:[0-9a-f]{64}$/.test(image))
    return well(check, {
      ko: `${image}; 받을 수 있는지는 첫 일감이 알려 줌`,
      en: `${image}; whether it can be pulled the first job tells`,
    });
  return ill(
    check,
    { ko: `${image}: 다이제스트가 아님`, en: `${image} is no digest` },
    {
      ko: '@sha256:…로 쓰세요. 태그는 두 일감 사이에 다른 이미지를 뜻하게 될 수 있습니다.',
      en: 'Name it by @sha256:…: a tag can come to mean another image between two jobs.',
    },
  );
}

const DAY_MS = 86_400_000;

/** By what jobs are estimated and capped before they are submitted, and by what their cost is told after. */
function priceFinding({ prices }: AwsToExamine, region: string | undefined, homePath: string): AwsFinding {
  let table: PriceTable;
  try {
    table = readPrices({ prices }, homePath);
  } catch (error) {
    if (!(error instanceof SihwangError)) throw error;
    const [ko, en] = [error.in('ko'), error.in('en')];
    return ill(CHECKS.prices, { ko: ko.message, en: en.message }, { ko: ko.hint, en: en.hint });
  }
  const { asOf, regions } = table;
  const of = prices === undefined ? { ko: '이 판의 가격표', en: "this version's table" } : asIs(prices);
  if (region !== undefined && !regions[region])
    return ill(
      CHECKS.prices,
      {
        ko: `${of.ko}(${asOf})에 ${region}의 가격이 없음: 비용을 알 수 없어 그곳의 일감을 거절함`,
        en: `${of.en}, of ${asOf}, has none of ${region}: a job there is refused, for what it may cost is not known`,
      },
      {
        ko: '가격표를 따로 쓰고 aws.json에 prices로 정하세요(docs/jobs.md).',
        en: 'Write a table of your own and name it by prices in aws.json (docs/jobs.md).',
      },
    );
  const days = Math.floor((Date.now() - Date.parse(asOf)) / DAY_MS);
  return well(CHECKS.prices, {
    ko: `${of.ko}, ${asOf}(${days}일 전), 손으로 적음; 추정의 근거이며 청구서가 아님. 더 새로운 가격표: aws.json의 prices`,
    en: `${of.en}, of ${asOf} (${days} days ago), entered by hand; an estimate rests on it, never a bill. A newer one of your own: prices in aws.json`,
  });
}
