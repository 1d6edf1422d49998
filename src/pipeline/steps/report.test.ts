import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type RecordsDatabase,
  recordsPrograms,
  withRecords,
} from '../../../test/support/records-database.ts';
import { stepContext } from '../../../test/support/step-context.ts';
import type { Json, JsonObject } from '../../domain/index.ts';
import { type Home, openHome } from '../../lake/index.ts';
import {
  insertRun,
  reopenRun,
  runEnded,
  type StepEnd,
  setAlarms,
  stepEnded,
  stepTaken,
} from '../../records/index.ts';
import type { Happened } from '../../show/index.ts';
import { alertStep, reportStep } from './report.ts';
import { Skipped } from './step.ts';

const PLANNED = [
  { id: 'check.demo', kind: 'check', params: { feed: 'demo' } },
  { id: 'score-forecasts.demo', kind: 'score-forecasts', params: { feed: 'demo' } },
];
const FEW = { ko: '행이 적음', en: 'few rows' };
const CHECKED = { feed: 'demo', lastDay: '2026-01-03', state: 'yellow', findings: [{ said: FEW }] };
const BROKEN: StepEnd = {
  ...{ state: 'failed', workedMs: 1 },
  error: { class: 'transient', code: 'SOURCE_QUIET', message: 'no answer', hint: 'Wait.', ko: null },
};
/** Writes down how it was called. */
const TELL = `import { appendFileSync, readFileSync } from 'node:fs';
const { SIHWANG_KEY: key, SIHWANG_HOOK: hook, DATABASE_URL: secret = null, HOOK_ROOM: room = null } = process.env;
const { state } = JSON.parse(readFileSync(process.argv.at(-1), 'utf8'));
appendFileSync('told.jsonl', JSON.stringify({ key, hook, state, secret, room }) + '\\n');
console.log('told ' + room);
`;

