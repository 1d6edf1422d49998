import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { App, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { RETRY_RULES } from '../../src/jobs/runners/aws-batch/retry-rules.ts';
import { readSettings } from '../stack/settings.ts';
import { SihwangStack } from '../stack/sihwang-stack.ts';

type Resource = { readonly Type: string; readonly Properties: Record<string, never> };

const SECRET = 'arn:aws:secretsmanager:ap-northeast-2:000000000000:secret:database-AbCdEf';
const templateOf = (given: Record<string, string>): Template =>
  Template.fromStack(new SihwangStack(new App(), 'sihwang', readSettings(given)));

function statementsOf(template: Template) {
  const policies = {
    ...template.findResources('AWS::IAM::Policy'),
    ...template.findResources('AWS::IAM::ManagedPolicy'),
  };
  return Object.values(policies).flatMap(
    ({ Properties }) =>
      Properties.PolicyDocument.Statement as {
        Action: string | string[];
        Resource: unknown;
        Condition?: unknown;
      }[],
  );
}

for (const [face, given] of [
  ['the local controller', {}],
  ['the controller on Fargate', { controller: 'fargate', databaseUrlSecretArn: SECRET }],
] as const)
  describe(`the stack with ${face}`, () => {
    let template: Template;
    before(() => {
      template = templateOf(given);
    });

    it('lets no job run without end, and retries only what may pass', () => {
      const definitions = Object.values(template.findResources('AWS::Batch::JobDefinition')) as Resource[];
      assert.ok(definitions.length >= 1);
      for (const { Properties } of definitions) {
        const { timeout, retryStrategy } = lowered(Properties);
        assert.ok(timeout.attemptDurationSeconds >= 60);
        assert.ok(retryStrategy.attempts <= 10 && retryStrategy.evaluateOnExit.length <= 5);
        assert.deepEqual(retryStrategy.evaluateOnExit.at(-1), { onReason: '*', action: 'EXIT' });
      }
      template.hasResourceProperties('AWS::Batch::JobDefinition', {
        JobDefinitionName: 'sihwang-worker',
        RetryStrategy: { EvaluateOnExit: RETRY_RULES.map(capitalised) },
      });
    });

    it('lets no job wait for ever', () => {
      for (const { Properties } of Object.values(
        template.findResources('AWS::Batch::JobQueue'),
      ) as Resource[]) {
        const { jobStateTimeLimitActions: limits, jobQueueType } = lowered(Properties);
        assert.ok(limits.length >= 1);
        for (const limit of limits) {
          assert.equal(limit.state, 'RUNNABLE');
          assert.ok(limit.maxTimeSeconds >= 600 && limit.maxTimeSeconds <= 86_400);
          assert.equal(limit.action, jobQueueType === 'SAGEMAKER_TRAINING' ? 'TERMINATE' : 'CANCEL');
        }
      }
    });

    it('allows no wildcard of actions, everything on everything to nobody, and one role to one service', () => {
      for (const { Action, Resource, Condition } of statementsOf(template)) {
        const actions = [Action].flat();
        assert.ok(
          !actions.some((action) => action === '*' || /^[a-z0-9]+:\*$/.test(action)),
          String(actions),
        );
        if (actions.includes('iam:PassRole')) {
          assert.notEqual(Resource, '*');
          assert.ok(Condition);
        }
        // what knows no resource looks, or is held by a condition
        if (Resource === '*' && !Condition)
          for (const action of actions)
            assert.match(action, /:(Describe|List|Get)/, `${action} on everything`);
      }
    });

    it('has Spot and on-demand machines, none while nothing runs, and two queues in front of them', () => {
      const machines = Object.values(template.findResources('AWS::Batch::ComputeEnvironment')) as Resource[];
      const resources = machines.map(({ Properties }) => lowered(Properties).computeResources);
      for (const type of ['SPOT', 'EC2']) {
        const [one, ...more] = resources.filter((each) => each.type === type);
        assert.deepEqual([one.minvCpus, more.length], [0, 0]);
        assert.equal(one.tags.sihwang, 'sihwang', 'machines carry the tag that the budget counts by');
      }
      assert.equal(
        resources.find(({ type }) => type === 'SPOT').allocationStrategy,
        'SPOT_PRICE_CAPACITY_OPTIMIZED',
      );
      const queues = Object.values(template.findResources('AWS::Batch::JobQueue')) as Resource[];
      const names = queues.map(({ Properties }) => lowered(Properties).jobQueueName);
      for (const name of ['sihwang-train', 'sihwang-on-demand', 'sihwang-sagemaker'])
        assert.ok(names.includes(name));
    });

    it('lets nobody in from outside', () => {
      for (const { Properties } of Object.values(
        template.findResources('AWS::EC2::SecurityGroup'),
      ) as Resource[])
        for (const { cidrIp } of lowered(Properties).securityGroupIngress ?? [])
          assert.equal(cidrIp, undefined);
      template.resourceCountIs('AWS::EC2::NatGateway', 0);
    });

    it('lets trainings pull the image and say what they say, as SageMaker wants it of their role', () => {
      const [role] = Object.keys(
        template.findResources('AWS::IAM::Role', {
          Properties: { AssumeRolePolicyDocument: Match.objectLike({ Statement: [SAGEMAKER] }) },
        }),
      );
      const own = Object.values(template.findResources('AWS::IAM::Policy')).filter(({ Properties }) =>
        Properties.Roles.some(({ Ref }: { Ref: string }) => Ref === role),
      );
      const actions = own
        .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
        .flatMap(({ Action }) => [Action].flat());
      for (const action of [
        ...['s3:GetObject', 's3:PutObject', 's3:ListBucket', 'logs:CreateLogGroup', 'logs:PutLogEvents'],
        ...['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'cloudwatch:PutMetricData'],
      ])
        assert.ok(actions.includes(action), action);
    });

    it('keeps the bucket to itself, encrypted, over TLS, and when the stack goes', () => {
      template.hasResource('AWS::S3::Bucket', {
        DeletionPolicy: 'Retain',
        Properties: {
          BucketEncryption: Match.anyValue(),
          VersioningConfiguration: { Status: 'Enabled' },
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            BlockPublicPolicy: true,
            IgnorePublicAcls: true,
            RestrictPublicBuckets: true,
          },
        },
      });
      template.hasResourceProperties('AWS::S3::BucketPolicy', {
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          ]),
        },
      });
    });

    it('caps what an hour and a month may cost, and lets logs go after a month', () => {
      const environments = Object.values(
        template.findResources('AWS::Batch::ComputeEnvironment'),
      ) as Resource[];
      for (const { Properties } of environments)
        assert.ok(lowered(Properties).computeResources.maxvCpus <= 64);
      template.hasResourceProperties('AWS::Batch::ServiceEnvironment', {
        CapacityLimits: [{ CapacityUnit: 'NUM_INSTANCES', MaxCapacity: 2 }],
      });
      template.resourceCountIs('AWS::Budgets::Budget', 1);
      template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
      for (const { Properties } of Object.values(template.findResources('AWS::Logs::LogGroup')) as Resource[])
        assert.ok(lowered(Properties).retentionInDays >= 1, 'logs are not kept for ever');
    });

    it('lets a controller do what the code does, and nothing else', () => {
      const [policy] = Object.values(template.findResources('AWS::IAM::ManagedPolicy')) as Resource[];
      const { statement } = lowered(policy!.Properties).policyDocument;
      const allowed = (statement as { action: string | string[] }[]).flatMap(({ action }) => [action].flat());
      assert.deepEqual([...new Set(allowed)].sort(), [...actionsOfTheCode(), ...BESIDE_CALLS].sort());
    });

    it('gives each role to the service that runs it, and the definitions of the code may be registered', () => {
      const passed = statementsOf(template).filter(({ Action }) => [Action].flat().includes('iam:PassRole'));
      const to = passed.map(({ Condition }) => Object.values(Condition as object)[0]['iam:PassedToService']);
      assert.deepEqual(to.sort(), ['ecs-tasks.amazonaws.com', 'sagemaker.amazonaws.com']);
    });

    it('tells somebody at 80 and at 100 per cent of the month’s budget, where somebody is named', () => {
      const told = templateOf({ ...given, budgetEmail: 'market@example.org', monthlyBudgetUsd: '50' });
      told.hasResourceProperties('AWS::Budgets::Budget', {
        Budget: Match.objectLike({ BudgetLimit: { Amount: 50, Unit: 'USD' }, TimeUnit: 'MONTHLY' }),
        NotificationsWithSubscribers: [80, 100].map((Threshold) =>
          Match.objectLike({
            Notification: { ComparisonOperator: 'GREATER_THAN', NotificationType: 'ACTUAL', Threshold },
            Subscribers: [{ Address: 'market@example.org', SubscriptionType: 'EMAIL' }],
          }),
        ),
      });
    });
  });

