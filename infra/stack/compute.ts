import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as batch from 'aws-cdk-lib/aws-batch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { RETRY_RULES } from '../../src/jobs/runners/aws-batch/retry-rules.ts';
import type { Roles } from './roles.ts';
import type { Settings } from './settings.ts';
import type { Storage } from './storage.ts';
import { waitingLimits } from './waiting.ts';

export interface ComputeProps {
  readonly settings: Settings;
  readonly storage: Storage;
  readonly roles: Roles;
}

/** How often Batch itself starts a job, the first time included. */
const ATTEMPTS = 3;

/** The machines: Spot first, on demand behind it, SageMaker through a queue of its own. */
export class Compute extends Construct {
  readonly trainQueue: batch.CfnJobQueue;
  readonly onDemandQueue: batch.CfnJobQueue;
  readonly sageMakerQueue: batch.CfnJobQueue;
  readonly workerDefinition: batch.CfnJobDefinition;
  readonly logGroup: logs.LogGroup;
  readonly vpc: ec2.Vpc;

  constructor(scope: Construct, id: string, { settings, storage, roles }: ComputeProps) {
    super(scope, id);
    const { name } = settings;
    this.vpc = new ec2.Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: 'public', subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: true }],
      gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
      restrictDefaultSecurityGroup: false,
    });
    // workers call out; nobody calls them
    const group = new ec2.SecurityGroup(this, 'Outward', { vpc: this.vpc, allowAllOutbound: true });
    this.logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/sihwang/${name}`,
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const common = { vpc: this.vpc, securityGroups: [group], useOptimalInstanceClasses: true, minvCpus: 0 };
    const spot = new batch.ManagedEc2EcsComputeEnvironment(this, 'Spot', {
      ...common,
      spot: true,
      allocationStrategy: batch.AllocationStrategy.SPOT_PRICE_CAPACITY_OPTIMIZED,
      maxvCpus: settings.maxVcpus,
    });
    const onDemand = new batch.ManagedEc2EcsComputeEnvironment(this, 'OnDemand', {
      ...common,
      maxvCpus: Math.max(2, Math.floor(settings.maxVcpus / 4)),
    });
    this.trainQueue = this.queue('Train', `${name}-train`, spot.computeEnvironmentArn);
    this.onDemandQueue = this.queue('OnDemandQueue', `${name}-on-demand`, onDemand.computeEnvironmentArn);
    const service = new batch.CfnServiceEnvironment(this, 'SageMaker', {
      serviceEnvironmentName: `${name}-sagemaker`,
      serviceEnvironmentType: 'SAGEMAKER_TRAINING',
      capacityLimits: [{ capacityUnit: 'NUM_INSTANCES', maxCapacity: settings.maxSageMakerInstances }],
    });
    this.sageMakerQueue = new batch.CfnJobQueue(this, 'SageMakerQueue', {
      jobQueueName: `${name}-sagemaker`,
      jobQueueType: 'SAGEMAKER_TRAINING',
      priority: 1,
      serviceEnvironmentOrder: [{ order: 1, serviceEnvironment: service.attrServiceEnvironmentArn }],
      jobStateTimeLimitActions: waitingLimits('service'),
    });
    this.workerDefinition = this.definition('Worker', `${name}-worker`, {
      storage,
      image: settings.image,
      role: roles.worker,
    });
  }

  private queue(id: string, jobQueueName: string, environment: string): batch.CfnJobQueue {
    return new batch.CfnJobQueue(this, id, {
      jobQueueName,
      priority: 1,
      computeEnvironmentOrder: [{ order: 1, computeEnvironment: environment }],
      jobStateTimeLimitActions: waitingLimits('machines'),
    });
  }

  private definition(
    id: string,
    jobDefinitionName: string,
    { storage, image, role }: { storage: Storage; image: string; role: iam.Role },
  ): batch.CfnJobDefinition {
    const execution = new iam.Role(this, `${id}Execution`, {
      assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com'),
    });
    storage.images.grantPull(execution);
    this.logGroup.grantWrite(execution);
    return new batch.CfnJobDefinition(this, id, {
      jobDefinitionName,
      type: 'container',
      platformCapabilities: ['EC2'],
      parameters: { spec: 'none' },
      propagateTags: true,
      timeout: { attemptDurationSeconds: Duration.hours(2).toSeconds() },
      retryStrategy: { attempts: ATTEMPTS, evaluateOnExit: [...RETRY_RULES] },
      containerProperties: {
        image: storage.imageNamed(image),
        command: ['worker', '--spec', 'Ref::spec'],
        jobRoleArn: role.roleArn,
        executionRoleArn: execution.roleArn,
        readonlyRootFilesystem: false,
        resourceRequirements: [
          { type: 'VCPU', value: '2' },
          { type: 'MEMORY', value: '4096' },
        ],
        logConfiguration: {
          logDriver: 'awslogs',
          options: { 'awslogs-group': this.logGroup.logGroupName, 'awslogs-stream-prefix': 'worker' },
        },
      },
    });
  }
}
