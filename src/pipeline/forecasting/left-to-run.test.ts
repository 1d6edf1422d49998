import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type RecordsDatabase,
  recordsPrograms,
  withRecords,
} from '../../../test/support/records-database.ts';
import { type Home, openHome } from '../../lake/index.ts';
import { insertRun, takeOrchestratorLock } from '../../records/index.ts';
import { leftToRun } from './left-to-run.ts';

describe.skipIf(recordsPrograms() === null)('forecasts are left to a run', () => {
  let db: RecordsDatabase;
  let home: Home;
  let clock = 0;
  beforeAll(async () => {
    home = openHome(mkdtempSync(join(tmpdir(), 'sihwang-left-to-run-')));
    db = await withRecords(home.id);
    const at = new Date('2026-11-28T21:10:00Z');
    await insertRun(db.records.pool, {
      ...{ id: 'r', plan: 'r', planVersion: 1, scheduledFor: at, asOf: at, params: {}, askedBy: 'test' },
      steps: ['fetch', 'forecast', 'publish-forecasts'].map((kind) => ({
        ...{ id: kind, kind, needs: [], params: { feed: 'demo' }, retries: 0 },
      })),
    });
  });
  afterAll(async () => {
    await db?.drop();
    rmSync(home.path, { recursive: true, force: true });
  });

  const behind = () => ({
    opened: Promise.resolve(db.records),
    now: () => db.records,
    close: async () => undefined,
  });
  const settle = (step: string) =>
    db.records.pool.query("update sihwang.run_steps set state = 'succeeded' where step_id = $1", [step]);

  it('from its beginning until it has published, while somebody carries it out, and of its feeds alone', async () => {
    const left = leftToRun(home, behind(), () => clock);
    expect(await left('japan-maff')).toBe(false);
    // nobody is at work yet, which another one may be in a moment
    expect(await left('demo')).toBe(true);
    clock += 60_000;
    expect(await left('demo')).toBe(false);
    const stop = new AbortController();
    const lock = await takeOrchestratorLock(db.url, {
      signal: stop.signal,
      onStandby: () => undefined,
      onLost: () => undefined,
      onRunChanged: () => undefined,
    });
    expect(await left('demo')).toBe(true);
    await settle('forecast');
    expect(await left('demo')).toBe(true);
    await lock.release();
    clock += 20_000;
    expect(await left('demo')).toBe(true);
    await settle('publish-forecasts');
    // what is left of the run has nothing to do with forecasts
    expect(await left('demo')).toBe(false);
  });

  it('not in a home without records', async () => {
    const none = { opened: Promise.reject(new Error('none')), now: () => null, close: async () => undefined };
    none.opened.catch(() => undefined);
    expect(await leftToRun(home, none)('demo')).toBe(false);
  });
});
