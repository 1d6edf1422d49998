import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RecordsDatabase, recordsPrograms, withRecords } from '../../test/support/records-database.ts';
import { lookupIn, RULE_CALENDARS } from '../domain/index.ts';
import { freshMornings, PAUSED } from './fresh-mornings.ts';
import { markRuns } from './run-marks.ts';
import { insertRun, runEnded } from './runs.ts';
import { insertTicks, markStarted, markWithoutRun } from './schedule-ticks.ts';
import { insertSchedule, setPaused, setSettledUpTo } from './schedules.ts';

const calendars = lookupIn(RULE_CALENDARS);
const at = (day: number, time = '21:10'): Date =>
  new Date(`2025-11-${String(day).padStart(2, '0')}T${time}:00Z`);

describe.skipIf(recordsPrograms() === null)(
  'whether mornings were fresh in time (skipped where there is no PostgreSQL)',
  () => {
    let db: RecordsDatabase;
    beforeAll(async () => {
      db = await withRecords();
    });
    afterAll(async () => {
      await db?.drop();
    });

    it('is judged for each tick by the first success of its own run, and ticks that nobody noted were missed', async () => {
      const { pool } = db.records;
      const text = '06:10 Asia/Seoul on days after a Garak market day';
      const terms = {
        plan: 'daily',
        text,
        params: {},
        catchUp: 'latest',
        catchUpLimit: 1,
        overlap: 'queue',
      } as const;
      await insertSchedule(pool, 'daily', terms, { from: at(2), by: 'test' });
      const tick = async (
        day: number,
        end?: { readonly time: Date; readonly state: 'succeeded' | 'failed' },
      ) => {
        const scheduledAt = at(day);
        const key = { schedule: 'daily', scheduledAt };
        const note = {
          marketDay: null,
          origin: 'clock',
          state: 'due',
          reason: null,
          notedAt: scheduledAt,
        } as const;
        await insertTicks(pool, { name: 'daily', plan: 'daily' }, [{ scheduledAt, ...note }]);
        if (!end) return markWithoutRun(pool, key, 'skipped', PAUSED);
        const id = `daily-${day}`;
        const run = {
          plan: 'daily',
          planVersion: 1,
          scheduledFor: scheduledAt,
          asOf: scheduledAt,
          params: {},
        };
        await insertRun(pool, { id, ...run, askedBy: 'test', steps: [] });
        await runEnded(pool, id, end.state);
        await pool.query('update sihwang.runs set ended_at = $2 where id = $1', [id, end.time]);
        await markStarted(pool, key, id, scheduledAt);
      };
      await tick(3, { time: at(3, '21:40'), state: 'succeeded' });
      await tick(4, { time: at(5, '03:00'), state: 'succeeded' });
      await tick(5, { time: at(5, '21:20'), state: 'failed' });
      await tick(6);
      await setSettledUpTo(pool, 'daily', at(6, '22:00'));
      // day 3 is done anew a week later, which changes nothing of what it was in time
      await pool.query(`insert into sihwang.run_marks (run_id, rested_on, done, first_done_at)
      values ('daily-3', '{}', true, '2025-11-03T21:40:00Z')`);
      await pool.query("update sihwang.runs set ended_at = '2025-11-10T00:00:00Z' where id = 'daily-3'");
      await markRuns(pool, {});

      // 7 and 8 November were market days, the 9th a Sunday; nothing ran after the 6th
      const fresh = (await freshMornings(pool, 'daily', calendars, { now: at(10, '21:30') }))!;
      expect(
        fresh.mornings.map(({ scheduledAt, standing }) => `${scheduledAt.getUTCDate()} ${standing}`),
      ).toEqual(['3 in-time', '4 late', '5 failed', '6 paused', '7 missed', '8 missed', '10 open']);
      expect(fresh).toMatchObject({ inTime: 1, judged: 5, withinMinutes: 60 });
      const patient = await freshMornings(pool, 'daily', calendars, {
        now: at(10, '21:30'),
        withinMinutes: 600,
      });
      expect(patient).toMatchObject({ inTime: 2 });
      await setPaused(pool, 'daily', true, 'test');
      expect(await freshMornings(pool, 'daily', calendars, { now: at(10, '21:30') })).toMatchObject({
        judged: 3,
      });
      expect(await freshMornings(pool, 'nightly', calendars, { now: at(10) })).toBeNull();
    });
  },
);
