import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newRow } from '../../test/contract/job-rows-suite.ts';
import { type RecordsDatabase, recordsPrograms, withRecords } from '../../test/support/records-database.ts';
import { type JobAttempt, placeJob } from '../jobs/index.ts';
import { costWithinCap } from '../pipeline/orchestrate/job-costs.ts';
import { runCostOf } from './job-costs.ts';
import { jobRows } from './jobs.ts';

describe.skipIf(recordsPrograms() === null)('what a run costs (skipped without PostgreSQL)', () => {
  let db: RecordsDatabase;
  beforeAll(async () => {
    db = await withRecords();
  });
  afterAll(() => db?.drop());

  const rates = {
    ...{ table: '2026-01-01', spot: null },
    onDemand: { perHour: 3600 / 7380, perVcpuHour: 0, perGibHour: 0 },
  };

  it('is the sum of its jobs’ bounds, told apart from what is known to be spent; a cap refuses before any job is planned', async () => {
    const rows = jobRows(db.records.pool);
    const home = db.homeId;
    const lease = await rows.takeLease(home, 'test');
    expect(await runCostOf(db.records.pool, 'r')).toBeNull();
    const priced = [1, 2, 3].map((seed) => {
      const row = newRow(home, 'r', seed);
      const where = { home, run: 'r', runner: 'aws-batch', store: 's3://b/', rates };
      // an attempt of two hours and three minutes costs one dollar
      return {
        ...row,
        runner: 'aws-batch',
        spec: placeJob(row.spec.job, { ...where, limits: { attempts: 2 } }),
      };
    });
    const specs = priced.map(({ spec }) => spec);
    const cap = (usd: number | null, of = specs) =>
      costWithinCap(rows, of, { again: false, caps: [usd, undefined] });
    await expect(cap(5.9)).rejects.toMatchObject({
      code: 'COST_ABOVE_CAP',
      exit: 78,
      message: expect.stringMatching(
        /up to USD 6\.00, and the cap is USD 5\.90; nothing was submitted .* not a bill/,
      ),
    });
    expect(await cap(null)).toEqual({ boundUsd: expect.closeTo(6, 9), prices: '2026-01-01' });
    await rows.plan(lease, [newRow(home, 'r', 9), ...priced]);
    // what the run has already counts, and the same jobs once
    expect((await cap(6.1))!.boundUsd).toBeCloseTo(6, 9);
    const more = placeJob(
      { ...specs[0]!.job, seed: 7 },
      { home, run: 'r', runner: 'aws-batch', store: 's3://b/', rates },
    );
    await expect(cap(6.1, [more])).rejects.toMatchObject({ code: 'COST_ABOVE_CAP' });
    // another run of today: what it may still cost, and then what it has cost
    const of = { home, runner: 'aws-batch', store: 's3://b/', rates };
    const today = { ...newRow(home, 's', 1), plannedAt: new Date() };
    const other = { ...today, spec: placeJob(today.spec.job, { ...of, run: 's', limits: { attempts: 2 } }) };
    await rows.plan(lease, [other]);
    const perDay = (capPerDay: number, now = new Date()) =>
      costWithinCap(rows, specs, { again: false, caps: [], capPerDay, now });
    await expect(perDay(7.9)).rejects.toMatchObject({
      ...{ code: 'COST_ABOVE_DAY_CAP', exit: 78 },
      message: expect.stringMatching(/up to USD 6\.00; with the USD 2\.00 of other runs .* USD 7\.90/),
    });
    expect((await perDay(8.1))!.boundUsd).toBeCloseTo(6, 9);
    const ended: JobAttempt[] = [
      {
        ...{ gen: 1, name: 'n', state: 'FAILED', errorClass: 'bug', exitCode: 70, reason: null },
        ...{ endedAt: new Date(), usage: null, usd: 0.5 },
      },
    ];
    const set = { state: 'FAILED', attempts: ended } as const;
    await rows.change(lease, [{ key: other.key, gen: 1, from: ['PLANNED'], set }]);
    expect((await perDay(6.6))!.boundUsd).toBeCloseTo(6, 9);
    await expect(perDay(6.4)).rejects.toMatchObject({ code: 'COST_ABOVE_DAY_CAP' });
    expect((await perDay(6.4, new Date(Date.now() + 25 * 3_600_000)))!.boundUsd).toBeCloseTo(6, 9);
    const attempt = (usd: number | null): JobAttempt => ({
      ...{ gen: 1, name: 'n', state: 'FAILED', errorClass: 'spot', exitCode: null, reason: null },
      ...{ endedAt: new Date(), usage: null, usd },
    });
    await rows.change(lease, [
      { key: priced[0]!.key, gen: 1, from: ['PLANNED'], set: { attempts: [attempt(0.25), attempt(0.5)] } },
      { key: priced[1]!.key, gen: 1, from: ['PLANNED'], set: { attempts: [attempt(null)] } },
    ]);
    expect(await runCostOf(db.records.pool, 'r')).toEqual({
      ...{ jobs: 3, prices: '2026-01-01', boundUsd: expect.closeTo(6, 9), spentUsd: 0.75, unknown: 1 },
    });
  });
});
