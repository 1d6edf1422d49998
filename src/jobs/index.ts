import type { AwsFinding, AwsToExamine } from './aws-check/examine-aws.ts';
import { runInProcess } from './in-process.ts';
import { runInPool } from './run-tasks.ts';
import type { RunTasks } from './tasks.ts';

export type { AwsFinding, AwsToExamine } from './aws-check/examine-aws.ts';
export { explainRefusal } from './aws-check/explain-refusal.ts';
export { UNVERIFIED, type Unverified } from './aws-check/unverified.ts';
export { type AwsSettings, readAwsSettings, regionOf } from './aws-settings.ts';
export { spentUsd, usdText } from './cost/job-cost.ts';
export { type Priced, ratesOf, readPrices } from './cost/price-table.ts';
export {
  type Job,
  type JobCost,
  type JobSpec,
  jobSha256,
  type Placement,
  type Resources,
  untouchedInput,
} from './job.ts';
export { jobKey, jobName, namePrefix } from './job-name.ts';
export type { JobAttempt, JobChange, JobRow, JobRows, Lease, NewJobRow, Orphan, RowsOf } from './job-rows.ts';
export { leaseLost } from './job-rows.ts';
export { type JobWord, jobWords } from './job-words.ts';
export { leaveResult } from './leave-result.ts';
export type { Manifest, ManifestOutput } from './manifest.ts';
export { openRunner, useAwsSettings } from './open-runner.ts';
export { costWhere, type PlaceFor, placeJob } from './place-job.ts';
export {
  cancelJobs,
  type JobOutcome,
  lookAfterJobs,
  outcomesOf,
  pollJobs,
  watchJobs,
} from './poll-jobs.ts';
export { type Reconciled, reconcile } from './reconcile.ts';
export type {
  ErrorClass,
  Handle,
  Intent,
  JobState,
  Listed,
  LogPage,
  Report,
  Runner,
  RunnerAbilities,
  Usage,
} from './runner.ts';
export { isRunnerKind, RUNNER_KINDS, type RunnerKind, runnerKindOf } from './runner-kinds.ts';
export { type LocalRunnerOptions, openLocalRunner } from './runners/local/local-runner.ts';
export { machinesOf } from './runners/sagemaker/instances.ts';
export type { MirroredModel } from './runners/sagemaker/mirror-models.ts';
export { type JobsOn, submitJobs } from './submit-jobs.ts';
export type { RunTasks, Task, TaskResult } from './tasks.ts';

/** Runs tasks on this machine: in child processes once built, in this process where only the sources run. */
export const runTasks: RunTasks = import.meta.url.endsWith('.ts')
  ? runInProcess
  : (tasks, options) => runInPool(tasks, options, { entry: new URL('./worker/main.js', import.meta.url) });

/** `sihwang worker`: one job in this process, whose exit code it gives. Loaded when it is needed. */
export async function runOneJob(asked: {
  readonly spec: string;
  readonly shard?: string | undefined;
}): Promise<number> {
  return (await import('./worker/run-one-job.ts')).runOneJob(asked);
}

/** `sihwang-worker train`: the job of a SageMaker training container. Gives the exit code. Loaded when it is needed. */
export async function runTraining(): Promise<number> {
  return (await import('./worker/train.ts')).runTraining();
}

type MirrorModels = typeof import('./runners/sagemaker/mirror-models.ts').mirrorModels;

/** Makes a SageMaker model package group say which versions reign. Loaded, with the SDK behind it, when it is asked for. */
export const mirrorModels: MirrorModels = async (...of) =>
  (await import('./runners/sagemaker/mirror-models.ts')).mirrorModels(...of);

/** Asks an AWS account for what a home's settings name; reads, but for one small object. Loaded when it is needed. */
export async function examineAws(settings: AwsToExamine, homePath: string): Promise<readonly AwsFinding[]> {
  return (await import('./aws-check/examine-aws.ts')).examineAws(settings, homePath);
}
