import type { Running } from '../launch/launcher.ts';
import type { RetryRule } from './retry-rules.ts';

export type BatchState =
  | 'SUBMITTED'
  | 'PENDING'
  | 'RUNNABLE'
  | 'STARTING'
  | 'RUNNING'
  | 'SUCCEEDED'
  | 'FAILED';

export const BATCH_STATES: readonly BatchState[] = [
  'SUBMITTED',
  'PENDING',
  'RUNNABLE',
  'STARTING',
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
];

/** One attempt, as DescribeJobs gives it. */
export interface Attempt {
  startedAt?: number;
  stoppedAt?: number;
  statusReason?: string;
  readonly container: { exitCode?: number; reason?: string; logStreamName?: string; taskArn: string };
}

/** What is run, made of the definition and the overrides of the submission. */
export interface Container {
  readonly image: string;
  readonly command: readonly string[];
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly resourceRequirements: readonly { readonly type: string; readonly value: string }[];
  readonly jobRoleArn?: string;
  readonly logGroup: string;
}

/** A job of a queue; its parent too when it is an array. Times in ms since 1970. */
export interface BatchJob {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly queue: string;
  readonly definition: string;
  readonly container: Container;
  readonly parameters: Readonly<Record<string, string>>;
  readonly retry: { readonly attempts: number; readonly rules: readonly RetryRule[] };
  readonly timeoutSeconds: number | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly propagateTags: boolean;
  readonly createdAt: number;
  /** Of an array: how many children; of a child: its place. */
  readonly arraySize?: number;
  readonly arrayIndex?: number;
  readonly dependsOn: readonly string[];
  /** Before it nobody is told of the job. */
  visibleFrom: number;
  state: BatchState;
  statusReason?: string;
  startedAt?: number;
  stoppedAt?: number;
  readonly attempts: Attempt[];
  exitCode?: number;
  reason?: string;
  logStreamName?: string;
  isTerminated: boolean;
  isCancelled: boolean;
  /** Aged out: the service knows it no more. */
  forgotten: boolean;
  running?: Running;
  /** Why a person or a time limit ended it; decides that it is not tried again. */
  endReason?: string;
}

export function isOver({ state }: BatchJob): boolean {
  return state === 'SUCCEEDED' || state === 'FAILED';
}

/** How many children stand where. */
export function summaryOf(children: readonly BatchJob[]): Record<BatchState, number> {
  const summary = Object.fromEntries(BATCH_STATES.map((state) => [state, 0])) as Record<BatchState, number>;
  for (const { state } of children) summary[state]++;
  return summary;
}
