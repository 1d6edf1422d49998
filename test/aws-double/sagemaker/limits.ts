import { validationException } from '../wire/refusal.ts';

/** What the schemas don't say of CreateTrainingJob. Source: docs.aws.amazon.com/sagemaker/latest/APIReference */
const NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;
const VARIABLE = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

interface CreateInput {
  readonly TrainingJobName: string;
  readonly RoleArn?: string;
  readonly HyperParameters?: Readonly<Record<string, string>>;
  readonly Environment?: Readonly<Record<string, string>>;
  readonly AlgorithmSpecification?: {
    readonly TrainingInputMode?: string;
    readonly ContainerEntrypoint?: readonly string[];
    readonly ContainerArguments?: readonly string[];
    readonly MetricDefinitions?: readonly { readonly Regex?: string }[];
  };
  readonly InputDataConfig?: readonly unknown[];
  readonly StoppingCondition?: {
    readonly MaxRuntimeInSeconds?: number;
    readonly MaxWaitTimeInSeconds?: number;
    readonly MaxPendingTimeInSeconds?: number;
  };
  readonly RetryStrategy?: { readonly MaximumRetryAttempts?: number };
  readonly EnableManagedSpotTraining?: boolean;
  readonly Tags?: readonly unknown[];
}

function refuseUnless(holds: boolean, message: string): void {
  if (!holds) throw validationException(message);
}

export function checkTrainingJob(input: CreateInput): void {
  const {
    HyperParameters = {},
    Environment = {},
    AlgorithmSpecification: algorithm,
    StoppingCondition: stop,
  } = input;
  refuseUnless(
    NAME.test(input.TrainingJobName),
    `trainingJobName ${input.TrainingJobName} must satisfy ${NAME.source}`,
  );
  refuseUnless((input.RoleArn?.length ?? 0) >= 20, 'roleArn must have length greater than or equal to 20');
  refuseUnless(Object.keys(HyperParameters).length <= 100, 'at most 100 hyperparameters');
  for (const [key, value] of Object.entries(HyperParameters))
    refuseUnless(key.length <= 256 && value.length <= 2500, `hyperparameter ${key} is too long`);
  refuseUnless(Object.keys(Environment).length <= 100, 'at most 100 environment variables');
  for (const [key, value] of Object.entries(Environment))
    refuseUnless(
      VARIABLE.test(key) && key.length <= 512 && value.length <= 512,
      `environment variable ${key} is no valid one`,
    );
  refuseUnless(
    ['File', 'FastFile', 'Pipe'].includes(algorithm?.TrainingInputMode ?? ''),
    'TrainingInputMode must be one of File, FastFile, Pipe',
  );
  for (const parts of [algorithm?.ContainerEntrypoint, algorithm?.ContainerArguments])
    refuseUnless(
      parts === undefined ||
        (parts.length >= 1 && parts.length <= 100 && parts.every((part) => part.length <= 256)),
      'container entrypoint and arguments have 1 to 100 parts of at most 256 characters',
    );
  const metrics = algorithm?.MetricDefinitions ?? [];
  refuseUnless(
    metrics.length <= 40 && metrics.every(({ Regex = '' }) => Regex.length >= 1 && Regex.length <= 500),
    'at most 40 metric definitions, each regular expression of 1 to 500 characters',
  );
  refuseUnless(
    (input.InputDataConfig?.length ?? 1) >= 1 && (input.InputDataConfig?.length ?? 1) <= 20,
    '1 to 20 channels',
  );
  const runtime = stop?.MaxRuntimeInSeconds ?? 86_400;
  refuseUnless(runtime >= 1 && runtime <= 28 * 86_400, 'MaxRuntimeInSeconds is at most 28 days');
  if (input.EnableManagedSpotTraining)
    refuseUnless(
      (stop?.MaxWaitTimeInSeconds ?? 0) >= runtime,
      'MaxWaitTimeInSeconds must be equal or greater than MaxRuntimeInSeconds for managed spot training',
    );
  const pending = stop?.MaxPendingTimeInSeconds;
  refuseUnless(
    pending === undefined || (pending >= 7200 && pending <= 2_419_200),
    'MaxPendingTimeInSeconds is 7200 to 2419200',
  );
  const retries = input.RetryStrategy?.MaximumRetryAttempts;
  refuseUnless(retries === undefined || (retries >= 1 && retries <= 30), 'MaximumRetryAttempts is 1 to 30');
  refuseUnless((input.Tags?.length ?? 0) <= 50, 'at most 50 tags');
}

/** Source: docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTrainingJobs.html */
export function checkListing(nameContains: string, maxResults: number): void {
  refuseUnless(nameContains.length <= 63, 'nameContains has at most 63 characters');
  refuseUnless(maxResults >= 1 && maxResults <= 100, 'maxResults is 1 to 100');
}
