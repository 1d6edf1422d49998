import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectSameBehindEachDeath } from '../../../test/support/dying-pool.ts';
import {
  type RecordsDatabase,
  recordsPrograms,
  withRecords,
} from '../../../test/support/records-database.ts';
import { type RunLedger, runLedger } from '../../../test/support/run-ledger.ts';
import { lookupIn, parseSchedule, RULE_CALENDARS, ticksBetween } from '../../domain/index.ts';
import { insertSchedule, type ScheduleTerms, setPaused, ticksOf } from '../../records/index.ts';
import { pauseSchedule, resumeSchedule, triggerSchedule } from './change-schedule.ts';
import { lookAtSchedules } from './ticker.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const calendars = lookupIn(RULE_CALENDARS);
const TEXT = '06:10 Asia/Seoul on days after a Garak market day';
const START = new Date('2025-01-01T00:00:00Z');
const daily: ScheduleTerms = {
  plan: 'daily',
  text: TEXT,
  params: {},
  catchUp: 'all',
  catchUpLimit: 400,
  overlap: 'queue',
};

describe.skipIf(recordsPrograms() === null)('the ticker (skipped where there is no PostgreSQL)', () => {
  let db: RecordsDatabase;
  beforeAll(async () => {
    db = await withRecords();
  });
  afterAll(async () => {
    await db?.drop();
  });
  beforeEach(async () => {
    await db.records.pool.query('truncate sihwang.schedules, sihwang.schedule_ticks, sihwang.audit');
  });

  const readCalendar = async (id: string) => calendars(id);
  /** Looks at the schedules as often as something is started; each run ends before the next look. */
  async function lookAt(runs: RunLedger, at: Date): Promise<string[]> {
    const begun: string[] = [];
    for (;;) {
      const started = await lookAtSchedules({ records: db.records, runs, readCalendar, now: () => at });
      if (started.length === 0) return begun;
      begun.push(...started);
      runs.end();
    }
  }
  const create = (terms: Partial<ScheduleTerms> = {}, from = START) =>
    insertSchedule(db.records.pool, 'daily', { ...daily, ...terms }, { from, by: 'test' });
  const expected = (from: Date, to: Date): string[] =>
    [...ticksBetween(parseSchedule(TEXT), from, to, calendars)].map(
      ({ at }) => `daily-${at.toISOString().slice(0, 19)}Z`,
    );
  const world = (at: Date) => ({ records: db.records, readCalendar, by: 'test', now: () => at });

  it('has the right ticks in the right order over a year of closures, a jumping clock and weeks switched off', async () => {
    const runs = runLedger();
    await create();
    const day = (index: number, hours = 0): Date =>
      new Date(START.getTime() + index * DAY_MS + hours * HOUR_MS);
    const off = (index: number): boolean => index >= 40 && index < 47;
    const pausedFrom = day(200);
    const pausedTo = day(207);
    const early: string[] = [];
    for (let index = 0; index < 365; index++) {
      // a week without the machine, and the market closed for Seollal and Chuseok on the way
      if (off(index)) continue;
      if (index === 200) await pauseSchedule(world(pausedFrom), 'daily');
      if (index === 207) await resumeSchedule(world(pausedTo), 'daily');
      // the clock is put back by three days, runs on, and is put right
      if (index === 100) for (const back of [97, 98]) expect(await lookAt(runs, day(back, 23))).toEqual([]);
      // the clock runs ahead by forty days for one look: what it starts is not started again
      if (index === 280) early.push(...(await lookAt(runs, day(320))));
      await lookAt(runs, day(index, 3));
      await lookAt(runs, day(index, 21.5));
    }
    const whole = expected(START, day(364, 21.5));
    const paused = new Set(expected(pausedFrom, pausedTo));
    expect(paused.size).toBe(6);
    expect(runs.begun.toSorted()).toEqual(whole.filter((id) => !paused.has(id)).toSorted());
    expect(runs.calls).toEqual(runs.begun);
    expect(early).toEqual(expected(day(279, 21.5), day(320)));
    // right order: as their times, also what was caught up, but for what the wrong clock brought
    expect(runs.begun).toEqual(runs.begun.toSorted());
    const { rows } = await db.records.pool.query<{ state: string; count: number }>(
      'select state, count(*)::int as count from sihwang.schedule_ticks group by state order by state',
    );
    expect(rows).toEqual([
      { state: 'ended', count: whole.length - 6 },
      { state: 'skipped', count: 6 },
    ]);
  });

  it('loses no tick, doubles none and keeps their order on any walk of the clock', async () => {
    const hours = (most: number) => fc.integer({ min: 1, max: most });
    const anyStep = fc.oneof(
      { weight: 6, arbitrary: hours(30) },
      { weight: 1, arbitrary: hours(400) },
      { weight: 2, arbitrary: hours(80).map((back) => -back) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 20 }), async (steps) => {
        await db.records.pool.query('truncate sihwang.schedules, sihwang.schedule_ticks');
        const runs = runLedger();
        await create();
        let at = START.getTime();
        let furthest = at;
        for (const step of steps) {
          at = Math.max(START.getTime(), at + step * HOUR_MS);
          furthest = Math.max(furthest, at);
          await lookAt(runs, new Date(at));
        }
        expect(runs.begun).toEqual(expected(START, new Date(furthest)));
        expect(runs.calls).toEqual(runs.begun);
      }),
      { numRuns: 15 },
    );
  });

  it('brings back what a clock that ran ahead only wrote off', async () => {
    const runs = runLedger();
    await create({ catchUp: 'latest' });
    const ahead = new Date(START.getTime() + 60 * DAY_MS);
    const [last] = expected(START, ahead).slice(-1);
    expect(await lookAt(runs, ahead)).toEqual([last]);
    for (let hours = 6; hours <= 61 * 24; hours += 6)
      await lookAt(runs, new Date(START.getTime() + hours * HOUR_MS));
    expect(runs.begun.toSorted()).toEqual(
      expected(START, new Date(START.getTime() + 61 * DAY_MS)).toSorted(),
    );
  });

  it('runs one tick at a time, skips or ends what is going as the schedule says', async () => {
    const [first, second, third] = expected(START, new Date(START.getTime() + 9 * DAY_MS));
    const timeOf = (id: string) => new Date(id.slice('daily-'.length));
    const look = (runs: RunLedger, id: string) =>
      lookAtSchedules({ records: db.records, runs, readCalendar, now: () => timeOf(id) });

    await create({ overlap: 'queue' });
    const queue = runLedger();
    for (const id of [first!, second!, third!]) await look(queue, id);
    expect(queue.begun).toEqual([first]);
    queue.end();
    await look(queue, third!);
    expect(queue.begun).toEqual([first, second]);

    await db.records.pool.query('truncate sihwang.schedules, sihwang.schedule_ticks');
    await create({ overlap: 'skip' });
    const skip = runLedger();
    await look(skip, first!);
    await look(skip, second!);
    skip.end('failed');
    await look(skip, third!);
    expect(skip.begun).toEqual([first, third]);

    await db.records.pool.query('truncate sihwang.schedules, sihwang.schedule_ticks');
    await create({ overlap: 'cancel-running' });
    const cancel = runLedger();
    await look(cancel, first!);
    await look(cancel, second!);
    await look(cancel, third!);
    expect(cancel.cancelled).toEqual([first]);
    expect(cancel.begun).toEqual([first]);
    cancel.end('cancelled');
    await look(cancel, third!);
    expect(cancel.begun).toEqual([first, third]);
  });

  it.each(['queue', 'skip', 'cancel-running'] as const)(
    'says the same of a schedule with %s whichever row a death came behind',
    async (overlap) => {
      const [first, second, third] = expected(START, new Date(START.getTime() + 9 * DAY_MS)).map(
        (id) => new Date(id.slice('daily-'.length)),
      );
      await create({ overlap });
      await insertSchedule(
        db.records.pool,
        'lost',
        { ...daily, plan: 'unknown' },
        { from: START, by: 'test' },
      );
      let runs: RunLedger;
      let looks: (Date | 'runs end')[];
      await expectSameBehindEachDeath(
        db.records,
        async (records) => {
          // whoever comes next looks where the one before died
          for (const look of [...looks]) {
            if (look === 'runs end') runs.end();
            else
              await lookAtSchedules({
                ...{ records, runs, readCalendar, now: () => look },
                onNote: (line) => {
                  throw new Error(line.en);
                },
              });
            looks.shift();
          }
        },
        {
          before: async () => {
            runs = runLedger();
            looks = [first!, second!, third!, 'runs end', third!, third!];
          },
          alsoSaid: () => [runs.begun, runs.cancelled],
        },
      );
      expect(runs!.begun.length).toBeGreaterThan(0);
    },
  );

  it('starts what a person wants, also while the schedule is paused, and refuses a plan that cannot run', async () => {
    const runs = runLedger();
    await create();
    const now = new Date('2025-03-04T05:06:07.890Z');
    await setPaused(db.records.pool, 'daily', true, 'test');
    await triggerSchedule(world(now), 'daily');
    expect(await lookAt(runs, now)).toEqual(['daily-2025-03-04T05:06:07Z']);

    await insertSchedule(db.records.pool, 'lost', { ...daily, plan: 'unknown' }, { from: START, by: 'test' });
    const notes: string[] = [];
    await lookAtSchedules({
      ...{ records: db.records, runs, readCalendar, now: () => new Date('2025-01-04T00:00:00Z') },
      onNote: (line) => notes.push(line.en),
    });
    expect(await ticksOf(db.records.pool, 'lost', START, now)).toMatchObject([
      { state: 'refused', reason: 'there is no plan unknown', runId: null },
    ]);
    expect(notes).toEqual([]);
  });

  it('leaves the other schedules alone when one cannot be read', async () => {
    const runs = runLedger();
    await create();
    const text = '06:10 Asia/Seoul on Atlantis market days';
    await insertSchedule(db.records.pool, 'a', { ...daily, text }, { from: START, by: 'test' });
    const notes: string[] = [];
    const now = () => new Date(START.getTime() + 3 * DAY_MS);
    const started = await lookAtSchedules({
      ...{ records: db.records, runs, readCalendar, now },
      onNote: (line) => notes.push(line.en),
    });
    expect(started).toHaveLength(1);
    expect(notes).toEqual(['schedule a: there is no market calendar atlantis']);
  });

  it('gives two orchestrators that race one run a tick', async () => {
    const runs = runLedger();
    await create();
    const at = new Date(START.getTime() + 30 * DAY_MS);
    const ids = expected(START, at);
    for (const _ of ids) {
      const look = () => lookAtSchedules({ records: db.records, runs, readCalendar, now: () => at });
      await Promise.all([look(), look()]);
      runs.end();
    }
    expect(runs.begun).toEqual(ids);
    expect((await ticksOf(db.records.pool, 'daily', START, at)).map(({ runId }) => runId)).toEqual(ids);
  });
});
