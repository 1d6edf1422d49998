import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openStore, sweep } from '../../src/store/index.ts';
import { CONTROLLER_KILL_POINTS, WORKER_KILL_POINTS } from '../support/job-kill-points.ts';
import { type RecordsDatabase, recordsPrograms, withRecords } from '../support/records-database.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sihwang-kill-jobs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('a file that was fetched at the moment of a death is there whole', async () => {
  const uri = pathToFileURL(join(folder, 'store')).href;
  await (await openStore(uri)).put('x.bin', new Uint8Array(100_000).fill(7));
  const path = join(folder, 'x.bin');
  const program = `
    import { openStore } from ${JSON.stringify(pathToFileURL('dist/store/index.js').href)};
    await (await openStore(${JSON.stringify(uri)})).getFile('x.bin', ${JSON.stringify(path)});
    process.exit(3);
  `;
  const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    env: { ...process.env, SIHWANG_KILL_AT: 'object-fetched' },
  });
  expect(signal).toBe('SIGKILL');
  expect(statSync(path).size).toBe(100_000);
});

it('an object that was stored at the moment of a death is there whole, and what is left of it is swept', async () => {
  const uri = pathToFileURL(folder).href;
  const program = `
    import { openStore } from ${JSON.stringify(pathToFileURL('dist/store/index.js').href)};
    const store = await openStore(${JSON.stringify(uri)});
    await store.put('runs/r/x.bin', new Uint8Array(100_000).fill(7), { ifAbsent: true });
    process.exit(3);
  `;
  const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    env: { ...process.env, SIHWANG_KILL_AT: 'object-stored' },
  });
  expect(signal).toBe('SIGKILL');
  const store = await openStore(uri);
  expect((await store.get('runs/r/x.bin'))!.every((byte) => byte === 7)).toBe(true);
  expect(await store.put('runs/r/x.bin', new Uint8Array(1), { ifAbsent: true })).toBe('exists');
  expect(await sweep(store, new Date(Date.now() + 60_000))).toBe(1);
  expect(readdirSync(join(folder, '.unfinished'))).toEqual([]);
});

describe.skipIf(recordsPrograms() === null)(
  'a death between intent and result (skipped without PostgreSQL)',
  () => {
    let database: RecordsDatabase;
    beforeAll(async () => {
      database = await withRecords();
    });
    afterAll(() => database?.drop());

    const JOBS = 6;
    /** Runs a controller; it dies at the point when it, or what it starts, gets there. */
    function control(kill?: { at: string; role: 'controller' | 'supervisor' | 'worker' }) {
      const env: NodeJS.ProcessEnv = { ...process.env, DATABASE_URL: database.url };
      if (kill) Object.assign(env, { SIHWANG_KILL_POINT: kill.at, SIHWANG_KILL_ROLE: kill.role });
      const args = ['test/support/job-controller.mjs', folder, database.homeId, storeUri(), String(JOBS)];
      return spawnSync(process.execPath, args, { env, encoding: 'utf8', timeout: 120_000 });
    }
    const storeUri = () => `${pathToFileURL(join(folder, 'store')).href}/`;
    /** What every job leaves when nothing happens; the tests' results depend on the job alone. */
    let undisturbed: string | undefined;

    async function expectWhole(stdout: string): Promise<void> {
      undisturbed ??= stdout;
      expect(stdout).toBe(undisturbed);
      expect(JSON.parse(stdout)).toHaveLength(JOBS);
      expect(JSON.parse(stdout).every(({ state }: { state: string }) => state === 'SUCCEEDED')).toBe(true);
      expect(readdirSync(join(folder, 'jobs'))).toEqual([]);
      const store = await openStore(storeUri());
      const kept: string[] = [];
      for await (const { key } of store.list('runs/')) kept.push(key);
      expect(kept.filter((key) => key.endsWith('manifest.json'))).toHaveLength(JOBS);
      expect(kept.filter((key) => key.includes('/checkpoint/'))).toEqual([]);
      const { rows } = await database.records.pool.query(
        "select count(*)::int as open from sihwang.jobs where state <> 'SUCCEEDED'",
      );
      expect(rows[0].open).toBe(0);
    }

    afterEach(async () => {
      await database.records.pool.query('delete from sihwang.jobs');
    });

    it('nothing happens: the bytes that all others must come to', async () => {
      const { status, stdout, stderr } = control();
      expect(status, stderr).toBe(0);
      await expectWhole(stdout);
    });

    it.each(CONTROLLER_KILL_POINTS)(
      'of the controller at %s: the next one ends with the same bytes',
      async (at) => {
        expect(control({ at, role: 'controller' }).signal).toBe('SIGKILL');
        const { status, stdout, stderr } = control();
        expect(status, stderr).toBe(0);
        await expectWhole(stdout);
      },
    );

    it('of a controller that was asked to cancel: the next one sees to it', async () => {
      process.env.SIHWANG_TEST_CANCEL = 'yes';
      try {
        expect(control({ at: 'cancel-asked', role: 'controller' }).signal).toBe('SIGKILL');
      } finally {
        delete process.env.SIHWANG_TEST_CANCEL;
      }
      const { status, stdout, stderr } = control();
      expect(status, stderr).toBe(0);
      const states = (JSON.parse(stdout) as { state: string }[]).map(({ state }) => state);
      expect(states).toEqual(Array(JOBS).fill('CANCELLED'));
      expect(readdirSync(join(folder, 'jobs'))).toEqual([]);
    });

    it.each(WORKER_KILL_POINTS)(
      'of the supervisor or each worker at %s: the controller itself gets there',
      async (at) => {
        const role = at === 'job-file-written' ? 'supervisor' : 'worker';
        const killed = control({ at, role });
        expect(killed.signal).toBeNull();
        await database.records.pool.query('delete from sihwang.jobs');
        const { status, stdout, stderr } = control();
        expect(status, stderr).toBe(0);
        await expectWhole(stdout);
      },
    );
  },
);
