import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, postgresPrograms, startPostgres } from '../../test/support/postgres-server.ts';
import { openRecords, type Records } from './index.ts';
import { appendEvent, listEvents } from './run-events.ts';
import { readSteps, stepEnded, stepsGivenUp, stepTaken, tryBegun, usualDurations } from './run-steps.ts';
import {
  insertRun,
  listRuns,
  type NewRun,
  openRuns,
  readRun,
  reopenRun,
  requestCancel,
  runBegun,
  runEnded,
} from './runs.ts';

const programs = postgresPrograms();

describe.skipIf(!programs)('runs (skipped where no PostgreSQL is installed)', () => {
  let server: PostgresServer;
  let records: Records;
  beforeAll(async () => {
    server = await startPostgres(programs!);
    records = await openRecords({ path: '/nowhere', id: 'one' }, { databaseUrl: server.url });
  });
  afterAll(async () => {
    await records?.close();
    await server?.stop();
  });

  const runFor = (time: string, plan = 'daily'): NewRun => ({
    id: `${plan}-${time}`,
    ...{ plan, planVersion: 1, params: { why: 'test' }, askedBy: 'test' },
    ...{ scheduledFor: new Date(time), asOf: new Date(time) },
    steps: [
      { id: 'a', kind: 'fetch', needs: [], params: { feed: 'demo' }, retries: 2 },
      { id: 'b', kind: 'check', needs: ['a'], params: {}, retries: 0 },
    ],
  });

  it('started twice are started once, and keep what they were started with', async () => {
    const run = runFor('2026-01-01T00:00:00Z');
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => insertRun(records.pool, run)));
    expect(outcomes.filter((each) => each === 'inserted')).toHaveLength(1);
    expect(await readRun(records.pool, run.id)).toMatchObject({ state: 'planned', params: { why: 'test' } });
    expect(await readSteps(records.pool, run.id)).toMatchObject([
      { id: 'a', needs: [], params: { feed: 'demo' }, retries: 2, state: 'planned', error: null },
      { id: 'b', needs: ['a'], position: 1, generation: 1 },
    ]);
  });

  it('take a step once, end it once, and refuse a try of an earlier generation', async () => {
    const run = runFor('2026-01-02T00:00:00Z');
    await insertRun(records.pool, run);
    const first = { runId: run.id, stepId: 'a', generation: 1 };
    const taken = await Promise.all([stepTaken(records.pool, first), stepTaken(records.pool, first)]);
    expect(taken.filter(Boolean)).toHaveLength(1);
    await runBegun(records.pool, run.id);
    expect(await tryBegun(records.pool, first, 1)).toBe(true);
    const ko = { message: '고장', hint: '고치세요.' };
    const error = { class: 'bug', code: 'BUG', message: 'broken', hint: 'Mend it.', ko } as const;
    expect(await stepEnded(records.pool, first, { state: 'failed', error, workedMs: 5 })).toBe(true);
    expect(await stepEnded(records.pool, first, { state: 'succeeded', output: 1, workedMs: 5 })).toBe(false);
    await stepsGivenUp(records.pool, run.id, ['b'], 'blocked');
    expect(await runEnded(records.pool, run.id, 'failed')).toBe(true);
    expect(await runEnded(records.pool, run.id, 'succeeded')).toBe(false);
    expect((await readSteps(records.pool, run.id))[0]).toMatchObject({ state: 'failed', error });

    expect(await reopenRun(records.pool, run.id)).toBe(true);
    expect(await reopenRun(records.pool, run.id)).toBe(false);
    expect(await stepTaken(records.pool, first)).toBe(false);
    const second = { ...first, generation: 2 };
    expect(await stepTaken(records.pool, second)).toBe(true);
    expect(await stepEnded(records.pool, first, { state: 'succeeded', output: 1, workedMs: 1 })).toBe(false);
    expect(await stepEnded(records.pool, second, { state: 'succeeded', output: [1], workedMs: 40 })).toBe(
      true,
    );
    const [a, b] = await readSteps(records.pool, run.id);
    expect(a).toMatchObject({ state: 'succeeded', output: [1], generation: 2, begun: 1, workedMs: 40 });
    expect(b).toMatchObject({ state: 'planned', generation: 2 });
  });

  it('are listed, cancelled while they are open, and told of', async () => {
    const run = runFor('2026-01-03T00:00:00Z', 'weekly');
    await insertRun(records.pool, run);
    expect((await listRuns(records.pool, { plan: 'weekly' })).map(({ id }) => id)).toEqual([run.id]);
    expect((await openRuns(records.pool)).map(({ id }) => id)).toContain(run.id);
    expect(await requestCancel(records.pool, run.id, 'enough')).toBe(true);
    expect((await readRun(records.pool, run.id))?.cancelReason).toBe('enough');
    await runEnded(records.pool, run.id, 'cancelled');
    expect(await requestCancel(records.pool, run.id, 'again')).toBe(false);
    await appendEvent(records.pool, { runId: run.id, stepId: null, name: 'run.ended', fields: { n: 1 } });
    const [event] = await listEvents(records.pool, run.id);
    expect(event).toMatchObject({ name: 'run.ended', fields: { n: 1 }, stepId: null });
    expect(await listEvents(records.pool, run.id, { afterId: event!.id })).toEqual([]);
  });

  it('say how long their steps usually work', async () => {
    for (const [day, workedMs] of [10, 30, 20].entries()) {
      const run = runFor(`2026-02-0${day + 1}T00:00:00Z`, 'usual');
      await insertRun(records.pool, run);
      const step = { runId: run.id, stepId: 'a', generation: 1 };
      await stepTaken(records.pool, step);
      await stepEnded(records.pool, step, { state: 'succeeded', output: null, workedMs });
      await runEnded(records.pool, run.id, 'succeeded');
    }
    expect(await usualDurations(records.pool, 'usual')).toEqual([{ stepId: 'a', medianMs: 20, runs: 3 }]);
  });
});
