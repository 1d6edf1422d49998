import { EXIT, type Json, type JsonObject, SihwangError } from '../../domain/index.ts';
import {
  appendEvent,
  inTransaction,
  type Records,
  type Run,
  type RunStep,
  readRun,
  readSteps,
  type StepEnd,
  type StepTry,
  stepEnded,
  tryBegun,
  tryFailed,
} from '../../records/index.ts';
import { reach } from '../../store/index.ts';
import type { StepDoers } from '../child/step-children.ts';
import type { StepWork, WorkEnd } from '../child/step-work.ts';
import type { StepKind } from '../steps/step.ts';
import type { JobDesk, SubmittedJobs } from './job-desk.ts';
import { stepSpan, tryInSpan } from './spans.ts';
import { stepErrorOf } from './step-error.ts';
import type { StepDesk, Submitted } from './work-step.ts';

export interface DeskParts {
  readonly homePath: string;
  readonly records: Records;
  readonly doers: StepDoers;
  readonly jobs: JobDesk;
  readonly kindNamed: (kind: string) => StepKind | undefined;
  /** Told whenever a step has ended, so that what needs it begins at once. */
  readonly onSettled: () => void;
}

/** Does steps for the workflow, and writes down what comes of them. Knows which are being worked on in this process. */
export class Desk implements StepDesk {
  private readonly parts: DeskParts;
  private readonly working = new Map<string, AbortController>();
  private readonly troubleToldAtMs = new Map<string, number>();

  constructor(parts: DeskParts) {
    this.parts = parts;
  }

  /** Makes ready for a step that is about to begin. */
  prepare(): void {
    this.parts.doers.prepare();
  }

  /** Whether a step is being worked on here, rather than waiting for its next try. */
  works(step: StepTry): boolean {
    return this.working.has(keyOf(step));
  }

  /** Asks the work on a step to end; false when nothing is being done about it at this moment. */
  stop(step: StepTry): boolean {
    const work = this.working.get(keyOf(step));
    work?.abort();
    return work !== undefined;
  }

  async begin(
    step: StepTry,
    attempt: number,
  ): Promise<{ readonly runs: StepKind['runs']; readonly retries: number } | null> {
    const { pool } = this.parts.records;
    const begun = await tryBegun(pool, step, attempt);
    reach('try-begun');
    if (!begun) return null;
    const { row } = await this.read(step);
    const kind = this.parts.kindNamed(row.kind);
    // a kind that this version lacks is told by the work itself
    return { runs: kind?.runs ?? 'child', retries: row.retries };
  }

  perform(step: StepTry, attempt: number): Promise<WorkEnd> {
    return this.work(step, attempt, 'perform');
  }

  async submit(step: StepTry, attempt: number): Promise<Submitted> {
    this.parts.jobs.prepare();
    const end = await this.work(step, attempt, 'specs');
    if (!('specs' in end)) return end;
    const { workedMs } = end;
    if (end.specs.length === 0) return { keys: [], workedMs };
    const { pool } = this.parts.records;
    const maxCostUsd = (await readRun(pool, step.runId))?.params.maxCostUsd;
    let submitted: SubmittedJobs;
    try {
      submitted = await this.parts.jobs.submit(end.specs, {
        // a step that somebody asked for once more has its failed jobs done once more
        again: step.generation > 1,
        maxCostUsd: typeof maxCostUsd === 'number' ? maxCostUsd : null,
      });
    } catch (error) {
      if (error instanceof SihwangError && error.code === 'LEASE_LOST') throw error;
      return { error: stepErrorOf(error), workedMs };
    }
    const { keys, cost } = submitted;
    if (cost) {
      const fields = { jobs: keys.length, boundUsd: cost.boundUsd, prices: cost.prices };
      await appendEvent(pool, { runId: step.runId, stepId: step.stepId, name: 'cost.bound', fields });
    }
    reach('jobs-handed-over');
    return { keys, workedMs };
  }

