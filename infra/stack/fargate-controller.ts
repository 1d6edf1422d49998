import { Duration, Fn, TimeZone } from 'aws-cdk-lib';
import * as batch from 'aws-cdk-lib/aws-batch';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ContextAttribute, Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Universal } from 'aws-cdk-lib/aws-scheduler-targets';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Compute } from './compute.ts';
import type { Roles } from './roles.ts';
import type { Settings } from './settings.ts';
import type { Storage } from './storage.ts';

export interface FargateControllerProps {
  readonly settings: Settings;
  readonly storage: Storage;
  readonly roles: Roles;
  readonly compute: Compute;
}

/** The option: a schedule in Seoul's time submits a small on-demand job that runs the plan; its records are a database of the user's. */
export class FargateController extends Construct {
  constructor(scope: Construct, id: string, { settings, storage, roles, compute }: FargateControllerProps) {
    super(scope, id);
    const { name, dailyAt } = settings;
    const secret = secretsmanager.Secret.fromSecretCompleteArn(
      this,
      'DatabaseUrl',
      settings.databaseUrlSecretArn!,
    );
    const environment = new batch.FargateComputeEnvironment(this, 'Environment', {
      vpc: compute.vpc,
      maxvCpus: 2,
    });
    // EC2 and Fargate cannot stand in one queue
    const queue = new batch.CfnJobQueue(this, 'Queue', {
      jobQueueName: `${name}-control`,
      priority: 1,
      computeEnvironmentOrder: [{ order: 1, computeEnvironment: environment.computeEnvironmentArn }],
      jobStateTimeLimitActions: [
        {
          action: 'CANCEL',
          maxTimeSeconds: 3600,
          reason: 'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY',
          state: 'RUNNABLE',
        },
      ],
    });
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com'),
      managedPolicies: [roles.controllerPolicy],
    });
    const execution = new iam.Role(this, 'Execution', {
      assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com'),
    });
    storage.images.grantPull(execution);
    compute.logGroup.grantWrite(execution);
    secret.grantRead(execution);
    const definition = new batch.CfnJobDefinition(this, 'Definition', {
      jobDefinitionName: `${name}-controller`,
      type: 'container',
      platformCapabilities: ['FARGATE'],
      parameters: { time: 'none' },
      propagateTags: true,
      timeout: { attemptDurationSeconds: Duration.hours(6).toSeconds() },
      retryStrategy: {
        attempts: 2,
        evaluateOnExit: [
          { onExitCode: '75', action: 'RETRY' },
          { onReason: '*', action: 'EXIT' },
        ],
      },
      containerProperties: {
        image: Fn.join(':', [storage.images.repositoryUri, settings.image]),
        command: ['run', 'daily', '--scheduled-for', 'Ref::time'],
        jobRoleArn: role.roleArn,
        executionRoleArn: execution.roleArn,
        networkConfiguration: { assignPublicIp: 'ENABLED' },
        fargatePlatformConfiguration: { platformVersion: 'LATEST' },
        secrets: [{ name: 'DATABASE_URL', valueFrom: secret.secretArn }],
        resourceRequirements: [
          { type: 'VCPU', value: '1' },
          { type: 'MEMORY', value: '2048' },
        ],
        logConfiguration: {
          logDriver: 'awslogs',
          options: { 'awslogs-group': compute.logGroup.logGroupName, 'awslogs-stream-prefix': 'controller' },
        },
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
}
