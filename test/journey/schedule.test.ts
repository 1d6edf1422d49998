import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ran, runCli } from '../support/cli.ts';
import { emptyDatabase, recordsPrograms } from '../support/records-database.ts';

/** A person sets up schedules, looks ahead, pauses and wants a run now. */
describe.skipIf(recordsPrograms() === null)(
  'schedules by command (skipped where there is no PostgreSQL)',
  () => {
    let home: string;
    let database: Awaited<ReturnType<typeof emptyDatabase>>;
    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), 'sihwang-schedule-'));
      database = await emptyDatabase();
    });
    afterAll(async () => {
      await database?.drop();
      rmSync(home, { recursive: true, force: true });
    });

    const schedule = (...args: string[]): Promise<Ran> =>
      runCli(['schedule', ...args, '--home', home], { env: { DATABASE_URL: database.url } });
    const json = async (...args: string[]) => {
      const ran = await schedule(...args, '--json');
      expect(ran.code, ran.stderr).toBe(0);
      return JSON.parse(ran.stdout);
    };

    it('takes over the suggested one, shows what comes and why days are left out, pauses and triggers', async () => {
      const added = await schedule('add', 'daily', '--default');
      expect(added.code, added.stderr).toBe(0);
      expect(added.stdout).toContain('06:10 Asia/Seoul on days after a Garak market day');

      const next = await schedule('next', 'daily', '--count', '14');
      expect(next.stdout).toMatch(/\d{4}-\d\d-\d\d \w{3} 06:10 {3}market day \d{4}-\d\d-\d\d/);
      expect(next.stdout).toMatch(/\d{4}-\d\d-\d\d Mon {3}– {3}The day before: Closed on Sundays/);
      const { schedules } = await json('next', '--count', '14');
      expect(schedules[0]).toMatchObject({ name: 'daily', paused: false });
      expect(schedules[0].ticks).toHaveLength(14);

      expect((await schedule('pause', 'daily')).code).toBe(0);
      const { scheduledFor } = await json('trigger', 'daily');
      const list = await json('list');
      expect(list.schedules).toMatchObject([
        { name: 'daily', paused: true, last: { origin: 'manual', state: 'due', scheduledAt: scheduledFor } },
      ]);
      expect((await schedule('resume', 'daily')).code).toBe(0);
      expect((await schedule('remove', 'daily')).code).toBe(0);
      expect((await schedule('list')).stdout).toContain('schedule add daily --default');
    });

    it('says what is wrong and what to do', async () => {
      const unreadable = await schedule('add', 'mine', '--plan', 'daily', '--at', '06:10 Asia/Soul');
      expect(unreadable).toMatchObject({ code: 2 });
      expect(unreadable.stderr).toContain('Asia/Soul is not a time zone');
      const unknown = await schedule(
        'add',
        'mine',
        '--plan',
        'daily',
        '--at',
        '06:10 Asia/Seoul on Atlantis market days',
      );
      expect(unknown).toMatchObject({ code: 78 });
      expect(unknown.stderr).toContain('no market calendar atlantis');
      expect((await schedule('pause', 'mine')).stderr).toContain('there is no schedule mine');
      expect((await schedule('add', 'mine')).stderr).toContain('when is mine to run?');
    });
  },
);
