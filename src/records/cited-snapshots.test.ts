import { describe, expect, it } from 'vitest';
import { recordsPrograms, withRecords } from '../../test/support/records-database.ts';
import { citedSnapshots } from './cited-snapshots.ts';
import { recordForecasts } from './ledger.ts';

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
    } finally {
      await db.drop();
    }
  });
});