describe.skipIf(recordsPrograms() === null)('the hooks of a plan (skipped where no PostgreSQL is)', () => {
  let home: Home;
  let db: RecordsDatabase;
  let run: string;
  let day = 5;
  beforeAll(async () => {
    home = openHome(mkdtempSync(join(tmpdir(), 'sihwang-hooks-')));
    db = await withRecords(home.id);
    vi.stubEnv('DATABASE_URL', db.url);
    vi.stubEnv('HOOK_ROOM', 'market');
  }, 60_000);
  afterAll(async () => {
    vi.unstubAllEnvs();
    await db?.drop();
    rmSync(home.path, { recursive: true, force: true });
  });
  beforeEach(() => {
    for (const name of ['hooks', 'reports', 'told.jsonl'])
      rmSync(join(home.path, name), { recursive: true, force: true });
  });

  /** A run whose first step ended so, and whose second needs nothing of it. */
  async function ended(first: StepEnd, askedBy = 'schedule daily'): Promise<void> {
    const scheduledFor = new Date(Date.UTC(2026, 0, day++));
    run = `daily-${scheduledFor.toISOString().slice(0, 19)}Z`;
    await insertRun(db.records.pool, {
      ...{ id: run, plan: 'daily', planVersion: 2, scheduledFor, asOf: scheduledFor, params: {}, askedBy },
      steps: [
        ...PLANNED.map((step) => ({ ...step, needs: [], retries: 0 })),
        { id: 'report', kind: 'report', params: {}, needs: PLANNED.map(({ id }) => id), retries: 1 },
      ],
    });
    await endWith(first);
  }
  async function endWith(first: StepEnd, generation = 1): Promise<void> {
    const scored = { feed: 'demo', through: '2026-01-03', scored: 12, revised: 1 };
    const ends: StepEnd[] = [first, { state: 'succeeded', output: scored, workedMs: 1 }];
    for (const [at, { id: stepId }] of PLANNED.entries()) {
      await stepTaken(db.records.pool, { runId: run, stepId, generation });
      await stepEnded(db.records.pool, { runId: run, stepId, generation }, ends[at]!);
    }
  }
  const good: StepEnd = { state: 'succeeded', output: CHECKED, workedMs: 1 };

  function context(step: string, params: JsonObject = {}) {
    const bare = stepContext(home, step, params, {}, run);
    return Object.defineProperty(bare, 'records', { value: db.records });
  }
  const report = (params?: JsonObject) => reportStep.perform(context('report', params)) as Promise<Json>;
  const alert = (params?: JsonObject) => alertStep.perform(context('alert', params));
  const written = (name: string) =>
    readFileSync(join(home.path, 'reports', run.replaceAll(':', ''), name), 'utf8');
  const told = () =>
    existsSync(join(home.path, 'told.jsonl'))
      ? readFileSync(join(home.path, 'told.jsonl'), 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
      : [];
  function hook(name: string, text: string): string {
    mkdirSync(join(home.path, 'hooks'), { recursive: true });
    writeFileSync(join(home.path, 'hooks', name), text);
    return join(home.path, 'hooks', name);
  }

  it('write a report in both languages and as data, and call nobody who was not asked', async () => {
    await ended(good);
    expect(await report()).toMatchObject({ state: 'good', called: null });
    const happened = JSON.parse(written('happened.json')) as Happened;
    expect(happened).toMatchObject({
      ...{ key: `${run}#1`, state: 'good', run: { id: run, plan: 'daily' }, silentSources: [] },
      steps: [{ id: 'check.demo', state: 'succeeded' }, { id: 'score-forecasts.demo' }],
      feeds: [{ feed: 'demo', check: 'yellow', findings: [FEW], scores: { scored: 12, revised: 1 } }],
    });
    expect(written('report.en.md')).toContain(
      '| demo | 2026-01-03 | yellow | – | – | 12 (1 again), through 2026-01-03 |',
    );
    expect(written('report.ko.md')).toContain('**이상 없음**');
    expect(await alert()).toBeInstanceOf(Skipped);
    expect(told()).toEqual([]);
  });

  it('tell what somebody should look at, the same news under the same key, and nothing secret', async () => {
    await ended(BROKEN);
    hook('alert.mjs', TELL);
    expect(await report()).toMatchObject({ state: 'trouble' });
    expect(written('report.en.md')).toContain('- check.demo failed: no answer Wait.');
    const first = context('alert');
    expect(await alertStep.perform(first)).toMatchObject({ state: 'trouble', called: `${run}#1/alert` });
    expect(first.events).toEqual(['hook.called']);
    // begun again after a death behind the call
    await alert();
    const call = { key: `${run}#1/alert`, hook: 'alert', state: 'trouble', secret: null, room: 'market' };
    expect(told()).toEqual([call, call]);
  });

  it('tell of a run that was done again under another key, and of a good one only who wants it', async () => {
    await ended(BROKEN);
    hook('alert.mjs', TELL);
    await alert();
    await runEnded(db.records.pool, run, 'failed');
    expect(await reopenRun(db.records.pool, run)).toBe(true);
    await endWith(good, 2);
    expect(await alert()).toEqual(new Skipped('nothing-to-look-at'));
    await alert({ when: 'always' });
    expect(told().map(({ key, state }) => [key, state])).toEqual([
      [`${run}#1/alert`, 'trouble'],
      [`${run}#2/alert`, 'good'],
    ]);
    // where only the hook itself is done again the news is the same
    const failed = {
      class: 'transient',
      code: 'HOOK_FAILED',
      message: 'no answer',
      hint: null,
      ko: null,
    } as const;
    const hookStep = { runId: run, stepId: 'report', generation: 2 };
    await stepTaken(db.records.pool, hookStep);
    await stepEnded(db.records.pool, hookStep, { state: 'failed', error: failed, workedMs: 1 });
    await runEnded(db.records.pool, run, 'succeeded');
    expect(await reopenRun(db.records.pool, run)).toBe(true);
    expect(await report()).toMatchObject({ state: 'good' });
    expect(JSON.parse(written('happened.json')).key).toBe(`${run}#2`);
    await ended(BROKEN, 'backfill 3');
    expect(await alert()).toEqual(new Skipped('backfill-alarms-nobody'));
  });

  it('name the drift alarms raised since the run before, and count those that are open', async () => {
    await ended(good);
    const before = new Date(Date.UTC(2026, 0, day - 1, 5)).toISOString();
    const of = { task: 'price-forecast', feed: 'demo', kinds: ['promise'], at: before } as const;
    await setAlarms(db.records.pool, of, [{ series: '', horizon: 'W2', kind: 'promise', figures: {} }]);
    await ended(good);
    expect(await report()).toMatchObject({ state: 'trouble' });
    expect(written('report.ko.md')).toContain(
      '새 이탈 경보: demo, 자료 전체 W2, 과거 재현이 약속한 성적을 벗어남',
    );
    await ended(good);
    expect(await report()).toMatchObject({ state: 'good' });
    expect(written('report.en.md')).toContain('open drift alarms: 1');
    await setAlarms(db.records.pool, of, []);
  });

  it('fail so that they are tried again when the program fails or takes too long, and not when there is none', async () => {
    await ended(good);
    const node = process.execPath;
    await expect(
      report({ command: [node, '-e', 'console.log("no room"); process.exit(3)'] }),
    ).rejects.toMatchObject({
      ...{ code: 'HOOK_FAILED', exit: 75, message: expect.stringContaining('ended with 3: no room') },
    });
    // the report stands all the same
    expect(written('report.ko.md')).toContain(run);
    const endless = [node, '-e', 'setInterval(() => {}, 1000)'];
    await expect(report({ command: endless, timeoutSeconds: 1 })).rejects.toMatchObject({
      message: expect.stringContaining('did not end within 1 s'),
    });
    await expect(report({ command: ['/nowhere/at-all'] })).rejects.toMatchObject({
      code: 'HOOK_NOT_FOUND',
      exit: 78,
    });
  });

  it.skipIf(process.platform === 'win32')('run a program of any kind, once it may be executed', async () => {
    await ended(good);
    const path = hook('report', '#!/bin/sh\necho "$SIHWANG_HOOK $SIHWANG_RUN" >> told.txt\ntest -f "$1"\n');
    await expect(report()).rejects.toMatchObject({ code: 'HOOK_NOT_EXECUTABLE', exit: 78 });
    chmodSync(path, 0o755);
    expect(await report()).toMatchObject({ called: `${run}#1/report` });
    expect(readFileSync(join(home.path, 'told.txt'), 'utf8')).toBe(`report ${run}\n`);
  });

  it('refuse parameters that make no sense', () => {
    expect(reportStep.check!({})).toEqual([]);
    expect(alertStep.check!({ command: ['tell'], timeoutSeconds: 5, when: 'always' })).toEqual([]);
    expect(alertStep.check!({ command: 'tell', timeoutSeconds: 0, when: 'often', to: 'me' })).toHaveLength(4);
    expect(reportStep.check!({ when: 'always' })).toHaveLength(1);
  });
});
