import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Storage } from './storage.ts';

export interface RolesProps {
  readonly name: string;
  readonly storage: Storage;
}

/** Who may do what: a worker reads and writes its bucket; a controller submits, watches and ends. */
export class Roles extends Construct {
  /** Of every container that computes. */
  readonly worker: iam.Role;
  /** Of training jobs; SageMaker gives it to the container. */
  readonly training: iam.Role;
  /** What a controller needs, wherever it runs; the user's own identity gets it with the local controller. */
  readonly controllerPolicy: iam.ManagedPolicy;

  constructor(scope: Construct, id: string, { name, storage }: RolesProps) {
    super(scope, id);
    const { bucket, images } = storage;
    this.worker = new iam.Role(this, 'Worker', {
      assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com'),
    });
    this.training = new iam.Role(this, 'Training', {
      assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com'),
    });
    for (const role of [this.worker, this.training]) {
      role.addToPolicy(
        new iam.PolicyStatement({
          actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
          resources: [bucket.arnForObjects('*')],
        }),
      );
      role.addToPolicy(
        new iam.PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }),
      );
    }
    // what CreateTrainingJob's role has to have, and no more: docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
    images.grantPull(this.training);
    this.training.addToPolicy(
      new iam.PolicyStatement({
        actions: [
          'logs:CreateLogGroup',
          'logs:CreateLogStream',
          'logs:PutLogEvents',
          'logs:DescribeLogStreams',
        ],
        resources: [
          this.arn('logs', 'log-group', '/aws/sagemaker/TrainingJobs'),
          this.arn('logs', 'log-group', '/aws/sagemaker/TrainingJobs:*'),
        ],
      }),
    );
    this.training.addToPolicy(
      new iam.PolicyStatement({
        // the action knows no resource; its namespace is what limits it
        actions: ['cloudwatch:PutMetricData'],
        resources: ['*'],
        conditions: { StringLike: { 'cloudwatch:namespace': '/aws/sagemaker/*' } },
      }),
    );
    this.controllerPolicy = this.makeControllerPolicy(name, bucket);
  }

  private makeControllerPolicy(name: string, bucket: s3.IBucket): iam.ManagedPolicy {
    return new iam.ManagedPolicy(this, 'Controller', {
      managedPolicyName: `${name}-controller`,
      description: 'What a controller of Sihwang does in this account',
      statements: [
        new iam.PolicyStatement({
          sid: 'Objects',
          actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
          resources: [bucket.arnForObjects('*')],
        }),
        new iam.PolicyStatement({
          sid: 'Bucket',
          actions: ['s3:ListBucket', 's3:ListBucketMultipartUploads'],
          resources: [bucket.bucketArn],
        }),
        new iam.PolicyStatement({
          sid: 'SubmitToOwnQueues',
          actions: ['batch:SubmitJob', 'batch:SubmitServiceJob', 'batch:TagResource'],
          resources: [
            this.arn('batch', 'job-queue', `${name}-*`),
            this.arn('batch', 'job-definition', `${name}-*`),
            this.arn('batch', 'job', '*'),
            this.arn('batch', 'service-job', '*'),
          ],
        }),
        new iam.PolicyStatement({
          sid: 'EndOwnJobs',
          actions: ['batch:TerminateJob', 'batch:TerminateServiceJob'],
          resources: [this.arn('batch', 'job', '*'), this.arn('batch', 'service-job', '*')],
        }),
        new iam.PolicyStatement({
          sid: 'RegisterOwnDefinitions',
          actions: ['batch:RegisterJobDefinition'],
          resources: [this.arn('batch', 'job-definition', `${name}-*`)],
        }),
        new iam.PolicyStatement({
          // these actions know no resource: they list
          sid: 'Look',
          actions: [
            'batch:DescribeJobs',
            'batch:DescribeServiceJob',
            'batch:ListJobs',
            'batch:ListServiceJobs',
            'batch:DescribeJobDefinitions',
            'batch:DescribeJobQueues',
            'batch:DescribeComputeEnvironments',
            'sagemaker:ListTrainingJobs',
            'sagemaker:ListModelPackages',
            'logs:DescribeLogGroups',
            // what doctor tells a person to ask
            'servicequotas:GetServiceQuota',
            'servicequotas:ListServiceQuotas',
          ],
          resources: ['*'],
        }),
        new iam.PolicyStatement({
          sid: 'Train',
          actions: [
            'sagemaker:CreateTrainingJob',
            'sagemaker:DescribeTrainingJob',
            'sagemaker:StopTrainingJob',
            'sagemaker:AddTags',
          ],
          resources: [this.arn('sagemaker', 'training-job', 'sw-*')],
        }),
        new iam.PolicyStatement({
          // those that the queue starts carry names of Batch's own, in small letters in their ARN
          sid: 'LookAtTrainingsOfTheQueue',
          actions: ['sagemaker:DescribeTrainingJob'],
          resources: [
            this.arn('sagemaker', 'training-job', 'AWSBatch*'),
            this.arn('sagemaker', 'training-job', 'awsbatch*'),
          ],
        }),
        new iam.PolicyStatement({
          sid: 'MirrorModels',
          actions: [
            'sagemaker:CreateModelPackageGroup',
            'sagemaker:CreateModelPackage',
            'sagemaker:UpdateModelPackage',
          ],
          resources: [
            this.arn('sagemaker', 'model-package-group', `${name}-*`),
            this.arn('sagemaker', 'model-package', `${name}-*/*`),
          ],
        }),
        new iam.PolicyStatement({
          sid: 'ReadLogs',
          actions: ['logs:GetLogEvents', 'logs:DescribeLogStreams'],
          resources: [
            this.arn('logs', 'log-group', `/sihwang/${name}:*`),
            this.arn('logs', 'log-group', '/aws/sagemaker/TrainingJobs:*'),
          ],
        }),
        new iam.PolicyStatement({
          sid: 'GiveTheTrainingRoleToSageMakerAlone',
          actions: ['iam:PassRole'],
          resources: [this.training.roleArn],
          conditions: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
        }),
        new iam.PolicyStatement({
          // a job definition names the role of its containers
          sid: 'GiveTheWorkerRoleToContainersAlone',
          actions: ['iam:PassRole'],
          resources: [this.worker.roleArn],
          conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
        }),
      ],
    });
  }

  private arn(service: string, resource: string, resourceName: string): string {
    return Stack.of(this).formatArn({
      service,
      resource,
      resourceName,
      // `log-group:/name`, where others have a slash
      arnFormat: service === 'logs' ? ArnFormat.COLON_RESOURCE_NAME : ArnFormat.SLASH_RESOURCE_NAME,
    });
  }
}
