import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type PostgresServer,
  postgresPrograms,
  startPostgres,
} from '../../../test/support/postgres-server.ts';
import { type Home, openHome } from '../../lake/index.ts';
import { listEvents, openRecords, type Records, readSteps } from '../../records/index.ts';
import type { Plan } from '../plans/plan.ts';
import { startRun } from './start-run.ts';

const programs = postgresPrograms();

describe.skipIf(!programs)('starting a run (skipped where no PostgreSQL is installed)', () => {
  let server: PostgresServer;
  let records: Records;
  let home: Home;
  beforeAll(async () => {
    server = await startPostgres(programs!);
    home = openHome(mkdtempSync(join(tmpdir(), 'sihwang-run-')));
    records = await openRecords(home, { databaseUrl: server.url });
  });
  afterAll(async () => {
    await records?.close();
    await server?.stop();
    rmSync(home.path, { recursive: true, force: true });
  });

  const plan: Plan = {
    name: 'only-publish',
    version: 1,
    steps: ({ feeds }) =>
      feeds
        .filter(({ simulated }) => simulated)
        .map(({ id }) => ({
          ...{ id: `publish.${id}`, kind: 'publish-conditions', needs: [], params: { feed: id } },
        })),
  };
  const options = { scheduledFor: new Date('2026-11-28T21:10:00Z'), askedBy: 'test' };

  it('twice is starting it once, under a name that says for when', async () => {
    const both = await Promise.all([
      startRun(home, records, plan, options),
      startRun(home, records, plan, options),
    ]);
    expect(both.map(({ id }) => id)).toEqual(Array(2).fill('only-publish-2026-11-28T21:10:00Z'));
    expect(both.filter(({ started }) => started)).toHaveLength(1);
    const [step] = await readSteps(records.pool, both[0]!.id);
    expect(step).toMatchObject({ id: 'publish.demo', params: { feed: 'demo' }, retries: 3 });
    expect(await listEvents(records.pool, both[0]!.id)).toMatchObject([{ name: 'run.planned' }]);
  });

  it('of a plan that cannot be run is refused, and nothing is written', async () => {
    const broken = { ...plan, name: 'broken', steps: () => [{ id: 'x', kind: 'no-kind', needs: [] }] };
    await expect(startRun(home, records, broken, options)).rejects.toMatchObject({ code: 'PLAN_INVALID' });
    expect(await readSteps(records.pool, 'broken-2026-11-28T21:10:00Z')).toEqual([]);
  });
});
