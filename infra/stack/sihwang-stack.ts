import { BootstraplessSynthesizer, CfnOutput, Stack, Tags } from 'aws-cdk-lib';
import { CfnModelPackageGroup } from 'aws-cdk-lib/aws-sagemaker';
import type { Construct } from 'constructs';
import { Budget } from './budget.ts';
import { Compute } from './compute.ts';
import { FargateController } from './fargate-controller.ts';
import { Roles } from './roles.ts';
import type { Settings } from './settings.ts';
import { Storage } from './storage.ts';

/** Everything that Sihwang needs in an account; deployable by the plain AWS command line, without a bootstrap. */
export class SihwangStack extends Stack {
  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id, {
      synthesizer: new BootstraplessSynthesizer(),
      description: 'Sihwang: market intelligence for fresh produce, its jobs on AWS Batch and SageMaker',
    });
    Tags.of(this).add('sihwang', settings.name);
    const storage = new Storage(this, 'Storage');
    const roles = new Roles(this, 'Roles', { name: settings.name, storage });
    const compute = new Compute(this, 'Compute', { settings, storage, roles });
    const models = new CfnModelPackageGroup(this, 'Models', {
      modelPackageGroupName: `${settings.name}-price-forecast`,
    });
    new Budget(this, 'Budget', settings);
    const controller =
      settings.controller === 'fargate'
        ? new FargateController(this, 'Controller', { settings, storage, roles, compute })
        : undefined;

    const told = {
      Store: `s3://${storage.bucket.bucketName}/`,
      ImageRepository: storage.images.repositoryUri,
      TrainQueue: compute.trainQueue.jobQueueName!,
      OnDemandQueue: compute.onDemandQueue.jobQueueName!,
      SageMakerQueue: compute.sageMakerQueue.jobQueueName!,
      WorkerDefinition: compute.workerDefinition.jobDefinitionName!,
      WorkerRole: roles.worker.roleArn,
      TrainingRole: roles.training.roleArn,
      ControllerPolicy: roles.controllerPolicy.managedPolicyArn,
      ModelGroup: models.modelPackageGroupName,
      LogGroup: compute.logGroup.logGroupName,
      ...(controller ? { HomeFileSystem: controller.home.fileSystemId } : {}),
    };
    for (const [name, value] of Object.entries(told)) new CfnOutput(this, name, { value });
  }
}
