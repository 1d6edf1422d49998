import type { JsonObject } from '../domain/index.ts';
import type { Db } from './db.ts';

/** One line of a run's log; a step that is done again after a death may say the same twice. */
export interface RunEvent {
  readonly id: number;
  readonly runId: string;
  /** null when it is about the whole run. */
  readonly stepId: string | null;
  readonly at: Date;
  /** Lower-case words with dots, e.g. `step.failed`. */
  readonly name: string;
  readonly fields: JsonObject;
}

export async function appendEvent(
  db: Db,
  event: Pick<RunEvent, 'runId' | 'stepId' | 'name' | 'fields'>,
): Promise<void> {
  await db.query(`insert into sihwang.run_events (run_id, step_id, name, fields) values ($1, $2, $3, $4)`, [
    event.runId,
    event.stepId,
    event.name,
    JSON.stringify(event.fields),
  ]);
}

/** Events in their order, those after `afterId`. */
export async function listEvents(
  db: Db,
  runId: string,
  { afterId = 0, limit = 1000 }: { readonly afterId?: number; readonly limit?: number } = {},
): Promise<RunEvent[]> {
  const { rows } = await db.query<RunEvent>(
    `select id::int as id, run_id as "runId", step_id as "stepId", at, name, fields from sihwang.run_events
     where run_id = $1 and id > $2 order by id limit $3`,
    [runId, afterId, limit],
  );
  return rows;
}

/** The last events of a run, oldest first. */
export async function lastEvents(db: Db, runId: string, limit: number): Promise<RunEvent[]> {
  const { rows } = await db.query<RunEvent>(
    `select * from (
       select id::int as id, run_id as "runId", step_id as "stepId", at, name, fields from sihwang.run_events
       where run_id = $1 order by id desc limit $2
     ) newest order by id`,
    [runId, limit],
  );
  return rows;
}