  async untilEnded(step: StepTry, keys: readonly string[]): Promise<void> {
    const { jobs, doers, records } = this.parts;
    const asked = new AbortController();
    this.working.set(keyOf(step), asked);
    const cancelled = new Promise<void>((resolve) => {
      asked.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    try {
      for (const began = performance.now(); ; ) {
        const run = await readRun(records.pool, step.runId);
        if (run?.cancelRequestedAt) await jobs.cancel(keys, run.cancelReason ?? 'the run is cancelled');
        const { open, trouble } = await jobs.poll(keys);
        if (trouble !== undefined) await this.tellTrouble(step, trouble);
        if (open === 0) return;
        // whoever puts the results together may have gone for want of work
        if (open <= LAST_JOBS) doers.prepare();
        const late = LATE_SHARE * (performance.now() - began);
        await Promise.race([
          jobs.change(Math.min(Math.max(SHORTEST_POLL_MS, late), LONGEST_POLL_MS)),
          // a wish that was acted on is looked after by the next looks
          ...(run?.cancelRequestedAt ? [] : [cancelled]),
        ]);
      }
    } finally {
      this.working.delete(keyOf(step));
    }
  }

  /** Says once in a while that the jobs cannot be reached; they go on meanwhile. */
  private async tellTrouble({ runId, stepId }: StepTry, message: string): Promise<void> {
    const now = performance.now();
    if (now - (this.troubleToldAtMs.get(runId) ?? Number.NEGATIVE_INFINITY) < TROUBLE_EVERY_MS) return;
    this.troubleToldAtMs.set(runId, now);
    await appendEvent(this.parts.records.pool, {
      ...{ runId, stepId, name: 'jobs.unreachable', fields: { message } },
    });
  }

  async collect(step: StepTry, attempt: number, keys: readonly string[]): Promise<WorkEnd> {
    const { row } = await this.read(step);
    const { outcomes, busyMs = 0, trouble } = await this.parts.jobs.poll(keys, row.startedAt);
    if (!outcomes) return { error: unreachable(trouble), workedMs: 0 };
    const end = await this.work(step, attempt, 'collect', outcomes);
    return { ...end, workedMs: busyMs + end.workedMs };
  }

  async failed(step: StepTry, attempt: number, end: WorkEnd, waitMs: number): Promise<void> {
    await inTransaction(this.parts.records.pool, async (client) => {
      await tryFailed(client, step, end.workedMs);
      const fields = { attempt, waitMs, ...('error' in end ? (end.error as unknown as JsonObject) : {}) };
      await appendEvent(client, { runId: step.runId, stepId: step.stepId, name: 'step.retrying', fields });
    });
    reach('try-failed');
  }

  async settle(step: StepTry, end: WorkEnd): Promise<void> {
    const settled = stepEndOf(end);
    const { run, row } = await this.read(step);
    const ended = await inTransaction(this.parts.records.pool, async (client) => {
      if (!(await stepEnded(client, step, settled))) return false;
      const { state, workedMs } = settled;
      const said = { workedMs: Math.round(workedMs), ...reasonOf(end) };
      await appendEvent(client, {
        ...{ runId: step.runId, stepId: step.stepId, name: `step.${state}`, fields: said },
      });
      return true;
    });
    reach('step-settled');
    if (ended) stepSpan(run, row, end);
    this.parts.onSettled();
  }

  private async work(
    step: StepTry,
    attempt: number,
    part: StepWork['part'],
    outcomes?: readonly unknown[],
  ): Promise<WorkEnd> {
    const { homePath, records, doers } = this.parts;
    const { run, row, inputs } = await this.read(step);
    if (run.cancelRequestedAt) return CANCELLED;
    // a workflow that the library took up from before the step's end has nothing left to do
    if (row.state !== 'running' || row.generation !== step.generation) return CANCELLED;
    const stop = new AbortController();
    this.working.set(keyOf(step), stop);
    const said: Promise<void>[] = [];
    try {
      return await tryInSpan({ run, step: row, attempt, part }, async () => {
        const end = await doers.do(
          {
            ...{ homePath, recordsUrl: records.url, run: run.id, step: row.id, kind: row.kind, part },
            ...{ scheduledFor: run.scheduledFor.toISOString(), asOf: run.asOf.toISOString() },
            ...{ attempt, params: row.params, inputs, ...(outcomes ? { outcomes } : {}) },
          },
          {
            signal: stop.signal,
            onEvent: (name, fields) => {
              const event = { runId: run.id, stepId: row.id, name, fields };
              // a line of a log that could not be written down is no reason to stop the work
              said.push(appendEvent(records.pool, event).catch(() => undefined));
            },
          },
        );
        await Promise.all(said);
        reach('work-done');
        return stop.signal.aborted && 'error' in end
          ? { ...end, error: { ...end.error, class: 'cancelled' } }
          : end;
      });
    } finally {
      this.working.delete(keyOf(step));
    }
  }

  private async read({
    runId,
    stepId,
  }: StepTry): Promise<{ readonly run: Run; readonly row: RunStep; readonly inputs: JsonObject }> {
    const { pool } = this.parts.records;
    const [run, steps] = await Promise.all([readRun(pool, runId), readSteps(pool, runId)]);
    const row = steps.find(({ id }) => id === stepId);
    if (!run || !row) throw new Error(`the records hold no step ${runId}/${stepId}`);
    const inputs: Record<string, Json> = {};
    for (const { id, state, output } of steps)
      if (row.needs.includes(id) && (state === 'succeeded' || state === 'partly')) inputs[id] = output;
    return { run, row, inputs };
  }
}

const SHORTEST_POLL_MS = 200;
const LONGEST_POLL_MS = 15_000;
/** What a look may add to the time that jobs take, where nobody tells that they have ended. */
const LATE_SHARE = 0.03;
/** When so few jobs are left, their end is near. */
const LAST_JOBS = 2;
const TROUBLE_EVERY_MS = 300_000;

function unreachable(trouble = 'they have not ended after all') {
  return stepErrorOf(
    new SihwangError(
      'JOBS_UNREACHABLE',
      {
        ko: `일감의 결과를 읽을 수 없습니다: ${trouble}`,
        en: `the results of the jobs cannot be read: ${trouble}`,
      },
      {
        exit: EXIT.tryAgain,
        hint: {
          ko: '다시 시도하고 있습니다. 몇 번째인지는 sihwang runs logs RUN.',
          en: 'They are tried again; sihwang runs logs RUN tells how often.',
        },
      },
    ),
  );
}

const CANCELLED: WorkEnd = {
  error: {
    ...{ class: 'cancelled', code: 'CANCELLED', message: 'the run is cancelled', hint: null },
    ko: { message: '작업이 취소되었습니다', hint: '' },
  },
  workedMs: 0,
};

function stepEndOf(end: WorkEnd): StepEnd {
  const { workedMs } = end;
  if ('output' in end && end.partly)
    return { state: 'partly', output: end.output, error: end.partly, workedMs };
  if ('output' in end) return { state: 'succeeded', output: end.output, workedMs };
  if ('skipped' in end) return { state: 'skipped', reason: end.skipped, workedMs };
  if ('error' in end && end.error.class === 'cancelled') return { state: 'cancelled', workedMs };
  if ('error' in end) return { state: 'failed', error: end.error, workedMs };
  throw new Error('a step cannot end with jobs that were not collected');
}

function reasonOf(end: WorkEnd): JsonObject {
  if ('skipped' in end) return { reason: end.skipped };
  const error = 'error' in end ? end.error : 'output' in end ? end.partly : undefined;
  return error ? { code: error.code, class: error.class, message: error.message } : {};
}

/** The id of the workflow that does a step. */
export function keyOf({ runId, stepId, generation }: StepTry): string {
  return `${runId}/${stepId}#${generation}`;
}
