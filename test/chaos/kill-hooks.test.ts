import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Home, openHome } from '../../src/lake/index.ts';
import { insertRun } from '../../src/records/index.ts';
import { type RecordsDatabase, recordsPrograms, withRecords } from '../support/records-database.ts';
import { HOOK_KILL_POINTS } from '../support/run-kill-points.ts';

const RUN = 'daily-2026-11-28T21:10:00Z';
/** What the process of a step does with one piece of work. */
const PERFORM = `import { performWork } from './dist/pipeline/child/perform-work.js';
const effects = { event: () => undefined, signal: new AbortController().signal };
process.stdout.write(JSON.stringify(await performWork(JSON.parse(process.argv[1]), effects)));`;
const TELL = `require('node:fs').appendFileSync('told.txt', process.env.SIHWANG_KEY + '\\n')`;

/** kill -9 of a hook's process anywhere: the report is whole or not there, and the hook is called at least once, with one key. */
describe.skipIf(recordsPrograms() === null)('a hook that dies', () => {
  let db: RecordsDatabase;
  let home: Home;
  beforeAll(async () => {
    home = openHome(mkdtempSync(join(tmpdir(), 'sihwang-kill-hooks-')));
    db = await withRecords(home.id);
    const at = new Date('2026-11-28T21:10:00Z');
    await insertRun(db.records.pool, {
      ...{ id: RUN, plan: 'daily', planVersion: 2, scheduledFor: at, asOf: at, params: {}, askedBy: 'test' },
      steps: [{ id: 'report', kind: 'report', needs: [], params: {}, retries: 1 }],
    });
    mkdirSync(join(home.path, 'hooks'));
    writeFileSync(join(home.path, 'hooks/report.js'), TELL);
  });
  afterAll(async () => {
    await db?.drop();
    rmSync(home.path, { recursive: true, force: true });
  });

  function perform(point = ''): Promise<{ readonly signal: NodeJS.Signals | null; readonly said: string }> {
    const work = {
      ...{
        homePath: home.path,
        recordsUrl: db.url,
        run: RUN,
        step: 'report',
        kind: 'report',
        part: 'perform',
      },
      ...{ scheduledFor: '2026-11-28T21:10:00.000Z', asOf: '2026-11-28T21:10:00.000Z' },
      ...{ attempt: 1, params: {}, inputs: {} },
    };
    const child = spawn(process.execPath, ['--input-type=module', '-e', PERFORM, JSON.stringify(work)], {
      env: { ...process.env, SIHWANG_KILL_AT: point },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (text) => {
      said += text;
    });
    return new Promise((resolve) => child.once('close', (_, signal) => resolve({ signal, said })));
  }

  it('is done again to the same report, and calls with the same key', async () => {
    const folder = join(home.path, 'reports', RUN.replaceAll(':', ''));
    for (const point of HOOK_KILL_POINTS) {
      expect((await perform(point)).signal, point).toBe('SIGKILL');
      // data comes last, behind both texts
      if (existsSync(join(folder, 'happened.json')))
        expect(readdirSync(folder).sort()).toEqual(['happened.json', 'report.en.md', 'report.ko.md']);
    }
    const before = readFileSync(join(folder, 'happened.json'), 'utf8');
    const { said } = await perform();
    expect(JSON.parse(said)).toMatchObject({ output: { state: 'good', called: `${RUN}#1/report` } });
    expect(readFileSync(join(folder, 'happened.json'), 'utf8')).toBe(before);
    const told = readFileSync(join(home.path, 'told.txt'), 'utf8').trim().split('\n');
    expect(told).toEqual([`${RUN}#1/report`, `${RUN}#1/report`]);
  });
});
