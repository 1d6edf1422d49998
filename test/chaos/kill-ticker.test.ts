import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lookupIn, parseSchedule, RULE_CALENDARS, ticksBetween } from '../../src/domain/index.ts';
import { insertSchedule, readSchedule, ticksOf } from '../../src/records/index.ts';
import { type RecordsDatabase, recordsPrograms, withRecords } from '../support/records-database.ts';
import { TICKER_KILL_POINTS } from '../support/schedule-kill-points.ts';
import { BEGUN_TABLE, scheduleProcess } from '../support/schedule-process.ts';

const TEXT = '06:10 Asia/Seoul on days after a Garak market day';
const START = new Date('2025-10-01T00:00:00Z');
const NOW = new Date('2025-10-15T00:00:00Z');

/** kill -9 between a tick and its run, and between a run and its tick: nothing is lost, nothing is begun twice. */
describe.skipIf(recordsPrograms() === null)('the ticker (skipped where there is no PostgreSQL)', () => {
  let db: RecordsDatabase;
  beforeAll(async () => {
    db = await withRecords();
    await db.records.pool.query(BEGUN_TABLE);
  });
  afterAll(async () => {
    await db?.drop();
  });
  beforeEach(async () => {
    const { pool } = db.records;
    await pool.query(
      'truncate begun, sihwang.schedules, sihwang.schedule_ticks, sihwang.audit restart identity',
    );
    const terms = {
      plan: 'daily',
      text: TEXT,
      params: {},
      catchUp: 'all',
      catchUpLimit: 100,
      overlap: 'queue',
    } as const;
    await insertSchedule(pool, 'daily', terms, { from: START, by: 'test' });
  });

  const work = (action: string, killAt = '') =>
    scheduleProcess(db, { now: NOW, action, name: 'daily' }, killAt);

  async function begun(): Promise<string[]> {
    const { rows } = await db.records.pool.query<{ id: string }>('select id from begun order by place');
    return rows.map(({ id }) => id);
  }

  const expected = [...ticksBetween(parseSchedule(TEXT), START, NOW, lookupIn(RULE_CALENDARS))].map(
    ({ at }) => `daily-${at.toISOString().slice(0, 19)}Z`,
  );

  it.each(TICKER_KILL_POINTS)('killed at %s goes on where it was', async (point) => {
    expect(await work('look', point)).toBe('SIGKILL');
    expect((await begun()).length).toBeLessThan(2);
    expect(await work('look')).toBe(0);
    expect(await begun()).toEqual(expected);
    const ticks = await ticksOf(db.records.pool, 'daily', START, NOW);
    expect(ticks.map(({ runId, state }) => `${runId} ${state}`)).toEqual(expected.map((id) => `${id} ended`));
  });

  it('two processes that race begin each run once, in order', async () => {
    expect(await Promise.all([work('look'), work('look'), work('look')])).toEqual([0, 0, 0]);
    expect(await begun()).toEqual(expected);
  });

  it('killed behind a change of the schedule has made it whole', async () => {
    expect(await work('pause', 'schedule-changed')).toBe('SIGKILL');
    expect(await readSchedule(db.records.pool, 'daily')).toMatchObject({ paused: true, settledUpTo: NOW });
    // what came before the pause waits, and the pause holds it back
    expect(await work('look')).toBe(0);
    expect(await begun()).toEqual([]);
    expect(await work('trigger', 'schedule-changed')).toBe('SIGKILL');
    expect(await work('look')).toBe(0);
    expect(await begun()).toEqual(['daily-2025-10-15T00:00:00Z']);
  });
});
