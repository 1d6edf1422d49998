import fc from 'fast-check';
import { expect, it } from 'vitest';
import { testJob } from '../../../test/support/test-job.ts';
import type { Rates } from '../job.ts';
import type { JobAttempt, JobRow } from '../job-rows.ts';
import { placeJob } from '../place-job.ts';
import { retryAfter } from '../retry.ts';
import type { ErrorClass } from '../runner.ts';
import { attemptUsd, LEAST_ATTEMPT_SECONDS, spentUsd, startsLeft, usdText } from './job-cost.ts';

const price = fc.double({ min: 0.001, max: 5, noNaN: true });
const rate = fc.record({ perHour: price, perVcpuHour: price, perGibHour: price });
const rates: fc.Arbitrary<Rates> = fc
  .record({ onDemand: rate, share: fc.option(fc.double({ min: 0.1, max: 1, noNaN: true })) })
  .map(({ onDemand, share }) => ({
    table: '2026-01-01',
    onDemand,
    spot:
      share === null
        ? null
        : {
            perHour: onDemand.perHour * share,
            perVcpuHour: onDemand.perVcpuHour * share,
            perGibHour: onDemand.perGibHour * share,
          },
  }));
const limits = fc.record({
  attemptSeconds: fc.integer({ min: 60, max: 86_400 }),
  attempts: fc.integer({ min: 1, max: 20 }),
});
const resources = fc.record({
  vcpu: fc.integer({ min: 1, max: 64 }),
  memoryMiB: fc.integer({ min: 128, max: 200_000 }),
  gpu: fc.constant(0),
  spot: fc.boolean(),
});
/** How attempts end, one after the other: why, and what share of its longest time each start took. */
const ends = fc.array(
  fc.record({
    errorClass: fc.constantFrom<ErrorClass>(
      ...([
        'spot',
        'oom',
        'transient',
        'lost',
        'capacity',
        'stopped',
        'no-result',
        'image',
        'quota',
      ] as const),
    ),
    shares: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 3 }),
  }),
  { maxLength: 40 },
);

it('the upper bound holds, however often a job is begun again, whatever ends its attempts', () => {
  fc.assert(
    fc.property(rates, limits, resources, ends, (priced, given, asked, all) => {
      const spec = placeJob(testJob(), {
        ...{ home: 'h', run: 'r', runner: 'aws-batch', store: 's3://b/' },
        ...{ limits: given, resources: asked, rates: priced },
      });
      let row = { spec, gen: 1, attempts: [] as JobAttempt[] } as unknown as JobRow;
      const cost = spec.placement.cost!;
      for (const { errorClass, shares } of all) {
        const { placement } = row.spec;
        // as the runner does: never more starts than are left
        const starts = shares.slice(0, Math.min(3, placement.limits.starts ?? placement.limits.attempts));
        const longest = placement.limits.attemptSeconds + 150;
        const seconds = starts.map((share) => Math.max(LEAST_ATTEMPT_SECONDS, share * longest));
        const usage = {
          seconds: seconds.reduce((sum, one) => sum + one, 0),
          ...{ starts: starts.length, maxMemoryMiB: null },
        };
        const attempt = {
          ...{ gen: row.gen, state: 'FAILED', errorClass, usage },
          usd: attemptUsd(cost, placement.resources, usage),
        } as JobAttempt;
        const next = retryAfter(row, attempt);
        row = { ...row, gen: row.gen + 1, attempts: [...row.attempts, attempt] };
        const spent = spentUsd(cost, placement, row.attempts);
        expect(spent).toBeLessThanOrEqual(cost.boundUsd * (1 + 1e-9));
        if (next.waitSeconds === null) return;
        expect(next.starts).toBeGreaterThan(0);
        const nextLimits = { ...placement.limits, starts: next.starts! };
        row = {
          ...row,
          spec: { ...row.spec, placement: { ...placement, resources: next.resources, limits: nextLimits } },
        };
      }
    }),
    { numRuns: 300 },
  );
});

it('counts an attempt of which nothing is known as the longest, and a price that is not known as none', () => {
  const spec = placeJob(testJob(), {
    ...{ home: 'h', run: 'r', runner: 'aws-batch', store: 's3://b/', limits: { attempts: 2 } },
    rates: { table: '2026-01-01', onDemand: { perHour: 1, perVcpuHour: 0, perGibHour: 0 }, spot: null },
  });
  const cost = spec.placement.cost!;
  expect(cost.boundUsd).toBeCloseTo((2 * (7200 + 180)) / 3600, 9);
  expect(spentUsd(cost, spec.placement, [{ usd: null }])).toBeCloseTo(cost.boundUsd / 2, 9);
  expect(startsLeft(cost, spec.placement, cost.boundUsd / 2)).toBe(1);
  expect(attemptUsd(cost, spec.placement.resources, null)).toBeNull();
  expect(
    attemptUsd(cost, spec.placement.resources, { seconds: 1, billedSeconds: 3600, maxMemoryMiB: null }),
  ).toBe(1);
  expect(
    placeJob(testJob(), { home: 'h', run: 'r', runner: 'local', store: 'file:///' }).placement,
  ).not.toHaveProperty('cost');
  expect([usdText(0), usdText(0.004), usdText(12.345)]).toEqual(['USD 0.00', 'USD 0.0040', 'USD 12.35']);
});
