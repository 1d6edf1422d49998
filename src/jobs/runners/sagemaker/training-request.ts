import type {
  AlgorithmSpecification,
  Channel,
  CreateTrainingJobRequest,
  DescribeTrainingJobResponse,
} from '@aws-sdk/client-sagemaker';
import type { UntouchedContainer } from '../../../tasks/index.ts';
import { LEAST_ATTEMPT_SECONDS } from '../../cost/job-cost.ts';
import { untouchedInput } from '../../job.ts';
import type { Intent } from '../../runner.ts';
import { tooLarge } from '../aws/submissions.ts';
import { type Instance, instanceFor } from './instances.ts';
import type { SageMakerSettings } from './settings.ts';

/** What all trainings of a runner have in common. */
export interface TrainingOptions
  extends Pick<SageMakerSettings, 'volumeGiB' | 'environment' | 'subnets' | 'securityGroupIds' | 'tags'> {
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
const SPEC_SHA256 = 'sihwang_spec_sha256';
const HOME = 'sihwang_home';
/** The same of an image without our worker, which may take a hyperparameter that it does not know for a mistake. */
const HOME_VARIABLE = 'SIHWANG_JOB_HOME';
const SHA256_VARIABLE = 'SIHWANG_JOB_SHA256';
/** The channel whose files such an image is given: below /opt/ml/input/data/snapshot. */
const CHANNEL = 'snapshot';

/** Whose a training is and which job it does, as it says itself; absent where it does not. */
export function ownerOf({
  HyperParameters = {},
  Environment = {},
}: Pick<DescribeTrainingJobResponse, 'HyperParameters' | 'Environment'>): {
  readonly home: string | undefined;
  readonly jobSha256: string | undefined;
} {
  return {
    home: HyperParameters[HOME] ?? Environment[HOME_VARIABLE],
    jobSha256: HyperParameters[SPEC_SHA256] ?? Environment[SHA256_VARIABLE],
  };
}

export const DEFAULT_WAIT_SECONDS = 3600;
const DEFAULT_VOLUME_GIB = 10;
/** What the service's own errors are tried again, inside one job. It counts for InternalServerError alone. */
const SERVICE_RETRIES = 3;
/** The model of the API says 2,500, its text 256: what keeps to both is taken for sure. */
const HYPERPARAMETER_CHARACTERS = 256;
const HYPERPARAMETERS = 100;
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
  const { name, home, spec } = intent;
  const { placement } = spec;
  const { resources, limits, result, store, run, untouched } = placement;
  const mostSeconds = Math.min(limits.attemptSeconds, untouched?.timeoutSeconds ?? Number.POSITIVE_INFINITY);
  const maxRun = Math.max(LEAST_ATTEMPT_SECONDS, Math.ceil(mostSeconds));
  const machine: Instance = instanceFor(resources, options.instances);
  const { subnets, securityGroupIds } = options;
  const request = {
    TrainingJobName: name,
    RoleArn: options.roleArn,
    ...(untouched ? ofUntouched(intent, untouched, options) : ofWorker(intent, options)),
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
      ...Object.entries(options.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
    ],
  } satisfies CreateTrainingJobRequest;
  checkLimits(request, maxRun);
  return request;
}

function ofWorker({ specUri, jobSha256, home, spec }: Intent, { environment, image }: TrainingOptions) {
  return {
    HyperParameters: { [SPEC]: specUri, [SPEC_SHA256]: jobSha256, [HOME]: home },
    ...(environment ? { Environment: environment } : {}),
    AlgorithmSpecification: {
      TrainingImage: spec.placement.image ?? image,
      TrainingInputMode: 'File',
    } satisfies AlgorithmSpecification,
  };
}

/** The image as it stands: its own program and hyperparameters, and the files of the snapshot in a channel. */
function ofUntouched(
  { jobSha256, home, spec }: Intent,
  { image, command, parameters, figures, environment }: UntouchedContainer,
  options: TrainingOptions,
) {
  const { store } = spec.placement;
  const read = Object.entries(figures);
  return {
    HyperParameters: parameters,
    Environment: {
      ...options.environment,
      ...environment,
      [HOME_VARIABLE]: home,
      [SHA256_VARIABLE]: jobSha256,
    },
    AlgorithmSpecification: {
      TrainingImage: image,
      TrainingInputMode: 'File',
      ...(command ? { ContainerEntrypoint: [...command] } : {}),
      ...(read.length > 0 ? { MetricDefinitions: read.map(([Name, Regex]) => ({ Name, Regex })) } : {}),
    } satisfies AlgorithmSpecification,
    InputDataConfig: [
      {
        ChannelName: CHANNEL,
        DataSource: {
          S3DataSource: {
            S3DataType: 'S3Prefix',
            S3Uri: `${store}${untouchedInput(spec.placement)}`,
            S3DataDistributionType: 'FullyReplicated',
          },
        },
      } satisfies Channel,
    ],
  };
}

function checkLimits({ TrainingJobName: name, HyperParameters, Environment = {} }: Sizes, maxRun: number) {
  for (const [key, value] of Object.entries(HyperParameters))
    if (value.length > HYPERPARAMETER_CHARACTERS)
      throw tooLarge({
        ko: `일감 ${name}: 하이퍼파라미터 ${key}가 ${value.length}자인데 SageMaker는 ${HYPERPARAMETER_CHARACTERS}자까지 받습니다`,
        en: `the hyperparameter ${key} of ${name} has ${value.length} characters; SageMaker takes ${HYPERPARAMETER_CHARACTERS}`,
      });
  const parameters = Object.keys(HyperParameters).length;
  if (parameters > HYPERPARAMETERS)
    throw tooLarge({
      ko: `일감 ${name}: 하이퍼파라미터가 ${parameters}개인데 SageMaker는 ${HYPERPARAMETERS}개까지 받습니다`,
      en: `${name} has ${parameters} hyperparameters; SageMaker takes ${HYPERPARAMETERS}`,
    });
  const variables = Object.entries(Environment);
  if (variables.length > VARIABLES)
    throw tooLarge({
      ko: `일감 ${name}: 환경 변수가 ${variables.length}개인데 SageMaker는 ${VARIABLES}개까지 받습니다`,
      en: `${name} has ${variables.length} environment variables; SageMaker takes ${VARIABLES}`,
    });
  for (const [key, value] of variables)
    if (key.length > VARIABLE_CHARACTERS || value.length > VARIABLE_CHARACTERS)
      throw tooLarge({
        ko: `일감 ${name}: 환경 변수 ${key.slice(0, 40)}이(가) ${VARIABLE_CHARACTERS}자를 넘습니다`,
        en: `the environment variable ${key.slice(0, 40)} of ${name} is above ${VARIABLE_CHARACTERS} characters`,
      });
  if (maxRun > MOST_RUN_SECONDS)
    throw tooLarge({
      ko: `일감 ${name}: ${maxRun}초까지 돌 수 있는데 SageMaker는 28일(${MOST_RUN_SECONDS}초)까지 받습니다`,
      en: `${name} may run for ${maxRun} s; SageMaker takes 28 days, ${MOST_RUN_SECONDS} s`,
    });
}

interface Sizes {
  readonly TrainingJobName: string;
  readonly HyperParameters: Readonly<Record<string, string>>;
  readonly Environment?: Readonly<Record<string, string>>;
}
