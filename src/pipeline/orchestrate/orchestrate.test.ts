import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type RecordsDatabase,
  recordsPrograms,
  withRecords,
} from '../../../test/support/records-database.ts';
import { EXIT, SihwangError } from '../../domain/index.ts';
import { type Home, openHome } from '../../lake/index.ts';
import { insertRun, listEvents, openRecords, type RunStep, readRun, readSteps } from '../../records/index.ts';
import { inProcessDoers } from '../child/in-process.ts';
import { cancelRun, retryRun } from '../runs/change-run.ts';
import { type ChildKind, Partly, Skipped, type StepContext, type StepKind } from '../steps/step.ts';
import { openJobDesk } from './job-desk.ts';
import { orchestrate } from './orchestrate.ts';

/** What the steps of a test do: by the name of their kind. */
const did: string[] = [];
let broken = true;
const kindOf = (kind: string, perform: ChildKind['perform'], writesLake = false): ChildKind => ({
  ...{ kind, does: { ko: '시험', en: 'tests' }, runs: 'child', writesLake, check: () => [], perform },
});
const note = ({ step }: StepContext, word: string) => did.push(`${step} ${word}`);
/** A step whose jobs leave a part undone as long as something is broken. */
const part: StepKind = {
  ...{
    kind: 'part',
    does: { ko: '시험', en: 'tests' },
    runs: 'jobs',
    check: () => [],
    specs: async () => [],
  },
  collect: async (context) => {
    note(context, 'did');
    const lost = new SihwangError(
      'JOBS_PARTLY_FAILED',
      { ko: '9개 가운데 하나', en: 'one of 9' },
      { exit: EXIT.tryAgain, hint: { ko: '다시 하세요.', en: 'Retry.' } },
    );
    return broken ? new Partly(8, lost) : 9;
  },
};
const KINDS: Readonly<Record<string, StepKind>> = {
  part,
  add: kindOf('add', async (context) => {
    note(context, 'did');
    const { needs = [], and = 0 } = context.params as { needs?: string[]; and?: number };
    return needs.reduce((sum, need) => sum + Number(context.inputOf(need) ?? 0), and);
  }),
  skip: kindOf('skip', async () => new Skipped('no-files', 'here')),
  falter: kindOf('falter', async ({ attempt }) => {
    if (attempt > 1) return attempt;
    throw new SihwangError(
      'SOURCE_QUIET',
      { ko: '답 없음', en: 'no answer' },
      { exit: EXIT.tryAgain, hint: { ko: '기다리세요.', en: 'Wait.' } },
    );
  }),
  fail: kindOf('fail', async () => {
    if (!broken) return 'mended';
    throw new SihwangError(
      'ROWS_BAD',
      { ko: '나쁜 행', en: 'bad rows' },
      { exit: EXIT.badData, hint: { ko: '고치세요.', en: 'Mend them.' } },
    );
  }),
  write: kindOf(
    'write',
    async (context) => {
      note(context, 'in');
      await sleep(150);
      note(context, 'out');
      return null;
    },
    true,
  ),
  tell: {
    ...kindOf('tell', async (context) => {
      note(context, 'told');
      if (broken)
        throw new SihwangError(
          'HOOK_FAILED',
          { ko: '없음', en: 'away' },
          { exit: EXIT.badData, hint: { ko: '물어보세요.', en: 'Ask it.' } },
        );
      return null;
    }),
    hook: true,
  },
  hang: kindOf('hang', async ({ signal }) => {
    await sleep(600_000, undefined, { signal });
    return null;
  }),
};

