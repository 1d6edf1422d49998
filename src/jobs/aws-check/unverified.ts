/** Something about AWS that this code relies on, or is ready for, and that no real account has confirmed. */
export interface Unverified {
  readonly name: string;
  readonly fact: string;
  /** Whether the ten calls of the account suite ask it; what they cannot ask shows itself in weeks of use alone. */
  readonly asked: boolean;
}

/** Told by `sihwang doctor --aws`; those that are asked are tests of test/contract/aws-account.test.ts. */
export const UNVERIFIED: readonly Unverified[] = [
  ...asked({
    'conditional-write':
      'S3 refuses a second write of a key with 412 PreconditionFailed when If-None-Match is *',
    'bad-checksum': 'S3 refuses bytes of another checksum with 400 BadDigest',
    'submitted-is-listed': 'a job of AWS Batch is found by its name within 30 s of its submission',
    'terminated-with-our-reason': 'a job that was ended by TerminateJob says so, with our reason, as FAILED',
    'missing-training':
      'SageMaker calls a missing training job ValidationException "Requested resource not found."',
    'stop-of-missing': 'StopTrainingJob of what does not run is a ValidationException',
  }),
  ...notAsked({
    'days-of-ended-jobs': 'ended jobs of AWS Batch can be seen for seven days',
    'exit-before-host':
      'a container on a reclaimed Spot host may end by itself before Batch says "Host EC2…"',
    'reclaim-without-sigterm': 'a reclaimed EC2 host may give no SIGTERM at all',
    'spot-signal': 'managed Spot training asks with SIGTERM, and starts again whatever the exit code was',
    'no-reason-exits': 'the last retry rule (onReason *) also fits an attempt without any reason',
    'repeated-token': 'what a repeated client token of SubmitServiceJob is answered with',
    'schedule-once':
      'EventBridge Scheduler may deliver a schedule twice; a run is named by its moment, so it is one',
    'opt-ml-owner':
      'an ordinary user of the image can write below /opt/ml (others report that only root can)',
    'training-environment': 'a training container has AWS_REGION, TRAINING_JOB_NAME and TRAINING_JOB_ARN',
    'archive-when-completed':
      'a training that is Completed tells where its model.tar.gz is, and the figures read from its log',
    'identity-in-environment': 'DescribeTrainingJob tells the environment that a training was given',
    'training-role': "the template's training role may do all that SageMaker wants of it",
    'home-on-efs':
      "DuckDB's locks and the home's renames hold on EFS, and the lock of a task that was killed is soon free",
    'template-by-cli': 'infra/template.json is taken by aws cloudformation deploy as it is',
    'base-image': "the image's base can be pulled by its digest and docker builds the recipe",
    prices: 'the price table agrees with a bill',
  }),
];

function asked(facts: Readonly<Record<string, string>>): Unverified[] {
  return Object.entries(facts).map(([name, fact]) => ({ name, fact, asked: true }));
}

function notAsked(facts: Readonly<Record<string, string>>): Unverified[] {
  return Object.entries(facts).map(([name, fact]) => ({ name, fact, asked: false }));
}
