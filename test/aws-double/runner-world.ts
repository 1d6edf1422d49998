import { EXIT } from '../../src/domain/index.ts';
import type { Runner } from '../../src/jobs/index.ts';
import { type Job, type PlaceFor, placeJob, submitJobs } from '../../src/jobs/index.ts';
import { openBatchRunner } from '../../src/jobs/runners/aws-batch/batch-runner.ts';
import { openSageMakerRunner } from '../../src/jobs/runners/sagemaker/sagemaker-runner.ts';
import type { TrainingOptions } from '../../src/jobs/runners/sagemaker/training-request.ts';
import { openSageMakerQueueRunner } from '../../src/jobs/runners/sagemaker-queue/queue-runner.ts';
import type { JobsOn } from '../../src/jobs/submit-jobs.ts';
import { WORKER_EFFECTS, type WorkerEffects } from '../../src/jobs/worker/effects.ts';
import { runJob } from '../../src/jobs/worker/run-job.ts';
import { runTraining } from '../../src/jobs/worker/train.ts';
import { openStore } from '../../src/store/index.ts';
import type { AwsKind } from '../contract/open-aws-runner.ts';
import { expectWithinBound, RATES } from '../support/cost-bound.ts';
import { jobRowsInMemory } from '../support/job-rows-in-memory.ts';
import { testJob } from '../support/test-job.ts';
import { type AwsDouble, type AwsDoubleOptions, startAwsDouble } from './aws-double.ts';
import { instantLauncher } from './launch/instant-launcher.ts';
import type { Launch } from './launch/launcher.ts';
import { withEnvironment } from './with-environment.ts';

export interface RunnerOpen extends Partial<TrainingOptions> {
  /** How often the provider itself starts a job. */
  readonly attempts?: number;
  readonly quotaSeconds?: number;
  readonly mostAtOnce?: number;
  /** The image of the workers. */
  readonly image?: string;
}

/** A home whose jobs are done by functions of this process: where only the controller is in question. */
export interface RunnerWorld {
  readonly double: AwsDouble;
  readonly on: JobsOn;
  /** What has passed for the controller beyond the machine's clock; moves waits of retries. */
  ahead: number;
  open(options?: RunnerOpen): Runner;
  submit(job?: Partial<Job>, where?: Partial<PlaceFor>): Promise<string>;
  /** How often the double was asked for an operation. */
  asked(operation: string): number;
  /** Ends it. A job that has cost more than was said of it fails the test. */
  close(): Promise<void>;
}

/** Another number a world, so that no two share a home. */
let worlds = 0;

export async function runnerWorld(
  kind: AwsKind,
  {
    open: opened = {},
    work = performed,
    ...options
  }: AwsDoubleOptions & { readonly open?: RunnerOpen; readonly work?: typeof performed } = {},
): Promise<RunnerWorld> {
  const double = await startAwsDouble({
    timeScale: 0.001,
    queues: { spot: 2, 'on-demand': 2 },
    launcher: instantLauncher(work),
    ...options,
  });
  const restore = withEnvironment(double.environment);
  const runners: Runner[] = [];
  const home = `0000${String(++worlds).padStart(4, '0')}-0000-4000-8000-000000000000`;
  const rows = jobRowsInMemory();
  const store = await openStore(`s3://bucket/home-${worlds}/`);
  const open = (given: RunnerOpen = {}): Runner => {
    const settings = {
      roleArn: 'arn:aws:iam::000000000000:role/training',
      image: 'worker',
      pollSeconds: 0.01,
      callRate: 500,
      ...opened,
      ...given,
    };
    const batch = {
      ...{ spotQueue: 'spot', onDemandQueue: 'on-demand', lookSeconds: 1 },
      definition: {
        ...{ name: 'sihwang-worker', image: settings.image, region: null },
        ...{ jobRoleArn: null, executionRoleArn: null, logGroup: null },
      },
    };
    const runner =
      kind === 'aws-batch'
        ? openBatchRunner({ ...settings, ...batch })
        : kind === 'sagemaker'
          ? openSageMakerRunner(settings)
          : openSageMakerQueueRunner({ ...settings, queue: 'service-queue' });
    runners.push(runner);
    return runner;
  };
  const world: RunnerWorld = {
    double,
    on: {
      ...{ home, rows, store, runner: open(), lease: await rows.takeLease(home, 'test') },
      now: () => new Date(Date.now() + world.ahead),
    },
    ahead: 0,
    open,
    submit: async (job = {}, where = {}) => {
      const place = { home, run: 'r', runner: kind, store: store.uri, rates: RATES, ...where };
      const [key] = await submitJobs([placeJob(testJob(job), place)], world.on);
      return key!;
    },
    asked: (operation) => double.calls.filter((call) => call.operation === operation).length,
    close: async () => {
      await Promise.all(runners.map((runner) => runner.close()));
      // what is still at work asks the double until then, and not an account
      await double.close().finally(restore);
      expectWithinBound(await rows.read(home, {}));
    },
  };
  return world;
}

/** The worker's face for its container, with a task that counts `to`, by steps of `stepMs`. */
export function performed({ command, environment, onLine }: Launch, stopped: AbortSignal): Promise<number> {
  const effects: WorkerEffects = {
    ...WORKER_EFFECTS,
    print: onLine,
    computedBy: async () => ({ codeVersion: 'test', nodeMajor: 0, cpuClass: 'test', lockSha256: null }),
    perform: counting,
  };
  if (!('AWS_BATCH_JOB_ID' in environment)) return runTraining(effects, environment, stopped);
  const index = environment.AWS_BATCH_JOB_ARRAY_INDEX;
  return runJob(
    {
      specUri: command[command.indexOf('--spec') + 1]!,
      ...(index === undefined ? {} : { shard: Number(index) }),
      attempt: Number(environment.AWS_BATCH_JOB_ATTEMPT),
      providerId: environment.AWS_BATCH_JOB_ID!,
      stop: stopped,
    },
    effects,
    // as a process under Batch ends whose machine is taken away
  ).then((code) => (code === EXIT.stopped ? EXIT.tryAgain : code));
}

const counting: WorkerEffects['perform'] = async ({ job, checkpoint, signal }) => {
  const { to = 1, stepMs = 0, holdAt } = job.params as { to?: number; stepMs?: number; holdAt?: number };
  const before = await checkpoint.load();
  let { step, sum } = before
    ? (JSON.parse(new TextDecoder().decode(before)) as { step: number; sum: number })
    : { step: 0, sum: job.seed };
  const state = () => new TextEncoder().encode(JSON.stringify({ step, sum }));
  while (step < to) {
    // one that began at the beginning stays there until its machine is taken away
    if (step === holdAt && !before && !signal.aborted) await over(signal);
    if (signal.aborted) {
      // one that is killed saves nothing
      if (signal.reason !== 'SIGKILL') await checkpoint.save(step, state());
      throw signal.reason;
    }
    step++;
    sum = (sum * 48271 + step) % 2147483647;
    if (checkpoint.due()) await checkpoint.save(step, state());
    await new Promise((resolve) => setTimeout(resolve, stepMs));
  }
  return { files: [{ name: 'result.json', bytes: state() }], metrics: {} };
};

const over = (signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
