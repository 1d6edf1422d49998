import { Duration, Stack, TimeZone } from 'aws-cdk-lib';
import * as batch from 'aws-cdk-lib/aws-batch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ContextAttribute, Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Universal } from 'aws-cdk-lib/aws-scheduler-targets';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Compute } from './compute.ts';
import { BROUGHT, ControllerHome, HOME } from './controller-home.ts';
import type { Roles } from './roles.ts';
import type { Settings } from './settings.ts';
import type { Storage } from './storage.ts';
import { waitingLimits } from './waiting.ts';

export interface FargateControllerProps {
  readonly settings: Settings;
  readonly storage: Storage;
  readonly roles: Roles;
  readonly compute: Compute;
}

/** Source: gallery.ecr.aws/aws-cli/aws-cli */
const AWS_CLI = 'public.ecr.aws/aws-cli/aws-cli:2.31.0';

/**
 * The option: a schedule in Seoul's time submits a small on-demand job that runs the plan. Its records are a database of the
 * user's, its home is a folder of a file system that outlives every task.
 */
export class FargateController extends Construct {
  readonly home: ControllerHome;

  constructor(scope: Construct, id: string, { settings, storage, roles, compute }: FargateControllerProps) {
    super(scope, id);
    const { name, dailyAt } = settings;
    const group = new ec2.SecurityGroup(this, 'Outward', { vpc: compute.vpc, allowAllOutbound: true });
    this.home = new ControllerHome(this, 'Home', { vpc: compute.vpc, group });
    const environment = new batch.FargateComputeEnvironment(this, 'Environment', {
      vpc: compute.vpc,
      securityGroups: [group],
      maxvCpus: 2,
    });
    // EC2 and Fargate cannot stand in one queue
    const queue = new batch.CfnJobQueue(this, 'Queue', {
      jobQueueName: `${name}-control`,
      priority: 1,
      computeEnvironmentOrder: [{ order: 1, computeEnvironment: environment.computeEnvironmentArn }],
      jobStateTimeLimitActions: waitingLimits('machines'),
    });
    const tasks = new iam.ServicePrincipal('ecs-tasks.amazonaws.com');
    const role = new iam.Role(this, 'Role', { assumedBy: tasks, managedPolicies: [roles.controllerPolicy] });
    const execution = new iam.Role(this, 'Execution', { assumedBy: tasks });
    storage.images.grantPull(execution);
    compute.logGroup.grantWrite(execution);
    const secrets = Object.entries({
      DATABASE_URL: settings.databaseUrlSecretArn!,
      ...settings.feedKeys,
    }).map(([variable, arn]) => {
      const secret = secretsmanager.Secret.fromSecretCompleteArn(this, `Secret ${variable}`, arn);
      secret.grantRead(execution);
      return { name: variable, valueFrom: secret.secretArn };
    });
    const common = { settings, compute, execution };
    const definition = this.definition('Definition', `${name}-controller`, {
      ...common,
      hours: 6,
      retried: [{ onExitCode: '75', action: 'RETRY' }],
      container: {
        image: storage.imageNamed(settings.image),
        command: ['run', 'daily', '--scheduled-for', 'Ref::time'],
        jobRoleArn: role.roleArn,
        ...this.home.mountedFor(role),
        secrets,
        environment: Object.entries({
          SIHWANG_HOME: HOME,
          // every step whose jobs may run anywhere: this container is small
          SIHWANG_AWS_RUNNER: 'aws-batch',
          SIHWANG_AWS_REGION: Stack.of(this).region,
          SIHWANG_AWS_STORE: `s3://${storage.bucket.bucketName}/`,
          SIHWANG_AWS_IMAGE: storage.imageNamed(settings.image),
          SIHWANG_AWS_SPOT_QUEUE: compute.trainQueue.jobQueueName!,
          SIHWANG_AWS_ON_DEMAND_QUEUE: compute.onDemandQueue.jobQueueName!,
          SIHWANG_AWS_JOB_DEFINITION: `${name}-worker`,
          SIHWANG_AWS_JOB_ROLE_ARN: roles.worker.roleArn,
          SIHWANG_AWS_LOG_GROUP: compute.logGroup.logGroupName,
          SIHWANG_AWS_TRAINING_ROLE_ARN: roles.training.roleArn,
          SIHWANG_AWS_SERVICE_QUEUE: compute.sageMakerQueue.jobQueueName!,
        }).map(([variable, value]) => ({ name: variable, value })),
      },
    });
    // a home that was begun elsewhere: its backup, from the bucket onto the volume
    const bringing = new iam.Role(this, 'Bringing', { assumedBy: tasks });
    const { bucket } = storage;
    bringing.addToPolicy(
      new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [bucket.arnForObjects('backup/*')] }),
    );
    bringing.addToPolicy(
      new iam.PolicyStatement({
        actions: ['s3:ListBucket'],
        resources: [bucket.bucketArn],
        conditions: { StringLike: { 's3:prefix': 'backup/*' } },
      }),
    );
    this.definition('Bring', `${name}-bring`, {
      ...common,
      hours: 12,
      retried: [],
      container: {
        image: AWS_CLI,
        command: ['s3', 'sync', `s3://${storage.bucket.bucketName}/backup/`, BROUGHT],
        jobRoleArn: bringing.roleArn,
        ...this.home.mountedFor(bringing),
      },
    });
    const dead = new sqs.Queue(this, 'Undelivered', {
      enforceSSL: true,
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.days(14),
    });
    new Schedule(this, 'Daily', {
      scheduleName: `${name}-daily`,
      schedule: ScheduleExpression.cron({
        minute: String(dailyAt.minute),
        hour: String(dailyAt.hour),
        timeZone: TimeZone.ASIA_SEOUL,
      }),
      target: new Universal({
        service: 'batch',
        action: 'submitJob',
        // a job's name may not hold the colons of a time: the time is a parameter
        input: {
          bind: () =>
            JSON.stringify({
              JobName: `${name}-daily`,
              JobQueue: queue.ref,
              JobDefinition: definition.ref,
              Parameters: { time: ContextAttribute.scheduledTime },
            }),
        } as never,
        deadLetterQueue: dead,
        retryAttempts: 10,
        policyStatements: [
          new iam.PolicyStatement({ actions: ['batch:SubmitJob'], resources: [queue.ref, definition.ref] }),
        ],
      }),
    });
  }
  private definition(
    id: string,
    jobDefinitionName: string,
    {
      compute,
      execution,
      hours,
      retried,
      container,
    }: {
      readonly compute: Compute;
      readonly execution: iam.Role;
      readonly hours: number;
      readonly retried: readonly batch.CfnJobDefinition.EvaluateOnExitProperty[];
      readonly container: Omit<batch.CfnJobDefinition.ContainerPropertiesProperty, 'executionRoleArn'>;
    },
  ): batch.CfnJobDefinition {
    return new batch.CfnJobDefinition(this, id, {
      jobDefinitionName,
      type: 'container',
      platformCapabilities: ['FARGATE'],
      parameters: { time: 'none' },
      propagateTags: true,
      timeout: { attemptDurationSeconds: Duration.hours(hours).toSeconds() },
      retryStrategy: { attempts: 2, evaluateOnExit: [...retried, { onReason: '*', action: 'EXIT' }] },
      containerProperties: {
        executionRoleArn: execution.roleArn,
        networkConfiguration: { assignPublicIp: 'ENABLED' },
        // 1.4.0 is the first that mounts a file system
        fargatePlatformConfiguration: { platformVersion: 'LATEST' },
        resourceRequirements: [
          { type: 'VCPU', value: '1' },
          { type: 'MEMORY', value: '4096' },
        ],
        logConfiguration: {
          logDriver: 'awslogs',
          options: {
            'awslogs-group': compute.logGroup.logGroupName,
            'awslogs-stream-prefix': id.toLowerCase(),
          },
        },
        ...container,
      },
    });
  }
}
