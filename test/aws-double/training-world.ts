import type { Runner } from '../../src/jobs/index.ts';
import { type Job, type PlaceFor, placeJob, submitJobs } from '../../src/jobs/index.ts';
import { openSageMakerRunner } from '../../src/jobs/runners/sagemaker/sagemaker-runner.ts';
import type { TrainingOptions } from '../../src/jobs/runners/sagemaker/training-request.ts';
import { openSageMakerQueueRunner } from '../../src/jobs/runners/sagemaker-queue/queue-runner.ts';
import type { JobsOn } from '../../src/jobs/submit-jobs.ts';
import { WORKER_EFFECTS } from '../../src/jobs/worker/effects.ts';
import { runTraining } from '../../src/jobs/worker/train.ts';
import { openStore } from '../../src/store/index.ts';
import { jobRowsInMemory } from '../support/job-rows-in-memory.ts';
import { testJob } from '../support/test-job.ts';
import { type AwsDouble, type AwsDoubleOptions, startAwsDouble } from './aws-double.ts';
import { instantLauncher } from './launch/instant-launcher.ts';
import type { Launch } from './launch/launcher.ts';
import { withEnvironment } from './with-environment.ts';

export type TrainingKind = 'sagemaker' | 'sagemaker-queue';

export interface TrainingOpen extends Partial<TrainingOptions> {
  readonly attempts?: number;
  readonly quotaSeconds?: number;
}

/** A home whose trainings are done by functions of this process: where only the controller is in question. */
export interface TrainingWorld {
  readonly double: AwsDouble;
  readonly on: JobsOn;
  /** What has passed for the controller beyond the machine's clock; moves waits of retries. */
  ahead: number;
  open(options?: TrainingOpen): Runner;
  submit(job?: Partial<Job>, where?: Partial<PlaceFor>): Promise<string>;
  /** How often the double was asked for an operation. */
  asked(operation: string): number;
  close(): Promise<void>;
}

/** Another number a world, so that no two share a home. */
let worlds = 0;

export async function trainingWorld(
  kind: TrainingKind,
  {
    open: opened = {},
    work = performed,
    ...options
  }: AwsDoubleOptions & { readonly open?: TrainingOpen; readonly work?: typeof performed } = {},
): Promise<TrainingWorld> {
  const double = await startAwsDouble({
    timeScale: 0.001,
    launcher: instantLauncher(work),
    ...options,
  });
  const restore = withEnvironment(double.environment);
  const runners: Runner[] = [];
  const home = `0000${String(++worlds).padStart(4, '0')}-0000-4000-8000-000000000000`;
  const rows = jobRowsInMemory();
  const store = await openStore(`s3://bucket/home-${worlds}/`);
  const open = (given: TrainingOpen = {}): Runner => {
    const settings = {
      roleArn: 'arn:aws:iam::000000000000:role/training',
      image: 'worker',
      pollSeconds: 0.01,
      callRate: 500,
      ...opened,
      ...given,
    };
    const runner =
      kind === 'sagemaker'
        ? openSageMakerRunner(settings)
        : openSageMakerQueueRunner({ ...settings, queue: 'service-queue' });
    runners.push(runner);
    return runner;
  };
  const world: TrainingWorld = {
    double,
    on: {
      ...{ home, rows, store, runner: open(), lease: await rows.takeLease(home, 'test') },
      now: () => new Date(Date.now() + world.ahead),
    },
    ahead: 0,
    open,
    submit: async (job = {}, where = {}) => {
      const place = { home, run: 'r', runner: kind, store: store.uri, ...where };
      const [key] = await submitJobs([placeJob(testJob(job), place)], world.on);
      return key!;
    },
    asked: (operation) => double.calls.filter((call) => call.operation === operation).length,
    close: async () => {
      await Promise.all(runners.map((runner) => runner.close()));
      restore();
      await double.close();
    },
  };
  return world;
}

/** The worker's training face with a task that counts `to`, by steps of `stepMs`. */
export function performed({ environment, onLine }: Launch, stopped: AbortSignal): Promise<number> {
  return runTraining(
    {
      ...WORKER_EFFECTS,
      print: onLine,
      computedBy: async () => ({ codeVersion: 'test', nodeMajor: 0, cpuClass: 'test' }),
      perform: async ({ job, checkpoint, signal }) => {
        const { to = 1, stepMs = 0 } = job.params as { to?: number; stepMs?: number };
        const before = await checkpoint.load();
        let { step, sum } = before
          ? (JSON.parse(new TextDecoder().decode(before)) as { step: number; sum: number })
          : { step: 0, sum: job.seed };
        const state = () => new TextEncoder().encode(JSON.stringify({ step, sum }));
        while (step < to) {
          if (signal.aborted) {
            await checkpoint.save(step, state());
            throw signal.reason;
          }
          step++;
          sum = (sum * 48271 + step) % 2147483647;
          await new Promise((resolve) => setTimeout(resolve, stepMs));
        }
        return { files: [{ name: 'result.json', bytes: state() }], metrics: {} };
      },
    },
    environment,
    stopped,
  );
}
