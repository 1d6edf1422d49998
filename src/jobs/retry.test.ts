import { describe, expect, it } from 'vitest';
import { newRow } from '../../test/contract/job-rows-suite.ts';
import type { Resources } from './job.ts';
import type { JobAttempt, JobRow } from './job-rows.ts';
import { retryAfter } from './retry.ts';
import { ERROR_CLASSES, type ErrorClass } from './runner.ts';

const AT = new Date('2026-08-21T05:00:00Z');

function rowWith(attempts: readonly JobAttempt[], gen: number, resources: Partial<Resources> = {}): JobRow {
  const row = newRow('home', 'r', 1);
  const { placement } = row.spec;
  return {
    ...row,
    spec: { ...row.spec, placement: { ...placement, resources: { ...placement.resources, ...resources } } },
    ...{ gen, attempts, state: 'RUNNING', providerId: null, submittedAt: null, lastSeenAt: null },
    ...{ notBefore: null, deadlineAt: null, cancelRequestedAt: null, cancelReason: null },
    ...{ errorClass: null, error: null },
  };
}

const attempt = (gen: number, errorClass: ErrorClass, forgiven = false): JobAttempt => ({
  ...{ gen, name: `n-g${gen}`, state: 'FAILED', errorClass, exitCode: null, reason: null },
  ...{ endedAt: AT, usage: null, ...(forgiven && { forgiven }) },
});

/** The waits before each further gen of a job, of three attempts, that always ends so. */
function waitsOf(errorClass: ErrorClass): number[] {
  const attempts: JobAttempt[] = [];
  const waits: number[] = [];
  for (;;) {
    const gen = attempts.length + 1;
    const { waitSeconds } = retryAfter(rowWith(attempts, gen), attempt(gen, errorClass));
    if (waitSeconds === null) return waits;
    waits.push(waitSeconds);
    attempts.push(attempt(gen, errorClass));
  }
}

const minutes = (count: number): number[] => Array(count).fill(60);
const WAITS: Readonly<Record<ErrorClass, readonly number[]>> = {
  // nobody's fault: up to 30 gens, whatever the attempts
  throttle: [5, 10, 20, 40, ...minutes(25)],
  capacity: minutes(29),
  quota: minutes(29),
  spot: Array(29).fill(0),
  stopped: Array(29).fill(0),
  // as the three attempts allow
  transient: [1, 2],
  lost: [0, 0],
  image: [10, 20],
  oom: [0, 0],
  // once more, whatever the attempts
  'no-result': [0],
  misconfig: [],
  'bad-data': [],
  bug: [],
  timeout: [],
  cancelled: [],
};

describe('what follows from an end that was no success', () => {
  it.each(ERROR_CLASSES)('%s', (errorClass) => {
    expect(waitsOf(errorClass)).toEqual(WAITS[errorClass]);
  });

  it('gives twice the memory after too little of it, and only then', () => {
    const memory = (errorClass: ErrorClass) =>
      retryAfter(rowWith([], 1, { memoryMiB: 300 }), attempt(1, errorClass)).resources.memoryMiB;
    expect(ERROR_CLASSES.filter((one) => memory(one) === 600)).toEqual(['oom']);
    expect(ERROR_CLASSES.filter((one) => memory(one) === 300)).toHaveLength(ERROR_CLASSES.length - 1);
  });

  it('takes a machine that stays once the third was taken away', () => {
    const spotAfter = (reclaims: number) => {
      const before = Array.from({ length: reclaims - 1 }, (_, at) => attempt(at + 1, 'spot'));
      return retryAfter(rowWith(before, reclaims, { spot: true }), attempt(reclaims, 'spot')).resources.spot;
    };
    expect([1, 2, 3, 4].map(spotAfter)).toEqual([true, true, false, false]);
  });

  it('counts what is somebody’s fault only, among other ends', () => {
    const before = [attempt(1, 'lost'), attempt(2, 'spot'), attempt(3, 'stopped'), attempt(4, 'throttle')];
    expect(retryAfter(rowWith(before, 5), attempt(5, 'transient')).waitSeconds).toBe(1);
    const two = [...before, attempt(5, 'transient')];
    expect(retryAfter(rowWith(two, 6), attempt(6, 'lost')).waitSeconds).toBeNull();
  });

  it('does not count what was before somebody asked for the job anew', () => {
    const before = [1, 2, 3].map((gen) => attempt(gen, 'lost', true));
    expect(retryAfter(rowWith(before, 4), attempt(4, 'lost')).waitSeconds).toBe(0);
  });
});