describe('the option of a controller in the account', () => {
  const KEY = 'arn:aws:secretsmanager:ap-northeast-2:000000000000:secret:at-key-AbCdEf';
  const FARGATE = { controller: 'fargate', databaseUrlSecretArn: SECRET };

  it('has a home that outlives every task: encrypted, kept, backed up, of its user alone', () => {
    const template = templateOf(FARGATE);
    template.hasResource('AWS::EFS::FileSystem', {
      DeletionPolicy: 'Retain',
      Properties: Match.objectLike({ Encrypted: true, BackupPolicy: { Status: 'ENABLED' } }),
    });
    template.hasResourceProperties('AWS::EFS::AccessPoint', {
      PosixUser: { Uid: '10001', Gid: '10001' },
      RootDirectory: { CreationInfo: { OwnerUid: '10001', OwnerGid: '10001', Permissions: '750' } },
    });
    template.resourceCountIs('AWS::EFS::MountTarget', 2);
    for (const JobDefinitionName of ['sihwang-controller', 'sihwang-bring'])
      template.hasResourceProperties('AWS::Batch::JobDefinition', {
        JobDefinitionName,
        ContainerProperties: Match.objectLike({
          Volumes: [
            {
              Name: 'home',
              EfsVolumeConfiguration: Match.objectLike({
                TransitEncryption: 'ENABLED',
                AuthorizationConfig: { AccessPointId: Match.anyValue(), Iam: 'ENABLED' },
              }),
            },
          ],
          MountPoints: [{ SourceVolume: 'home', ContainerPath: '/var/lib/sihwang', ReadOnly: false }],
        }),
      });
    // whoever mounts it is let in by the group of the tasks, and by nothing else
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      ...{ FromPort: 2049, ToPort: 2049, IpProtocol: 'tcp', SourceSecurityGroupId: Match.anyValue() },
      CidrIp: Match.absent(),
    });
    templateOf({}).resourceCountIs('AWS::EFS::FileSystem', 0);
  });

  it('tells the controller where its home is and that jobs go to AWS Batch, and keeps secrets out of the template', () => {
    const template = templateOf({ ...FARGATE, feedKeys: `KAMIS_CERT_KEY=${KEY}` });
    const definitions = template.findResources('AWS::Batch::JobDefinition', {
      Properties: { JobDefinitionName: 'sihwang-controller' },
    });
    const [{ Properties: found }] = Object.values(definitions) as [{ Properties: Record<string, never> }];
    const { environment, secrets } = lowered(found).containerProperties;
    const said = Object.fromEntries(
      environment.map(({ name, value }: { name: string; value: unknown }) => [name, value]),
    );
    assert.equal(said.SIHWANG_HOME, '/var/lib/sihwang/home');
    assert.equal(said.SIHWANG_AWS_RUNNER, 'aws-batch');
    const known = readFileSync(join(SRC, 'jobs/aws-settings.ts'), 'utf8');
    for (const name of Object.keys(said))
      assert.ok(name === 'SIHWANG_HOME' || known.includes(`'${name}'`), `${name} is a variable of the code`);
    assert.deepEqual(secrets, [
      { name: 'DATABASE_URL', valueFrom: SECRET },
      { name: 'KAMIS_CERT_KEY', valueFrom: KEY },
    ]);
    assert.throws(() => readSettings({ feedKeys: 'KAMIS_CERT_KEY=the-key-itself' }), /ARN of a secret/);
  });

  it('takes an image by its digest, and by its tag', () => {
    for (const [image, sign] of [
      [`sha256:${'a'.repeat(64)}`, '@'],
      ['v1', ':'],
    ] as const)
      templateOf({ image }).hasResourceProperties('AWS::Batch::JobDefinition', {
        ContainerProperties: Match.objectLike({
          Image: { 'Fn::Join': Match.arrayWith([sign]) },
        }),
      });
  });

  it('runs at 06:10 in Seoul, with the scheduled time as a parameter and undelivered ones kept', () => {
    const template = templateOf({ controller: 'fargate', databaseUrlSecretArn: SECRET });
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'cron(10 6 * * ? *)',
      ScheduleExpressionTimezone: 'Asia/Seoul',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: Match.objectLike({
        Arn: Match.anyValue(),
        DeadLetterConfig: Match.anyValue(),
        RetryPolicy: Match.objectLike({ MaximumRetryAttempts: 10 }),
      }),
    });
    assert.match(JSON.stringify(template.toJSON()), /\\"time\\":\\"<aws\.scheduler\.scheduled-time>\\"/);
    template.hasResourceProperties('AWS::Batch::JobDefinition', {
      PlatformCapabilities: ['FARGATE'],
      ContainerProperties: Match.objectLike({ NetworkConfiguration: { AssignPublicIp: 'ENABLED' } }),
    });
  });

  it('is refused without a database, and absent by default', () => {
    assert.throws(() => readSettings({ controller: 'fargate' }), /databaseUrlSecretArn/);
    templateOf({}).resourceCountIs('AWS::Scheduler::Schedule', 0);
  });
});

