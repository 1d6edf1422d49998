import type { CreateTrainingJobRequest } from '@aws-sdk/client-sagemaker';
import { LEAST_ATTEMPT_SECONDS } from '../../cost/job-cost.ts';
import type { Intent } from '../../runner.ts';
import { tooLarge } from '../aws/submissions.ts';
import { type Instance, instanceFor } from './instances.ts';
import type { SageMakerSettings } from './settings.ts';

/** What all trainings of a runner have in common. */
export interface TrainingOptions
  extends Pick<SageMakerSettings, 'volumeGiB' | 'environment' | 'subnets' | 'securityGroupIds'> {
  readonly roleArn: string;
  /** The cheapest first; default `INSTANCES`. */
  readonly instances?: readonly Instance[] | undefined;
  /** Used where a job's placement names none. */
  readonly image: string;
  /** How long a training may wait for a machine. Default an hour. */
  readonly mostWaitSeconds?: number;
}

/** The hyperparameters by which a training is known again: Describe tells these, and no tags. */
const SPEC = 'sihwang_spec';
export const SPEC_SHA256 = 'sihwang_spec_sha256';
export const HOME = 'sihwang_home';

export const DEFAULT_WAIT_SECONDS = 3600;
const DEFAULT_VOLUME_GIB = 10;
/** What the service's own errors are tried again, inside one job. It counts for InternalServerError alone. */
const SERVICE_RETRIES = 3;
/** The model of the API says 2,500, its text 256: what keeps to both is taken for sure. */
const HYPERPARAMETER_CHARACTERS = 256;
const VARIABLES = 100;
const VARIABLE_CHARACTERS = 512;
const MOST_RUN_SECONDS = 28 * 86_400;

/**
 * The training that does a job. Its results go where the spec says; what SageMaker itself keeps lies beside them. Every
 * limit that would be found out late or told badly is checked here.
 * Source: docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
 * @throws SubmissionRefused misconfig: it is above a limit, or no machine is large enough
 */
export function trainingRequest(intent: Intent, options: TrainingOptions) {
  const { name, home, jobSha256, specUri, spec } = intent;
  const { placement } = spec;
  const { resources, limits, result, store, run } = placement;
  const maxRun = Math.max(LEAST_ATTEMPT_SECONDS, Math.ceil(limits.attemptSeconds));
  const machine: Instance = instanceFor(resources, options.instances);
  const { environment, subnets, securityGroupIds } = options;
  const request = {
    TrainingJobName: name,
    RoleArn: options.roleArn,
    HyperParameters: { [SPEC]: specUri, [SPEC_SHA256]: jobSha256, [HOME]: home },
    ...(environment ? { Environment: environment } : {}),
    AlgorithmSpecification: {
      TrainingImage: placement.image ?? options.image,
      TrainingInputMode: 'File',
    },
    OutputDataConfig: { S3OutputPath: `${store}${result}sagemaker/` },
    ResourceConfig: {
      InstanceType: machine.type as never,
      InstanceCount: 1,
      VolumeSizeInGB: options.volumeGiB ?? DEFAULT_VOLUME_GIB,
    },
    StoppingCondition: {
      MaxRuntimeInSeconds: maxRun,
      ...(resources.spot
        ? { MaxWaitTimeInSeconds: maxRun + (options.mostWaitSeconds ?? DEFAULT_WAIT_SECONDS) }
        : {}),
    },
    ...(resources.spot
      ? {
          EnableManagedSpotTraining: true,
          // a place of its own: SageMaker deletes there what a machine has not, and our checkpoints are the authority
          CheckpointConfig: { S3Uri: `${store}${result}opt-ml-checkpoints/` },
        }
      : {}),
    RetryStrategy: { MaximumRetryAttempts: SERVICE_RETRIES },
    ...(subnets && securityGroupIds
      ? { VpcConfig: { Subnets: subnets, SecurityGroupIds: securityGroupIds } }
      : {}),
    Tags: [
      { Key: 'sihwang:home', Value: home },
      { Key: 'sihwang:run', Value: run.slice(0, 256) },
    ],
  } satisfies CreateTrainingJobRequest;
  checkLimits(request, maxRun);
  return request;
}

function checkLimits({ TrainingJobName: name, HyperParameters, Environment = {} }: Sizes, maxRun: number) {
  for (const [key, value] of Object.entries(HyperParameters))
    if (value.length > HYPERPARAMETER_CHARACTERS)
      throw tooLarge(
        `the hyperparameter ${key} of ${name} has ${value.length} characters; SageMaker takes ${HYPERPARAMETER_CHARACTERS}`,
      );
  const variables = Object.entries(Environment);
  if (variables.length > VARIABLES)
    throw tooLarge(`${name} has ${variables.length} environment variables; SageMaker takes ${VARIABLES}`);
  for (const [key, value] of variables)
    if (key.length > VARIABLE_CHARACTERS || value.length > VARIABLE_CHARACTERS)
      throw tooLarge(
        `the environment variable ${key.slice(0, 40)} of ${name} is above ${VARIABLE_CHARACTERS} characters`,
      );
  if (maxRun > MOST_RUN_SECONDS)
    throw tooLarge(`${name} may run for ${maxRun} s; SageMaker takes 28 days, ${MOST_RUN_SECONDS} s`);
}

interface Sizes {
  readonly TrainingJobName: string;
  readonly HyperParameters: Readonly<Record<string, string>>;
  readonly Environment?: Readonly<Record<string, string>>;
}
