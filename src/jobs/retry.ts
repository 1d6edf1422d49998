import { spentUsd, startsLeft } from './cost/job-cost.ts';
import type { JobCost, Placement, Resources } from './job.ts';
import type { JobAttempt, JobRow } from './job-rows.ts';
import type { ErrorClass } from './runner.ts';

/** What follows from an end that was no success. */
interface Rule {
  /** It may end otherwise another time. */
  readonly again: boolean;
  /** It counts against the job's attempts; what is nobody's fault does not. */
  readonly counts: boolean;
  /** At most so often for this reason alone; null = as the attempts allow. */
  readonly most: number | null;
  readonly waitSeconds: number;
}

const never: Rule = { again: false, counts: true, most: null, waitSeconds: 0 };

const RULES: Readonly<Record<ErrorClass, Rule>> = {
  throttle: { again: true, counts: false, most: null, waitSeconds: 5 },
  capacity: { again: true, counts: false, most: null, waitSeconds: 60 },
  misconfig: never,
  quota: { again: true, counts: false, most: null, waitSeconds: 60 },
  spot: { again: true, counts: false, most: null, waitSeconds: 0 },
  image: { again: true, counts: true, most: 2, waitSeconds: 10 },
  oom: { again: true, counts: true, most: 2, waitSeconds: 0 },
  'bad-data': never,
  bug: never,
  transient: { again: true, counts: true, most: null, waitSeconds: 1 },
  timeout: never,
  'no-result': { again: true, counts: true, most: 1, waitSeconds: 0 },
  lost: { again: true, counts: true, most: null, waitSeconds: 0 },
  stopped: { again: true, counts: false, most: null, waitSeconds: 0 },
  cancelled: never,
};

/** A job that is started again and again for nobody's fault ends all the same. */
const MOST_GENS = 30;
const MOST_WAIT_SECONDS = 60;
/** After so many times on a machine that was taken away, one that stays; and after so many waits for one in vain. */
const SPOT_RECLAIMS = 3;
const SPOT_WAITS = 2;

/** Whether a job that its runner does not take for such a reason may be asked for again. */
export function mayPass(errorClass: ErrorClass): boolean {
  return RULES[errorClass].again;
}

export interface Retry {
  /** How long the next gen waits at the least; null = there is none. */
  readonly waitSeconds: number | null;
  readonly resources: Resources;
  /** So often the next gen may be started by its provider; null = nothing limits it. */
  readonly starts: number | null;
  /** It would have been tried again, had that not been able to pass the upper bound of its cost. */
  readonly tooDear: boolean;
}

/** Whether a job whose newest attempt ended so is tried again, when, and with what. */
export function retryAfter(row: JobRow, ended: JobAttempt): Retry {
  const { limits, resources, cost } = row.spec.placement;
  const attempts = [...row.attempts.filter(({ forgiven }) => !forgiven), ended];
  const errorClass = ended.errorClass ?? 'bug';
  const rule = RULES[errorClass];
  const same = attempts.filter((one) => one.errorClass === errorClass).length;
  const counted = attempts.filter((one) => RULES[one.errorClass ?? 'bug'].counts).length;
  const again =
    rule.again &&
    counted < limits.attempts &&
    same <= (rule.most ?? MOST_GENS) &&
    attempts.length < MOST_GENS;
  const waitSeconds = Math.min(rule.waitSeconds * 2 ** (same - 1), MOST_WAIT_SECONDS);
  const next: Resources = {
    ...resources,
    memoryMiB: errorClass === 'oom' ? resources.memoryMiB * 2 : resources.memoryMiB,
    spot: resources.spot && !leavesSpot(attempts),
  };
  const starts = cost ? startsWithin(cost, row, ended, next) : null;
  const tooDear = again && starts === 0;
  return { waitSeconds: again && !tooDear ? waitSeconds : null, resources: next, starts, tooDear };
}

function leavesSpot(attempts: readonly JobAttempt[]): boolean {
  const reclaims = attempts
    .filter(({ errorClass }) => errorClass === 'spot')
    .reduce((sum, { usage }) => sum + (usage?.starts ?? 1), 0);
  const waits = attempts.filter(({ errorClass }) => errorClass === 'capacity').length;
  return reclaims >= SPOT_RECLAIMS || waits >= SPOT_WAITS;
}

/** The upper bound was promised, so it holds: what is left of it decides how often a job may still begin. */
function startsWithin(cost: JobCost, row: JobRow, ended: JobAttempt, resources: Resources): number {
  const { placement } = row.spec;
  const next: Pick<Placement, 'limits' | 'resources'> = { limits: placement.limits, resources };
  return startsLeft(cost, next, spentUsd(cost, placement, [...row.attempts, ended]));
}
