import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
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
        if (Resource === '*')
          for (const action of actions)
            assert.match(action, /:(Describe|List|Get)/, `${action} on everything`);
      }
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

    it('lets a controller look at everything that sihwang doctor --aws looks at', () => {
      const allowed = statementsOf(template).flatMap(({ Action }) => [Action].flat());
      for (const action of [
        ...['s3:PutObject', 's3:GetObject', 's3:DeleteObject', 's3:ListBucket'],
        ...['batch:DescribeJobQueues', 'batch:DescribeComputeEnvironments', 'batch:DescribeJobDefinitions'],
        ...['batch:ListJobs', 'sagemaker:ListTrainingJobs'],
      ])
        assert.ok(allowed.includes(action), action);
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

it('settings that can’t be built are refused in words', () => {
  assert.throws(() => readSettings({ maxVcpus: 'many' }), /whole number/);
  assert.throws(() => readSettings({ name: 'Big Name' }), /lower-case/);
  assert.throws(() => readSettings({ controller: 'moon' }), /local or fargate/);
});

it('the rules of good practice find nothing but what is chosen so', () => {
  const app = new App();
  new SihwangStack(app, 'sihwang', readSettings({}));
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  let report = '';
  try {
    app.synth();
  } catch (error) {
    report = readFileSync(/found in: (\S+)/.exec(String(error))![1]!, 'utf8');
  }
  const found = [...new Set([...report.matchAll(/AwsSolutions-\w+/g)].map(([rule]) => rule))].sort();
  assert.deepEqual(found, Object.keys(CHOSEN));
});

const CHOSEN = {
  'AwsSolutions-IAM4': 'the instances of a managed environment have the policy that ECS gives them',
  'AwsSolutions-IAM5': 'objects below one bucket, jobs whose ids nobody knows before, and lists',
  'AwsSolutions-S1': 'an access log of a bucket that two roles of one account use costs more than it tells',
  'AwsSolutions-VPC7': 'workers call out and nobody calls them; a flow log is for who needs one',
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
