import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listBackfills, type PartitionRow, partitionsOf } from '../../src/records/index.ts';
import { type RecordsDatabase, recordsPrograms, withRecords } from '../support/records-database.ts';
import { BACKFILL_KILL_POINTS } from '../support/schedule-kill-points.ts';
import { BEGUN_TABLE, scheduleProcess } from '../support/schedule-process.ts';

const range = {
  text: '06:10 Asia/Seoul on days after a Garak market day',
  from: '2025-10-01',
  to: '2025-10-15',
  now: new Date('2026-01-01T00:00:00Z'),
};

/** kill -9 at every point of a backfill: each day's run is begun once, and done anew once where that is asked. */
describe.skipIf(recordsPrograms() === null)('a backfill (skipped where there is no PostgreSQL)', () => {
  let db: RecordsDatabase;
  beforeAll(async () => {
    db = await withRecords();
    await db.records.pool.query(BEGUN_TABLE);
  });
  afterAll(async () => {
    await db?.drop();
  });
  beforeEach(async () => {
    await db.records.pool.query('truncate begun, sihwang.backfills, sihwang.audit restart identity cascade');
  });

  const work = (action: string, more: object = {}, killAt = '') =>
    scheduleProcess(db, { ...range, stale: false, action, ...more }, killAt);
  const times = async () =>
    (await db.records.pool.query<{ id: string; times: number }>('select id, times from begun order by id'))
      .rows;
  const states = (rows: readonly PartitionRow[]) => [...new Set(rows.map(({ state }) => state))];

  it.each(BACKFILL_KILL_POINTS)(
    'killed at %s, also while doing anew, does each day as often as asked',
    async (point) => {
      expect(await work('ask', {}, 'backfill-asked')).toBe('SIGKILL');
      expect(await work('ask')).toBe(0);
      const [backfill, other] = await listBackfills(db.records.pool);
      expect(other).toBeUndefined();
      expect(await work('backfill', {}, point)).toBe('SIGKILL');
      expect(await Promise.all([work('backfill', {}, point), work('backfill')])).toContain(0);
      const rows = await partitionsOf(db.records.pool, backfill!.id);
      expect(states(rows)).toEqual(['succeeded']);
      expect(await times()).toEqual(rows.map(({ runId }) => ({ id: runId, times: 1 })));

      expect(await work('ask', { stale: true })).toBe(0);
      expect(await work('backfill', {}, point)).toBe('SIGKILL');
      expect(await work('backfill')).toBe(0);
      expect(await times()).toEqual(rows.map(({ runId }) => ({ id: runId, times: 2 })));
    },
  );

  it('killed behind the wish for its end begins nothing more', async () => {
    expect(await work('ask')).toBe(0);
    const [backfill] = await listBackfills(db.records.pool);
    expect(await work('cancel', { id: backfill!.id }, 'backfill-cancel-asked')).toBe('SIGKILL');
    expect(await work('backfill')).toBe(0);
    expect(await times()).toEqual([]);
    expect(await listBackfills(db.records.pool)).toMatchObject([{ state: 'cancelled' }]);
  });
});
