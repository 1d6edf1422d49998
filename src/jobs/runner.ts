import { type Bilingual, type ExitCode, type JsonObject, SihwangError } from '../domain/index.ts';
import type { JobSpec } from './job.ts';

/**
 * The life of a job. `PLANNED`: nobody was asked. `SUBMITTING`: the intent is on record, the answer not yet.
 * `SUBMITTED`: the runner has it. `LOST`: it has vanished without a result. The last four are ends; the controller
 * turns an end that may pass into the next gen.
 */
export const JOB_STATES = [
  'PLANNED',
  'SUBMITTING',
  'SUBMITTED',
  'QUEUED',
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'CANCELLED',
  'LOST',
] as const;
export type JobState = (typeof JOB_STATES)[number];

export const ENDED: readonly JobState[] = ['SUCCEEDED', 'FAILED', 'CANCELLED', 'LOST'];

/** What a runner can see by itself; whether a success left its result is for the controller to look up. */
export type ObservedState = Exclude<JobState, 'PLANNED' | 'SUBMITTING'>;

/**
 * Why an attempt ended badly; `retry.ts` says what follows from each.
 * spot: its machine was taken away. lost: vanished without a word. stopped: ended itself after a checkpoint.
 */
export const ERROR_CLASSES = [
  'throttle',
  'capacity',
  'misconfig',
  'quota',
  'spot',
  'image',
  'oom',
  'bad-data',
  'bug',
  'transient',
  'timeout',
  'no-result',
  'lost',
  'stopped',
  'cancelled',
] as const;
export type ErrorClass = (typeof ERROR_CLASSES)[number];

/**
 * A runner's answer that it does not take a job: nothing was started. By its class the controller asks again later, with
 * the reason on record meanwhile, or the job has failed.
 */
export class SubmissionRefused extends SihwangError {
  readonly errorClass: ErrorClass;

  constructor(
    errorClass: ErrorClass,
    code: string,
    says: Bilingual,
    options: { readonly exit: ExitCode; readonly hint: Bilingual; readonly cause?: unknown },
  ) {
    super(code, says, options);
    this.errorClass = errorClass;
  }
}

/** What a controller has on record before it asks a runner to start a job. */
export interface Intent {
  readonly name: string;
  /** The whole id of the home: beside the name it says whose job this is. */
  readonly home: string;
  readonly jobSha256: string;
  readonly gen: number;
  /** Where the worker reads the spec. */
  readonly specUri: string;
  readonly spec: JobSpec;
}

/** What a controller has on record before it asks for many jobs as one. */
export interface ArrayIntent {
  readonly name: string;
  readonly home: string;
  /** Where each worker finds the list of the spec files, of which the runner tells it the place. */
  readonly listUri: string;
  /** How many the list has, from 2 to the runner's `mostInArray`. */
  readonly size: number;
  /** Of any of its jobs: they get the same. */
  readonly spec: JobSpec;
}

/** A job as a runner knows it. */
export interface Handle {
  readonly name: string;
  /** The runner's own name for it; null while its answer is not known, a claim (`job-arrays.ts`) where it is in an array. */
  readonly providerId: string | null;
}

export interface Report {
  readonly name: string;
  readonly providerId: string | null;
  readonly state: ObservedState;
  /** null while it runs, and where no exit code is known: never a success. */
  readonly exitCode: number | null;
  readonly errorClass: ErrorClass | null;
  /** The runner's own words on the end, or on why it still waits; null = none. */
  readonly reason: string | null;
  /** When the runner last heard from it; null = never. */
  readonly lastSeenAt: Date | null;
  /** When the attempt that runs began, where the provider itself starts a job several times. */
  readonly attemptStartedAt?: Date | null;
  readonly usage: Usage | null;
  /** What the provider itself kept of a job that ended well, for one that no worker of ours did. */
  readonly left?: LeftBehind;
}

/** What a container without our worker left with its provider. */
export interface LeftBehind {
  /** Address of the archive, `.tar.gz`; null = it left no file. */
  readonly archiveUri: string | null;
  /** What the provider read from its log. */
  readonly figures: JsonObject;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

/** What one attempt has used up. */
export interface Usage {
  /** Of all its starts together. */
  readonly seconds: number;
  /** What is paid for, where that is not the same. */
  readonly billedSeconds?: number;
  /** So often the provider itself has started it; absent = once. */
  readonly starts?: number;
  /** null where the runner cannot tell. */
  readonly maxMemoryMiB: number | null;
}

/** A job that a runner found by the beginning of its name. */
export interface Listed extends Handle {
  /** The home's id as the job itself carries it; null where it carries none. */
  readonly home: string | null;
  readonly state: ObservedState;
}

export interface LogPage {
  /** Whole lines, NDJSON, oldest first. */
  readonly lines: readonly string[];
  /** For the next question. */
  readonly cursor: string;
}

/** How runners differ; the contract suite leaves out what a runner cannot do. */
export interface RunnerAbilities {
  /** Its jobs' memory is limited. */
  readonly limitsMemory: boolean;
  /** A job without a word from its machine is found lost by itself. */
  readonly findsLost: boolean;
  /** So many jobs may wait in it; the rest stay planned. */
  readonly mostWaiting: number;
  /** So many jobs may be submitted and not ended at a time; absent = only `mostWaiting` limits them. */
  readonly mostAtOnce?: number;
  /** It makes no sense to poll more often. */
  readonly pollSeconds: number;
  /** How long a submission may be invisible to `list` and `poll`. */
  readonly visibleAfterSeconds: number;
  /** So many handles may be polled in one call. Default 100. */
  readonly polledAtOnce?: number;
  /** So many jobs may be given to it as one; absent = it takes each by itself. */
  readonly mostInArray?: number;
}

/**
 * One way to run jobs. Every call may be repeated; a name is started once. An error leaves it open
 * whether the call was heard; asking again finds out.
 */
export interface Runner {
  readonly kind: string;
  readonly abilities: RunnerAbilities;
  /**
   * Starts the job, or takes on what already carries its name.
   * @throws SubmissionRefused; any other error leaves open whether it was started
   */
  submit(intent: Intent): Promise<Handle>;
  /** At most `polledAtOnce` at a time. One that the runner does not know is LOST. */
  poll(handles: readonly Handle[]): Promise<readonly Report[]>;
  /** Asks for the end; nothing happens where the job has ended. */
  cancel(handle: Handle, reason: string): Promise<void>;
  /**
   * Starts many jobs that get the same, or takes on what already carries the array's name; gives the runner's own name
   * for each, in the order of the list. There when it has `mostInArray`.
   */
  submitArray?(intent: ArrayIntent): Promise<readonly string[]>;
  /** Asks for the end of many; absent = each is asked by itself. */
  cancelMany?(handles: readonly Handle[], reason: string): Promise<void>;
  /** The runner's own words from a job's attempt; what the worker wrote is in the store. `''` begins. */
  logs(handle: Handle, cursor: string): Promise<LogPage>;
  /** Every job at work whose name begins so, this home's or another's; of those that have ended what `release` is for. */
  list(prefix: string): AsyncIterable<Listed>;
  /** The outcome is on record: what the runner keeps of an ended job may go. */
  release(handle: Handle): Promise<void>;
  /** Calls back whenever a job may have ended, so that nobody has to poll for it; only runners that hear of their jobs. */
  onEnd?(heard: () => void): void;
  /** Makes ready for jobs that will be asked for in a moment. */
  prepare?(): void;
  /** Ends what this process itself runs for the runner. */
  close(): Promise<void>;
}
