import type { Json, Told } from '../domain/index.ts';
import type { Db } from './db.ts';
import type { NewRunStep } from './runs.ts';

/**
 * Where a step stands: `blocked` = something it needs failed, `skipped` = there was nothing it could do, `partly` = a part of
 * it failed for good, and those that need it go on with the rest.
 */
export type StepState =
  | 'planned'
  | 'running'
  | 'succeeded'
  | 'partly'
  | 'skipped'
  | 'failed'
  | 'blocked'
  | 'cancelled';

/** Why a step failed, or a part of it, in one word that decides whether trying again can help. */
export type ErrorClass = 'transient' | 'crashed' | 'bad-data' | 'configuration' | 'cancelled' | 'bug';

export interface StepError {
  readonly class: ErrorClass;
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  /** The same in Korean; null where its words have no language: a program's, a service's, or of before they were kept. */
  readonly ko: Told | null;
}

export interface RunStep extends NewRunStep {
  readonly runId: string;
  readonly position: number;
  readonly state: StepState;
  /** 1, and one more with each retry that a person asked for. */
  readonly generation: number;
  /** Tries within this generation; a try that died with its orchestrator and was done again is one. */
  readonly attempt: number;
  /** How often work on it began, in all generations. */
  readonly begun: number;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  /** Milliseconds of work of the tries that were seen to end; waiting between them is not in it. */
  readonly workedMs: number;
  readonly output: Json | null;
  readonly skipReason: string | null;
  readonly error: StepError | null;
}

/** Names one try: a try of an earlier generation can change nothing any more. */
export interface StepTry {
  readonly runId: string;
  readonly stepId: string;
  readonly generation: number;
}

const COLUMNS = `run_id as "runId", step_id as id, position, kind, needs, params, retries, state, generation, attempt, begun,
  started_at as "startedAt", ended_at as "endedAt", worked_ms as "workedMs", output, skip_reason as "skipReason",
  case when error_class is not null then jsonb_build_object('class', error_class, 'code', error_code,
    'message', error_message, 'hint', error_hint, 'ko', error_ko) end as error`;

/** A run's steps in the order of its plan. */
export async function readSteps(db: Db, runId: string): Promise<RunStep[]> {
  const { rows } = await db.query<RunStep>(
    `select ${COLUMNS} from sihwang.run_steps where run_id = $1 order by position`,
    [runId],
  );
  return rows;
}

/** Takes a planned step for work; false when it is not planned in this generation any more. */
export async function stepTaken(db: Db, { runId, stepId, generation }: StepTry): Promise<boolean> {
  const { rowCount } = await db.query(
    `update sihwang.run_steps set state = 'running', started_at = now()
     where run_id = $1 and step_id = $2 and generation = $3 and state = 'planned'`,
    [runId, stepId, generation],
  );
  return rowCount === 1;
}

/** Says that a try begins; false when the step is not to be worked on any more. */
export async function tryBegun(
  db: Db,
  { runId, stepId, generation }: StepTry,
  attempt: number,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update sihwang.run_steps set attempt = $4, begun = begun + 1
     where run_id = $1 and step_id = $2 and generation = $3 and state = 'running'`,
    [runId, stepId, generation, attempt],
  );
  return rowCount === 1;
}

/** Adds the work of a try that failed and is to be followed by another. */
export async function tryFailed(
  db: Db,
  { runId, stepId, generation }: StepTry,
  workedMs: number,
): Promise<void> {
  await db.query(
    `update sihwang.run_steps set worked_ms = worked_ms + $4
     where run_id = $1 and step_id = $2 and generation = $3 and state = 'running'`,
    [runId, stepId, generation, workedMs],
  );
}

export type StepEnd =
  | { readonly state: 'succeeded'; readonly output: Json; readonly workedMs: number }
  | {
      readonly state: 'partly';
      readonly output: Json;
      readonly error: StepError;
      readonly workedMs: number;
    }
  | { readonly state: 'skipped'; readonly reason: string; readonly workedMs: number }
  | { readonly state: 'failed'; readonly error: StepError; readonly workedMs: number }
  | { readonly state: 'cancelled'; readonly workedMs: number };

/** Ends a step that is running; false when it has ended already or belongs to a later generation. */
export async function stepEnded(
  db: Db,
  { runId, stepId, generation }: StepTry,
  end: StepEnd,
): Promise<boolean> {
  const error = 'error' in end ? end.error : undefined;
  const { rowCount } = await db.query(
    `update sihwang.run_steps set state = $4, ended_at = now(), worked_ms = worked_ms + $5, output = $6, skip_reason = $7,
       error_class = $8, error_code = $9, error_message = $10, error_hint = $11, error_ko = $12
     where run_id = $1 and step_id = $2 and generation = $3 and state = 'running'`,
    [
      ...[runId, stepId, generation, end.state, end.workedMs],
      'output' in end ? JSON.stringify(end.output) : null,
      end.state === 'skipped' ? end.reason : null,
      ...[error?.class ?? null, error?.code ?? null, error?.message ?? null, error?.hint ?? null],
      error?.ko ? JSON.stringify(error.ko) : null,
    ],
  );
  return rowCount === 1;
}

/** Settles steps that were never begun: what they need failed, or the run is cancelled. */
export async function stepsGivenUp(
  db: Db,
  runId: string,
  stepIds: readonly string[],
  state: 'blocked' | 'cancelled',
): Promise<void> {
  await db.query(
    `update sihwang.run_steps set state = $3, ended_at = now()
     where run_id = $1 and step_id = any($2) and state = 'planned'`,
    [runId, stepIds, state],
  );
}

/** Whether an open run has yet to do, or is doing, a step of one of these kinds about a feed. */
export async function stepsAhead(db: Db, kinds: readonly string[], feed: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `select 1 from sihwang.run_steps step join sihwang.runs run on run.id = step.run_id
     where run.ended_at is null and step.state in ('planned', 'running') and step.kind = any($1) and step.params ->> 'feed' = $2
     limit 1`,
    [kinds, feed],
  );
  return rowCount !== 0;
}

export interface UsualDuration {
  readonly stepId: string;
  /** Half of the last runs took less. */
  readonly medianMs: number;
  readonly runs: number;
}

/** How long the steps of a plan took in its last runs, work alone. */
export async function usualDurations(db: Db, plan: string, lastRuns = 20): Promise<UsualDuration[]> {
  const { rows } = await db.query<UsualDuration>(
    `select step_id as "stepId", percentile_cont(0.5) within group (order by worked_ms) as "medianMs",
       count(*)::int as runs
     from sihwang.run_steps
     where state = 'succeeded' and run_id in
       (select id from sihwang.runs where plan = $1 and state = 'succeeded' order by scheduled_for desc limit $2)
     group by step_id`,
    [plan, lastRuns],
  );
  return rows;
}
