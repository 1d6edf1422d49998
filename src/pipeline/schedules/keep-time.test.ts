import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { expectSameBehindEachDeath } from '../../../test/support/dying-pool.ts';
import { recordsPrograms, withRecords } from '../../../test/support/records-database.ts';
import { runLedger } from '../../../test/support/run-ledger.ts';
import { openHome } from '../../lake/index.ts';
import { insertRun, insertSchedule, runEnded } from '../../records/index.ts';
import { keepTime, lookAgainAndAgain, markWhatRunsRestOn } from './keep-time.ts';

it('looks go on until the signal, and a trouble that stays is told once', async () => {
  const stop = new AbortController();
  const notes: string[] = [];
  let looks = 0;
  await lookAgainAndAgain(
    [
      () => Promise.reject(new Error('the database is away')),
      async (onNote) => {
        onNote({ ko: '예약 x: 읽을 수 없음', en: 'schedule x: cannot be read' });
        looks += 1;
        if (looks === 5) stop.abort();
      },
    ],
    { signal: stop.signal, pauseMs: 1, onNote: ({ ko, en }) => notes.push(ko, en) },
  );
  expect(looks).toBe(5);
  expect(notes).toEqual([
    '예약이 기다립니다: the database is away',
    'the schedules wait: the database is away',
    '예약 x: 읽을 수 없음',
    'schedule x: cannot be read',
  ]);
});

it.skipIf(recordsPrograms() === null)(
  'keeping time starts what is due and marks what runs rest on',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sihwang-time-'));
    const home = openHome(folder);
    const db = await withRecords(home.id);
    const { pool } = db.records;
    const terms = {
      text: '*/5 * * * * UTC every day',
      params: {},
      catchUp: 'latest',
      catchUpLimit: 1,
    } as const;
    await insertSchedule(
      pool,
      'often',
      { ...terms, plan: 'daily', overlap: 'queue' },
      { from: new Date(Date.now() - 3_600_000), by: 'test' },
    );
    const begin = (id: string) => {
      const at = new Date('2026-01-01T00:00:00Z');
      const moments = { scheduledFor: at, asOf: at };
      return insertRun(pool, {
        ...{ id, plan: 'daily', planVersion: 1, ...moments, params: {}, askedBy: 'test', steps: [] },
      });
    };
    await begin('daily-x');
    await runEnded(pool, 'daily-x', 'succeeded');
    const runs = runLedger();
    const stop = new AbortController();
    const keeping = keepTime(home, db.records, runs, { signal: stop.signal, pauseMs: 10 });
    const marked = async () =>
      (await pool.query("select rested_on -> 'code' as code from sihwang.run_marks where done")).rows;
    while (runs.begun.length === 0 || (await marked()).length === 0)
      await new Promise((go) => setTimeout(go, 20));
    stop.abort();
    await keeping;
    expect(runs.begun).toHaveLength(1);
    expect(await marked()).toEqual([
      { code: { conditions: expect.any(String), forecasts: expect.any(String) } },
    ]);

    // one that was marked and ended, one that came and went between two looks, and one that goes on
    await pool.query('truncate sihwang.runs cascade');
    await begin('marked');
    await markWhatRunsRestOn(home, db.records);
    await Promise.all([begin('short'), begin('going')]);
    for (const id of ['marked', 'short']) await runEnded(pool, id, 'succeeded');
    await expectSameBehindEachDeath(db.records, (records) => markWhatRunsRestOn(home, records));
    expect((await pool.query('select run_id, done from sihwang.run_marks order by 1')).rows).toEqual([
      { run_id: 'going', done: false },
      { run_id: 'marked', done: true },
      { run_id: 'short', done: true },
    ]);

    // what a run has made rests on the code that made it, whatever tells of it later
    const older = { code: { conditions: 'older' } };
    await pool.query('update sihwang.run_marks set rested_on = $1', [JSON.stringify(older)]);
    const reopen = (kind: string) =>
      pool.query(
        `with step as (insert into sihwang.run_steps (run_id, step_id, position, kind, needs, retries)
           values ('marked', $1, 1, $1, '{}', 0))
         update sihwang.runs set state = 'planned', ended_at = null where id = 'marked'`,
        [kind],
      );
    const restsOn = async () =>
      (await pool.query("select rested_on from sihwang.run_marks where run_id = 'marked'")).rows[0].rested_on;
    await reopen('report');
    await markWhatRunsRestOn(home, db.records);
    expect(await restsOn()).toEqual(older);
    await reopen('check');
    await markWhatRunsRestOn(home, db.records);
    expect(await restsOn()).not.toEqual(older);
    await db.drop();
    rmSync(folder, { recursive: true, force: true });
  },
);
