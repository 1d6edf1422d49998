import type { JsonObject } from '../domain/index.ts';
import type { Db } from './db.ts';

/** Steps that are to be done (again), but for hooks: those change nothing of what a run has made. */
const TO_BE_DONE = (run: string, hooks: string) =>
  `exists (select 1 from sihwang.run_steps s where s.run_id = ${run} and s.state in ('planned', 'running') and s.kind <> all (${hooks}))`;

/** Whether some run has begun or succeeded whose mark is not written yet. `hooks`: the kinds of steps that are hooks. */
export async function marksAreMissing(db: Db, hooks: readonly string[]): Promise<boolean> {
  const { rows } = await db.query<{ missing: boolean }>(
    `select exists (
       select 1 from sihwang.runs r left join sihwang.run_marks m on m.run_id = r.id
       where (r.ended_at is null and (m.run_id is null or (m.done and ${TO_BE_DONE('r.id', '$1')})))
          or (r.state = 'succeeded' and not m.done)
          or (r.state = 'succeeded' and m.run_id is null and r.ended_at > now() - interval '1 minute')
     ) as missing`,
    [hooks],
  );
  return rows[0]!.missing;
}

/**
 * Marks runs that go on with what they rest on, and settles the marks of those that succeeded. A run that is taken up
 * again after a failure keeps its first mark, because what it did before rests on that, and so does one of which only a hook
 * is done again; one that is done anew as a whole gets a new one. A run that was over before anybody looked rests on what holds in that minute.
 */
export async function markRuns(db: Db, restsOn: JsonObject, hooks: readonly string[] = []): Promise<void> {
  await db.query(
    `insert into sihwang.run_marks (run_id, rested_on) select id, $1::jsonb from sihwang.runs where ended_at is null
     on conflict (run_id) do update set rested_on = excluded.rested_on, done = false, marked_at = now()
     where run_marks.done and ${TO_BE_DONE('run_marks.run_id', '$2')}`,
    [JSON.stringify(restsOn), hooks],
  );
  await db.query(
    `insert into sihwang.run_marks (run_id, rested_on, done, first_done_at)
     select id, $1::jsonb, true, ended_at from sihwang.runs r
     where state = 'succeeded' and ended_at > now() - interval '1 minute'
       and not exists (select 1 from sihwang.run_marks m where m.run_id = r.id)
     on conflict do nothing`,
    [JSON.stringify(restsOn)],
  );
  await db.query(
    `update sihwang.run_marks m set done = true, marked_at = now(),
       first_done_at = coalesce(first_done_at, r.ended_at)
     from sihwang.runs r
     where r.id = m.run_id and r.state = 'succeeded' and not m.done`,
  );
}

/** What succeeded runs rest on, by their ids; a run without a mark is missing. */
export async function readMarks(db: Db, runIds: readonly string[]): Promise<ReadonlyMap<string, JsonObject>> {
  const { rows } = await db.query<{ run_id: string; rested_on: JsonObject }>(
    'select run_id, rested_on from sihwang.run_marks where done and run_id = any($1)',
    [runIds],
  );
  return new Map(rows.map((row) => [row.run_id, row.rested_on]));
}
