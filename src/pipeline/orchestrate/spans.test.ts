import { SpanStatusCode } from '@opentelemetry/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type RecordsDatabase,
  recordsPrograms,
  withRecords,
} from '../../../test/support/records-database.ts';
import { keepSpans } from '../../../test/support/spans-in-memory.ts';
import { EXIT, SihwangError } from '../../domain/index.ts';
import { insertRun, readRun, stepTaken } from '../../records/index.ts';
import { inProcessDoers } from '../child/in-process.ts';
import type { ChildKind } from '../steps/step.ts';
import { Desk } from './desk.ts';
import type { JobDesk } from './job-desk.ts';
import { runSpan } from './spans.ts';

const falter: ChildKind = {
  ...{ kind: 'falter', does: { ko: '시험', en: 'tests' }, runs: 'child', writesLake: false },
  perform: async ({ attempt }) => {
    if (attempt > 1) return attempt;
    throw new SihwangError(
      'SOURCE_QUIET',
      { ko: '답 없음', en: 'no answer' },
      { exit: EXIT.tryAgain, hint: { ko: '기다리세요.', en: 'Wait.' } },
    );
  },
};
const kindNamed = () => falter;
const RUN = 'daily-2026-11-28T21:10:00Z';
const STEP = { runId: RUN, stepId: 'fetch.demo', generation: 1 };

describe.skipIf(recordsPrograms() === null)('spans of a run (skipped where no PostgreSQL is)', () => {
  let db: RecordsDatabase;
  beforeAll(async () => {
    db = await withRecords();
  });
  afterAll(() => db?.drop());

  it('tell plan, run, step, attempt and outcome, all in the one trace of the run', async () => {
    const { pool } = db.records;
    const at = new Date('2026-11-28T21:10:00Z');
    await insertRun(pool, {
      ...{ id: RUN, plan: 'daily', planVersion: 1, scheduledFor: at, asOf: at, params: {}, askedBy: 'test' },
      steps: [{ id: STEP.stepId, kind: 'falter', needs: [], params: {}, retries: 1 }],
    });
    await stepTaken(pool, STEP);
    const parts = { homePath: '/nowhere', records: db.records, doers: inProcessDoers(kindNamed), kindNamed };
    const desk = () => new Desk({ ...parts, jobs: {} as JobDesk, onSettled: () => undefined });
    const { spans, stop } = keepSpans();
    try {
      const first = desk();
      await first.begin(STEP, 1);
      await first.failed(STEP, 1, await first.perform(STEP, 1), 0);
      // another orchestrator goes on
      const second = desk();
      await second.begin(STEP, 2);
      await second.settle(STEP, await second.perform(STEP, 2));
      await second.settle(STEP, { output: 2, workedMs: 1 });
      runSpan((await readRun(pool, RUN))!, 'succeeded');
    } finally {
      stop();
    }
    const about = { 'sihwang.plan': 'daily', 'sihwang.run.id': RUN };
    const ofStep = { ...about, 'sihwang.step.id': 'fetch.demo', 'sihwang.step.kind': 'falter' };
    expect(spans).toMatchObject([
      {
        name: 'try falter',
        attributes: {
          ...{ ...ofStep, 'sihwang.step.attempt': 1, 'sihwang.step.part': 'perform' },
          ...{ 'sihwang.outcome': 'failed', 'error.type': 'SOURCE_QUIET' },
        },
        status: { code: SpanStatusCode.ERROR, message: 'no answer' },
      },
      {
        name: 'try falter',
        attributes: { ...ofStep, 'sihwang.step.attempt': 2, 'sihwang.outcome': 'succeeded' },
        status: undefined,
      },
      {
        name: 'step falter',
        attributes: { ...ofStep, 'sihwang.step.attempt': 2, 'sihwang.outcome': 'succeeded' },
        startTime: expect.any(Date),
      },
      { name: 'run daily', attributes: { ...about, 'sihwang.outcome': 'succeeded' } },
    ]);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(new Set(spans.map(({ parentId }) => parentId)).size).toBe(1);
    expect(spans[0]!.traceId).toMatch(/^[0-9a-f]{32}$/);
  });
});
