import { describe, expect, it } from 'vitest';
import { recordsPrograms, withRecords } from '../../test/support/records-database.ts';
import { citedSnapshots } from './cited-snapshots.ts';
import { recordForecasts } from './ledger.ts';
import { insertRun } from './runs.ts';

describe.skipIf(recordsPrograms() === null)('the snapshots that the records cite', () => {
  it('are those of issued forecasts, and of tables that nobody has thought of yet', async () => {
    const db = await withRecords();
    try {
      const { pool } = db.records;
      expect(await citedSnapshots(pool)).toEqual(new Set());
      const issue = {
        task: 'price-forecast',
        feed: 'quotes',
        modelVersion: 'v',
        conditionsVersion: 'quotes-1',
        run: '',
      };
      const row = {
        ...{
          series: 'a',
          horizon: 'W1',
          originDay: '2024-03-04',
          targetDay: '2024-03-11',
          issuedAt: '2024-03-04T10:00:00Z',
        },
        ...{ status: 'model', reason: null, model: 'ets', mean: 1, quantiles: [1, 1, 1, 1, 1, 1], naive: 1 },
      };
      await recordForecasts(pool, { ...issue, snapshotSha256: 'a'.repeat(64) }, [row]);
      await recordForecasts(pool, { ...issue, snapshotSha256: '' }, [row]);
      await pool.query('create table sihwang.later (snapshot_sha256 text)');
      await pool.query('insert into sihwang.later values ($1), (null)', ['b'.repeat(64)]);
      expect(await citedSnapshots(pool)).toEqual(new Set(['a'.repeat(64), 'b'.repeat(64)]));

      // what a run has drawn is as old as its data, and needed all the same while the run goes on
      await insertRun(pool, {
        ...{ id: 'daily-1', plan: 'daily', planVersion: 1, params: {}, askedBy: 'test' },
        ...{ scheduledFor: new Date(), asOf: new Date() },
        steps: [{ id: 'snapshot.a', kind: 'snapshot', needs: [], params: {}, retries: 0 }],
      });
      await pool.query('update sihwang.run_steps set output = $1', [{ snapshot: 'c'.repeat(64) }]);
      expect(await citedSnapshots(pool)).toContain('c'.repeat(64));
      await pool.query("update sihwang.runs set ended_at = now(), state = 'succeeded'");
      expect(await citedSnapshots(pool)).not.toContain('c'.repeat(64));
    } finally {
      await db.drop();
    }
  });
});
