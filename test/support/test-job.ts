import type { Job } from '../../src/jobs/index.ts';

/** A job of the tests' own tasks (`test-tasks.mjs`). */
export function testJob(set: Partial<Job> = {}): Job {
  return {
    v: 1,
    task: 'count-up',
    params: {},
    snapshotSha256: null,
    shard: null,
    asOf: '2026-08-21',
    horizons: ['MD1', 'W1'],
    codeVersion: 'test',
    seed: 7,
    ...set,
  };
}
