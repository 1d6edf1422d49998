import { EXIT, SihwangError } from '../domain/index.ts';
import type { JobSpec } from './job.ts';
import type { ErrorClass, JobState, Usage } from './runner.ts';

/** How one gen of a job ended. */
export interface JobAttempt {
  readonly gen: number;
  readonly name: string;
  /** The runner's own name for it, by which its output is found; absent or null = not known. */
  readonly providerId?: string | null;
  readonly state: JobState;
  readonly errorClass: ErrorClass | null;
  readonly exitCode: number | null;
  readonly reason: string | null;
  readonly endedAt: Date;
  readonly usage: Usage | null;
  /** What it has cost by the prices of its placement; null = nobody knows, absent = it has no price. */
  readonly usd?: number | null;
  /** The job was asked for anew since: it counts no more against the job's attempts. */
  readonly forgiven?: boolean;
}

/** What the controller knows of one job of one run. */
export interface JobRow {
  /** The job's name without its gen. */
  readonly key: string;
  readonly home: string;
  readonly run: string;
  readonly runner: string;
  readonly jobSha256: string;
  /** The placement is that of `gen`. */
  readonly spec: JobSpec;
  readonly gen: number;
  readonly state: JobState;
  readonly providerId: string | null;
  readonly plannedAt: Date;
  /** Of this gen; null while it was not submitted. */
  readonly submittedAt: Date | null;
  readonly lastSeenAt: Date | null;
  /** Until then a gen that is to be tried again waits; null = at once. */
  readonly notBefore: Date | null;
  /** When this gen has taken too long, whatever its runner says; null while it has not begun. */
  readonly deadlineAt: Date | null;
  readonly cancelRequestedAt: Date | null;
  readonly cancelReason: string | null;
  /** The gens that have ended, oldest first. */
  readonly attempts: readonly JobAttempt[];
  readonly errorClass: ErrorClass | null;
  /** Why it failed, for people. */
  readonly error: string | null;
}

export type NewJobRow = Pick<
  JobRow,
  'key' | 'home' | 'run' | 'runner' | 'jobSha256' | 'spec' | 'gen' | 'plannedAt'
>;

/** A change to one row; nothing happens where the row has moved on meanwhile. */
export interface JobChange {
  readonly key: string;
  /** The gen and the states that the change was decided on. */
  readonly gen: number;
  readonly from: readonly JobState[];
  readonly set: Partial<
    Omit<
      JobRow,
      'key' | 'home' | 'run' | 'runner' | 'jobSha256' | 'plannedAt' | 'cancelRequestedAt' | 'cancelReason'
    > & {
      /** A wish for the end is made by `requestCancel`; a change can only lift it. */
      readonly cancelRequestedAt: null;
      readonly cancelReason: null;
    }
  >;
}

/** The right to write a home's rows; a later one of the same home makes it void. */
export interface Lease {
  readonly home: string;
  readonly epoch: number;
  /** By the clock of whoever took it. */
  readonly takenAt: Date;
}

/** Which rows of a home. */
export interface RowsOf {
  readonly run?: string;
  /** Only those of one runner. */
  readonly runner?: string;
  readonly keys?: readonly string[];
  /** Only those that have not ended. */
  readonly open?: boolean;
  readonly states?: readonly JobState[];
  /** Only those that are to be cancelled and have not ended. */
  readonly cancelling?: boolean;
  /** Only those that were planned or submitted then or later, or have not ended. */
  readonly since?: Date;
  /** The first so many. */
  readonly limit?: number;
}

/** A job that was found with this home's own name and no row, and was ended. */
export interface Orphan {
  readonly name: string;
  readonly providerId: string | null;
  readonly foundAt: Date;
}

/**
 * The rows of jobs, one writer at a time. Whatever is acknowledged is durable; a change that comes with a lease which
 * is not the newest throws `LEASE_LOST` and changes nothing.
 */
export interface JobRows {
  /** Makes every earlier lease of the home void. */
  takeLease(home: string, owner: string): Promise<Lease>;
  /** Adds those whose key is not there. */
  plan(lease: Lease, rows: readonly NewJobRow[]): Promise<void>;
  /** Gives the keys that were changed. */
  change(lease: Lease, changes: readonly JobChange[]): Promise<readonly string[]>;
  /** Anybody's wish, so it needs no lease: marks open rows once, and gives how many are marked by now. */
  requestCancel(home: string, of: RowsOf, reason: string, at: Date): Promise<number>;
  /** Oldest first, then by key. */
  read(home: string, of: RowsOf): Promise<readonly JobRow[]>;
  /** Which of these have not ended: asked at every poll, so it reads nothing else of them. */
  stillOpen(home: string, keys: readonly string[]): Promise<readonly string[]>;
  noteOrphan(lease: Lease, orphan: Orphan): Promise<void>;
  orphans(home: string): Promise<readonly Orphan[]>;
}

export function leaseLost({ home, epoch }: Lease): SihwangError {
  return new SihwangError(
    'LEASE_LOST',
    {
      ko: `다른 제어기가 홈 ${home}의 일감을 넘겨받았습니다`,
      en: `another controller has taken over the jobs of home ${home}`,
    },
    {
      exit: EXIT.tryAgain,
      hint: {
        ko: `임대 ${epoch} 아래에서는 아무것도 쓰지 않았습니다. 다른 제어기가 이어서 합니다.`,
        en: `Nothing was written under lease ${epoch}; the other controller goes on with the work.`,
      },
    },
  );
}