describe.skipIf(recordsPrograms() === null)(
  'an orchestrator (skipped where no PostgreSQL is installed)',
  () => {
    let db: RecordsDatabase;
    let home: Home;
    const stopped = new AbortController();
    let ended: Promise<void>;
    beforeAll(async () => {
      home = openHome(mkdtempSync(join(tmpdir(), 'sihwang-orchestrate-')));
      db = await withRecords(home.id);
      const kindNamed = (kind: string) => KINDS[kind];
      ended = orchestrate(
        home,
        { signal: stopped.signal },
        {
          ...{ kindNamed, doers: inProcessDoers(kindNamed), openJobs: openJobDesk },
          openRecords: () => openRecords(home, { databaseUrl: db.url }),
          die: (problem) => {
            throw problem;
          },
        },
      );
    }, 60_000);
    afterAll(async () => {
      stopped.abort();
      await ended;
      await db?.drop();
      rmSync(home.path, { recursive: true, force: true });
    });

    type Asked = readonly [id: string, kind: string, needs?: readonly string[], retries?: number];
    async function start(id: string, steps: readonly Asked[]): Promise<void> {
      const at = new Date('2026-11-28T21:10:00Z');
      await insertRun(db.records.pool, {
        ...{ id, plan: id, planVersion: 1, scheduledFor: at, asOf: at, params: {}, askedBy: 'test' },
        steps: steps.map(([step, kind, needs = [], retries = 1]) => ({
          ...{ id: step, kind, needs, retries, params: { needs, and: 1 } },
        })),
      });
    }
    async function end(id: string): Promise<{ state: string; steps: Record<string, RunStep> }> {
      for (;;) {
        const run = await readRun(db.records.pool, id);
        if (run?.endedAt) {
          const steps = await readSteps(db.records.pool, id);
          return { state: run.state, steps: Object.fromEntries(steps.map((step) => [step.id, step])) };
        }
        await sleep(30);
      }
    }

    it('hands outputs on, and goes over what was skipped', async () => {
      await start('sums', [
        ['a', 'add'],
        ['b', 'skip'],
        ['c', 'add', ['a', 'b']],
        ['d', 'add', ['a', 'c']],
      ]);
      const { state, steps } = await end('sums');
      expect(state).toBe('succeeded');
      expect(steps.d?.output).toBe(4);
      expect(steps.b).toMatchObject({ state: 'skipped', skipReason: 'no-files here' });
      expect(did).toEqual(['a did', 'c did', 'd did']);
      const names = (await listEvents(db.records.pool, 'sums')).map(({ name }) => name);
      expect(names.at(-1)).toBe('run.succeeded');
      expect(names.filter((name) => name === 'step.succeeded')).toHaveLength(3);
    });

    it('tries again what may pass, and fails only what needs a failed step', async () => {
      await start('mixed', [
        ['quiet', 'falter'],
        ['bad', 'fail', [], 3],
        ['behind', 'add', ['bad']],
        ['far-behind', 'add', ['behind']],
        ['beside', 'add', ['quiet']],
      ]);
      const { state, steps } = await end('mixed');
      expect(state).toBe('failed');
      expect(steps.quiet).toMatchObject({ state: 'succeeded', attempt: 2, begun: 2, output: 2 });
      expect(steps.bad).toMatchObject({
        ...{ state: 'failed', attempt: 1 },
        error: { class: 'bad-data', code: 'ROWS_BAD', message: 'bad rows', hint: 'Mend them.' },
      });
      expect([steps.behind, steps['far-behind']].map((step) => step?.state)).toEqual(['blocked', 'blocked']);
      expect(steps.beside?.state).toBe('succeeded');

      broken = false;
      expect(await retryRun(db.records, 'mixed', { askedBy: 'test' })).toBe(true);
      const again = await end('mixed');
      expect(again.state).toBe('succeeded');
      expect(again.steps.bad).toMatchObject({ generation: 2, output: 'mended' });
      expect(again.steps.quiet).toMatchObject({ generation: 1, begun: 2 });
      expect(await retryRun(db.records, 'mixed', { askedBy: 'test' })).toBe(false);
    });

    it('goes on behind a step that is done in part, fails its run, and retries it with all that needs it', async () => {
      broken = true;
      did.length = 0;
      await start('parts', [
        ['good', 'add'],
        ['part', 'part', ['good']],
        ['behind', 'add', ['part']],
      ]);
      const { state, steps } = await end('parts');
      expect(state).toBe('failed');
      expect(steps.part).toMatchObject({
        ...{ state: 'partly', output: 8 },
        error: { class: 'transient', code: 'JOBS_PARTLY_FAILED', message: 'one of 9' },
      });
      expect(steps.behind).toMatchObject({ state: 'succeeded', output: 9 });

      broken = false;
      expect(await retryRun(db.records, 'parts', { askedBy: 'test' })).toBe(true);
      const again = await end('parts');
      expect(again.state).toBe('succeeded');
      expect(again.steps.part).toMatchObject({ generation: 2, output: 9, error: null });
      expect(again.steps.behind).toMatchObject({ generation: 2, output: 10 });
      expect(again.steps.good).toMatchObject({ generation: 1, begun: 1 });
      expect(did).toEqual(['good did', 'part did', 'behind did', 'part did', 'behind did']);
    });

    it('ends a run well whose hook failed, and a retry calls that hook alone', async () => {
      broken = true;
      did.length = 0;
      await start('told', [
        ['made', 'add'],
        ['report', 'tell', ['made']],
        ['alert', 'tell', ['report']],
      ]);
      const { state, steps } = await end('told');
      expect(state).toBe('succeeded');
      expect(steps.report).toMatchObject({ state: 'failed', error: { code: 'HOOK_FAILED' } });

      broken = false;
      expect(await retryRun(db.records, 'told', { askedBy: 'test' })).toBe(true);
      const again = await end('told');
      expect(again.state).toBe('succeeded');
      expect(again.steps.report).toMatchObject({ state: 'succeeded', generation: 2 });
      expect(again.steps.made).toMatchObject({ generation: 1, begun: 1 });
      // one behind another that failed comes all the same
      expect(did).toEqual(['made did', 'report told', 'alert told', 'report told', 'alert told']);
      expect(await retryRun(db.records, 'told', { askedBy: 'test' })).toBe(false);
    });

    it('lets one step at a time write to the lake, over all runs', async () => {
      did.length = 0;
      await start('writers-1', [
        ['w1', 'write'],
        ['w2', 'write'],
      ]);
      await start('writers-2', [['w3', 'write']]);
      await end('writers-1');
      await end('writers-2');
      expect(did).toHaveLength(6);
      for (let at = 0; at < 6; at += 2) expect(did[at]!.split(' ')[0]).toBe(did[at + 1]!.split(' ')[0]);
    });

    it('ends a run that is cancelled, the step under way too', async () => {
      await start('endless', [
        ['h', 'hang'],
        ['after', 'add', ['h']],
      ]);
      while ((await readSteps(db.records.pool, 'endless'))[0]?.begun !== 1) await sleep(30);
      expect(await cancelRun(db.records, 'endless', 'enough', 'test')).toBe(true);
      const { state, steps } = await end('endless');
      expect(state).toBe('cancelled');
      expect(Object.values(steps).map((step) => step.state)).toEqual(['cancelled', 'cancelled']);
      expect(await cancelRun(db.records, 'endless', 'enough', 'test')).toBe(false);
      await expect(cancelRun(db.records, 'nobody', 'enough', 'test')).rejects.toMatchObject({
        code: 'RUN_UNKNOWN',
      });
    });

    it('fails a step of a kind that this version does not know, saying so', async () => {
      await start('unknown', [['x', 'weigh']]);
      const { steps } = await end('unknown');
      expect(steps.x?.error?.message).toContain('weigh');
    });
  },
);