const SAGEMAKER = Match.objectLike({ Principal: { Service: 'sagemaker.amazonaws.com' } });
const SRC = join(import.meta.dirname, '../../src');

/** What a controller does beside the calls of its clients. */
const BESIDE_CALLS = [
  // each role that a request names
  'iam:PassRole',
  // tags that go with a submission, a definition or a training
  ...['batch:TagResource', 'sagemaker:AddTags'],
  // what doctor tells a person to ask
  ...['servicequotas:GetServiceQuota', 'servicequotas:ListServiceQuotas'],
];

const SERVICES = { batch: 'batch', sagemaker: 'sagemaker', 'cloudwatch-logs': 'logs', s3: 's3' } as const;
/** S3 has fewer permissions than calls, and calls some of them otherwise. */
const OF_S3: Readonly<Record<string, string>> = {
  ...{
    HeadObject: 'GetObject',
    ListObjectsV2: 'ListBucket',
    ListMultipartUploads: 'ListBucketMultipartUploads',
  },
  ...{ CreateMultipartUpload: 'PutObject', UploadPart: 'PutObject', CompleteMultipartUpload: 'PutObject' },
};

/** The permissions of every call that the product's sources make, by the commands that they import. */
function actionsOfTheCode(): Set<string> {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  );
  const found = new Set<string>();
  for (const name of files)
    for (const [, names, client] of readFileSync(join(SRC, name), 'utf8').matchAll(
      /import (?:type )?\{([^}]*)\} from '@aws-sdk\/client-([a-z0-9-]+)'/g,
    )) {
      // who one is may be asked without a permission
      if (client === 'sts') continue;
      const service = SERVICES[client as keyof typeof SERVICES];
      assert.ok(service, `${name} asks ${client}, whose permissions nobody knows`);
      for (const [, command] of names!.matchAll(/\b(\w+)Command\b/g))
        found.add(`${service}:${service === 's3' ? (OF_S3[command!] ?? command) : command}`);
    }
  return found;
}

