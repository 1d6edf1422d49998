import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSameBehindEachDeath } from '../../../test/support/dying-pool.ts';
import {
  type RecordsDatabase,
  recordsPrograms,
  withRecords,
} from '../../../test/support/records-database.ts';
import { type Home, openHome } from '../../lake/index.ts';
import { askFor, listEvents, openIntents, readRun, readSteps } from '../../records/index.ts';
import type { Plan } from '../plans/plan.ts';
import { startRun } from '../runs/start-run.ts';
import { actOnIntents } from './act-on-intents.ts';

const plan: Plan = {
  name: 'only-publish',
  version: 1,
  steps: () => [{ id: 'publish.demo', kind: 'publish-conditions', needs: [], params: { feed: 'demo' } }],
};

describe.skipIf(recordsPrograms() === null)('wishes from the pages (skipped without PostgreSQL)', () => {
  let database: RecordsDatabase;
  let home: Home;
  beforeAll(async () => {
    database = await withRecords();
    home = openHome(mkdtempSync(join(tmpdir(), 'sihwang-intents-')));
  });
  afterAll(async () => {
    await database?.drop();
    rmSync(home.path, { recursive: true, force: true });
  });

  let runs = 0;
  const begin = async (): Promise<string> => {
    const scheduledFor = new Date(Date.UTC(2026, 10, ++runs));
    return (await startRun(home, database.records, plan, { scheduledFor, askedBy: 'test' })).id;
  };
  const ask = async (kind: string, subject: string, key = `${kind}:${subject}`) => {
    const { pool } = database.records;
    const { id } = await askFor(pool, { key, kind, subject, body: { reason: '그만' }, askedBy: 'dashboard' });
    await actOnIntents(database.records);
    expect(await openIntents(pool)).toEqual([]);
    const { rows } = await pool.query('select state, outcome from sihwang.intents where id = $1', [id]);
    return rows[0] as { readonly state: string; readonly outcome: unknown };
  };
  const fail = async (run: string) => {
    const { pool } = database.records;
    await pool.query(
      `update sihwang.run_steps set state = 'failed', error_class = 'bug', error_message = 'x', ended_at = now() where run_id = $1`,
      [run],
    );
    await pool.query(
      `update sihwang.runs set state = 'failed', started_at = now(), ended_at = now() where id = $1`,
      [run],
    );
  };

  it('end a run, with the reason that was given', async () => {
    const run = await begin();
    expect(await ask('run.cancel', run)).toEqual({ state: 'done', outcome: null });
    expect(await readRun(database.records.pool, run)).toMatchObject({ cancelReason: '그만' });
  });

  it('open a failed run again, once, and refuse one of which nothing failed', async () => {
    const run = await begin();
    await fail(run);
    expect(await ask('run.retry', run)).toEqual({ state: 'done', outcome: null });
    expect(await readSteps(database.records.pool, run)).toMatchObject([{ state: 'planned', generation: 2 }]);
    // asked for twice, it is opened once
    expect(await ask('run.retry', run, 'again')).toEqual({ state: 'done', outcome: null });
    expect(await readSteps(database.records.pool, run)).toMatchObject([{ generation: 2 }]);
    await database.records.pool.query(
      `update sihwang.run_steps set state = 'succeeded', ended_at = now() where run_id = $1`,
      [run],
    );
    await database.records.pool.query(
      `update sihwang.runs set state = 'succeeded', started_at = now(), ended_at = now() where id = $1`,
      [run],
    );
    expect(await ask('run.retry', run, 'well')).toMatchObject({ state: 'refused' });
  });

  it('are done once each, whichever row a death came behind', async () => {
    const { records } = database;
    const [failed, open] = [await begin(), await begin()];
    await fail(failed);
    for (const [kind, subject] of [
      ['run.retry', failed],
      ['run.cancel', open],
      ['run.paint', open],
    ] as const) {
      const wish = { key: `death ${kind}`, kind, subject, body: {}, askedBy: 'dashboard' };
      await askFor(records.pool, wish);
    }
    await expectSameBehindEachDeath(records, actOnIntents);
    expect(await openIntents(records.pool)).toEqual([]);
    const events = await listEvents(records.pool, open);
    expect(events.filter(({ name }) => name === 'run.cancel-asked')).toHaveLength(1);
  });

  it('about a run that is not there, or of an unknown kind, are refused in words', async () => {
    expect(await ask('run.retry', 'nothing')).toMatchObject({
      state: 'refused',
      outcome: 'there is no run nothing',
    });
    expect(await ask('run.paint', 'nothing')).toMatchObject({ state: 'refused' });
  });
});
