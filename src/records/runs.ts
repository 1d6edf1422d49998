import type { JsonObject } from '../domain/index.ts';
import type { Db } from './db.ts';

/** Where an execution of a plan stands; the last three are for good, unless a person retries it. */
export type RunState = 'planned' | 'running' | 'succeeded' | 'failed' | 'cancelled';

export interface Run {
  /** `<plan>-<ISO time>`: starting it twice is starting it once. */
  readonly id: string;
  readonly plan: string;
  readonly planVersion: number;
  /** The moment that the run is for; every date in it derives from this one. */
  readonly scheduledFor: Date;
  /** What was known by then is what the run may use. */
  readonly asOf: Date;
  readonly params: JsonObject;
  readonly askedBy: string;
  readonly askedAt: Date;
  readonly state: RunState;
  /** null before it began and, `endedAt`, while it goes on. */
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly cancelRequestedAt: Date | null;
  readonly cancelReason: string | null;
}

export interface NewRun
  extends Pick<Run, 'id' | 'plan' | 'planVersion' | 'scheduledFor' | 'asOf' | 'params' | 'askedBy'> {
  /** In an order in which every step comes after what it needs. */
  readonly steps: readonly NewRunStep[];
}

export interface NewRunStep {
  readonly id: string;
  readonly kind: string;
  readonly needs: readonly string[];
  readonly params: JsonObject;
  /** How often it is tried again after an error that may pass. */
  readonly retries: number;
}

const COLUMNS = `id, plan, plan_version as "planVersion", scheduled_for as "scheduledFor", as_of as "asOf", params,
  asked_by as "askedBy", asked_at as "askedAt", state, started_at as "startedAt", ended_at as "endedAt",
  cancel_requested_at as "cancelRequestedAt", cancel_reason as "cancelReason"`;

/** Writes a run and its steps down in one statement; a run that is there already stays as it is. */
export async function insertRun(db: Db, run: NewRun): Promise<'inserted' | 'exists'> {
  const steps = run.steps.map((step, position) => ({ ...step, position }));
  const { rowCount } = await db.query(
    `with run as (
       insert into sihwang.runs (id, plan, plan_version, scheduled_for, as_of, params, asked_by)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing returning id
     ), steps as (
       insert into sihwang.run_steps (run_id, step_id, position, kind, needs, params, retries)
       select run.id, step.id, step.position, step.kind,
         array(select jsonb_array_elements_text(step.needs)), step.params, step.retries
       from run, jsonb_to_recordset($8::jsonb)
         as step (id text, position integer, kind text, needs jsonb, params jsonb, retries integer)
     )
     select 1 from run`,
    [
      run.id,
      run.plan,
      run.planVersion,
      run.scheduledFor,
      run.asOf,
      JSON.stringify(run.params),
      run.askedBy,
      JSON.stringify(steps),
    ],
  );
  return rowCount === 1 ? 'inserted' : 'exists';
}

export async function readRun(db: Db, id: string): Promise<Run | undefined> {
  const { rows } = await db.query<Run>(`select ${COLUMNS} from sihwang.runs where id = $1`, [id]);
  return rows[0];
}

export interface RunFilter {
  readonly plan?: string;
  readonly state?: RunState;
  readonly limit?: number;
}

/** The latest runs first, by the moment that they are for. */
export async function listRuns(db: Db, filter: RunFilter = {}): Promise<Run[]> {
  const { rows } = await db.query<Run>(
    `select ${COLUMNS} from sihwang.runs
     where ($1::text is null or plan = $1) and ($2::text is null or state = $2)
     order by scheduled_for desc, id limit $3`,
    [filter.plan ?? null, filter.state ?? null, filter.limit ?? 50],
  );
  return rows;
}

/** Runs that have not ended, the one that is for the earliest moment first. */
export async function openRuns(db: Db): Promise<Run[]> {
  const { rows } = await db.query<Run>(
    `select ${COLUMNS} from sihwang.runs where ended_at is null order by scheduled_for, id`,
  );
  return rows;
}

/** Says that the first step of a run is being begun. */
export async function runBegun(db: Db, id: string): Promise<void> {
  await db.query(
    `update sihwang.runs set state = 'running', started_at = coalesce(started_at, now())
     where id = $1 and state = 'planned'`,
    [id],
  );
}

/** Ends a run; one that has ended keeps its end. */
export async function runEnded(
  db: Db,
  id: string,
  state: 'succeeded' | 'failed' | 'cancelled',
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update sihwang.runs set state = $2, started_at = coalesce(started_at, now()), ended_at = now()
     where id = $1 and ended_at is null`,
    [id, state],
  );
  return rowCount === 1;
}

/** Asks for a run's end; whoever orchestrates acts on it. False when the run has ended or is none. */
export async function requestCancel(db: Db, id: string, reason: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `update sihwang.runs set cancel_requested_at = coalesce(cancel_requested_at, now()), cancel_reason = coalesce(cancel_reason, $2)
     where id = $1 and ended_at is null`,
    [id, reason],
  );
  return rowCount === 1;
}

/**
 * Opens a run that has ended again. `failed`: its steps that failed, in part or whole, were blocked or cancelled are to be done
 * once more with all that needs them, those that succeeded stay; `all`: every step is. False when it has not ended, or nothing of it is left to do.
 */
export async function reopenRun(db: Db, id: string, which: 'failed' | 'all' = 'failed'): Promise<boolean> {
  const { rows } = await db.query(
    `with recursive behind as (
       select step_id from sihwang.run_steps
       where run_id = $1 and state in ('failed', 'partly', 'blocked', 'cancelled')
       union
       select s.step_id from sihwang.run_steps s join behind b on b.step_id = any(s.needs) where s.run_id = $1
     ), again as (
       update sihwang.run_steps set state = 'planned', generation = generation + 1, attempt = 0,
         started_at = null, ended_at = null, worked_ms = 0, output = null, skip_reason = null, error_class = null,
         error_code = null, error_message = null, error_hint = null, error_ko = null
       where run_id = (select id from sihwang.runs where id = $1 and ended_at is not null for update)
         and ($2 = 'all' or step_id in (select step_id from behind))
       returning 1
     )
     update sihwang.runs set state = 'planned', ended_at = null, cancel_requested_at = null, cancel_reason = null
     where id = $1 and exists (select 1 from again) returning id`,
    [id, which],
  );
  return rows.length === 1;
}
