import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ran, runCli } from '../support/cli.ts';
import { emptyDatabase, recordsPrograms } from '../support/records-database.ts';

const PLAN = `export default {
  name: 'mine',
  version: 1,
  steps: () => [{ id: 'ingest.japan-maff', kind: 'ingest', needs: [], params: { feed: 'japan-maff' } }],
};`;

/** A person's own plan is run for the market days of a range by one command, which carries the runs out itself. */
describe.skipIf(recordsPrograms() === null)(
  'a backfill by command (skipped where there is no PostgreSQL)',
  () => {
    let home: string;
    let database: Awaited<ReturnType<typeof emptyDatabase>>;
    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), 'sihwang-backfill-'));
      chmodSync(home, 0o711);
      mkdirSync(join(home, 'plans'));
      writeFileSync(join(home, 'plans', 'mine.mjs'), PLAN);
      database = await emptyDatabase();
    });
    afterAll(async () => {
      await database?.drop();
      rmSync(home, { recursive: true, force: true });
    });

    const backfill = (...args: string[]): Promise<Ran> =>
      runCli(['backfill', ...args, '--home', home], { env: { DATABASE_URL: database.url } });
    const range = ['--plan', 'mine', '--from', '2025-10-01', '--to', '2025-10-09'];
    const when = ['--at', '06:10 Asia/Seoul on days after a Garak market day'];

    it('runs the days that need it, keeps them afterwards, and finds none of them stale', async () => {
      const dry = await backfill(...range, ...when, '--dry-run');
      expect(dry.code, dry.stderr).toBe(0);
      // Chuseok from the 6th to the 8th, a Sunday on the 5th
      expect(dry.stdout).toContain('5 of 5 days to do');
      const done = await backfill(...range, ...when, '--parallel', '2', '--json');
      expect(done.code, done.stderr).toBe(0);
      const { id, state, partitions } = JSON.parse(done.stdout);
      expect(state).toBe('ended');
      expect(partitions.map((one: { day: string; state: string }) => `${one.day} ${one.state}`)).toEqual(
        ['01', '02', '03', '04', '09'].map((day) => `2025-10-${day} succeeded`),
      );
      expect((await backfill(...range, ...when)).stdout).toContain('all 5 days of mine are good');
      expect((await backfill('--plan', 'mine', ...when, '--stale', '--dry-run')).stdout).toContain(
        'nothing of mine is stale',
      );
      expect((await backfill('show', String(id))).stdout).toContain('mine-2025-10-09T21:10:00Z  succeeded');
      expect(JSON.parse((await backfill('list', '--json')).stdout).backfills).toMatchObject([
        { id, plan: 'mine', counts: { succeeded: 5 } },
      ]);
      expect((await backfill('cancel', String(id))).stdout).toContain('is over already');
    });

    it('says which of the two backfills it is in doubt about', async () => {
      for (const args of [[], ['demo', '--plan', 'mine'], ['--plan', 'mine'], ['taiwan-amis']]) {
        const ran = await backfill(...args);
        expect(ran.code).toBe(2);
        expect(ran.stderr).toContain('sihwang backfill --plan PLAN --from DAY --to DAY');
      }
    });
  },
);
