import type { Bilingual, JsonObject } from '../../domain/index.ts';
import {
  appendEvent,
  inTransaction,
  openRuns,
  type Records,
  type Run,
  type RunStep,
  readSteps,
  runBegun,
  runEnded,
  type StepError,
  type StepTry,
  stepEnded,
  stepsGivenUp,
  stepTaken,
} from '../../records/index.ts';
import { reach } from '../../store/index.ts';
import type { Durable } from '../durable/durable.ts';
import type { StepKind } from '../steps/step.ts';
import { type Desk, keyOf } from './desk.ts';
import { movesOf } from './moves.ts';
import { roomFor } from './room-for.ts';
import { runSpan } from './spans.ts';

export interface OrchestratorParts {
  readonly records: Records;
  readonly durable: Durable;
  readonly desk: Desk;
  readonly kindNamed: (kind: string) => StepKind | undefined;
  /** Told in a sentence what happens. */
  readonly onLine: (line: Bilingual) => void;
}

const ENDS = { succeeded: '성공', failed: '실패', cancelled: '취소' } as const;

/**
 * Carries the open runs out. The rows of runs and steps are the truth: each look at them begins what can begin, gives up
 * what cannot, and ends what is done. The caller is the only orchestrator of its database.
 */
export class Orchestrator {
  private readonly parts: OrchestratorParts;

  constructor(parts: OrchestratorParts) {
    this.parts = parts;
  }

  /** Looks at every open run once. */
  async advance(): Promise<void> {
    const runs = await openRuns(this.parts.records.pool);
    const all = await Promise.all(
      runs.map(async (run) => ({ run, steps: await readSteps(this.parts.records.pool, run.id) })),
    );
    const running = all.flatMap(({ steps }) => steps.filter(({ state }) => state === 'running'));
    const ready: { run: Run; step: RunStep }[] = [];
    for (const { run, steps } of all) {
      const moves = movesOf(run, steps, (kind) => this.parts.kindNamed(kind)?.hook === true);
      for (const step of moves.stop) await this.stop(step);
      if (moves.giveUp.steps.length > 0) await this.giveUp(run, moves.giveUp);
      if (moves.end) await this.end(run, moves.end);
      else ready.push(...moves.begin.map((step) => ({ run, step })));
    }
    for (const step of running) await this.keepGoing(step);
    const chosen = roomFor(
      ready.map(({ step }) => step),
      running,
      this.parts.kindNamed,
    );
    for (const { run, step } of ready) if (chosen.includes(step)) await this.begin(run, step);
  }

  private async begin(run: Run, step: RunStep): Promise<void> {
    const { pool } = this.parts.records;
    const ref = tryOf(step);
    // a process starts while the step is being written down
    this.parts.desk.prepare();
    await inTransaction(pool, async (client) => {
      await runBegun(client, run.id);
      await stepTaken(client, ref);
    });
    reach('step-taken');
    if (run.state === 'planned') this.parts.onLine({ ko: `${run.id} 시작`, en: `${run.id} begins` });
    await this.parts.durable.start(keyOf(ref), JSON.stringify(ref));
    reach('step-started');
  }

  /** A step that a row calls running has a workflow; one whose workflow was lost or given up has failed. */
  private async keepGoing(step: RunStep): Promise<void> {
    const ref = tryOf(step);
    if (this.parts.desk.works(ref)) return;
    const state = await this.parts.durable.stateOf(keyOf(ref));
    if (state === undefined) {
      await this.parts.durable.start(keyOf(ref), JSON.stringify(ref));
      reach('step-started-again');
    } else if (state === 'dead') {
      const error: StepError = {
        ...{ class: 'crashed' as const, code: 'STEP_GIVEN_UP' },
        message: 'the step was begun too often without coming to its end',
        hint: `Read sihwang runs logs ${step.runId}, mend the cause, then sihwang runs retry ${step.runId}.`,
        ko: {
          message: '단계가 끝을 보지 못한 채 너무 여러 번 시작되었습니다',
          hint: `sihwang runs logs ${step.runId}에서 까닭을 찾아 고친 뒤 sihwang runs retry ${step.runId}로 다시 하세요.`,
        },
      };
      await stepEnded(this.parts.records.pool, ref, { state: 'failed', error, workedMs: 0 });
      reach('step-given-up');
    }
  }

  /** Cancels a step under way: its work is asked to end; one that waits for its next try ends at once. */
  private async stop(step: RunStep): Promise<void> {
    const ref = tryOf(step);
    if (this.parts.desk.stop(ref) || this.parts.kindNamed(step.kind)?.runs === 'jobs') return;
    await this.parts.durable.cancel(keyOf(ref));
    await stepEnded(this.parts.records.pool, ref, { state: 'cancelled', workedMs: 0 });
    reach('step-cancelled');
  }

  private async giveUp(run: Run, { state, steps }: ReturnType<typeof movesOf>['giveUp']): Promise<void> {
    await inTransaction(this.parts.records.pool, async (client) => {
      await stepsGivenUp(client, run.id, steps, state);
      for (const stepId of steps) {
        await appendEvent(client, { runId: run.id, stepId, name: `step.${state}`, fields: {} });
      }
    });
    reach('steps-given-up');
  }

  private async end(run: Run, state: 'succeeded' | 'failed' | 'cancelled'): Promise<void> {
    const fields: JsonObject = run.cancelReason === null ? {} : { reason: run.cancelReason };
    const ended = await inTransaction(this.parts.records.pool, async (client) => {
      if (!(await runEnded(client, run.id, state))) return false;
      await appendEvent(client, { runId: run.id, stepId: null, name: `run.${state}`, fields });
      return true;
    });
    reach('run-ended');
    if (ended) runSpan(run, state);
    this.parts.onLine({ ko: `${run.id} ${ENDS[state]}`, en: `${run.id} ${state}` });
  }
}

function tryOf({ runId, id, generation }: RunStep): StepTry {
  return { runId, stepId: id, generation };
}