it('settings that can’t be built are refused in words', () => {
  assert.throws(() => readSettings({ maxVcpus: 'many' }), /whole number/);
  assert.throws(() => readSettings({ name: 'Big Name' }), /lower-case/);
  assert.throws(() => readSettings({ controller: 'moon' }), /local or fargate/);
});

for (const [face, given, chosen] of [
  ['the local controller', {}, {}],
  ['the controller on Fargate', { controller: 'fargate', databaseUrlSecretArn: SECRET }, 'fargate'],
] as const)
  it(`the rules of good practice find nothing but what is chosen so: ${face}`, () => {
    const app = new App();
    new SihwangStack(app, 'sihwang', readSettings(given));
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    let report = '';
    try {
      app.synth();
    } catch (error) {
      report = readFileSync(/found in: (\S+)/.exec(String(error))![1]!, 'utf8');
    }
    const found = [...new Set([...report.matchAll(/AwsSolutions-\w+/g)].map(([rule]) => rule))].sort();
    assert.deepEqual(
      found,
      Object.keys(chosen === 'fargate' ? { ...CHOSEN, ...CHOSEN_FOR_FARGATE } : CHOSEN).sort(),
    );
  });

const CHOSEN = {
  'AwsSolutions-IAM4': 'the instances of a managed environment have the policy that ECS gives them',
  'AwsSolutions-IAM5': 'objects below one bucket, jobs whose ids nobody knows before, and lists',
  'AwsSolutions-S1': 'an access log of a bucket that two roles of one account use costs more than it tells',
  'AwsSolutions-VPC7': 'workers call out and nobody calls them; a flow log is for who needs one',
};

const CHOSEN_FOR_FARGATE = {
  'AwsSolutions-SQS3': 'the queue is itself where undelivered ticks go',
};

/** CloudFormation's names as the API has them. */
// biome-ignore lint/suspicious/noExplicitAny: a template is JSON of any shape
function lowered(value: unknown): any {
  if (Array.isArray(value)) return value.map(lowered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key.charAt(0).toLowerCase() + key.slice(1), lowered(one)]),
  );
}

function capitalised(rule: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(rule).map(([key, value]) => [key.charAt(0).toUpperCase() + key.slice(1), value]),
  );
}
