import { expect } from 'vitest';
import type { JobRow } from '../../src/jobs/index.ts';
import type { Rates } from '../../src/jobs/job.ts';

/** Prices of the suites' own, by which every job that they run has an upper bound of its cost. */
export const RATES: Rates = {
  ...{ table: '2026-01-01', spot: null },
  onDemand: { perHour: 0.1, perVcpuHour: 0.05, perGibHour: 0.005 },
};

/** Whatever happened to them, no job has come to more than was said before it was submitted. */
export function expectWithinBound(rows: readonly JobRow[]): void {
  for (const { key, spec, attempts } of rows) {
    const { cost } = spec.placement;
    if (!cost) continue;
    const usd = attempts.reduce((sum, attempt) => sum + (attempt.usd ?? 0), 0);
    expect(usd, `${key} costs no more than was said`).toBeLessThanOrEqual(cost.boundUsd);
  }
}
